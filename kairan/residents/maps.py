# SPDX-License-Identifier: Apache-2.0
"""The map on which a resident sets a place."""

from __future__ import annotations

from kairan.municipalities.maps import town_map


def picker_data(longitude: float | None, latitude: float | None) -> dict[str, object]:
    """For ``position_picker``: the town's tiles and wards, and where the pin begins."""
    data = town_map()
    if longitude is not None and latitude is not None:
        data |= {"center": [latitude, longitude], "zoom": 16}
    return data
