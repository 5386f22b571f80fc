# SPDX-License-Identifier: Apache-2.0
"""What waits for a person besides cases. The doors say what they have: none imports another, and
the first page shows it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from kairan.people.models import Person


@dataclass(frozen=True)
class Waiting:
    """A number and the page of what it counts."""

    label: str | Promise
    count: int
    url: str
    tone: str


Asked = Callable[[Person], Waiting | None]
_asked: list[Asked] = []


def also_ask(asked: Asked) -> None:
    """At the start of the program. ``asked`` gives None for whom it does not concern."""
    _asked.append(asked)


def waiting_for(person: Person) -> list[Waiting]:
    found = [asked(person) for asked in _asked]
    return [one for one in found if one is not None and one.count]
