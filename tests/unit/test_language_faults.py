"""Every rule of the language has the smallest file that breaks it, and says where, what and how to mend it.

A case is written over SMALL, so that it shows its one fault only. A last test collects the lines of
code from which faults come, and fails for those that no case has reached.
"""

import ast
import sys
from pathlib import Path

import pytest

import pathsim
from pathsim import draws
from pathsim.draws.parameters import GREATEST_CV, LEAST_CV
from pathsim.faults import Fault, Faults
from pathsim.language import merge, plain, read_all, read_system, read_text, read_yaml
from pathsim.language.drawn import ALLOWED
from pathsim.language.load import LARGEST_FILE, LONGEST_TEXT
from pathsim.plan import lay_out

ROOT = Path(pathsim.__file__).parent
SMALL = {"arrivals": {"people": {"rate": "1 per d", "then": "out"}}, "steps": {"out": {"leave": "well"}}}

# fmt: off
CASES = [
    # The twelve that people meet most
    (
        'steps: {ward_stay: {at: ward, for: 5 d, then: dischrage}, discharge: {leave: well}}, units: {ward: {beds: 3}}',
        "steps.ward_stay.then: no step 'dischrage'. Did you mean 'discharge'?",
    ),
    (
        'steps: {seen: {at: clinic, for: 1 h, patience: 2 h, then: out}}, units: {clinic: {slots: 1}}',
        'steps.seen: patience, but nowhere to go. Add  else: STEP',
    ),
    ('steps: {triage: {choose: {out: 0.8, home: 0.25}}}', "steps.triage.choose: the shares sum to 1.05. Make one of them 'rest'"),
    ('steps: {visit: {at: gp, wait: 1 d, then: out}}', "steps.visit: two verbs, 'at' and 'wait'. A step has one; split it in two"),
    ('units: {ward: {beds: 1, open: {mon-fri: 16:00}}}', "units.ward.open: '16:00' was read as 960. Write hours as 8-16"),
    (
        'attributes: {municipality: {by: no, rest: [no, se]}}',
        "attributes.municipality.by: 'no' was read as false, which is no name. Choose another name",
    ),
    (
        'steps: {stay: {wait: {lognormal: {mean: 5 d, cv: 1}, exponential: 5 d}, then: out}}',
        'steps.stay.wait: two distributions, exponential and lognormal. Set the old one to null',
    ),
    (
        'levers: {team: {changes: {risks: {death: {rate: 1 per y}}}}}',
        "levers.team.changes.risks: a lever can't change a risk. Give a step or task an effect",
    ),
    (
        'units: {ward: {beds: 3, sector: hospital}}, steps: {ward_stay: {at: ward, for: 1 d, then: end}}, tasks: {visit: {then: ward_stay}}, '
        'arrivals: {people: {rate: 1 per d, then: out}}',
        "steps.ward_stay: a task comes here, and a task never takes a bed ('ward' has beds)",
    ),
    (
        'units: {ward_a: {beds: 1}, ward_b: {beds: 1}}, steps: {a: {at: ward_a, for: 1 d, hold: yes, then: b}, b: {at: ward_b, for: 1 d, hold: yes, '
        'then: a}}',
        'steps: ward_a → ward_b → ward_a are held in a circle and can lock. Give one a patience',
    ),
    (
        'steps: {letter: {do: {}, then: reads}, reads: {choose: {letter: 0.5, out: rest}}}',
        'steps.letter → reads → letter: a circle in which no time passes. Add a wait, or lead out of it',
    ),
    (
        'population: {citizens: 3, deaths: replaced, starts: died}, steps: {died: {leave: dead}}',
        'steps.died → whoever moves in → steps.died: who replaces someone who died can die at once. Let time pass before',
    ),
    (
        'attributes: {age: {0-9: 1}}, groups: {late: {hour: 8-16}}, units: {nursing: {slots: 1, routine: {late: 3 h per w}}}, '
        'arrivals: {people: {rate: 1 per d, then: s}}, steps: {s: {at: nursing, for: 1 d, then: out}}',
        "units.nursing: routine work is counted on day 0, and the group 'late' asks more than attributes. Name another group",
    ),
    (
        'attributes: {age: {0-9: 1}}, groups: {old: {age: 5+}}, units: {nursing: {slots: 1, routine: {old: {by: hour, 8-16: 3 h per w, rest: 1 h per w}}}}, '
        'arrivals: {people: {rate: 1 per d, then: s}}, steps: {s: {at: nursing, for: 1 d, then: out}}',
        "units.nursing: routine work is counted on day 0, so it can depend on attributes only. Write one number a group",
    ),
    (
        'risks: {fall: {rate: 1 per y, then: s}}, effects: {weak: {fall: {0-3 d: 2}}}, '
        'arrivals: {people: {rate: 1 per d, then: s}}, steps: {s: {wait: 1 d, done: {weak: {yes: 0.5, no: 0.5}}, then: out}}',
        "steps.s: shares were given for 'weak', which is no attribute. Write a chance, such as 0.4",
    ),
    (
        'attributes: {municipality: {odense: 0.5, bardu: 0.5}}, units: {geriatric_team: {slots: {by: municipality, odense: 1}}}, '
        'steps: {seen: {at: geriatric_team, for: 1 h, then: out}}',
        "units.geriatric_team.slots: nothing for municipality 'bardu'. Add it, or 'rest'",
    ),
    # Reading
    # Headings, entries
    ('unit: {ward: {beds: 3}}', "unit: no such heading. Did you mean 'units'?"),
    ('units: [ward]', "units: ['ward'] was given. Write names with their entries"),
    ("units: {'gå hjem': {beds: 3}}", "units.gå hjem: 'gå hjem' can't be a name. Use letters without accents, digits and _"),
    ('care_models: {a: {levers: [b]}}', "care_models.a.levers: no lever 'b'. There are none to choose from"),
    (
        'levers: {a: {changes: {costs: {}}}}',
        "levers.a.changes.costs: a lever can't change costs. Allowed: units, steps, tasks, effects, groups, attributes",
    ),
    ('levers: {a: {changes: {steps: [out]}}}', "levers.a.changes.steps: ['out'] was given. Write names with what changes"),
    ('steps: {seen: {then: out}}', 'steps.seen: no verb. Write one of at, wait, choose, handover, do, leave'),
    ('about: {titel: x}', "about.titel: no such word here. Did you mean 'title'?"),
    ('about: {title: [a]}', "about.title: ['a'] was given. Write a text"),
    ('risks: {death: {then: out}}, population: {citizens: 3}', "risks.death: 'rate' is missing. Add it"),
    ('population: {citizens: 3, deaths: replace}', "population.deaths: 'replace' was given. Allowed: replaced, not_replaced"),
    ('about: 3', 'about: 3 was given. Write names with their values: {name: value}'),
    ('attributes: {a: {by: sex, woman: {odds: [1]}}}', 'attributes.a.woman.odds: [1] was given. Write names with their values: {name: value}'),
    ('units: {ward: {beds: 3, staff: nurse}}', "units.ward.staff: 'nurse' was given. Write names with their values: {name: value}"),
    ('holidays: 2026-01-01', "holidays: '2026-01-01' was given. Write a list: [a, b]"),
    # Values
    ('risks: {death: {rate: 3 per d, times: {copd: many}, then: out}}', "risks.death.times.copd: 'many' is not a number. Write figures, such as 0.5"),
    ('steps: {s: {wait: 3, then: out}}', 'steps.s.wait: 3 is not a time. Write a number and a unit: 15 min, 4 h, 30 d, 2 w, 3 y'),
    ('steps: {s: {wait: 201 y, then: out}}', "steps.s.wait: '201 y' is longer than 200 y, the longest time allowed"),
    ('arrivals: {people: {rate: 3 d, then: out}}', "arrivals.people.rate: '3 d' is not a rate. Write a number per unit: 10 per d, 0.3 per y"),
    ('arrivals: {people: {rate: 1e6 per s, then: out}}', "arrivals.people.rate: '1e6 per s' is more than 1000 per s, the highest rate allowed"),
    ('units: {nursing: {slots: 1, routine: {old: 3 h}}}', "units.nursing.routine.old: '3 h' is not a load of work. Write time per unit: 3.2 h per w"),
    (
        'units: {nursing: {slots: 1, routine: {old: 1e6 h per d}}}',
        "units.nursing.routine.old: '1e6 h per d' is more than 1000 places round the clock, the highest load allowed",
    ),
    ('units: {ward: {beds: 1, staff: {nurse: .inf}}}', 'units.ward.staff.nurse: inf is not a number that a care system can have. Allowed: up to 1e15'),
    ('units: {ward: {beds: 1, staff: {nurse: -1}}}', 'units.ward.staff.nurse: -1 was given. Allowed: 0 or more'),
    ('effects: {fragile: {death: {0-3 d: 2000000}}}', 'effects.fragile.death.0-3 d: 2000000 was given. Allowed: 0 to 1,000,000'),
    ('units: {ward: {beds: 1, crowded: 1.2}}', 'units.ward.crowded: 1.2 was given. Allowed: a share from 0 to 1'),
    ('units: {ward: {beds: 2.5}}', 'units.ward.beds: 2.5 was given. Allowed: a whole number up to 10 million, or unlimited'),
    ('population: {citizens: 2.5}', 'population.citizens: 2.5 was given. Allowed: a whole number from 0 to 10000000'),
    ('steps: {s: {at: ward, for: 1 d, priority: 10, then: out}}', 'steps.s.priority: 10 was given. Allowed: a whole number from 1 to 9'),
    ('steps: {s: {wait: 1 d, then: no}}', "steps.s.then: 'no' was read as false, which is no name. Choose another name"),
    ('steps: {s: {wait: 1 d, then: [out]}}', "steps.s.then: ['out'] is not a name. Write a word"),
    ('risks: {death: {rate: 1 per y, where: [], then: out}}', 'risks.death.where: no names. Write at least one, or remove the line'),
    ('population: {citizens: 3, birthdays: 1}', 'population.birthdays: 1 was given. Allowed: yes, no'),
    ('units: {ward: {beds: 3, source: []}}', 'units.ward.source: no sources. Write at least one, or remove the line'),
    ('evidence: {arrivals.people: {}}', 'evidence.arrivals.people: says nothing. Write role, source or note, or remove the line'),
    (
        'evidence: {arrivals.people.rat: {role: assumed}}',
        "evidence.arrivals.people.rat: fits no number of this system. Did you mean 'arrivals.people.rate'?",
    ),
    ('evidence: {arrivals.people: {rol: assumed}}', "evidence.arrivals.people.rol: no such word here. Did you mean 'role'?"),
    ('units: {ward: {beds: {value: 3, range: 2}}}', 'units.ward.beds.range: 2 was given. Write two numbers: [from, to]'),
    ('units: {ward: {beds: {value: 3, range: [4, 2]}}}', 'units.ward.beds: the range runs from 4 down to 2. Turn it round'),
    (
        'risks: {death: {rate: {value: 3 per y, range: [1 per y, 2 per y]}, then: out}}',
        "risks.death.rate: '3 per y' lies outside its range. Correct one of them",
    ),
    ('units: {ward: {beds: {value: 3, covers: 95}}}', 'units.ward.beds.covers: 95 was given. Allowed: a share such as 0.95, extremes, guess'),
    ('groups: {old: {}}', 'groups.old: {} is not a test. Write a name, {age: 75+, sex: woman}, [copd, dementia] or {not: …}'),
    ('groups: {old: {age: 0.5}}', 'groups.old: 0.5 is neither a word nor a band'),
    # Drawn times
    (
        'steps: {s: {wait: {}, then: out}}',
        'steps.s.wait: no distribution. Write one of exponential, lognormal, gamma, weibull, normal, uniform, triangular, observed, constant',
    ),
    (
        'steps: {s: {wait: {plus: 3 d}, then: out}}',
        'steps.s.wait: nothing here that could be modified. Write a time, or beside it one of exponential, lognormal, gamma, weibull, normal, '
        'uniform, triangular, observed, constant',
    ),
    ('steps: {s: {wait: {lognormal: {mean: 3 d}}, then: out}}', 'steps.s.wait.lognormal: the mean needs one of cv, sd and median beside it'),
    ('steps: {s: {wait: {observed: []}, then: out}}', 'steps.s.wait: no observed times. Give at least one'),
    ('steps: {s: {wait: {uniform: {low: 3 d, high: 1 d}}, then: out}}', 'steps.s.wait.uniform: low is above high. Turn them round'),
    ('steps: {s: {wait: {gamma: {mean: 3 d, cv: 11}}, then: out}}', 'steps.s.wait.gamma: 11 was given as cv of a gamma time. Allowed: 0.01 to 10'),
    (
        'steps: {s: {wait: {lognormal: {mean: 3 d, median: 4 d}}, then: out}}',
        'steps.s.wait.lognormal: the median of a lognormal time is above 0 and at most its mean. Turn them round',
    ),
    (
        'attributes: {sex: [woman, man]}, steps: {s: {wait: {triangular: {low: 3 d, mode: {by: sex, woman: 4 d, man: 2 d}, high: 5 d}}, then: out}}',
        'steps.s: low is above mode. Turn them round',
    ),
    (
        'steps: {s: {wait: {lognormal: {mean: 3 d, cv: 1}}, then: out}}, '
        'levers: {a: {changes: {steps: {s: {wait: {lognormal: {mean: {times: 2}}}}}}}}',
        "steps.s (with a).wait.lognormal: a lever can't modify one number of a distribution. Modify the whole time: {times: 0.8}",
    ),
    (
        'steps: {s: {wait: 3 d, then: out}}, levers: {a: {changes: {steps: {s: {wait: {plus: {exponential: 1 d}}}}}}}',
        'steps.s (with a).wait: what is added has no chance in it. Write a time: {plus: 5 min}',
    ),
    # Dates, hours, units
    ('day_0: tomorrow', "day_0: 'tomorrow' is not a date. Write it as 2026-01-31"),
    ('day_0: 0001-01-01', 'day_0: 0001-01-01 was given. Allowed: the years 1900 to 2199'),
    ('units: {ward: {beds: 1, open: {mon: noon}}}', "units.ward.open: 'noon' are not hours. Write 8-16, or closed"),
    ('units: {ward: {beds: 1, open: noon}}', "units.ward.open: 'noon' was given. Write {mon-fri: 8-16} or always"),
    ('units: {ward: {beds: 1, open: {monday: 8-16}}}', "units.ward.open: 'monday' names no days. Write mon, mon-fri, sat-sun or holiday"),
    ('units: {ward: {beds: 1, open: {mon-fri: 8-16, fri: 8-12}}}', "units.ward.open: 'fri' names a day twice"),
    (
        'units: {ward: {beds: 1, open: {mon: closed}}}, steps: {s: {at: ward, for: 1 d, then: out}}',
        'units.ward.open: is closed on all its days. Name a day with hours',
    ),
    ('units: {ward: {sector: hospital}}', 'units.ward: a unit has beds or slots. Write one of them'),
    (
        'units: {clinic: {slots: 1, diary: 30 min, queue: 3}}',
        'units.clinic: a diary needs slots, and has neither surge nor queue. Its dates are the queue',
    ),
    ('units: {clinic: {slots: 1, diary: 30 s}}', 'units.clinic: an appointment lasts at least 1 min'),
    ('population: {deaths: replaced}', 'population: nobody lives here. Add citizens: NUMBER or from: FILE'),
    (
        'arrivals: {people: {rate: 1 per d, every: 1 d, then: out}}',
        'arrivals.people: arrivals come at a rate or every so often. Write one of rate and every',
    ),
    ('effects: {fragile: {death: 3}}', 'effects.fragile.death: 3 was given. Write bands of time: {0-3 d: 28, 3-8 d: 20}'),
    ('effects: {fragile: {death: {soon: 3}}}', "effects.fragile.death: 'soon' is no period. Write 0-3 d, 3-8 d, 8+ d"),
    (
        'effects: {fragile: {death: {0-3 d: 3, 4-8 d: 2}}}',
        "effects.fragile.death: the bands '0-3 d' and '4-8 d' leave a gap or overlap. Let one begin where the other ends",
    ),
    ('effects: {fragile: {death: {1-3 d: 3}}}', "effects.fragile.death: the first band '1-3 d' does not begin at 0"),
    ('attributes: {a: [1, 2]}', 'attributes.a.0: 1 is not a word'),
    (
        'units: {ward: {beds: 1, sector: home}}, steps: {s: {at: ward, for: 1 d, then: out}}',
        "units.ward.sector: 'home' is a word of the language. Name the sector that runs the beds",
    ),
    (
        'units: {clinic: {slots: 1, own_first: yes}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        'units.clinic.own_first: nobody shares these places. Add shared_by: ATTRIBUTE, or remove it',
    ),
    (
        'attributes: {c: [x, y]}, units: {clinic: {slots: 1, own_first: yes, shared_by: c}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        'units.clinic.own_first: it is not said whose the places are. Write the places as a table, or add per: ATTRIBUTE',
    ),
    (
        'units: {clinic: {slots: {by: hour, 8-16: 1, rest: 0}}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        "units.clinic.slots: places don't depend on the time. Use open, or a lever",
    ),
    (
        'attributes: {age: {0-9: 1}}, units: {clinic: {slots: 1, per: age}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        "units.clinic.per: 'age' has no words that could name the places. Use an attribute of words",
    ),
    (
        'units: {clinic: {slots: 1, crowded: {by: crowded, clinic: 0.5, rest: 0.9}}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        "units.clinic.crowded: when a unit is crowded can't depend on what is crowded. Use an attribute or the hour",
    ),
    (
        'attributes: {m: {a: 1}, c: {by: m, a: x}}, units: {clinic: {slots: 1, diary: 30 min, per: m, shared_by: c, own_first: yes}}, '
        'steps: {s: {at: clinic, then: out}}',
        'units.clinic: a diary gives dates in the order of asking. Remove own_first',
    ),
    (
        'attributes: {age: {0-9: 1}}, groups: {old: {age: 5+}}, units: {ward: {beds: 1, routine: {old: 3 h per w}}}, steps: {s: {at: ward, for: 1 d, '
        'then: out}}',
        'units.ward.routine: routine work takes slots, and this unit has beds',
    ),
    ('units: {ward: {beds: 1}}, steps: {s: {at: ward, then: out}}', 'steps.s: how long? Add  for: TIME'),
    (
        'units: {ward: {beds: 1}}, steps: {s: {at: ward, for: 1 d, notice: 1 d, then: out}}',
        "steps.s.notice: 'ward' keeps no diary. Add diary: 30 min to the unit, or remove it",
    ),
    (
        'units: {clinic: {slots: 1, diary: 1 h}}, steps: {s: {at: clinic, for: 1 d, then: out}}',
        "steps.s.for: an appointment at 'clinic' lasts what its diary says. Remove it",
    ),
    (
        'units: {clinic: {slots: 1, diary: 1 h}, room: {slots: 1}}, steps: {s: {at: clinic, with: room, then: out}}',
        "steps.s.with: 'clinic' keeps a diary, and its dates can't wait for another unit",
    ),
    (
        'units: {clinic: {slots: 1, diary: 1 h}}, steps: {s: {at: clinic, already: {in: 1}, then: out}}',
        "steps.s.already: 'clinic' keeps a diary, and nobody is there on day 0. Remove it",
    ),
    (
        'units: {clinic: {slots: 1, diary: 1 h}}, steps: {s: {at: clinic, comes: 0.9, then: out}}',
        "steps.s: some don't come, and then there is nowhere to go. Add  else: STEP",
    ),
    (
        'units: {clinic: {slots: 1, queue: 3}}, steps: {s: {at: clinic, for: 1 h, then: out}}',
        "steps.s: the queue of 'clinic' is limited, and there is nowhere to go. Add  else: STEP",
    ),
    (
        'units: {clinic: {slots: 1}}, steps: {s: {at: clinic, for: 1 h, with: clinic, then: out}}',
        "steps.s.with: 'clinic' is taken already. Name other units",
    ),
    (
        'units: {clinic: {slots: 1}, ward: {beds: 1}}, steps: {s: {at: clinic, for: 1 h, with: ward, then: out}}',
        "steps.s.with: 'ward' has beds, and can't be taken beside another unit. Name a unit with slots",
    ),
    (
        'units: {ward: {beds: 1}}, steps: {s: {at: ward, for: 1 h, then: out}}, attributes: {sex: [woman, man]}, costs: {ward: {price: {by: sex, '
        'woman: 1, man: 2}, per: d, payer: region}}',
        'costs.ward.price: a price is one number. Write it without a table',
    ),
    (
        'units: {ward: {beds: 1}}, steps: {s: {at: ward, for: 1 h, then: out}}, attributes: {sex: [woman, man]}, costs: {ward: {price: 1, per: d, '
        'payer: {by: sex, rest: region}}}',
        'costs.ward.payer: is a word or a table by date: {by: date, until 2027-01-01: municipality, from 2027-01-01: region}',
    ),
    ('units: {ward: {beds: 1}}', 'units.ward: nobody uses it. Add a step  at: ward, or remove it'),
    # Names
    ('steps: null', "arrivals.people.then: no step 'out'. Allowed: home"),
    ('arrivals: null, steps: {out: {leave: well}}', 'nobody comes. Add population: or arrivals:'),
    ('steps: {home: {leave: well}}', "steps.home: 'home' is a word of the language. Choose another name"),
    ('steps: {wait: {leave: well}}', "steps.wait: 'wait' is a word of the language. Choose another name"),
    ('groups: {out: {not: older}}', "steps.out: there is a 'out' under groups too. Give one of them another name"),
    ('units: {rest: {beds: 1}}, steps: {s: {at: rest, for: 1 d, then: out}}', "units.rest: 'rest' is a word of the language. Choose another name"),
    ('arrivals: {people: {rate: 1 per d, then: end}}', "arrivals.people.then: no step 'end'. Allowed: home, out"),
    ('tasks: {t: {then: home}}', "tasks.t.then: no step 'home'. Allowed: out"),
    ('population: {citizens: 3, starts: hom}', "population.starts: no step 'hom'. Did you mean 'home'?"),
    ('levers: {a: {at: outt}}', "levers.a.at: no step 'outt'. Did you mean 'out'?"),
    ('steps: {s: {wait: 1 d, then: end}}', "steps.s: leads to 'end', but a person's own walk comes here. Lead it to home"),
    (
        'steps: {s: {wait: 1 d, then: home}}, tasks: {t: {then: s}}, arrivals: {people: {rate: 1 per d, then: out}}',
        "steps.s: leads to 'home', but a task comes here. Lead it to end",
    ),
    ('steps: {s: {at: warrd, for: 1 d, then: out}}', "steps.s.at: no unit 'warrd'. There are none to choose from"),
    ('units: {a: {slots: 1}}, steps: {s: {at: a, with: b, for: 1 d, then: out}}', "steps.s.with: no unit 'b'. Allowed: a"),
    ('costs: {ward: {price: 1, per: d, payer: region}}', "costs.ward: no unit 'ward'. There are none to choose from"),
    ('risks: {death: {rate: 1 per y, where: hospital, then: out}}', "risks.death.where: no sector with beds 'hospital'. Allowed: anywhere, home"),
    (
        'units: {gp: {slots: 1, sector: practice}}, steps: {g: {at: gp, for: 1 h, then: s}, s: {handover: practise, takes: 1 d, then: out}}',
        "steps.s.handover: no unit is of the sector 'practise'. Did you mean 'practice'?",
    ),
    (
        'units: {gp: {slots: 1, per: municipality}}, steps: {g: {at: gp, for: 1 h, then: out}}',
        "units.gp.per: no attribute 'municipality'. There are none to choose from",
    ),
    ('units: {gp: {slots: 1, routine: {old: 1 h per d}}}', "units.gp.routine: no group 'old'. There are none to choose from"),
    ('levers: {a: {together: practice}}', "levers.a.together: no attribute 'practice'. There are none to choose from"),
    ('levers: {a: {over: b}}', "levers.a.over: no lever 'b'. Allowed: a"),
    ('effects: {fragile: {worsening: {0-3 d: 2}}}', "effects.fragile: no risk 'worsening'. There are none to choose from"),
    (
        'population: {citizens: 3, birthdays: yes}',
        "population.birthdays: there is no attribute 'age' in years up to 120 that could grow. Add it, or remove birthdays",
    ),
    ('groups: {a: {b: yes}, b: [a]}', 'groups.a: a circle of groups: a → b → a. Write one of them out'),
    ('levers: {a: {who: b}, b: {who: a}}', 'levers.a.who: nobody can be the first in a → b → a. Let one of them ask something else'),
    ('steps: {lost: {leave: well}}', 'steps.out: cannot be reached. Lead to it from another step, or remove it'),
    # Lookups, shares, multipliers, tests, actions
    ('steps: {s: {wait: {by: hour}, then: out}}', "steps.s.wait: no cases by 'hour'. Add at least  rest: VALUE"),
    ('steps: {s: {wait: {by: our, rest: 1 d}, then: out}}', "steps.s.wait.by: nothing known by the name 'our'. Did you mean 'hour'?"),
    ('steps: {s: {wait: {by: crowded, ward: 1 d}, then: out}}', "steps.s.wait: no unit 'ward'. There are none to choose from"),
    (
        'steps: {s: {wait: {by: date, soon: 1 d, rest: 2 d}, then: out}}',
        "steps.s.wait: 'soon' is no period of dates. Write until 2027-01-01, from 2027-01-01 or rest",
    ),
    ('steps: {s: {wait: {by: date, from 2026-01-01: 1 d}, then: out}}', "steps.s.wait: nothing before the first date. Add until DATE, or 'rest'"),
    (
        'steps: {s: {wait: {by: date, until 2026-01-01: 1 d, from 2026-01-02: 2 d}, then: out}}',
        'steps.s.wait: the periods leave a gap or overlap. Let `from` begin where `until` ends',
    ),
    (
        'steps: {s: {wait: {by: date, until 2026-01-01: 1 d, rest: 2 d}, then: out}}',
        "steps.s.wait: 'rest' and 'until 2026-01-01' are both before the first date",
    ),
    (
        'steps: {s: {wait: {by: hour, 8-16: 1 d, 15-24: 2 d, rest: 3 d}, then: out}}',
        "steps.s.wait: '15-24' overlaps another case of 'hour'. Let each value stand in one case",
    ),
    ('steps: {s: {wait: {by: weekday, mon-fri: 1 d}, then: out}}', "steps.s.wait: nothing for weekday 'sat'. Add it, or 'rest'"),
    ('steps: {s: {wait: {by: weekday, mon-fry: 1 d, rest: 2 d}, then: out}}', "steps.s.wait: 'mon-fry' is no value of 'weekday'. Did you mean 'mon'?"),
    ('attributes: {age: {0-9: 1}}, steps: {s: {wait: {by: age, 0-4: 1 d}, then: out}}', "steps.s.wait: nothing for age 5. Add its band, or 'rest'"),
    (
        'attributes: {age: {0-9: 1}}, steps: {s: {wait: {by: age, old: 1 d, rest: 2 d}, then: out}}',
        "steps.s.wait: 'old' is no band of 'age', which runs from 0 to 9. Write 65-74 or 85+",
    ),
    ('steps: {s: {choose: {}}}', 'steps.s.choose: no options. Write names with their shares'),
    ('steps: {s: {choose: {out: rest, home: rest}}}', "steps.s.choose: 2 options are 'rest'. Only one can be"),
    (
        'steps: {s: {choose: {out: 1.2, home: rest}}}',
        "steps.s.choose: the shares beside 'rest' sum to 1.2, which leaves nothing. Make them sum to at most 1",
    ),
    (
        'steps: {s: {choose: {out: 0.2, home: rest}}}, levers: {a: {changes: {steps: {s: {choose: {out: {times: 2}}}}}}}',
        "steps.s (with a).choose: a share can't be modified. Write the new share, or odds",
    ),
    (
        'steps: {s: {choose: {out: {by: hour, 8-16: 0.2, rest: 0.4}, home: rest}}}, '
        'levers: {a: {changes: {steps: {s: {choose: {out: {8-16: {times: 2}}}}}}}}',
        "steps.s: a modified number can't stand here. Modify the whole of it",
    ),
    ('steps: {s: {choose: {out: 0.5, home: rest, odds: {uot: 2}}}}', "steps.s.choose.odds.uot: 'uot' is no option here. Did you mean 'out'?"),
    (
        'steps: {s: {wait: {exponential: 1 d, times: {date: 2}}, then: out}}',
        "steps.s.wait.times.date: nothing to multiply by, 'date' is not known. Allowed: crowded, full, hour, informed, month, weekday",
    ),
    (
        'steps: {s: {wait: {exponential: 1 d, times: {crowded: {ward: 2}}}, then: out}}',
        "steps.s.wait.times.crowded: no unit 'ward'. There are none to choose from",
    ),
    (
        'attributes: {sex: [woman, man]}, steps: {s: {wait: {exponential: 1 d, times: {sex: {wman: 2}}}, then: out}}',
        "steps.s.wait.times.sex: 'wman' is no value of 'sex'. Did you mean 'woman'?",
    ),
    (
        'attributes: {sex: [woman, man]}, steps: {s: {wait: {exponential: 1 d, times: {sex: 2}}, then: out}}',
        "steps.s.wait.times.sex: 'sex' is not yes or no. Name the values: {sex: {value: number}}",
    ),
    ('groups: {a: older}', "groups.a: nothing known by the name 'older'. Allowed: a, crowded, date, full, hour, informed, month, weekday"),
    ('attributes: {sex: [woman, man]}, groups: {a: sex}', "groups.a: 'sex' is not yes or no. Write {sex: value}"),
    ('groups: {a: {aeg: 75+}}', "groups.a: nothing known by the name 'aeg'. Allowed: a, crowded, full, hour, informed, month, weekday"),
    ('attributes: {sex: [woman, man]}, groups: {a: {sex: wman}}', "groups.a: 'wman' is no value of 'sex'. Did you mean 'woman'?"),
    ('steps: {s: {do: {lettr: yes}, then: out}}', "steps.s.do.lettr: nothing to do by the name 'lettr'. Allowed: out, s"),
    (
        'attributes: {sex: [woman, man]}, steps: {s: {do: {sex: 0.3}, then: out}}',
        "steps.s.do.sex: 0.3 is a chance, but 'sex' is not yes or no. Write a share table of its words",
    ),
    ('attributes: {sex: [woman, man]}, steps: {s: {do: {sex: wman}, then: out}}', "steps.s.do.sex: 'wman' is no value of 'sex'. Did you mean 'woman'?"),
    (
        'attributes: {frail: [no, yes]}, steps: {s: {do: {frail: 0.2}, then: out}}, levers: {a: {changes: {steps: {s: {do: {frail: {times: 2}}}}}}}',
        "steps.s (with a).do.frail: an action can't be modified. Write its new chance",
    ),
    # Attributes
    ('attributes: {a: []}', 'attributes.a: no words. Write at least one'),
    ('attributes: {a: {by: sex, woman: 0.3, man: {0-3: 1}}, sex: [woman, man]}', 'attributes.a: bands and words are mixed. Write one or the other'),
    ('attributes: {a: ["0", "1"]}', 'attributes.a: a list holds words, not numbers. Write a share table: {0: 0.5, 1-3: 0.5}'),
    ('attributes: {a: {85+: 1}}', 'attributes.a: numbers end at 1000. Write an upper end, such as 85-99'),
    (
        'attributes: {a: {by: hour, 8-16: 0.2, rest: 0.3}}',
        "attributes.a: depends on 'hour', which is not known when people are drawn. Use an attribute or a group",
    ),
    (
        'attributes: {a: {by: b, yes: 0.2, no: 0.3}, b: {by: a, yes: 0.2, no: 0.3}}',
        'attributes.a: a circle of attributes: a, b. Let one of them not depend on the others',
    ),
    # Graphs, limits
    (
        'steps: {s: {wait: 1 d, then: t}, t: {wait: 1 d, then: s}}, tasks: {a: {then: s}}, arrivals: {people: {rate: 1 per d, then: out}}',
        'steps.s: a task that comes here never ends. Lead some way on to end',
    ),
    (
        'units: {a: {slots: 1}, b: {slots: 1}}, steps: {s: {at: a, with: b, for: 1 d, then: t}, t: {at: b, with: a, for: 1 d, then: out}}',
        'steps: a → b → a are taken together in different orders and can lock. Begin all with the same unit',
    ),
    (
        'arrivals: {people: {every: {exponential: 0 d}, then: out}}',
        'arrivals.people.every: no time passes between arrivals in some case. Write at least 1 s',
    ),
    (
        'steps: {s: {wait: {exponential: 100 y, times: {hour: {8-16: 3}}}, then: out}}',
        'steps.s.wait: can become longer than 200 y, the longest time allowed. Lower its multipliers',
    ),
    (
        'risks: {death: {rate: 1 per s, then: out}}, population: {citizens: 3}',
        'risks.death: can strike more than once a minute when all its multipliers meet. Lower the rate or the multipliers',
    ),
    (
        'units: {gp: {slots: 1, sector: practice}}, steps: {s: {handover: practice, takes: 1 d, complete: 0.8, then: seen}, seen: {at: gp, for: 1 h, '
        'then: out}}, levers: {a: {changes: {steps: {s: {complete: {times: 1.5}}}}}}',
        'steps.s (with a).complete: can become 1.2. Allowed: a share from 0 to 1',
    ),
    # Levers
    (
        'attributes: {c: 0.5}, levers: {a: {changes: {attributes: {c: 0.6}}}}',
        'levers.a.changes.attributes.c: a lever can add to attributes, not change what is there. Give it a name of its own',
    ),
    (
        'levers: {a: {changes: {steps: {out: null}}}}',
        "levers.a.changes.steps.out: a lever can't remove a step or replace it by a word. Write the fields that it changes",
    ),
    (
        'steps: {s: {wait: 1 d, then: out}}, levers: {a: {changes: {steps: {s: {wait: 2 d}}}}, b: {changes: {steps: {s: {wait: 3 d}}}}}',
        "levers.b.changes.steps.s.wait: the lever 'a' sets the same key. Remove one, or write  over: a",
    ),
    ('levers: {a: {over: b}, b: {over: a}}', 'levers.a.over: a circle of a, b, each over another. Let one of them give way'),
    (
        'units: {ward: {beds: 3}}, steps: {s: {at: ward, for: 1 d, then: out}}, costs: {ward: {price: 3, per: d, payer: region}}, '
        'care_models: {a: {levers: [l]}}, levers: {l: {who: m}, m: {}}',
        "levers.l.who: the lever 'm' is not switched on in this care model. Add it to its levers",
    ),
    # Laid out
    (
        'attributes: {a: {0-999: 1}, b: {0-999: 1}}, steps: {s: {wait: {by: a, 0: {by: b, 0: 1 d, rest: 2 d}, rest: {by: b, 0: 3 d, rest: 2 d}}, '
        'then: out}}',
        "steps.s: a lookup by 'a' makes 1,000,000 cases with those in it. Allowed: 100,000",
    ),
    (
        'attributes: {a: {0-999: 1}, b: {0-999: 1}}, steps: {s: {wait: {uniform: {low: {by: a, 0: 1 h, rest: 2 h}, high: {by: b, 0: 5 h, '
        'rest: 6 h}}}, then: out}}',
        'steps.s: its lookups make more than 100,000 cases together. Ask fewer things',
    ),
    (
        'attributes: {sex: [woman, man]}, risks: {death: {rate: {by: hour, 8-16: {by: sex, woman: 1 per y, man: 2 per y}, rest: 0 per y}, '
        'then: out}}, population: {citizens: 3}',
        'risks.death.rate: depends on the calendar and on something else in one lookup. Write them as two multipliers',
    ),
    (
        'attributes: {sex: [woman, man]}, arrivals: {people: {rate: {by: sex, woman: 1 per y, man: 2 per y}, then: out}}',
        'arrivals.people: arrivals depend on the calendar only. Write one stream for each group',
    ),
    (
        'attributes: {sex: [woman, man]}, arrivals: {people: {every: {by: sex, woman: 1 d, man: 2 d}, then: out}}',
        'arrivals.people: arrivals depend on the calendar only. Write one stream for each group',
    ),
    (
        'units: {ward: {beds: 3}}, steps: {s: {at: ward, for: 1 d, then: out}}, risks: {fall: {rate: 1 per y, times: {crowded: {ward: 2}}}}',
        "risks.fall: its clock can't follow 'crowded' here. Let a step or task have an effect",
    ),
    (
        'attributes: {m: {a: 1}, c: {x: 1}}, units: {gp: {slots: 1, per: m, shared_by: c}}, steps: {s: {at: gp, for: 1 d, then: out}}',
        "units.gp: places of 'm' are shared by 'c', so write attributes.c as {by: m, …}, one word a case",
    ),
    (
        'units: {gp: {slots: 3}}, steps: {s: {at: gp, for: 1 d, then: out}}, levers: {a: {changes: {units: {gp: {slots: {times: 0.5}}}}}}',
        'units.gp: 1.5 places are no whole number. Choose other numbers',
    ),
    (
        'attributes: {m: {a: 1}, c: {x: 0.5, y: 0.5}}, units: {gp: {slots: {by: c, x: 1, y: 2}, per: m}}, steps: {s: {at: gp, for: 1 d, then: out}}',
        "units.gp: places can't depend on this. Write a number, or a table of one attribute",
    ),
    (
        'attributes: {c: {x: 0.5, y: 0.5}}, units: {gp: {slots: 1, staff: {nurse: {by: c, x: 1, y: 2}}}}, steps: {s: {at: gp, for: 1 d, then: out}}',
        "units.gp: staff.nurse can't depend on this. Write a number",
    ),
    (
        'attributes: {c: {x: 0.5, y: 0.5}}, steps: {s: {choose: {home: {by: c, x: rest, y: 0.5}, out: rest}}}',
        "steps.s: 2 options are 'rest' in some case of a lookup. Only one can be",
    ),
    (
        'attributes: {c: {x: 0.5, y: 0.5}}, steps: {s: {choose: {home: {by: c, x: 1.5, y: 0.5}, out: rest}}}',
        "steps.s: the shares beside 'rest' sum to 1.5 in some case of a lookup. Make them sum to at most 1",
    ),
    (
        'attributes: {c: {x: 0.5, y: 0.5}}, steps: {s: {choose: {home: {by: c, x: 0.4, y: 0.5}, out: 0.5}}}',
        "steps.s: the shares sum to 0.9 in some case of a lookup. Make one of them 'rest'",
    ),
]
TEXTS = [
    ("[1, 2]", "file: [1, 2] is not a care system. Write headings, such as units: and steps:"),
    ("a: !!set {x}", "file:1: not readable as YAML: the tag tag:yaml.org,2002:set has no use here. Remove it"),
    ("units: {ward: {beds: on}}", "file:1: not readable as YAML: 'on' is read as yes here. Write that, or another word"),
    ("? [a, b]", "file:1: not readable as YAML: a key must be one word"),
    ("a: 1\na: 2", "file:2: not readable as YAML: the key 'a' stands twice"),
    ("a: &a {b: 1}\nc: {<<: *a}", "file:2: not readable as YAML: '<<' brings in another entry. Write its lines out"),
    ("a: {b", "file:1: not readable as YAML: expected ',' or '}', but got '<stream end>'"),
    ("a: " + "[" * 5000, "file: not readable as YAML: nested too deep"),
    ("a: ['${oc.env:HOME}']", "file: a[0]: '${oc.env:HOME}' refers to something else. Write the value itself"),
    ("a: 0x" + "f" * 40, "file: a: a number larger than a care system can have. Allowed: up to 1e15"),
    ("~: 1", "file: a key is no word. Write a name, a band or a number up to 1e15"),
    ("a: &a [*a]", "file: a" + "[0]" * 26 + "[: too large or too deep for a care system"),
    ("a: " + "x" * (LONGEST_TEXT + 1), f"is longer than {LONGEST_TEXT} characters. Say it shorter"),
]
# fmt: on


