# SPDX-License-Identifier: Apache-2.0
"""A position with what the town's map knows of it, as the engine wants it."""

from __future__ import annotations

from kairan.municipalities.models import Area
from kairan.municipalities.places import areas_at, is_inside_town, is_position
from kairan.scenarios.inputs import PositionGiven


def placed(
    longitude: float, latitude: float, *, title: str = "", address: str = ""
) -> PositionGiven:
    """Degrees; the most telling area first."""
    on_earth = is_position(longitude, latitude)
    areas: tuple[Area, ...] = areas_at(longitude, latitude) if on_earth else ()
    return PositionGiven(
        lon=longitude,
        lat=latitude,
        title=title,
        address=address,
        areas=tuple(area.code for area in reversed(areas)),
        area=areas[-1].name if areas else "",
        inside_town=on_earth and is_inside_town(longitude, latitude),
    )
