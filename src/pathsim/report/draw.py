"""Claim: the drawing of a pathway is made from the system itself, so it cannot tell another story.

From the onset at the top down to the end. A box is a step with time in it, coloured by sector; ways
carry the share who take them. What only a lever adds or changes has the colour of the partnership.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

from pathsim.language import System

from .layers import Laid, lay
from .pathway import Graph, Node, Way, graph, sector_text
from .results import COLOURS
from .words import WORDS, say

BOX, LINE, PAD = 158.0, 13.5, 8.0
FLOOR = 58.0  # between layers
SMALL = 8  # boxes, up to which ends are boxes too
PAGE = 1180.0
LEVER, INK, SOFT = COLOURS[1], "#1d2b33", "#51626d"
SECTORS = {
    "home": ("#fbf3d9", "#a98a2c"), "practice": ("#e6eefb", "#5b7fb8"), "municipality": ("#f3e8f5", "#93689b"),
    "hospital": ("#fbe7de", "#bf7a5a"), "psychiatry": ("#e9edd8", "#7f8d45"), "choose": ("#ffffff", "#9fb0b8"),
}
OTHER, BEGIN = ("#eef1f2", "#87969d"), ("#ffffff", INK)
LETTERS = "Inter, 'Segoe UI', system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def write(system: System, path: str | Path, lang: str = "en") -> Path:
    """Write the drawing; the path."""
    path = Path(path)
    path.write_text(svg(system, lang), encoding="utf-8")
    return path


def svg(system: System, lang: str = "en") -> str:
    """The pathway of a system under its care model, as one SVG."""
    found = graph(system, language=lang)
    if sum(node.kind != "begin" for node in found.nodes.values()) <= SMALL:
        found = graph(system, ends_as_nodes=True, language=lang)
    heights = {name: _height(node) for name, node in found.nodes.items()}
    parts = _parts(found)
    others = [names for names in parts if len(parts) > 3 and _is_background(found, names)]
    pictures = [_picture(found, names, heights, lang) for names in parts if names not in others]
    walks = [p for p, tasks in pictures if not tasks]
    tasks = [p for p, tasks in pictures if tasks]
    body, width, y = [], 0.0, 96.0
    for heading, some in (("", walks), (say(lang, "draw.tasks"), tasks)):
        if heading and some:
            body.append(f'<text x="24" y="{y + 8:.0f}" class="h2">{heading}</text>')
            y += 26
        placed, y, wide = _packed(some, y)
        body += placed
        width = max(width, wide)
    told, y = _told(found, others, y, lang)
    body += told
    about = system.about
    title = (lang == "da" and about.title_da) or about.title or say(lang, "draw.system")
    width = max(width + 24, 480, 48 + 11 * len(title[:90]))
    marks = bool(system.levers_on)
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {y + 16:.0f}" width="{width:.0f}" height="{y + 16:.0f}" '
        f'role="img" aria-label="{escape(title, _QUOTES)}" font-family="{LETTERS}">', _style(),
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="24" y="34" class="h1">{escape(title[:90])}</text>',
        _legend(found, marks, width, lang), *body, "</svg>\n",
    ])


def _is_background(found: Graph, names: list[str]) -> bool:
    """People from outside who come to one step only, to take its places."""
    return len(names) == 2 and names[0].startswith("arrivals.") and found.nodes[names[1]].kind == "at"


def _told(found: Graph, others: list[list[str]], y: float, lang: str) -> tuple[list[str], float]:
    """Those in words, a line each."""
    if not others:
        return [], y
    lines = [f'<text x="24" y="{y + 8:.0f}" class="h2">{say(lang, "draw.others")}</text>']
    for stream, step in others:
        y += 17
        words = [", ".join(found.nodes[stream].lines), step.replace("_", " "), *found.nodes[step].lines]
        lines.append(f'<text x="24" y="{y + 14:.0f}">{escape(" · ".join(words))}<title>{escape(step)}</title></text>')
    return lines, y + 40


_QUOTES = {'"': "&quot;"}


def _style() -> str:
    return (
        f"<style>text{{font-size:11px;fill:{INK}}}.h1{{font-size:20px;font-weight:700}}.h2{{font-size:15px;font-weight:700}}"
        f".n{{font-weight:650;font-size:12.5px}}.s{{fill:{SOFT}}}.c{{fill:{LEVER};font-weight:650}}.w{{fill:none;stroke:#6f8089;stroke-width:1.4}}"
        f".w.c{{fill:none;stroke:{LEVER};stroke-width:2}}.w.g{{stroke-dasharray:4 3}}.w.b{{stroke:{COLOURS[0]};stroke-width:2}}"
        ".p{paint-order:stroke;stroke:#fff;stroke-width:3.5px;stroke-linejoin:round}</style>"
        + "<defs>" + "".join(
            f'<marker id="tip-{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>' for kind, colour in (("w", "#6f8089"), ("c", LEVER), ("b", COLOURS[0]))
        ) + "</defs>"
    )


def _legend(found: Graph, marks: bool, width: float, lang: str) -> str:
    """The sectors that occur, a held bed, a way taken when giving up, and a lever's mark."""
    there = [s for s in SECTORS if s != "choose" and any(n.sector == s for n in found.nodes.values())]
    items = [(f'<rect width="14" height="14" rx="3" fill="{SECTORS[s][0]}" stroke="{SECTORS[s][1]}"/>', sector_text(s, lang)) for s in there]
    if any(n.hold for n in found.nodes.values()):
        items.append((f'<rect width="5" height="14" x="5" fill="{INK}"/>', say(lang, "draw.held")))
    if any(w.kind != "then" for w in found.ways):
        items.append(('<path d="M0 7H16" class="w g"/>', say(lang, "draw.dashed")))
    if marks:
        items.append((f'<rect width="14" height="14" rx="3" fill="#fff" stroke="{LEVER}" stroke-width="2.5"/>', say(lang, "draw.lever")))
    told, x, y = [], 24.0, 50.0
    for mark, words in items:
        if x + 30 + 6.1 * len(words) > width:
            x, y = 24.0, y + 20
        told.append(f'<g transform="translate({x:.0f} {y:.0f})">{mark}<text x="21" y="11" class="s">{words}</text></g>')
        x += 40 + 6.1 * len(words)
    return "".join(told)


