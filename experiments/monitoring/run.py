"""When the partnership of Odense should have been stopped, on what it could have known: a reconstruction. Usage: run.py

Reads looks.csv (what a trial inside the model sees by each quarter, and how exactly) and futures.csv (what the model made of it before).
Writes stopped.csv, by_look.csv, characteristics.csv, sizes.csv, result.txt and stopped.svg and .png.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from pathsim.decide.monitoring import STOP, Belief, Pilot, advice, characteristics, monitor, rule, simulate, to_the_end
from pathsim.decide.sample_information import Spread, Stake, best_size, sizes
from pathsim.report.pictures import STYLE, WIDE
from pathsim.report.results import COLOURS

HERE = Path(__file__).parent
QUARTER = 91 / 365
BOTH, PEOPLE = 14_300, 7_200  # in the trial, and in the half that had it: the model's
ADMISSIONS = 0.338  # acute, a person-year without the arrangement: the model's
FEWER, SAVED = 0.15, 28_000  # what enthusiasts had read (F010), and what an admission costs (E001)
CHANCE = 1.645  # standard deviations: one chance in twenty
CORRELATION = 0.55  # of the errors of cost and admissions: the model's (looks.csv)
BASE = {"price": 25_000, "running": 2e6, "horizon": 5.0, "delay": 1, "early": False}  # assumed
BEGUN = date(2013, 7, 1)  # assumed: only the years 2013-2016 are published (F008)
PRICES = (0, 25_000, 100_000)
PILOTS, SEED = 20_000, 1
MILLION = 1e6


class Told(NamedTuple):
    """Net benefit of a person-year by look: what is true in the model, and the standard error of a trial's estimate."""

    true: np.ndarray
    se: np.ndarray


def told(price: float) -> Told:
    """From the trial inside the model."""
    table = pd.read_csv(HERE / "looks.csv").groupby(["what", "look"])[["true", "se"]].mean()
    years = QUARTER * np.arange(1, 13)[:, None]
    (cost, cost_se), (more, more_se) = (table.loc["cost"].to_numpy() / years).T, (table.loc["acute_admissions"].to_numpy() / years).T
    variance = cost_se**2 + (price * more_se) ** 2 + 2 * CORRELATION * cost_se * price * more_se
    return Told(-cost - price * more, np.sqrt(variance))


def pilot(se: np.ndarray, running: float, horizon: float, delay: int, early: bool, **_) -> Pilot:
    """Half of the practices from the first day; each quarter's figures are known `delay` quarters later."""
    years = np.array([0.0, *QUARTER * (np.arange(1, 13) + delay)])
    periods = np.diff(years, prepend=0.0)
    return Pilot(years, np.array([np.inf, *se]), PEOPLE * periods, running * periods, BOTH, horizon, early)


def priors(price: float) -> dict[str, Belief]:
    """Before the pilot. An enthusiast believes what the better reviews found, a sceptic in nothing with the same doubt; and the model."""
    hoped = FEWER * ADMISSIONS * (SAVED + price)
    futures = pd.read_csv(HERE / "futures.csv")
    benefit = -futures["cost"] - price * futures["acute_admissions"]
    doubt = hoped / CHANCE
    return {"enthusiastic": Belief(hoped, doubt), "sceptical": Belief(0.0, doubt), "the model's futures": Belief(benefit.mean(), benefit.std())}


class Truth(NamedTuple):
    """What may have been true: the mean until each look, and what it would be if it is adopted."""

    until: np.ndarray
    lasting: float


def truths(true: np.ndarray) -> dict[str, Truth]:
    quarters = np.arange(1, 13)
    late = np.cumsum(np.where(quarters <= 4, true[3], -true[3])) / quarters
    plain = {"as in the model": true, "twice the loss": 2 * true, "no difference": 0 * true}
    return {name: Truth(each, each[-1]) for name, each in plain.items()} | {"a loss in the first year, then as much gain": Truth(late, -true[3])}