def over_small(given: dict) -> dict:
    """The entries of a case, over those of SMALL heading by heading; people arrive at the first of its steps."""
    first = next(iter(given.get("steps") or ["out"]), "out")
    small = {**SMALL, "arrivals": {"people": {"rate": "1 per d", "then": first}}}
    return {key: {**small.get(key, {}), **entry} if isinstance(entry, dict) else entry for key, entry in {**small, **given}.items()}


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as raised:
        for system in read_all(over_small(read_text("{" + text + "}"))).values():
            lay_out(system, 3)
    return [str(fault) for fault in raised.value.faults]


def said(call) -> str:
    with pytest.raises(Faults) as raised:
        call()
    return str(raised.value)


def test_the_small_system_has_no_fault():
    for system in read_all(SMALL).values():
        lay_out(system, 3)


@pytest.mark.parametrize(("text", "fault"), CASES, ids=[fault[:60] for _, fault in CASES])
def test_a_rule(text, fault):
    assert fault in faults_of(text)


@pytest.mark.parametrize(("text", "fault"), TEXTS, ids=[fault[:60] for _, fault in TEXTS])
def test_a_rule_of_texts(text, fault):
    assert fault in said(lambda: read_text(text, "file"))


def _missing(tmp_path):
    read_yaml(tmp_path / "missing.yaml")