def _height(node: Node) -> float:
    return 2 * PAD + LINE * (len(_name_lines(node)) + len(_detail(node)) + len(node.exits)) + 2


def _name_lines(node: Node, lang: str = "en") -> list[str]:
    plain = node.title or node.name.partition(".")[2] or node.name
    plain = _end(plain, lang) if node.kind == "end" else plain.replace("_", " ")
    lines = textwrap.wrap(plain, 21)
    return [*lines[:1], lines[1] if len(lines) == 2 else lines[1][:19] + "…"] if len(lines) > 1 else lines or [plain]


def _detail(node: Node) -> list[str]:
    return [line for text in node.lines for line in textwrap.wrap(text, 25)]


def _parts(found: Graph) -> list[list[str]]:
    """Nodes that are joined, together; the largest first."""
    leader = {name: name for name in found.nodes}

    def head(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for way in found.ways:
        leader[head(way.source)] = head(way.target)
    parts: dict[str, list[str]] = {}
    for name in found.nodes:
        parts.setdefault(head(name), []).append(name)
    return sorted(parts.values(), key=lambda names: -len(names))


def _picture(found: Graph, names: list[str], heights: dict[str, float], lang: str) -> tuple[tuple[list[str], float, float], bool]:
    """One part: its drawing, width and height; and whether it holds only tasks."""
    mine = set(names)
    ways = [way for way in found.ways if way.source in mine]
    order = list(SECTORS)
    rank = {n: float(order.index(found.nodes[n].sector)) if found.nodes[n].sector in order else 2.0 for n in names}
    widths = {n: max(BOX, 20 + sum(_room(w, lang) for w in ways if w.source == n)) for n in names}
    laid = lay(names, [(w.source, w.target) for w in ways], widths, rank)
    tall = [0.0] * (max(laid.layer.values(), default=0) + 1)
    for name in names:
        tall[laid.layer[name]] = max(tall[laid.layer[name]], heights[name])
    top = [sum(tall[:i]) + FLOOR * i for i in range(len(tall))]
    drawn = _ways(ways, laid, top, tall, heights, lang)
    drawn += [_box(found.nodes[n], laid.x[n], top[laid.layer[n]], widths[n], heights[n], lang) for n in names]
    beginnings = [n for n in names if found.nodes[n].kind == "begin"]
    loops = len([i for i in laid.back if ways[i].source != ways[i].target])
    return (drawn, laid.width + (24 * loops + 30 if loops else 0), sum(tall) + FLOOR * (len(tall) - 1)), all(n.startswith("tasks.") for n in beginnings)


def _packed(pictures: list, y: float) -> tuple[list[str], float, float]:
    """Pictures in rows, as many beside each other as the page has room for."""
    out, x, tall, wide = [], 24.0, 0.0, 0.0
    for drawn, width, height in pictures:
        if x > 24 and x + width > PAGE:
            x, y, tall = 24.0, y + tall + 36, 0.0
        out.append(f'<g transform="translate({x:.0f} {y:.0f})">{"".join(drawn)}</g>')
        x, tall = x + width + 34, max(tall, height)
        wide = max(wide, x - 34)
    return out, y + tall + 36 if pictures else y, wide


def _box(node: Node, x: float, y: float, width: float, height: float, lang: str) -> str:
    fill, edge = BEGIN if node.kind == "begin" else SECTORS.get(node.sector, OTHER)
    stroke = f'stroke="{LEVER}" stroke-width="2.6"' if node.changed else f'stroke="{edge}" stroke-width="1.2"'
    if node.changed == "new":
        stroke += ' stroke-dasharray="7 3"'
    round_ = height / 2 if node.kind in ("begin", "end", "choose") else 7
    shape = f'<rect width="{width:.0f}" height="{height:.1f}" rx="{min(round_, 18):.0f}" fill="{fill}" {stroke}/>'
    parts = [f'<g transform="translate({x - width / 2:.1f} {y:.1f})">{shape}']
    if node.hold:
        parts.append(f'<rect x="3" y="6" width="4.5" height="{height - 12:.1f}" rx="2" fill="{INK}"/>')
    at = PAD + 11
    for line in _name_lines(node, lang):
        parts.append(f'<text x="14" y="{at:.1f}" class="n">{escape(line)}</text>')
        at += LINE
    for line in _detail(node):
        parts.append(f'<text x="14" y="{at:.1f}" class="s">{escape(line)}</text>')
        at += LINE
    for way in node.exits:  # ways out of the pathway
        words = f"→ {_end(way.target, lang)} {way.text(lang)}" + (f" ({say(lang, f'draw.{way.kind}')})" if way.kind != "then" else "")
        parts.append(f'<text x="14" y="{at:.1f}"{_mark(way)}>{escape(words)}{_via(way)}</text>')
        at += LINE
    return "".join([*parts, f"<title>{escape(node.name)}</title></g>"])


def _end(name: str, lang: str) -> str:
    """Where a walk ends, in words: home, the end of a task, or the reason for leaving."""
    return say(lang, f"ends.{name}") if f"ends.{name}" in WORDS else name.replace("_", " ")[:16]


def _mark(way: Way) -> str:
    return ' class="c"' if way.changed else ""


def _via(way: Way) -> str:
    return f"<title>{escape(', '.join(way.via))}</title>" if way.via else ""


def _ways(ways: list[Way], laid: Laid, top: list[float], tall: list[float], heights: dict[str, float], lang: str) -> list[str]:
    """Ways spread along the lower edge of where they leave and the upper edge of where they arrive."""
    leave, arrive = _ports(ways, laid, lang)
    drawn, loops = [], 0
    for i, way in enumerate(ways):
        start = (laid.x[way.source] + leave[i], top[laid.layer[way.source]] + heights[way.source])
        end = (laid.x[way.target] + arrive[i], top[laid.layer[way.target]] - 1)
        if i in laid.back or way.source == way.target:
            loops += 1
            drawn.append(_back_way(way, start, end, laid.width + 24 * loops, lang))
            continue
        points = [start]
        for layer, x in laid.paths[i][1:-1]:
            points += [(x, top[layer]), (x, top[layer] + tall[layer])]
        kind = "w" + (" c" if way.changed else "") + (" g" if way.kind != "then" else "")
        line = _curve([*points, end], top, tall, laid.layer[way.source])
        mark = " c" if way.changed else ""
        drawn.append(f'<path class="{kind}" d="{line}" marker-end="url(#tip-{mark.strip() or "w"})">{_title(way)}</path>')
        if share := way.text(lang):
            drawn.append(f'<text x="{start[0]:.1f}" y="{start[1] + 13:.1f}" text-anchor="middle" class="p{mark}">{share}</text>')
    return drawn


def _title(way: Way) -> str:
    plain = [name.partition(".")[2] or name for name in (way.source, way.target)]
    words = f"{plain[0]} → {plain[1]}" + (f" ({way.kind})" if way.kind != "then" else "") + (f": {', '.join(way.via)}" if way.via else "")
    return f"<title>{escape(words)}</title>"


def _curve(points: list[tuple[float, float]], top: list[float], tall: list[float], layer: int) -> str:
    """Straight down beside boxes, and an S from one layer to the next."""
    (x, y), *rest = points
    path, floor = f"M{x:.1f} {y:.1f}", top[layer] + tall[layer]
    if floor > y + 1:
        path += f"L{x:.1f} {floor:.1f}"
        y = floor
    for at, (nx, ny) in enumerate(rest):
        middle = (y + ny) / 2
        path += f"L{nx:.1f} {ny:.1f}" if at % 2 == 1 and abs(nx - x) < 1 else f"C{x:.1f} {middle:.1f} {nx:.1f} {middle:.1f} {nx:.1f} {ny:.1f}"
        x, y = nx, ny
    return path


def _back_way(way: Way, start: tuple[float, float], end: tuple[float, float], x: float, lang: str) -> str:
    """A way back up, along the right side."""
    (ax, ay), (bx, by) = start, end
    low, high = ay + 24, by - 22
    path = f"M{ax:.1f} {ay:.1f}V{low - 8:.1f}Q{ax:.1f} {low:.1f} {ax + 8:.1f} {low:.1f}H{x - 8:.1f}Q{x:.1f} {low:.1f} {x:.1f} {low - 8:.1f}"
    path += f"V{high + 8:.1f}Q{x:.1f} {high:.1f} {x - 8:.1f} {high:.1f}H{bx + 8:.1f}Q{bx:.1f} {high:.1f} {bx:.1f} {high + 8:.1f}V{by:.1f}"
    label = f'<text x="{ax:.1f}" y="{ay + 13:.1f}" text-anchor="middle" class="p">{way.text(lang)}</text>' if way.text(lang) else ""
    return f'<path class="w b{" g" if way.kind != "then" else ""}" d="{path}" marker-end="url(#tip-b)">{_title(way)}</path>{label}'


def _room(way: Way, lang: str) -> float:
    """What the share on a way needs beside its neighbours."""
    return 14.0 + 6.3 * len(way.text(lang)) if way.text(lang) else 18.0


def _ports(ways: list[Way], laid: Laid, lang: str) -> tuple[dict[int, float], dict[int, float]]:
    """Where on a box each way leaves and arrives, in the order of where it goes or comes from."""
    leave: dict[int, float] = {}
    arrive: dict[int, float] = {}
    for ports, end, at in ((leave, "source", 1), (arrive, "target", -2)):
        by_node: dict[str, list[int]] = {}
        for i, way in enumerate(ways):
            by_node.setdefault(getattr(way, end), []).append(i)
        for some in by_node.values():
            far = {i: laid.paths[i][at][1] if i in laid.paths else float("inf") for i in some}
            some.sort(key=lambda i: (far[i], i))
            rooms = [_room(ways[i], lang) if end == "source" else min(20.0, (BOX - 30) / len(some)) for i in some]
            left = -sum(rooms) / 2
            for i, room in zip(some, rooms, strict=True):
                ports[i], left = left + room / 2, left + room
    return leave, arrive