def cases() -> Iterator[tuple[str, str, dict]]:
    """One thing changed at a time: what, to what, all."""
    for price in PRICES:
        yield "price of an admission", f"{price:,}", BASE | {"price": price}
    for running in (0.5e6, 5e6):
        yield "running, million a year", f"{running / MILLION:g}", BASE | {"running": running}
    yield "horizon, years", "10", BASE | {"horizon": 10.0}
    yield "figures known after, quarters", "3", BASE | {"delay": 3}
    yield "may be adopted early", "yes", BASE | {"early": True}


def day(years: float) -> str:
    return (BEGUN + timedelta(days=round(365 * years))).isoformat() if np.isfinite(years) else ""


def row(prior: Belief, frame: Pilot, true: Truth) -> dict[str, object]:
    """When the rule stops: the pilot in which chance adds nothing, and many in which it does; and what that saves against running it to the end."""
    by, end = rule(prior, frame), to_the_end(frame)
    table = monitor(prior, frame, true.until)
    first = next((r for r in table.itertuples() if r.look and r.advice != "continue"), None)
    found, whole = (simulate(some, prior, frame, true.until, SEED, PILOTS, true.lasting) for some in (by, end))
    stopped, years = ~found.adopted, frame.years[found.end]
    quantile = lambda q: float(np.quantile(years[stopped], q, method="inverted_cdf")) if stopped.any() else np.nan  # noqa: E731
    return {
        "prior_mean": prior.mean, "prior_sd": prior.sd, "begin": advice(by, 0, prior.mean) != STOP,
        "middle": first.advice if first else "continue", "middle_day": day(frame.years[first.look]) if first else "",
        "stopped": stopped.mean(), "day_10": day(quantile(0.1)), "day": day(quantile(0.5)), "day_90": day(quantile(0.9)),
        "before_end": float((stopped & (found.end < len(frame.years) - 1)).mean()),
        "adopted": found.adopted.mean(), "adopted_at_end": whole.adopted.mean(),
        "payoff": found.payoff.mean() / MILLION, "to_the_end": whole.payoff.mean() / MILLION,
    }


def stopping() -> pd.DataFrame:
    """By prior, truth and what is assumed."""
    lines = []
    for what, to, case in cases():
        seen = told(case["price"])
        frame = pilot(seen.se, **case)
        for name, prior in priors(case["price"]).items():
            for truth, true in truths(seen.true).items():
                if truth == "as in the model" or case == BASE:
                    lines.append({"changed": what, "to": to, "prior": name, "true": truth} | row(prior, frame, true))
    return pd.DataFrame(lines)


def by_look() -> pd.DataFrame:
    """The share of pilots stopped by each look, by prior, if it is as in the model."""
    seen = told(BASE["price"])
    frame, parts = pilot(seen.se, **BASE), []
    for name, prior in priors(BASE["price"]).items():
        found = simulate(rule(prior, frame), prior, frame, seen.true, SEED, PILOTS)
        shares = [float((~found.adopted & (found.end <= look)).mean()) for look in range(len(frame.years))]
        parts.append(pd.DataFrame({"prior": name, "look": range(len(frame.years)), "day": [day(years) for years in frame.years], "stopped": shares}))
    return pd.concat(parts, ignore_index=True)


