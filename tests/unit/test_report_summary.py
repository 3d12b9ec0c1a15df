"""The page: whole in itself, the same in both languages, safe with any names, and readable by all."""

import json
import re
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest
import report_stand_in
import yaml

from pathsim.contacts import load
from pathsim.contacts.curves import curves
from pathsim.contacts.indicators import indicators
from pathsim.faults import Faults
from pathsim.report import results as read_results
from pathsim.report import summary
from pathsim.report.numbers import percent, spell
from pathsim.report.results import COLOURS


class Seen(HTMLParser):
    """Tags, ids and the text that is read, section by section."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.words, self.section, self.style = [], [], {}, "head", False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.style = tag in ("style", "title")
        if tag == "section":
            self.section = attributes["aria-labelledby"]
        for name in ("aria-label", "data-label"):
            self.words.setdefault(self.section, []).append(attributes.get(name) or "")

    def handle_endtag(self, tag):
        self.style = False

    def handle_data(self, data):
        if not self.style:
            self.words.setdefault(self.section, []).append(data)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = report_stand_in.folder(tmp_path_factory.mktemp("results"), replications=2, keep_all=True)
    danish = summary.write(folder, "da")
    assert danish.name == "summary.da.html"
    return {"en": (folder / "summary.html").read_text(encoding="utf-8"), "da": danish.read_text(encoding="utf-8"), "folder": folder}


def numbers(seen, language):
    found = {}
    for section, words in seen.words.items():
        text = " ".join(words).replace("−", "-")
        parts = re.findall(r"-?\d[\d.,]*\d|-?\d", text)
        if language == "da":
            parts = [p.translate(str.maketrans(".,", ",.")) for p in parts]
        found[section] = sorted(p.replace(",", "") for p in parts)
    return found


def test_both_languages_hold_the_same_numbers(pages):
    english, danish = (numbers(Seen(pages[language]), language) for language in ("en", "da"))
    assert english.keys() == danish.keys()
    for section in set(english) - {"made"}:
        assert english[section] == danish[section], section
    assert sum(map(len, english.values())) > 300


@pytest.mark.parametrize("language", ["en", "da"])
def test_nothing_is_fetched_and_nothing_runs(pages, language):
    page = pages[language]
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in page
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", page)
    tags = Seen(page).tags
    assert not {tag for tag, _ in tags} & {"script", "iframe", "object", "link", "form", "base"}
    assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
    assert len(page.encode()) < 500_000
    assert ('href="summary.da.html"' if language == "en" else 'href="summary.html"') in page


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_screen_reader_finds_its_way(pages, language):
    seen = Seen(pages[language])
    assert ("html", {"lang": language}) in seen.tags
    assert len(seen.ids) == len(set(seen.ids))
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    for tag, attributes in seen.tags:
        if tag == "th":
            assert attributes.get("scope") in ("row", "col")
        if attributes.get("role") in ("img", "region"):
            assert attributes.get("aria-label")
        if tag == "section":
            assert attributes["aria-labelledby"] in seen.ids
    assert sum(tag == "figure" for tag, _ in seen.tags) == sum(tag == "figcaption" for tag, _ in seen.tags) == 4


def test_colours_can_be_read_on_white():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    for colour in (*COLOURS, "#4b5c66", "#51626d", "#1d2b33"):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


def test_danish_numbers_in_figures_keep_all_their_digits(pages):
    """Shortening the picture's coordinates must not touch what is read."""
    rows = pd.read_csv(pages["folder"] / "differences.csv").query("indicator == 'staff_hours' and group == 'profession'")
    for language in ("en", "da"):
        shown = re.findall(r"<text[^>]*>([^<]*)</text>", pages[language])
        for difference in rows["difference"]:
            assert spell(difference, language, 0, signed=True) in shown


def test_the_stamp_stands_and_there_is_no_verdict(pages):
    assert "Illustration: the inputs&#39; uncertainty is not in these intervals" in pages["en"]
    assert not re.search(r"recommend|should be introduced|verdict", pages["en"], re.I)
    assert pages["en"].count("probably between") >= 5 and pages["da"].count("sandsynligvis mellem") >= 5
    assert "chance alone" in pages["en"]