def _large(tmp_path):
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST_FILE + 1))
    read_yaml(tmp_path / "large.yaml")


def _latin(tmp_path):
    (tmp_path / "latin.yaml").write_bytes("a: å".encode("latin-1"))
    read_yaml(tmp_path / "latin.yaml")


def _of_no_use(_):
    plain({"a": {1, 2}})


def _no_model(_):
    read_system(SMALL, "partnership")


def _deep(_):
    lookup = "1 d"
    for _ in range(5000):
        lookup = {"by": "hour", "rest": lookup}
    read_all({**SMALL, "steps": {"out": {"wait": lookup, "then": "home"}}})


def _nine_levers(_):
    step = {"wait": "1 d", "then": "home"}
    levers = {f"lever_{i}": {"changes": {"steps": {"out": {"wait": {"times": 0.9}}}}} for i in range(9)}
    read_all({**SMALL, "steps": {"out": step}, "levers": levers})


def _no_days(_):
    lay_out(read_system(SMALL), 0)


def _same_luck(_):
    real = draws.decision_id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "decision_id", lambda name: real(name) % 1)
        lay_out(read_system(over_small(read_text("steps: {out: {choose: {home: 0.5, well: rest}}, well: {leave: well}}"))), 3)


def _word_modified(_):
    cost = {"price": 100, "per": "d", "payer": "region"}
    raw = over_small(read_text("units: {ward: {beds: 1}}\nsteps: {s: {at: ward, for: 1 d, then: out}}"))
    read_all(merge({**raw, "costs": {"ward": cost}}, {"costs": {"ward": {"payer": {"times": 2}}}}))


