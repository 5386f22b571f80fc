# SPDX-License-Identifier: Apache-2.0
"""Which kinds of report an end may lead to. The room above, which keeps them, tells us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class KindOffered:
    """`note`: target and routing in words; `url` and `routing_url`: where they are changed."""

    key: str
    name: str
    note: str = ""
    url: str = ""
    routing_url: str = ""


_tellers: list[Callable[[], Sequence[KindOffered]]] = []


def tell_kinds(teller: Callable[[], Sequence[KindOffered]]) -> None:
    """Called once, from `AppConfig.ready` of the room that keeps the kinds."""
    _tellers[:] = [teller]


def kinds_offered() -> tuple[KindOffered, ...]:
    """The entered town's kinds, in its order; () when no room keeps any."""
    return tuple(kind for teller in _tellers for kind in teller())