def test_hostile_names_stay_text(tmp_path, pages):
    bad = "<script>alert('x')</script>\"&{{ 7*7 }} $\\frac{1}{2}$ " + "long" * 80
    for path in pages["folder"].glob("*.csv"):
        frame = pd.read_csv(path)
        for column in ("group", "level"):
            frame[column] = frame[column].replace({"older": bad, "nurse": bad, "ward": bad, "region": bad})
        frame.to_csv(tmp_path / path.name, index=False)
    config = yaml.safe_load((pages["folder"] / "config.yaml").read_text(encoding="utf-8"))
    config["about"]["title"] = config["care_models"]["together"]["title"] = config["care_models"]["together"]["story"] = bad
    config["attributes"]["municipality"] = {bad: 1.0}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"seed": bad, "place": bad, "warnings": [{"model": bad, "text": bad}]}), encoding="utf-8")
    page = summary.write(tmp_path).read_text(encoding="utf-8")
    seen = Seen(page)
    assert "script" not in {tag for tag, _ in seen.tags}
    assert "alert" in page and "<script" not in page and "{{ 7*7 }}" in page
    assert len(page) < 500_000


def test_the_readmission_curve_ends_at_the_official_share(pages):
    run = load(pages["folder"] / "runs" / "together")
    last = curves(run).query("curve == 'readmitted'").iloc[-1]
    official = indicators(run).query("indicator == 'readmission_30' and group == 'all'").iloc[0]
    assert (last["value"], last["of"]) == (official["numerator"], official["denominator"]) and last["value"] > 10
    beds = curves(run).query("curve == 'beds'")
    assert len(beds) == 364 and 0 < beds["value"].mean() < 12


def test_all_runs_make_one_basis(tmp_path, pages):
    """Where every replication is kept the curves are of all of them and end at the number of the heading."""
    found = read_results.read(pages["folder"])
    assert sorted(found.curves["replication"].unique()) == [0, 1]
    assert "all 2 runs together" in pages["en"] and "one simulated run" not in pages["en"]
    share = percent(found.row("together", "readmission_30").value, "en")
    assert f">Together {share}</text>" in pages["en"]  # the end of the curve
    assert f"{share} of those discharged" in pages["en"]  # and the heading
    only = shutil.copytree(pages["folder"], tmp_path / "only")
    shutil.rmtree(only / "runs" / "together.1")
    shutil.rmtree(only / "runs" / "apart.1")
    page = summary.write(only).read_text(encoding="utf-8")
    assert "one simulated run" in page and ">Together</text>" in page and f">Together {share}</text>" not in page


def test_one_run_has_no_interval_and_says_so(tmp_path, pages):
    pd.read_csv(pages["folder"] / "differences.csv").assign(low=float("nan"), high=float("nan"), n=1).to_csv(tmp_path / "differences.csv", index=False)
    pd.read_csv(pages["folder"] / "indicators.csv").query("replication == 0").to_csv(tmp_path / "indicators.csv", index=False)
    page = summary.write(tmp_path).read_text(encoding="utf-8")
    assert "One run only: chance cannot be judged" in page and "probably between" not in page
    assert not re.search(r"\bnan\b", page)
    assert "no difference from Apart that can be told from zero" in page


def test_more_than_two_models_are_each_told_against_the_first(tmp_path, pages):
    for name in ("differences", "indicators"):
        frame = pd.read_csv(pages["folder"] / f"{name}.csv")
        third = frame[frame["model"] == "together"].assign(model="third_way")
        pd.concat([frame, third]).to_csv(tmp_path / f"{name}.csv", index=False)
    page = summary.write(tmp_path).read_text(encoding="utf-8")
    assert "Together against Apart" in page and "Third way against Apart" in page
    assert "What happens if Apart becomes Together or Third way?" in page


def test_a_folder_without_a_comparison_is_said_to_be_so(tmp_path):
    with pytest.raises(Faults, match="Run a comparison first"):
        summary.write(tmp_path)
    pd.DataFrame({"model": []}).to_csv(tmp_path / "differences.csv", index=False)
    pd.DataFrame({"model": []}).to_csv(tmp_path / "indicators.csv", index=False)
    with pytest.raises(Faults, match="Compare two care models"):
        summary.write(tmp_path)