CALLS = [
    (_word_modified, "costs.ward.payer: a word can't be modified. Write the new word"),
    (_missing, "missing.yaml: no such file"),
    (_large, "large.yaml: larger than 5 MB. A care system is a small file; put citizens in Parquet"),
    (_latin, "latin.yaml: can't be read as text in UTF-8 (UnicodeDecodeError)"),
    (_of_no_use, "a: {1, 2} is of a kind that a care system has no use for"),
    (_no_model, "care_model: no care model 'partnership'. Allowed: base"),
    (_deep, "steps.out: nested too deep"),
    (_nine_levers, "steps.out: 9 levers alter it. Allowed: 8, as each of their combinations is a form"),
    (_no_days, "years: a run lasts more than 0 and at most 5000 years"),
    (_same_luck, "arrivals.people: shares its luck with 'steps.out.choose' by an accident of names. Rename one of them"),
]


@pytest.mark.parametrize(("call", "fault"), CALLS, ids=[call.__name__[1:] for call, _ in CALLS])
def test_a_rule_outside_a_file(call, fault, tmp_path):
    assert fault in said(lambda: call(tmp_path))


def test_all_faults_of_a_file_are_said_at_once():
    found = faults_of(
        "unit: {}, units: {ward: {sector: hospital}}, groups: {old: {aeg: 75+}}, risks: {fall: {rate: 3, then: out}}, "
        "steps: {s: {wait: 1 d, then: dischrage}, t: {at: gp, wait: 1 d}, u: {choose: {out: 0.5, home: 0.6}}}, population: {citizens: -1}"
    )
    for fault in (
        "unit: no such heading. Did you mean 'units'?",
        "units.ward: a unit has beds or slots. Write one of them",
        "groups.old: nothing known by the name 'aeg'",
        "risks.fall.rate: 3 is not a rate",
        "steps.s.then: no step 'dischrage'",
        "steps.t: two verbs, 'at' and 'wait'",
        "steps.u.choose: the shares sum to 1.1",
        "population.citizens: -1 was given",
    ):
        assert any(one.startswith(fault) for one in found), fault
    assert not any("cannot be reached" in one for one in found)  # t could not be read, and may lead anywhere


