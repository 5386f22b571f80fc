# SPDX-License-Identifier: Apache-2.0
"""The flow as a picture: layers from top to bottom, drawn as SVG on the server.

Layers are longest ways from the beginning; ways back and ways over many layers run beside the
picture, so that the size stays linear in the number of steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kairan.scenarios.definition import Definition
from kairan.scenarios.designer.describing import edge_words, short, step_name, type_name
from kairan.scenarios.designer.outline import Outline

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 184, 52, 24, 40, 16
NOTE_LINE = 16
LANE = 10
LANES = 12
LONGEST_WAY = 6  # layers
SWEEPS = 4
LABEL_LENGTH = 14


@dataclass
class Node:
    """One box, or a bend (`step` "") of a way that passes a layer."""

    key: str
    step: str
    layer: int
    x: float = 0
    y: float = 0
    height: int = HEIGHT
    above: list[Node] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)

    @property
    def width(self) -> int:
        return WIDTH if self.step else LANE

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Line:
    source: str
    target: str
    label: str
    bends: tuple[Node, ...] = ()
    beside: bool = False


@dataclass(frozen=True)
class Drawing:
    nodes: Mapping[str, Node]
    lines: tuple[Line, ...]
    width: float
    height: float


def svg(
    definition: Definition,
    *,
    notes: Mapping[str, Iterable[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    link: Callable[[str], str] = lambda step_id: f"#step-{step_id}",
    outline: Outline | None = None,
) -> SafeString:
    """`notes`: step id → lines written in its box (numbers of a period, for example);
    `problems`: step id → "error" or "warning"; `link`: where a press on a step leads."""
    outline = outline or Outline(definition)
    lines_of = {step_id: list(lines) for step_id, lines in (notes or {}).items()}
    drawing = lay_out(outline, {step_id: len(lines) for step_id, lines in lines_of.items()})
    begin = format_html(
        '<svg class="flow" xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{label}" '
        'width="{w}" height="{h}" viewBox="0 0 {w} {h}"><defs><marker id="flow-tip" '
        'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path class="flow__tip" d="M0 0L10 5L0 10z"/></marker></defs>',
        label=_("流れの図"),
        w=round(drawing.width),
        h=round(drawing.height),
    )
    parts: list[SafeString] = []
    parts += _drawn_lines(drawing)
    for step in definition.by_id.values():
        name = f"{outline.numbers[step.id]} {step_name(step)}"
        parts.append(
            _box(
                drawing.nodes[step.id],
                kind=step.type,
                name=name,
                note=lines_of.get(step.id, []),
                problem=(problems or {}).get(step.id, ""),
                href=link(step.id),
            )
        )
    return format_html("{}{}</svg>", begin, _joined(parts))


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


# ── layout ────────────────────────────────────────────────────────────────────────────────────


def lay_out(outline: Outline, note_lines: Mapping[str, int]) -> Drawing:
    layer = _layers(outline)
    nodes = {
        step_id: Node(step_id, step_id, at, height=HEIGHT + NOTE_LINE * note_lines.get(step_id, 0))
        for step_id, at in layer.items()
    }
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for edge in outline.edges:
        labels[edge.source, edge.target].append(edge_words(edge, outline.definition))
    layers: dict[int, list[Node]] = defaultdict(list)
    for node in nodes.values():
        layers[node.layer].append(node)
    lines = []
    for (source, target), words in labels.items():
        label = short(_("、").join(filter(None, words)), LABEL_LENGTH)
        span = layer[target] - layer[source]
        beside = not 0 < span <= LONGEST_WAY
        bends = () if beside else tuple(_bends(nodes[source], nodes[target], layers))
        lines.append(Line(source, target, label, bends, beside))
    rows = [layers[at] for at in sorted(layers)]
    _order(rows)
    _place(rows)
    aside = sum(line.beside for line in lines)
    every = [node for row in rows for node in row]
    width = max((node.x + node.width for node in every), default=0)
    height = max((node.y + node.height for node in every), default=0)
    room = LANE * min(aside, LANES) + (LANE if aside else 0)
    return Drawing(nodes, tuple(lines), width + MARGIN + room, height + MARGIN + GAP_Y / 2)


def _layers(outline: Outline) -> dict[str, int]:
    """Longest way from the beginning, ways back left out; unreached steps go by themselves."""
    ways = outline.flow.ways
    order, back = _depth_first(ways, [outline.definition.first, *ways])
    layer = dict.fromkeys(order, 0)
    for step_id in order:
        for target in ways[step_id]:
            if (step_id, target) not in back:
                layer[target] = max(layer[target], layer[step_id] + 1)
    return {step_id: layer[step_id] for step_id in ways}


def _depth_first(
    ways: Mapping[str, tuple[str, ...]], begins: Iterable[str]
) -> tuple[list[str], set[tuple[str, str]]]:
    """Each step before those it leads to, and the ways that lead back."""
    finished: list[str] = []
    back: set[tuple[str, str]] = set()
    state: dict[str, int] = {}
    for begin in begins:
        if begin in state or begin not in ways:
            continue
        state[begin] = 1
        stack = [(begin, iter(ways[begin]))]
        while stack:
            step_id, rest = stack[-1]
            for target in rest:
                if state.get(target) == 1:
                    back.add((step_id, target))
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(ways[target])))
                    break
            else:
                state[step_id] = 2
                finished.append(step_id)
                stack.pop()
    return finished[::-1], back


def _bends(source: Node, target: Node, layers: dict[int, list[Node]]) -> list[Node]:
    bends = [
        Node(f"{source.key}>{target.key}@{at}", "", at)
        for at in range(source.layer + 1, target.layer)
    ]
    for bend in bends:
        layers[bend.layer].append(bend)
    chain = [source, *bends, target]
    for upper, lower in pairwise(chain):
        upper.below.append(lower)
        lower.above.append(upper)
    return bends


def _order(rows: list[list[Node]]) -> None:
    """Fewer crossings: each row by the middle of its neighbours, downwards and upwards."""
    place = {node.key: index for row in rows for index, node in enumerate(row)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:

            def middle(node: Node, down: bool = down) -> float:
                near = node.above if down else node.below
                here = float(place[node.key])
                return sum(place[n.key] for n in near) / len(near) if near else here

            row.sort(key=middle)
            place.update((node.key, index) for index, node in enumerate(row))


def _place(rows: list[list[Node]]) -> None:
    y = float(MARGIN)
    for row in rows:
        for node in row:
            node.y = y
        y += max(node.height for node in row) + GAP_Y
        _side_by_side(row, [_wanted(node, node.above) for node in row])
    for row in reversed(rows):
        _side_by_side(row, [_wanted(node, node.below or node.above) for node in row])
    left = min((node.x for row in rows for node in row), default=0)
    for row in rows:
        for node in row:
            node.x += MARGIN - left


def _wanted(node: Node, near: list[Node]) -> float:
    middle = sum(n.middle for n in near) / len(near) if near else node.middle
    return middle - node.width / 2


def _side_by_side(row: list[Node], wanted: list[float]) -> None:
    """As near as they can to where they want to be, in their order, without overlapping."""
    edge = float("-inf")
    for node, want in zip(row, wanted, strict=True):
        node.x = max(want, edge)
        edge = node.x + node.width + GAP_X
    drift = sum(node.x - want for node, want in zip(row, wanted, strict=True)) / len(row)
    for node in row:
        node.x -= drift


# ── drawing ───────────────────────────────────────────────────────────────────────────────────


def _drawn_lines(drawing: Drawing) -> list[SafeString]:
    parts: list[SafeString] = []
    beside = 0
    right = max((node.x + node.width for node in drawing.nodes.values()), default=0)
    for line in drawing.lines:
        source, target = drawing.nodes[line.source], drawing.nodes[line.target]
        if line.beside:
            lane = right + LANE * (beside % LANES + 1)
            beside += 1
            path = _round_about(source, target, lane)
            at = (source.x + source.width + 4, source.y + source.height / 2 - 4)
            css, anchor = "flow__way flow__way--beside", "start"
        else:
            path = _through(source, line.bends, target)
            first = line.bends[0] if line.bends else target
            at = ((source.middle + first.middle * 2) / 3, source.y + source.height + GAP_Y - 10)
            css, anchor = "flow__way", "middle"
        parts.append(
            format_html('<path class="{}" d="{}" marker-end="url(#flow-tip)"/>', css, path)
        )
        if line.label:
            parts.append(
                format_html(
                    '<text class="flow__when" x="{}" y="{}" text-anchor="{}" '
                    'aria-hidden="true">{}</text>',
                    round(at[0]),
                    round(at[1]),
                    anchor,
                    line.label,
                )
            )
    return parts


def _through(source: Node, bends: tuple[Node, ...], target: Node) -> str:
    x, y = source.middle, source.y + source.height
    path = [f"M{x:.0f} {y:.0f}"]
    for node in (*bends, target):
        half = (y + node.y) / 2
        path.append(
            f"C{x:.0f} {half:.0f} {node.middle:.0f} {half:.0f} {node.middle:.0f} {node.y:.0f}"
        )
        x, y = node.middle, node.y
        if not node.step:
            y += HEIGHT
            path.append(f"L{x:.0f} {y:.0f}")
    return "".join(path)


def _round_about(source: Node, target: Node, lane: float) -> str:
    """Out to the right, along the margin, and in from the right."""
    out, y = source.x + source.width, source.y + source.height / 2 + 6
    into, end = target.x + target.width, target.y + target.height / 2 - 6
    return f"M{out:.0f} {y:.0f}H{lane:.0f}V{end:.0f}H{into:.0f}"


def _box(
    node: Node, *, kind: str, name: str, note: list[str], problem: str, href: str
) -> SafeString:
    said = {"error": _("直すところあり"), "warning": _("確かめるところあり")}.get(problem, "")
    label = _("、").join(filter(None, [name, type_name(kind), said, *note]))
    css = f"flow__step flow__step--{kind}" + (f" flow__step--{problem}" if problem else "")
    kind_words = type_name(kind) + (" ⚠" if problem else "")
    words = [("name", 21, short(name, 13)), ("kind", 41, kind_words)]
    words += [("note", HEIGHT + 8 + i * NOTE_LINE, line) for i, line in enumerate(note)]
    lines = format_html_join(
        "",
        '<text class="flow__{}" x="{}" y="{}">{}</text>',
        ((what, round(node.x + 12), round(node.y + down), said) for what, down, said in words),
    )
    return format_html(
        '<a class="{}" href="{}" data-flow-step="{}" aria-label="{}"><rect x="{}" y="{}" '
        'width="{}" height="{}" rx="{}"/>{}</a>',
        css,
        href,
        node.step,
        label,
        round(node.x),
        round(node.y),
        WIDTH,
        node.height,
        26 if kind == "end" else 6,
        lines,
    )
