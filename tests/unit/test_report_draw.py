"""The drawing: every step that can be reached is in it, boxes are clear of each other, levers are marked."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
import report_stand_in

from pathsim.language import read_all, read_system, read_yaml
from pathsim.language.checks.names import walks
from pathsim.report import draw
from pathsim.report.layers import lay
from pathsim.report.pathway import graph
from pathsim.report.spoken import shares

KNOWN = sorted((Path(__file__).parents[2] / "configs" / "known").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


def read(picture):
    return " ".join(ElementTree.fromstring(picture).itertext())


def reachable(system):
    own, tasks = walks(system)
    return own | tasks


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_every_known_system_is_drawn_whole(path):
    system = read_system(read_yaml(path))
    words = read(draw.svg(system))
    for name in reachable(system):
        step = system.steps[name]
        shown = getattr(step, "leave", name)
        assert re.search(rf"\b({name}|{re.escape(shown)}|{re.escape(shown.replace('_', ' '))})\b", words), name


def test_both_care_models_are_drawn_and_only_levers_are_marked():
    systems = read_all(report_stand_in.raw())
    for system in systems.values():
        words = read(draw.svg(system))
        assert all(name in words for name in reachable(system))
    apart, together = (graph(system) for system in systems.values())
    assert not any(node.changed for node in apart.nodes.values()) and not any(way.changed for way in apart.ways)
    assert {n: node.changed for n, node in together.nodes.items() if node.changed} == {"told": "changed", "extra": "new", "tasks.meeting": "new"}
    colour = f'stroke="{draw.LEVER}"'
    pictures = [draw.svg(system) for system in systems.values()]
    assert colour not in pictures[0] and pictures[1].count(colour) == 3 + 1  # and one in the legend


def test_shares_through_choices_multiply_and_what_is_left_is_the_rest():
    found = graph(read_all(report_stand_in.raw())["apart"])
    way = next(w for w in found.ways if (w.source, w.target) == ("ward_stay", "told"))
    assert (way.low, way.high, way.text(), way.via) == (pytest.approx(0.4), pytest.approx(0.4), "40 %", ["ready"])
    home = found.nodes["ward_stay"].exits
    assert [(w.target, w.text(), w.via) for w in home] == [("home", "60 %", ["ready", "discharged"])]
    lost = next(w for w in found.ways if w.kind == "lost")
    assert (lost.target, lost.text()) == ("told_again", "20 %")
    assert found.nodes["told"].hold and not found.nodes["seen_home"].hold
    assert [w.kind for w in found.nodes["place_stay"].exits] == ["then", "gives up"]


def test_a_share_that_depends_is_a_range():
    raw = report_stand_in.raw()
    raw["steps"]["ready"] = {
        "choose": {"by": "sex", "woman": {"told": 0.1, "discharged": "rest"}, "man": {"told": 0.5, "discharged": "rest"}, "odds": {"told": 2}}
    }
    table = shares(read_all(raw)["apart"].steps["ready"].choose)
    assert table == {"told": (0.1, 0.5, True), "discharged": (0.5, 0.9, True)}


def test_the_loop_is_drawn_as_a_way_back():
    system = read_system(read_yaml(next(path for path in KNOWN if path.stem == "readmission_loop_75")))
    picture = draw.svg(system)
    assert len(re.findall('<path class="w b', picture)) == 1
    assert "20 %" in picture and "80 %" in picture and "75\u00a0beds" in picture


@pytest.mark.parametrize("seed", range(8))
def test_nothing_lies_on_anything_else(seed):
    """Random pathways, circles and all: boxes of a layer are apart, and ways go down except those that close a circle."""
    luck = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(25)]
    ways = [(names[a], names[b]) for a, b in luck.integers(0, 25, (45, 2)) if a != b]
    widths = {n: float(luck.integers(100, 200)) for n in names}
    laid = lay(names, ways, widths, dict.fromkeys(names, 0.0))
    for layer in set(laid.layer.values()):
        mine = sorted((n for n in names if laid.layer[n] == layer), key=lambda n: laid.x[n])
        for a, b in zip(mine, mine[1:], strict=False):
            assert laid.x[b] - laid.x[a] >= (widths[a] + widths[b]) / 2 + 20
    for i, (source, target) in enumerate(ways):
        assert i in laid.back or laid.layer[source] < laid.layer[target]
    assert all(laid.x[n] - widths[n] / 2 >= -1e-6 and laid.x[n] + widths[n] / 2 <= laid.width + 1e-6 for n in names)
    assert lay(names, ways, widths, dict.fromkeys(names, 0.0)).x == laid.x


def test_a_choice_where_many_ways_meet_has_a_box():
    raw = report_stand_in.raw()
    raw["steps"]["ready"] = {"choose": {"told": 0.4, "ward_stay": 0.1, "discharged": "rest"}}
    raw["steps"]["told_again"]["then"] = "ready"
    found = graph(read_all(raw)["apart"])
    assert found.nodes["ready"].kind == "choose"
    assert {(w.source, w.target) for w in found.ways if "ready" in (w.source, w.target)} == {
        ("ward_stay", "ready"), ("told_again", "ready"), ("ready", "told"), ("ready", "ward_stay")
    }
    assert graph(read_all(report_stand_in.raw())["apart"]).nodes.keys().isdisjoint({"ready"})


def test_whoever_gives_up_and_goes_with_the_others_shares_their_way():
    raw = report_stand_in.raw()
    raw["steps"]["seen_home"] |= {"patience": "1 d", "else": "extra"} | {"then": "perhaps"}
    raw["steps"] |= {"perhaps": {"choose": {"extra": 0.3, "end": "rest"}}, "extra": {"at": "visit", "for": "1 h", "then": "end"}}
    raw["levers"]["together"]["changes"]["steps"].pop("extra")
    ways = [w for w in graph(read_all(raw)["apart"]).ways if w.target == "extra"]
    assert [w.text() for w in ways] == ["30 % or gives up"]


def test_people_who_only_take_places_are_told_in_words():
    raw = report_stand_in.raw()
    raw["arrivals"] = {"strangers": {"rate": "2 per d", "then": "strange_stay"}}
    raw["steps"] |= {"strange_stay": {"at": "ward", "for": "1 d", "then": "gone"}, "gone": {"leave": "elsewhere"}}
    for path in range(3):  # enough parts that the pathway is not only they
        raw["tasks"][f"task_{path}"] = {"then": f"visit_{path}", "every": "90 d", "who": "older"}
        raw["steps"][f"visit_{path}"] = {"at": "visit", "for": "1 h", "then": "end"}
    raw["steps"] |= {f"stop_{i}": {"wait": "1 d", "then": f"stop_{i + 1}" if i < 5 else "home"} for i in range(6)}
    raw["steps"]["discharged"]["then"] = "stop_0"
    words = read(draw.svg(read_all(raw)["apart"]))
    assert "Others who take places" in words and "2 per day arrive · strange stay · ward, 12\u00a0beds · 1\u00a0d" in words


def test_the_danish_drawing_has_danish_words_and_numbers():
    picture = draw.svg(read_all(report_stand_in.raw())["together"], "da")
    for words in ("En lille by", ">hjem<", "60 %", "kommune", "senge", "hver 30\u00a0d", "opgiver"):
        assert words in picture
    assert " beds" not in picture


def test_names_cannot_break_the_picture(tmp_path):
    raw = report_stand_in.raw()
    raw["about"]["title"] = "<script>\"'&" + "x" * 300
    path = draw.write(read_all(raw)["together"], tmp_path / "drawing.svg")
    assert not [e for e in ElementTree.fromstring(path.read_text(encoding="utf-8")).iter() if e.tag == f"{SVG}script"]
