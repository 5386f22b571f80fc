# SPDX-License-Identifier: Apache-2.0
"""A position with what the town's map knows of it, as the engine wants it."""

from __future__ import annotations

from kairan.municipalities.places import areas_and_inside
from kairan.scenarios.inputs import PositionGiven


def placed(
    longitude: float, latitude: float, *, title: str = "", address: str = ""
) -> PositionGiven:
    """Degrees; the most telling area first."""
    areas, inside = areas_and_inside(longitude, latitude)
    return PositionGiven(
        lon=longitude,
        lat=latitude,
        title=title,
        address=address,
        areas=tuple(area.code for area in reversed(areas)),
        area=areas[-1].name if areas else "",
        inside_town=inside,
    )