def test_a_fault_in_one_care_model_is_said_for_all():
    text = "levers: {a: {changes: {steps: {out: {wait: 1 d}}}}}, care_models: {one: {levers: []}, two: {levers: [a]}}"
    assert faults_of(text) == ["steps.out (with a): 'then' is missing. Add it"]


def test_a_scenario_with_a_new_verb_is_no_fault():
    merged = merge(SMALL, read_text("steps: {out: {wait: 3 d, then: home}}"))
    assert read_system(merged).steps["out"].then == "home"


def test_the_bounds_of_a_gamma_time_are_those_of_the_sampler():
    assert ALLOWED["gamma"]["cv"] == (LEAST_CV, GREATEST_CV)


# Which lines of code are rules, and which of them a case has reached
def _is_rule(node: ast.AST) -> ast.Call | None:
    call = node.exc if isinstance(node, ast.Raise) else node
    if not isinstance(call, ast.Call):
        return None
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    owner = getattr(getattr(call.func, "value", None), "id", None)
    if name in ("Fault", "fail", "_missing", "_problem") or (name == "append" and owner == "wrong"):
        return call
    return call if isinstance(node, ast.Raise) and name == "ValueError" else None


def rules() -> dict[tuple[str, int, int], str]:
    """Every place in the code from which a fault comes: (file, first line, last line) → its text."""
    found = {}
    for folder in ("language", "plan"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)):
                call = _is_rule(node)
                if call is not None and "# a net" not in text.splitlines()[call.end_lineno - 1]:
                    found[str(path), call.lineno, call.end_lineno] = ast.get_source_segment(text, call)
    return found


