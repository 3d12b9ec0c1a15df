"""Claim: a picture is part of the page: its text stays text, and nothing in it is fetched.

Each figure is drawn twice, wide and narrow, so that letters are as large on a telephone as on
paper; the page shows the one that fits.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, SOFT, GRID, PALE = "#1d2b33", "#51626d", "#dde4e7", "#9fb0b8"
WIDE, NARROW = 9.6, 4.7  # inches of 72 points; a point becomes a pixel
STYLE = {
    "svg.fonttype": "none", "font.size": 11, "text.parse_math": False, "font.family": "DejaVu Sans", "axes.spines.top": False,
    "axes.spines.right": False, "axes.spines.left": False, "axes.edgecolor": PALE, "text.color": INK, "axes.labelcolor": SOFT,
    "xtick.color": SOFT, "ytick.color": SOFT, "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8, "axes.axisbelow": True,
    "xtick.major.size": 0, "ytick.major.size": 0, "axes.labelsize": 10, "xtick.labelsize": 10, "ytick.labelsize": 10,
    "figure.facecolor": "none", "axes.facecolor": "none",
}


def both(name: str, draw: Callable[[float], Figure]) -> tuple[str, str]:
    """The wide and the narrow picture."""
    return tuple(_svg(f"{name}-{kind}", draw, width) for kind, width in (("wide", WIDE), ("narrow", NARROW)))


def _svg(name: str, draw: Callable[[float], Figure], width: float) -> str:
    """The picture as an `svg` element: no header, no links, ids of its own, letters of the page."""
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = draw(width)
        target = io.StringIO()
        FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = target.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'\sxmlns(:xlink)?="[^"]*"', "", text)
    text = re.sub(r'<svg[^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', text, count=1)
    text = re.sub(r'\bid="([A-Za-z][^"]*)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag[0]), text)  # in tags only, never in what is read
    return text.replace("'DejaVu Sans'", "var(--letters)")
