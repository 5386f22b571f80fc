# SPDX-License-Identifier: Apache-2.0
"""Who did something: a person, a resident, the clock, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    @property
    def actor_kind(self) -> str:
        """``person``, ``resident``, ``clock`` or ``program``."""

    @property
    def actor_id(self) -> int | None: ...

    @property
    def actor_name(self) -> str: ...


@dataclass(frozen=True)
class NamedActor:
    actor_kind: str
    actor_name: str
    actor_id: int | None = None


CLOCK = NamedActor("clock", "時計")
PROGRAM = NamedActor("program", "プログラム")