def lines_reached(monkeypatch, tmp_path) -> set[tuple[str, int]]:
    """The lines where faults were made, errors were raised and wrongs were noted while all cases ran."""
    reached: set[tuple[str, int]] = set()
    plain_init = Fault.__init__

    def noted(fault, *args):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith(str(ROOT)):
                reached.add((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        plain_init(fault, *args)

    def trace(frame, event, _):
        name = frame.f_code.co_filename
        if not name.startswith(str(ROOT)):
            return None
        frame.f_trace_lines = name.endswith("facts.py")
        if event in ("exception", "line"):
            reached.add((name, frame.f_lineno))
        return trace

    monkeypatch.setattr(Fault, "__init__", noted)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for text, _ in CASES:
            faults_of(text)
        for text, _ in TEXTS:
            said(lambda text=text: read_text(text))
        for call, _ in CALLS:
            said(lambda call=call: call(tmp_path))
    finally:
        sys.settrace(before)
    return reached


def test_every_rule_has_a_case(monkeypatch, tmp_path):
    reached = lines_reached(monkeypatch, tmp_path)
    without = [f"{Path(path).relative_to(ROOT)}:{first}: {' '.join(text.split())[:120]}" for (path, first, last), text in rules().items()
               if not any((path, line) in reached for line in range(first, last + 1))]  # fmt: skip
    assert not without, "no case for\n" + "\n".join(without)
    assert len(rules()) > 150
