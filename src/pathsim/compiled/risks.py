"""Risks consume a budget at the speed of their hazard: rules 17–22, as in `engine.risks`.

The hazard of each risk of a person is kept as a path, (since, speed) pieces; what is left of a
budget is what the path up to now has not consumed.
"""

from __future__ import annotations

from ..draws.jit import jit_inner as jit
from ..draws.samplers import exponential
from ..plan.model import NEVER
from .ask import decide, value
from .calendar import cancel, schedule
from .luck import uniform_of
from .tables import NONE, PIECES, STRIKE
from .world import give_row, last_piece, take_row

NOT_DRAWN = -1.0


@jit
def speed(w, p, r, t):
    """The hazard per ms at t, without season."""
    risk = w.risks[r]
    if not (risk.where >> w.people[p].where) & 1:
        return 0.0
    if not decide(w, risk.who, p, t):
        return 0.0
    found = value(w, risk.rate, p, t)
    for i in range(risk.effects, risk.effects_last):
        banded = w.banded[i]
        begun = w.effects[p * w.n_effects + banded.effect]
        if begun >= 0:
            for b in range(banded.first, banded.last):
                band = w.bands[b]
                if band.start <= t - begun < band.end:
                    found *= value(w, band.node, p, t)
    return found


@jit
def next_edge(w, p, r, t):
    """When the hazard next changes by itself: where a band of an effect begins or ends."""
    edge = NEVER
    for i in range(w.risks[r].edges, w.risks[r].edges_last):
        begun = w.effects[p * w.n_effects + w.edges[i].effect]
        if begun >= 0 and t - begun < w.edges[i].end and begun + w.edges[i].end < edge:
            edge = begun + w.edges[i].end
    return edge


@jit
def elapsed(w, risk, t):
    """The time that has passed on the clock of a season."""
    season = w.seasons[last_piece(w.seasons, risk.season, risk.seasons, t, False)]
    return season.passed + season.speed * (t - season.since)


@jit
def reach(w, first, last, x):
    """The time at which x has passed on the clock of a season; infinite if it stands still before."""
    i = last_piece(w.seasons, first, last, x, True)
    while w.seasons[i].speed <= 0.0:
        i += 1
        if i == last:
            return float("inf")
    season = w.seasons[i]
    return season.since + max(x - season.passed, 0.0) / season.speed


@jit
def consumed(w, risk, start, end, speed):
    if risk.season == NONE:
        return speed * (end - start)
    return speed * (elapsed(w, risk, end) - elapsed(w, risk, start))


@jit
def spent(w, risk, t, amount):
    if risk.season == NONE:
        return t + amount
    return reach(w, risk.season, risk.seasons, elapsed(w, risk, t) + amount)


@jit
def add_piece(w, clock, last, since, found):
    """One more piece at the end of a path; the first is kept in the clock itself."""
    if last == NONE - 1:
        clock.since, clock.speed, clock.more = since, found, NONE
        return NONE
    i = take_row(w, PIECES, w.pieces)
    piece = w.pieces[i]
    piece.since, piece.speed, piece.next = since, found, NONE
    if last == NONE:
        clock.more = i
    else:
        w.pieces[last].next = i
    return i


@jit
def project(w, p, r):
    """The hazard from now on, and when the budget will be spent. A budget is drawn when its clock first runs."""
    risk, clock, t = w.risks[r], w.clocks[p * w.n_risks + r], w.now
    forget_path(w, clock)
    clock.strike = NEVER
    budget, last = clock.budget, NONE - 1
    while t < w.horizon:
        found = speed(w, p, r, t)
        last = add_piece(w, clock, last, t, found)
        edge = next_edge(w, p, r, t)
        if found > 0.0:
            if budget == NOT_DRAWN:
                budget = exponential(uniform_of(w, p, risk.decision), 1.0)
                clock.budget = budget
            strike = spent(w, risk, t, budget / found)
            if strike <= edge:
                if strike < w.horizon:
                    clock.strike = max(int(strike + 0.5), t)
                return
            budget = max(budget - consumed(w, risk, t, edge, found), 0.0)
        t = edge


@jit
def forget_path(w, clock):
    i = clock.more
    while i != NONE:
        following = w.pieces[i].next
        give_row(w, PIECES, w.pieces, i)
        i = following
    clock.more = NONE


@jit
def spend(w, p, r):
    """What is left of the budget now, having run along its path."""
    risk, clock, now = w.risks[r], w.clocks[p * w.n_risks + r], w.now
    if clock.budget == NOT_DRAWN:
        return
    since, found, more = clock.since, clock.speed, clock.more
    budget = clock.budget
    while since < now:
        end = min(w.pieces[more].since, now) if more != NONE else now
        if found > 0.0:
            budget -= consumed(w, risk, since, end, found)
        if more == NONE:
            break
        since, found, more = w.pieces[more].since, w.pieces[more].speed, w.pieces[more].next
    clock.budget = max(budget, 0.0)


@jit
def enter_risks(w, p):
    """Budgets for a newcomer, all clocks set."""
    for r in range(w.n_risks):
        clock = w.clocks[p * w.n_risks + r]
        clock.budget, clock.more = NOT_DRAWN, NONE
        project(w, p, r)
    w.people[p].entered = 1
    set_alarm(w, p)


@jit
def touch(w, asked):
    """Marks the risks that ask about what has changed."""
    for i in range(w.watch[asked].first, w.watch[asked].last):
        w.touched[w.watching[i]] = 1


@jit
def changed(w, p):
    """The hazards that were marked go on at their new speed; none runs before a newcomer has entered."""
    person, any_ = w.people[p], False
    for r in range(w.n_risks):
        if w.touched[r]:
            w.touched[r] = 0
            if person.entered and not person.gone:
                spend(w, p, r)
                project(w, p, r)
                any_ = True
    if any_:
        set_alarm(w, p)


@jit
def moved(w, p, before):
    """Whereabouts changed: clocks that run in one place and not in the other start or stop."""
    for r in range(w.n_risks):
        where = w.risks[r].where
        if (where >> before ^ where >> w.people[p].where) & 1:
            w.touched[r] = 1
    changed(w, p)


@jit
def set_alarm(w, p):
    """One alarm, at the first strike; it is moved only if the first strike changes."""
    first, which = NEVER, NONE
    for r in range(w.n_risks):
        if w.clocks[p * w.n_risks + r].strike < first:
            first, which = w.clocks[p * w.n_risks + r].strike, r
    person = w.people[p]
    if person.strike != NONE and person.which == which and w.events[person.strike].time == first:
        return
    cancel(w, person.strike)
    person.which = which
    person.strike = schedule(w, first, STRIKE, p, 0) if which != NONE else NONE


@jit
def forget_risks(w, p):
    """Who has left has no hazards."""
    person = w.people[p]
    cancel(w, person.strike)
    person.strike = NONE
    if person.entered:
        for r in range(w.n_risks):
            forget_path(w, w.clocks[p * w.n_risks + r])
