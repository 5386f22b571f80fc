# SPDX-License-Identifier: Apache-2.0
"""Which menu somebody sees, and why. Pure.

Of the menus that are sent, not taken down, within their from and to, and meant for this person,
the first by this order is shown: a disaster menu while they are switched on; then one for the
person's language; for the person's area; with a from or to; the one whose from is the latest; the
newest. A disaster menu stays out while they are switched off. Times are moments, not clock
readings: where clocks are changed, an hour that comes twice is not shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """One menu's part in the choice. `edition` is what would be shown."""

    menu: int
    edition: int
    language: str = ""
    area: int | None = None
    is_disaster: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        begun = self.starts_at is None or self.starts_at <= now
        return begun and (self.ends_at is None or now < self.ends_at)

    def is_for(self, language: str, areas: Sequence[int]) -> bool:
        return self.language in ("", language) and (self.area is None or self.area in areas)

    @property
    def is_for_everybody(self) -> bool:
        return not self.language and self.area is None

    @property
    def is_scheduled(self) -> bool:
        return self.starts_at is not None or self.ends_at is not None

    @property
    def rank(self) -> tuple[object, ...]:
        """The highest wins."""
        return (
            self.is_disaster,
            bool(self.language),
            self.area is not None,
            self.is_scheduled,
            self.starts_at or LONG_AGO,
            self.menu,
        )


def due(rules: Iterable[Rule], now: datetime, *, disaster: bool) -> list[Rule]:
    """Those that may be shown now, the winning ones first."""
    found = (rule for rule in rules if rule.is_due(now) and (disaster or not rule.is_disaster))
    return sorted(found, key=lambda rule: rule.rank, reverse=True)


def winner(due_rules: Sequence[Rule], language: str, areas: Sequence[int] = ()) -> Rule | None:
    return next((rule for rule in due_rules if rule.is_for(language, areas)), None)


def for_everybody(due_rules: Sequence[Rule]) -> Rule | None:
    """What LINE shows to whom nothing special is linked."""
    return next((rule for rule in due_rules if rule.is_for_everybody), None)


def key_of(due_rules: Sequence[Rule]) -> str:
    """Changes whenever somebody may see another menu."""
    return " ".join(f"{r.edition}:{r.language}:{r.area or ''}" for r in due_rules) or "none"


def next_change(rules: Iterable[Rule], now: datetime) -> datetime | None:
    """When the clock will next change something."""
    edges = (edge for rule in rules for edge in (rule.starts_at, rule.ends_at))
    return min((edge for edge in edges if edge is not None and edge > now), default=None)
