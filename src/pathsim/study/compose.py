"""From a command line to one plain dictionary: the shipped configurations, or files of one's own.

Shipped configurations are composed by Hydra from groups (`region=odense`). A file is data: it is
read as a care system, never given to Hydra, so nothing in it can run, name an environment variable
or load another file. Later files are patches over the first, or over the groups where one is chosen.
A file that only says who lives where is a region: it stands in the groups for theirs.
Values are then changed in the order in which they were given, the same way in both cases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.override_parser.types import Override

from .. import folders
from ..faults import Fault, Faults, fail, nearest
from ..language import combined, merge, plain, read_all, read_yaml
from ..language.evidence import still_spoken_of
from ..language.patches import Modified
from .drawn import drawn
from .overrides import apply, chooses, groups, is_file, parse
from .settings import Settings, read_settings, split

FOREIGN = {"hydra": "is a word of Hydra's, which does not read files of care", "defaults": "is a word of Hydra's. Name several files instead"}
ALONE = "only a lever can multiply or add. Write the value itself"
CODE = ("_target_", "_partial_", "_args_", "_recursive_", "_convert_")


class Composed(NamedTuple):
    """raw: the care system in plain data. overrides: the texts of the changes, in order.
    changed: paths of values changed on the command line. folder: where files named in it lie.
    origin: its short name: the scenario, the region or the first file."""

    raw: dict[str, Any]
    settings: Settings
    overrides: list[str]
    changed: list[str]
    folder: Path
    origin: str


class Parts(NamedTuple):
    """A command line apart: chosen: choices of files of groups; changes of values, in order; files of one's own; texts of all but these."""

    chosen: list[Override]
    changes: list[Override]
    files: list[Path]
    texts: list[str]

    @property
    def base(self) -> tuple[tuple[str, ...], tuple[Path, ...]]:
        """What the values that are then changed come from."""
        return tuple(str(override.input_line) for override in self.chosen), tuple(self.files)


class Base(NamedTuple):
    """What is changed: plain data, the folder where files named in it lie, and its short name."""

    raw: dict[str, Any]
    folder: Path
    origin: str


def compose(args: list[str], configs: Path | None = None, data: dict[str, Any] | None = None) -> Composed:
    """The care system and the study of a command line, or of plain `data`. Raises Faults: all that is wrong, at once."""
    configs = configs or folders.configs()
    parts = apart(args, groups(configs))
    return changed(base_of(parts, configs, data), parts.changes, parts.texts)


def apart(args: list[str], options: dict[str, list[str]]) -> Parts:
    """Raises Faults for what can't be read as a change."""
    overrides = parse(args)
    chosen = [override for override in overrides if chooses(override, options)]
    changes = [override for override in overrides if override not in chosen]
    texts = [override.input_line or "" for override in overrides]
    return Parts(chosen, changes, [Path(text) for text in args if is_file(text)], texts)


def base_of(parts: Parts, configs: Path, data: dict[str, Any] | None = None) -> Base:
    """The groups and files, before any change of a value. Hydra takes most of a second for it. Raises Faults."""
    files, raw = parts.files, dict(data or {})
    patches = [_of_a_file(file) for file in files]
    own = bool(patches) and not data and _is_region(patches[0])
    origin = files[0].stem if files else "system"
    if parts.chosen or own or not (files or data):
        raw, choices = _shipped(parts.chosen, groups(configs), configs, own)
        origin = str(choices.get("scenario") or choices.get("region") or origin)
    for patch in patches:
        raw = still_spoken_of(merge(raw, patch), raw) if raw else patch
    if faults := [Fault(where, ALONE) for where in _modified(raw, None, "")]:
        raise Faults(faults)
    return Base(raw, files[0].parent if files else Path(), origin)


def changed(base: Base, changes: list[Override], texts: list[str]) -> Composed:
    """What is composed once values are changed. texts: the whole command line, for the record. Raises Faults."""
    raw = still_spoken_of(_changed(base.raw, changes), base.raw)
    system, study = split(raw)
    set_to = [path for override in changes if not override.is_delete() for path in _paths(override.value(), override.key_or_group)]
    settings = _settings(study, system)
    system = drawn(combined(system, filter(None, [*(settings.models or ()), settings.care_model])), settings)
    return Composed(system, settings, texts, set_to, base.folder, base.origin)


