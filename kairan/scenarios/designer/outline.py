# SPDX-License-Identifier: Apache-2.0
"""A definition as an indented list: who comes from a branch stands further in."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kairan.scenarios.definition import AnyStep, Branch, Choice, Definition, End, Urgent
from kairan.scenarios.flow import Flow

DEEPEST = 6


@dataclass(frozen=True)
class Edge:
    """One way from step to step. `kind`: onward, option, way, called, otherwise."""

    source: str
    target: str
    kind: str
    index: int = 0

    @property
    def is_side_way(self) -> bool:
        return self.kind in ("option", "way", "called")


@dataclass(frozen=True)
class Outline:
    """`depth` and `edges` of a definition; both linear in its size."""

    definition: Definition

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Step id → the number it is shown with."""
        return {step.id: number for number, step in enumerate(self.definition.steps, 1)}

    @cached_property
    def flow(self) -> Flow:
        return Flow.of(self.definition)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(edge for step in self.definition.steps for edge in edges_of(step, self))

    @cached_property
    def incoming(self) -> Mapping[str, list[Edge]]:
        found: dict[str, list[Edge]] = {step.id: [] for step in self.definition.steps}
        for edge in self.edges:
            found[edge.target].append(edge)
        return found

    @cached_property
    def edges_by_source(self) -> Mapping[str, list[Edge]]:
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """How many branches are open around each step. Where branches meet again, none is."""
        ways: dict[str, list[tuple[str, int]]] = {step.id: [] for step in self.definition.steps}
        for edge in self.edges:
            ways[edge.source].append((edge.target, int(edge.is_side_way)))
        for source, meeting in self._meetings().items():
            ways[source].append((meeting, 0))
        depths: dict[str, int] = {}
        waiting = deque([(self.definition.first, 0)])
        while waiting:
            step_id, depth = waiting.popleft()
            if step_id not in ways or depths.get(step_id, depth + 1) <= depth:
                continue
            depths[step_id] = depth
            for target, more in ways[step_id]:
                if more:
                    waiting.append((target, depth + 1))
                else:
                    waiting.appendleft((target, depth))
        return {step_id: min(depth, DEEPEST) for step_id, depth in depths.items()}

    def _meetings(self) -> dict[str, str]:
        """For each step that branches, the step that all its ways come through again.

        Dominators of the flow turned round (Cooper, Harvey, Kennedy: a simple, fast algorithm).
        """
        order = self._towards_the_end()
        rank = {step_id: index for index, step_id in enumerate(order)}
        meets: dict[str, str] = {"": ""}
        changed = True
        rounds = 0
        while changed and rounds < 20:
            changed, rounds = False, rounds + 1
            for step_id in order[1:]:
                found = None
                for target in self._after(step_id):
                    if target in meets:
                        found = target if found is None else _common(meets, rank, found, target)
                if found is not None and meets.get(step_id) != found:
                    meets[step_id] = found
                    changed = True
        ways = self.flow.ways
        return {s: meeting for s, meeting in meets.items() if meeting and len(ways[s]) > 1}

    def _after(self, step_id: str) -> tuple[str, ...]:
        """Where a step leads; ends and dead ends lead to the one end of all, ""."""
        return self.flow.ways[step_id] or ("",)

    def _towards_the_end(self) -> list[str]:
        """From the end of all backwards, each step after those it leads to (but for loops)."""
        before: dict[str, list[str]] = {"": []}
        for step_id in self.flow.ways:
            before.setdefault(step_id, [])
            for target in self._after(step_id):
                before.setdefault(target, []).append(step_id)
        seen, finished = {""}, []
        stack = [("", iter(before[""]))]
        while stack:
            step_id, rest = stack[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                finished.append(step_id)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(before[following])))
        return finished[::-1]


def _common(meets: Mapping[str, str], rank: Mapping[str, int], one: str, other: str) -> str:
    while one != other:
        while rank[one] > rank[other]:
            one = meets[one]
        while rank[other] > rank[one]:
            other = meets[other]
    return one


def edges_of(step: AnyStep, outline: Outline) -> list[Edge]:
    """The ways from a step to steps that exist, each once, side ways first."""
    definition = outline.definition
    known = definition.by_id
    found: list[Edge] = []
    onward = definition.onward(step)
    falls_through = not isinstance(step, End)
    match step:
        case Choice():
            all_jump = step.required and all(option.next for option in step.options)
            found = [
                Edge(step.id, option.next, "option", index)
                for index, option in enumerate(step.options)
                if option.next and (all_jump or option.next != onward)
            ]
            falls_through = not all_jump
        case Branch():
            found = [Edge(step.id, way.next, "way", i) for i, way in enumerate(step.ways)]
        case Urgent() if step.called_next and step.called_next != onward:
            found = [Edge(step.id, step.called_next, "called")]
    if onward and falls_through:
        found.append(Edge(step.id, onward, "otherwise" if found else "onward"))
    return [edge for edge in found if edge.target in known]
