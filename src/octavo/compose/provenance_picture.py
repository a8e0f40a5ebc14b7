"""The picture of who repeats whom: time from top to bottom, one line a voice, an arc from each to those whom it repeats. A static SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from octavo.compose.provenance import Edge, EdgeKind, Node, Provenance
from octavo.model import CreditKind

MOST = 30  # voices that are drawn; the others fold into one line
_WIDTH = 390
_ROW, _TOP, _FONT, _SMALL = 38, 20, 14, 11.5
_LEFT, _DOT = 118, 5.5  # where the dots stand, leaving room for arcs; their radius
_TEXT = _LEFT + 14
_MORE = "more"
_DASHES = {EdgeKind.COPY: "", EdgeKind.CREDIT: "6 3", EdgeKind.TOLD: "1.5 3.5", EdgeKind.LINK: "8 3 1.5 3"}


@dataclass(frozen=True, slots=True)
class PictureLabels:
    """The words of the picture in the reader's language, unescaped."""

    title: str
    description: str
    kinds: Mapping[EdgeKind, str]  # what a line means: "carries the same text"
    name: Callable[[Node], str]  # a voice, also unnamed sources and an outlet that is not known
    when: Callable[[Node], str]  # its first publication and how sure that is; "" for one that is only credited
    more: Callable[[int], str]  # "and 4 more"
    voice: str  # what a full dot means: "reports by itself"
    repeater: str  # what an empty one means: "carries others' texts only"
    credited: str  # what a small one means: "is only named as a source"


def provenance_svg(shown: Provenance, labels: PictureLabels, prefix: str = "provenance") -> str:
    """The picture as an SVG element that takes its colour from the page. `prefix` makes its ids unique on the page.

    With more than `MOST` voices those that stand in the fewest edges fold into the last line. Its text equivalent is the list of edges.
    """
    nodes, folded = _chosen(shown)
    lines = [*(node.owner.key for node in nodes), *([_MORE] if folded else [])]
    at = {key: _TOP + number * _ROW for number, key in enumerate(lines)}
    names = {node.owner.key: labels.name(node) for node in nodes} | {_MORE: labels.more(folded)}
    edges = _drawn(shown.edges, at)
    kinds = [kind for kind in EdgeKind if any(edge.kind is kind for edge, _, _ in edges)]
    height = _TOP + len(lines) * _ROW
    legend, legend_height = _legend(nodes, kinds, labels, height)
    parts = [
        *(_arc(edge, at[source], at[target], names[source], names[target], labels, prefix) for edge, source, target in edges),
        *(_line(node, at[node.owner.key], names[node.owner.key], labels.when(node)) for node in nodes),
        *([_words(_TEXT, at[_MORE] + 5, names[_MORE], _FONT, "opacity='.75'")] if folded else []),
        *legend,
    ]
    body = "\n".join(f"  {part}" for part in parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height + legend_height}" direction="ltr" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc" fill="currentColor" class="picture-svg">\n'
        f'  <title id="{prefix}-title">{escape(labels.title)}</title>\n'
        f'  <desc id="{prefix}-desc">{escape(labels.description)}</desc>\n'
        f'  <defs><marker id="{prefix}-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z" fill="currentColor"/></marker></defs>\n'
        f"{body}\n</svg>\n"
    )


def _chosen(shown: Provenance) -> tuple[tuple[Node, ...], int]:
    """The voices that are drawn, in their order, and how many are folded."""
    if len(shown.nodes) <= MOST:
        return shown.nodes, 0
    degree: dict[str, int] = {}
    for edge in shown.edges:
        for key in (edge.source, edge.target):
            degree[key] = degree.get(key, 0) + 1
    kept = {n.owner.key for n in sorted(shown.nodes, key=lambda n: (-degree.get(n.owner.key, 0), not n.independent))[: MOST - 1]}
    return tuple(node for node in shown.nodes if node.owner.key in kept), len(shown.nodes) - len(kept)


