"""Watch a pilot: at each look, what is to be believed of it, and whether one more look is worth what it costs.

  pathsim monitor experiments/monitoring/odense.yaml
  pathsim monitor my_pilot.yaml price.admissions=50000 --lang da
  pathsim monitor my_pilot.yaml prior='{draws: futures.csv}'

The file says what was believed before, what was seen and when, and what is at stake (docs/monitoring.md). Results are in
results/NAME-monitoring, by the name of the file: monitoring.csv, characteristics.csv (how often the rule is wrong, by the true
effect), monitoring.svg and .png.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

OF_THE_SD = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)  # true effects, in standard deviations of what was believed before
MOST_PILOTS = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("args", nargs="+", metavar="FILE or key=value", help="the pilot (.yaml), and changes of it")
    parser.add_argument("--lang", choices=["en", "da"], default="en")
    parser.add_argument("--results", type=Path, default=Path("results"), metavar="FOLDER", help="where the results go (default: results)")
    parser.add_argument("--pilots", type=int, default=4000, metavar="N", help="simulated for each true effect (default: 4000)")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    from ..decide.monitoring import characteristics, monitor, rule
    from ..decide.pilot import read_pilot
    from ..report import monitoring as report
    from ..study import results

    path, data = _given(options)
    watched = read_pilot(data, str(path), path.parent)
    prior, pilot = watched.prior, watched.pilot
    table = monitor(prior, pilot, watched.seen, watched.draws)
    dates = [watched.form.begun, *(look.date for look in watched.form.looks)]
    table.insert(1, "date", dates[: len(table)])
    told = characteristics(rule(prior, pilot), prior, pilot, [share * prior.sd for share in OF_THE_SD], options.seed, options.pilots)
    folder = options.results / f"{path.stem}-monitoring"
    try:
        with results.staging(folder) as part:
            table.to_csv(part / "monitoring.csv", index=False, float_format="%.6g", lineterminator="\n")
            told.to_csv(part / "characteristics.csv", index=False, float_format="%.6g", lineterminator="\n")
            report.write(part, watched, table, options.lang)
            (part / "manifest.json").write_text(json.dumps(_manifest(data, watched.draws, options), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            kept = results.publish(part, folder)
    except OSError as problem:
        print(f"pathsim: {folder} can't be written ({problem.strerror})", file=sys.stderr)
        return 1
    if kept:
        print(f"{folder} held another pilot, which is now {kept}", file=sys.stderr)
    print(report.text(watched, table, options.lang), folder, sep="\n")
    return 0


def _given(options: argparse.Namespace) -> tuple[Path, dict[str, Any]]:
    """The file with its changes. Raises Faults."""
    from ..faults import Fault, Faults
    from ..inputs.written import nested
    from ..language import merge, read_text, read_yaml

    files = [text for text in options.args if "=" not in text]
    faults = [] if len(files) == 1 else [Fault("pathsim monitor", f"{len(files)} files were given. Name one file (.yaml) that describes a pilot")]
    if not 100 <= options.pilots <= MOST_PILOTS:
        faults.append(Fault("--pilots", f"{options.pilots} was given. Allowed: 100 to {MOST_PILOTS:,}"))
    if options.seed < 0:
        faults.append(Fault("--seed", f"{options.seed} was given. Allowed: 0 or more"))
    if faults:
        raise Faults(faults)
    data = read_yaml(files[0])
    for text in options.args:
        key, sign, value = text.partition("=")
        if sign:
            given = read_text(f"value: {value}", text)["value"]
            data = merge(data, nested(key.split("."), given)) if "." in key else data | {key: given}  # a word as a whole is replaced
    return Path(files[0]), data


def _manifest(data: dict[str, Any], draws: Any, options: argparse.Namespace) -> dict[str, Any]:
    """What the results depend on."""
    from hashlib import sha256

    from .. import __version__

    drawn = [] if draws is None else [f"{value:.9g}" for value in draws]
    text = json.dumps([data, drawn, options.lang, options.pilots, options.seed], sort_keys=True, default=str)
    return {"pilot": data, "pilots": options.pilots, "seed": options.seed, "lang": options.lang, "pathsim": __version__,
            "config_sha256": sha256(text.encode()).hexdigest()}
