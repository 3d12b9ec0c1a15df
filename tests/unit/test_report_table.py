"""The table of the terminal: columns under each other, whatever the letters and however narrow."""

import pandas as pd
import pytest
from report_stand_in import row

from pathsim.report.table import columns, text

ROWS = pd.DataFrame([
    row("readmission_30", -0.021, 0.01, base=0.13), row("bed_days", -844, 460, base=5102), row("cost", 1.5e6, 2e6, base=33e6),
    row("days_to_first_contact", -3.6, 0.2, base=7.0),
])


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("width", [24, 40, 64, 80, 200])
def test_no_line_is_wider_than_the_window(language, width):
    lines = text(ROWS, language, width).splitlines()
    assert max(map(columns, lines)) <= width
    assert len(lines) > 5


@pytest.mark.parametrize("model", ["new", "så_nær_og_dog_så_fjern", "看護モデル", "e\u0301t"])
def test_numbers_stand_under_each_other(model):
    lines = text(ROWS.assign(model=model), "da", 110).splitlines()[1:]
    told = [line for line in lines if "…" in line[-20:]]
    assert len({columns(line) for line in told}) == 1 and len(told) == 4
    ends = {columns(line[: line.rindex("…")]) for line in told[1:2]}
    assert ends and columns(lines[0]) == columns(told[0])


def test_every_number_is_there_with_the_interval():
    told = text(ROWS, "en", 110)
    assert "95 %, chance alone" in told and "new against old" in told
    for part in ("5,102", "4,258", "−844", "−1,304 … −384", "13.0%", "10.9%", "−2.1", "+1.50"):
        assert part in told
    order = [told.index(word) for word in ("readmission", "bed-days", "first contact", "Cost of care")]
    assert order == sorted(order)


def test_control_characters_cannot_move_the_cursor():
    assert "\x1b" not in text(ROWS.assign(model="a\x1b[2J"), "en", 80)
    assert text(ROWS[:0], "en", 80) == ""