def picture(table: pd.DataFrame) -> None:
    """stopped.svg and .png: how many such pilots would have been stopped by when."""
    with matplotlib.rc_context({**STYLE, "figure.facecolor": "white", "svg.hashsalt": "stopped"}):
        figure = Figure(figsize=(WIDE, 4.6), layout="constrained")
        axis = figure.subplots()
        for colour, (name, rows) in zip(COLOURS, table.groupby("prior", sort=False), strict=False):
            days = rows["day"].to_numpy(dtype="datetime64[D]")
            axis.step(days, 100 * rows["stopped"], where="post", color=colour, linewidth=2.4)
            axis.annotate(name, (days[-1], 100 * rows["stopped"].iloc[-1]), (8, 0), textcoords="offset points", va="center", color=colour, fontweight="bold")
        axis.set(ylim=(0, 103), xlim=(days[0], days[-1] + (days[-1] - days[0]) // 4), ylabel="Stopped, % of pilots with the effect that the model has")
        axis.set_xticks(days[1::2], [f"{each.astype(object):%b %Y}" for each in days[1::2]], fontsize=9)
        axis.grid(axis="x", visible=False)
        figure.suptitle("When Odense's pilot would have been stopped, by what was believed before", fontsize=13, fontweight="bold", x=0.02, ha="left")
        FigureCanvasSVG(figure).print_svg(HERE / "stopped.svg", metadata={"Date": None})
        figure.set_dpi(200)
        FigureCanvasAgg(figure).print_png(HERE / "stopped.png")


def by_effect() -> pd.DataFrame:
    """How often the rule is wrong, by the true net benefit of a person-year, beside running the pilot to its end."""
    frame = pilot(told(BASE["price"]).se, **BASE)
    parts = []
    for name, prior in priors(BASE["price"]).items():
        for rule_name, by in (("stop/go", rule(prior, frame)), ("to the end", to_the_end(frame))):
            found = characteristics(by, prior, frame, [-2000, -1000, -500, -250, 0, 250, 500, 1000, 2000], SEED, PILOTS)
            parts.append(found.assign(prior=name, rule=rule_name))
    return pd.concat(parts, ignore_index=True)


def pilots() -> pd.DataFrame:
    """What a pilot of so many people for so long would have been worth before it began."""
    seen = told(BASE["price"])
    years = QUARTER * np.arange(1, 13)
    slope, level = np.polyfit(1 / years, seen.se**2, 1)
    spread = Spread(np.sqrt(max(level, 0.0) * BOTH / 4), np.sqrt(slope * BOTH / 4))
    stake = Stake(BOTH, BASE["horizon"], once=1e6, person_year=BASE["running"] / BOTH)
    tried = [500, 1000, 2000, 4000, 7000, 14_300]
    parts = [sizes(prior.mean, prior.sd, spread, stake, tried, [1.0, 1.5, 2.0, 3.0]).assign(prior=name) for name, prior in priors(BASE["price"]).items()]
    return pd.concat(parts, ignore_index=True)


def page(stopped: pd.DataFrame, effects: pd.DataFrame, worth: pd.DataFrame) -> str:
    """The three tables as text."""
    shown = ["changed", "to", "prior", "true", "begin", "middle", "middle_day", "stopped", "day_10", "day", "day_90", "before_end", "adopted",
             "adopted_at_end", "payoff", "to_the_end"]
    lines = [f"{name}: {_sized(best_size(rows))}" for name, rows in worth.groupby("prior", sort=False)]
    text = lambda table: table.to_string(index=False, float_format=lambda value: f"{value:,.2f}")  # noqa: E731
    return "\n\n".join([text(stopped[shown]), text(effects.drop(columns=["years_10", "years_90", "payoff_se"])), "\n".join(lines)]) + "\n"


def _sized(best: pd.Series | None) -> str:
    if best is None:
        return "no pilot is worth its cost"
    worth = f"worth {best.enbs / MILLION:.1f} million DKK (of {best.evppi / MILLION:.1f} for knowing the effect)"
    return f"{best.persons:.0f} people for {best.years:g} years, {worth}, standard error {best.se:.0f}"


def main() -> None:
    stopped, looks, effects, worth = stopping(), by_look(), by_effect(), pilots()
    picture(looks)
    for name, table in (("stopped", stopped), ("by_look", looks), ("characteristics", effects), ("sizes", worth)):
        table.to_csv(HERE / f"{name}.csv", index=False, float_format="%.5g", lineterminator="\n")
    found = page(stopped, effects, worth)
    (HERE / "result.txt").write_text(found, encoding="utf-8")
    print(found)


if __name__ == "__main__":
    main()
