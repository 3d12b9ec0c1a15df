"""A small comparison as a study leaves it: real runs of a real system under two care models."""

import json

import pandas as pd
import yaml

from pathsim import contacts
from pathsim.language import read_all
from pathsim.report.results import Results
from pathsim.study.differences import differences
from pathsim.study.run import simulate_system

SYSTEM = """
about: {title: A small town, title_da: En lille by, role: assumed}
population: {citizens: 300, deaths: replaced}
attributes:
  age: {18-64: 0.5, 65-74: 0.2, 75-84: 0.2, 85-95: rest}
  sex: {woman: 0.5, man: rest}
groups:
  older: {age: 75+}
units:
  ward:  {beds: 12, sector: hospital, staff: {nurse: 0.25, doctor: 0.06}}
  place: {beds: 4, sector: municipality, staff: {carer: 0.4}}
  visit: {slots: 3, sector: municipality, open: {mon-fri: 8-16}, staff: {nurse: 1}}
risks:
  worsening: {rate: 1.2 per y, times: {age: {75-84: 2, 85+: 3}}, then: ward_stay}
  death: {rate: 0.03 per y, where: anywhere, then: died}
effects:
  fragile: {worsening: {0-30 d: 4}}
  seen:    {worsening: {0-30 d: 0.3}}
steps:
  ward_stay:  {at: ward, for: {exponential: 5 d}, hold: yes, then: ready}
  ready:      {choose: {told: 0.4, discharged: rest}}
  told:       {handover: municipality, takes: {exponential: 2 d}, complete: 0.8, hold: yes, then: place_stay, lost: told_again}
  told_again: {wait: 1 d, hold: yes, then: place_stay}
  place_stay: {at: place, for: {exponential: 6 d}, hold: yes, patience: 4 d, else: discharged, then: discharged}
  discharged: {do: {fragile: yes, follow_up: 0.3}, then: home}
  seen_home:  {at: visit, for: 40 min, done: {seen: yes}, then: end}
  died:       {leave: dead}
tasks:
  follow_up: {then: seen_home, after: 1 d, expires: 14 d}
levers:
  together:
    changes:
      steps:
        told:       {takes: {times: 0.2}}
        discharged: {do: {follow_up: 1.0}}
        extra:      {at: visit, for: 1 h, then: end}
      tasks:
        meeting: {then: extra, every: 30 d, who: older}
care_models:
  apart:    {title: Apart, title_da: Hver for sig, levers: []}
  together: {title: Together, title_da: Sammen, story: They meet., levers: [together]}
costs:
  ward:  {price: 5000, per: d, payer: region}
  visit: {price: 700, per: h, payer: municipality}
"""


def raw() -> dict:
    from pathsim.language.load import read_text

    return read_text(SYSTEM)


def folder(path, replications=3, keep_all=False):
    """Fill a results folder and return it."""
    config, found = raw(), []
    for model, system in read_all(config).items():
        for replication in range(replications):
            run = simulate_system(system, seed=3, replication=replication, days=455, warm_up=90)
            if replication == 0 or keep_all:
                contacts.save(run, path / "runs" / (model if replication == 0 else f"{model}.{replication}"))
            found.append(contacts.indicators(run).assign(model=model, replication=replication))
    indicators = pd.concat(found, ignore_index=True)
    indicators.to_csv(path / "indicators.csv", index=False)
    differences(indicators, list(dict.fromkeys(indicators["model"]))).to_csv(path / "differences.csv", index=False)
    (path / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    manifest = {"seed": 3, "replications": replications, "pathsim": "0.1.0", "config_sha256": "ab12", "warnings": []}
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return path


def row(indicator, difference, half=1.0, group="all", level="all", base=100.0, model="new", against="old"):
    """One row of differences, with an interval of so much to both sides."""
    numbers = {"base": base, "value": base + difference, "difference": difference, "low": difference - half, "high": difference + half}
    return {"model": model, "against": against, "indicator": indicator, "group": group, "level": level, "unit": "", "n": 9, **numbers}


def results(*rows, config=None, path=None):
    """A comparison with these rows and nothing else."""
    frame = pd.DataFrame(list(rows))
    empty = pd.DataFrame({"model": [], "replication": [], "indicator": [], "group": [], "numerator": []})
    titles = {"care_models": {"old": {"title": "Old", "title_da": "Gammel"}, "new": {"title": "New", "title_da": "Ny"}}}
    return Results(path, frame, empty, config or titles, {"warnings": []})
