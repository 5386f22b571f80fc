# SPDX-License-Identifier: Apache-2.0
"""The ways through a definition, as a graph. Everything here is linear in steps and ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kairan.scenarios.definition import (
    AnyStep,
    Branch,
    Choice,
    Confirm,
    Definition,
    End,
    Message,
    ReportResult,
    Urgent,
)


def exits(step: AnyStep, definition: Definition) -> frozenset[str | None]:
    """Where a step can lead; None stands for nowhere."""
    onward = definition.onward(step)
    match step:
        case End():
            return frozenset()
        case Choice():
            named = frozenset(option.next or onward for option in step.options)
            return named if step.required else named | {onward}
        case Branch():
            return frozenset(way.next for way in step.ways) | {onward}
        case Urgent():
            return frozenset({onward, step.called_next or onward})
        case _:
            return frozenset({onward})


@dataclass(frozen=True)
class Flow:
    definition: Definition
    ways: Mapping[str, tuple[str, ...]]
    missing: tuple[tuple[str, str], ...]
    dead_ends: tuple[str, ...]

    @classmethod
    def of(cls, definition: Definition) -> Flow:
        ways: dict[str, tuple[str, ...]] = {}
        missing, dead_ends = [], []
        for step in definition.by_id.values():
            targets = exits(step, definition)
            if None in targets:
                dead_ends.append(step.id)
            named = sorted(target for target in targets if target is not None)
            missing += [(step.id, target) for target in named if target not in definition.by_id]
            ways[step.id] = tuple(target for target in named if target in definition.by_id)
        return cls(definition, ways, tuple(missing), tuple(dead_ends))

    @cached_property
    def reached(self) -> frozenset[str]:
        return self._from([self.definition.first], self.ways)

    @staticmethod
    def _from(
        begin: Iterable[str],
        ways: Mapping[str, Iterable[str]],
        *,
        not_beyond: frozenset[str] = frozenset(),
    ) -> frozenset[str]:
        seen: set[str] = set()
        waiting = [step_id for step_id in begin if step_id in ways]
        while waiting:
            step_id = waiting.pop()
            if step_id in seen:
                continue
            seen.add(step_id)
            if step_id not in not_beyond:
                waiting.extend(target for target in ways[step_id] if target not in seen)
        return frozenset(seen)

    def unreachable(self) -> list[str]:
        return [step_id for step_id in self.ways if step_id not in self.reached]

    def endless(self) -> list[str]:
        """Reached, with ways on, but none of them comes to an end."""
        backwards: dict[str, list[str]] = defaultdict(list)
        for step_id, targets in self.ways.items():
            backwards.setdefault(step_id, [])
            for target in targets:
                backwards[target].append(step_id)
        ends = [step.id for step in self.definition.steps if isinstance(step, End)]
        good = self._from([*ends, *self.dead_ends], backwards)
        return [step_id for step_id in self.ways if step_id in self.reached and step_id not in good]

    def ends_without_confirm(self) -> list[str]:
        """Report ends to which a way leads that shows no summary."""
        confirms = frozenset(s.id for s in self.definition.steps if isinstance(s, Confirm))
        seen = self._from([self.definition.first], self.ways, not_beyond=confirms)
        return [
            step.id
            for step in self.definition.by_id.values()
            if isinstance(step, End) and isinstance(step.outcome, ReportResult) and step.id in seen
        ]

    @cached_property
    def _silent(self) -> dict[str, tuple[str, ...]]:
        """Messages and branches, and the ways among them."""
        silent = {s.id for s in self.definition.steps if isinstance(s, Message | Branch)}
        return {s: tuple(t for t in self.ways[s] if t in silent) for s in self.ways if s in silent}

    @cached_property
    def _silent_order(self) -> tuple[str, ...]:
        """The silent steps, each before those it leads to; steps of loops are left out."""
        incoming = dict.fromkeys(self._silent, 0)
        for targets in self._silent.values():
            for target in targets:
                incoming[target] += 1
        ready = [step_id for step_id, count in incoming.items() if count == 0]
        order = []
        while ready:
            step_id = ready.pop()
            order.append(step_id)
            for target in self._silent[step_id]:
                incoming[target] -= 1
                if incoming[target] == 0:
                    ready.append(target)
        return tuple(order)

    def silent_loops(self) -> list[str]:
        """Steps that go round without a question, or are reached only from such a round."""
        ordered = set(self._silent_order)
        return [step_id for step_id in self._silent if step_id not in ordered]

    def message_chains_over(self, limit: int) -> list[str]:
        """Messages before which already `limit` others can have been said without a question."""
        said = dict.fromkeys(self._silent, 0)
        over = []
        for step_id in self._silent_order:
            total = said[step_id] + isinstance(self.definition.by_id[step_id], Message)
            if total == limit + 1 and total > said[step_id]:
                over.append(step_id)
            for target in self._silent[step_id]:
                said[target] = max(said[target], total)
        return over
