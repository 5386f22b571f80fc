# SPDX-License-Identifier: Apache-2.0
"""What reading an answer can come to, and what there is to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kairan.scenarios.inputs import (
    DateTimePicked,
    PhotosDone,
    PhotosGiven,
    PlaceTyped,
    PositionGiven,
    TypedText,
    Unusable,
)
from kairan.scenarios.state import AnswerValue


@dataclass(frozen=True)
class Chosen:
    """An option, tapped or typed, already known to be offered here."""

    value: str


@dataclass(frozen=True)
class Accepted:
    """`said`: texts before the next question."""

    value: AnswerValue
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    problem: str


@dataclass(frozen=True)
class Staying:
    """No mistake, but the question stands: with these changes of the state."""

    changes: dict[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()


Told = (
    Chosen
    | TypedText
    | PhotosGiven
    | PhotosDone
    | PositionGiven
    | PlaceTyped
    | DateTimePicked
    | Unusable
)
Reading = Accepted | Refused | Staying