def _drawn(edges: Sequence[Edge], at: Mapping[str, float]) -> list[tuple[Edge, str, str]]:
    """The edges with the lines at which they end; those of folded voices once, those among folded voices not at all."""
    found: dict[tuple[str, str, EdgeKind], Edge] = {}
    for edge in edges:
        source, target = (key if key in at else _MORE for key in (edge.source, edge.target))
        if source != target:
            found.setdefault((source, target, edge.kind), edge)
    return [(edge, source, target) for (source, target, _), edge in found.items()]


def _arc(edge: Edge, start: float, end: float, source: str, target: str, labels: PictureLabels, prefix: str) -> str:
    """An arc to the left of the dots, wider the farther it goes, with its evidence as its title."""
    bulge = min(22 + abs(end - start) * 0.42, _LEFT * 1.25)
    dash = f' stroke-dasharray="{_DASHES[edge.kind]}"' if _DASHES[edge.kind] else ""
    share = f" ({edge.share:.0%})" if edge.share is not None else ""
    title = f"{source} → {target}: {labels.kinds[edge.kind]}{share}. {edge.evidence[0].text}"
    x = _LEFT - _DOT - 2
    return (
        f'<path d="M{x} {start:.1f}C{x - bulge:.1f} {start:.1f} {x - bulge:.1f} {end:.1f} {x} {end:.1f}" fill="none" stroke="currentColor" '
        f'stroke-width="1.4" stroke-opacity=".7"{dash} marker-end="url(#{prefix}-head)"><title>{escape(title)}</title></path>'
    )


def _line(node: Node, y: float, name: str, when: str) -> str:
    """A voice: its mark, its name and under it when it published first."""
    first = _words(_TEXT, y + (5 if not when else 0), name, _FONT, 'font-weight="600"' if node.independent else "")
    second = _words(_TEXT, y + 15, when, _SMALL, 'opacity=".8"') if when else ""
    return f"<g>{_mark(node.independent, bool(node.articles or node.carried), node.owner.kind, _LEFT, y)}{first}{second}</g>"


def _mark(independent: bool, present: bool, kind: CreditKind, x: float, y: float) -> str:
    """Full for a voice, empty for one that only repeats, small for one that is only credited; a square for an agency."""
    radius = _DOT if present else _DOT * 0.6
    look = 'fill="currentColor"' if independent else 'fill="none" stroke="currentColor" stroke-width="1.6"'
    if kind is CreditKind.AGENCY:
        return f'<rect x="{x - radius:.1f}" y="{y - radius:.1f}" width="{2 * radius:.1f}" height="{2 * radius:.1f}" {look}/>'
    return f'<circle cx="{x}" cy="{y:.1f}" r="{radius:.1f}" {look}/>'


def _legend(nodes: Sequence[Node], kinds: Sequence[EdgeKind], labels: PictureLabels, top: float) -> tuple[list[str], float]:
    """What the marks and lines in this picture mean, and the height that this takes."""
    marks = [(node.independent, bool(node.articles or node.carried)) for node in nodes]
    meanings = {(True, True): labels.voice, (False, True): labels.repeater, (False, False): labels.credited}
    parts: list[str] = []
    y = top + 4
    for look, words in meanings.items():
        if look in marks:
            parts.append(_mark(*look, CreditKind.OUTLET, 22, y) + _words(48, y + 4, words, _SMALL, 'opacity=".8"'))
            y += 20
    for kind in kinds:
        dash = f' stroke-dasharray="{_DASHES[kind]}"' if _DASHES[kind] else ""
        line = f'<path d="M6 {y:.1f}H38" stroke="currentColor" stroke-width="1.4" stroke-opacity=".7" fill="none"{dash}/>'
        parts.append(line + _words(48, y + 4, labels.kinds[kind], _SMALL, 'opacity=".8"'))
        y += 20
    return parts, y - top


def _words(x: float, y: float, words: str, size: float, look: str = "") -> str:
    """One line of text, cut where the picture ends."""
    room = (_WIDTH - x - 4) / size
    used, end = 0.0, 0
    for end, character in enumerate(words, 1):
        used += 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56
        if used > room:
            words = words[: end - 2].rstrip() + "…"
            break
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {look}>{escape(words)}</text>'
