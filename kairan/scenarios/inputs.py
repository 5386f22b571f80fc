# SPDX-License-Identifier: Apache-2.0
"""What can come in from a resident, on any channel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from kairan.scenarios.state import Place
from kairan.scenarios.words import clean


@dataclass(frozen=True)
class TypedText:
    text: str


@dataclass(frozen=True)
class Tapped:
    """An option or control of a prompt, with that prompt's `step` and `nonce`."""

    step: str
    value: str
    nonce: str


@dataclass(frozen=True)
class PhotosGiven:
    """One photo or a whole set; `refs` are the caller's keys of the stored files."""

    refs: tuple[str, ...]


@dataclass(frozen=True)
class PhotosDone:
    """No more photos: as the option 「写真はこれで送る」."""


@dataclass(frozen=True)
class PositionGiven:
    """Degrees. `areas`: codes of the areas it lies in, the most telling first; `area`: its name."""

    lon: float
    lat: float
    address: str = ""
    title: str = ""
    areas: tuple[str, ...] = ()
    area: str = ""
    inside_town: bool = True

    @property
    def is_on_earth(self) -> bool:
        finite = math.isfinite(self.lon) and math.isfinite(self.lat)
        return finite and abs(self.lon) <= 180 and abs(self.lat) <= 90

    def as_place(self, typed: str = "") -> Place:
        return Place(
            lon=self.lon,
            lat=self.lat,
            address=clean(self.address)[:200],
            title=clean(self.title)[:100],
            typed=typed,
            areas=self.areas,
            area=self.area,
            inside_town=self.inside_town,
        )


@dataclass(frozen=True)
class PlaceTyped:
    """Typed text that the caller has looked up; no candidates: it was not found.

    A caller without a look-up gives TypedText; it then stands as a landmark.
    """

    text: str
    candidates: tuple[PositionGiven, ...] = ()


@dataclass(frozen=True)
class PositionRefined:
    """The map page has set the position of an answered (or just now asked) step."""

    step: str
    position: PositionGiven


@dataclass(frozen=True)
class DateTimePicked:
    """As LINE gives it: 2026-08-01, 02:00 or 2026-08-01T02:00, on the town's clock."""

    value: str


@dataclass(frozen=True)
class Unusable:
    kind: Literal["sticker", "audio", "video", "file", "unknown"]


@dataclass(frozen=True)
class Back:
    pass


@dataclass(frozen=True)
class Leave:
    pass


@dataclass(frozen=True)
class Resume:
    """Going on after silence or after 「中止」; `expired`: too late, the run ends politely."""

    expired: bool = False


@dataclass(frozen=True)
class Filled:
    """Written into a form's own field: an answer whatever it says, never 「戻る」 or 「中止」."""

    told: TypedText | DateTimePicked


Given = (
    TypedText
    | Tapped
    | PhotosGiven
    | PhotosDone
    | PositionGiven
    | PlaceTyped
    | PositionRefined
    | DateTimePicked
    | Unusable
    | Back
    | Leave
    | Resume
    | Filled
)