def _is_region(patch: dict[str, Any]) -> bool:
    """Whether a file says which municipalities there are, and not that a care system has their citizens: it is laid over one that has."""
    synthesis = patch.get("synthesis")
    return isinstance(synthesis, dict) and bool(synthesis.get("municipalities")) and "population" not in patch


def _shipped(
    chosen: list[Override], options: dict[str, list[str]], configs: Path, own: bool = False,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The groups composed, with what was chosen in each. own: a region of one's own stands for theirs."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    faults = [fault for override in chosen for fault in _not_there(override, options)]
    two = [str(override.input_line) for override in chosen if own and override.key_or_group == "region"]
    faults += [Fault(line, "chooses a region, and the file is one. Leave one of them out") for line in two]
    if faults:
        raise Faults(faults)
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(configs.resolve())):
            config = hydra_compose("config", [_choice(override) for override in chosen] + ["region=[]"] * own, return_hydra_config=True)
        data = OmegaConf.to_container(config, resolve=False)
    except (HydraException, OmegaConfBaseException, ValueError) as problem:
        raise fail("config", " ".join(str(problem).split())) from None
    assert isinstance(data, dict)
    choices = data.pop("hydra")["runtime"]["choices"]
    return plain(data, "config"), choices


def _choice(override: Override) -> str:
    """`~lever` as Hydra understands it also where several files of a group are chosen."""
    return f"{override.key_or_group}=[]" if override.is_delete() and override.value() is None else str(override.input_line)


def _not_there(override: Override, options: dict[str, list[str]]) -> list[Fault]:
    if override.is_sweep_override():
        return [Fault(str(override.input_line), "is several values. Add -m to run one job for each of them")]
    value, known = override.value(), options[override.key_or_group]
    if value is None and not override.is_delete():
        return [Fault(str(override.input_line), f"chooses nothing. Write ~{override.key_or_group} to leave the group out")]
    names = value if isinstance(value, list) else [] if value is None else [value]
    return [Fault(str(override.input_line), f"no '{name}'. {nearest(str(name), known)}") for name in names if name not in known]


def _of_a_file(path: Path) -> dict[str, Any]:
    data = read_yaml(path)
    faults = [Fault(f"{path}: {key}", why) for key, why in FOREIGN.items() if key in data]
    faults += [Fault(f"{path}: {where}", "would run code. A care system is data; leave it out") for where in _code(data, "")]
    if faults:
        raise Faults(faults)
    return data


def _code(value: Any, path: str) -> list[str]:
    if isinstance(value, dict):
        here = [f"{path}{key}" for key in value if key in CODE]
        return here + [found for key, part in value.items() for found in _code(part, f"{path}{key}.")]
    return [found for part in value for found in _code(part, path)] if isinstance(value, list) else []


def _changed(before: dict[str, Any], changes: list[Override]) -> dict[str, Any]:
    raw, faults = before, []
    for override in changes:
        try:
            raw = apply(raw, override)
        except Faults as more:
            faults += [fault if fault.where == override.input_line else Fault(str(override.input_line), str(fault)) for fault in more.faults]
    faults += [Fault(where, ALONE) for where in _modified(raw, before, "")]
    if faults:
        raise Faults(faults)
    return raw


def _paths(value: Any, path: str) -> list[str]:
    """Where the values of a change in braces end up, so that what stands beside them keeps its evidence."""
    if not isinstance(value, dict) or not value or "value" in value:
        return [path]
    return [found for key, part in value.items() for found in _paths(part, f"{path}.{key}")]


def _modified(value: Any, before: Any, path: str) -> list[str]:
    """Where something is multiplied or added to; what no change has touched is the same thing in both, and is not looked into."""
    if value is before:
        return []
    if isinstance(value, Modified):
        return [path]
    if not isinstance(value, dict):
        return []
    known = before if isinstance(before, dict) else {}
    return [found for key, part in value.items() for found in _modified(part, known.get(key), f"{path}.{key}" if path else key)]


def _settings(study: dict[str, Any], system: dict[str, Any]) -> Settings:
    """The settings; where they are at fault, what is wrong with the system is said as well."""
    try:
        return read_settings(study)
    except Faults as wrong:
        try:
            read_all(system)
        except Faults as more:
            wrong = Faults([*wrong.faults, *more.faults])
        raise wrong from None
