# SPDX-License-Identifier: Apache-2.0
"""The town's wards under every map."""

from __future__ import annotations

import shapely
from shapely.geometry import Polygon

from kairan.municipalities.actions import import_areas
from kairan.municipalities.maps import MOST_VERTICES, lighter, town_map
from kairan.municipalities.models import Area
from tests.cast import Cast


def ragged(west: float, east: float) -> Polygon:
    """A strip whose northern border has 3,000 corners."""
    steps = [west + (east - west) * at / 3000 for at in range(3001)]
    north = [(x, 32.9 + 0.0002 * (at % 2)) for at, x in enumerate(steps)]
    return Polygon([(east, 32.7), (west, 32.7), *north])


def test_areas_with_too_many_corners_get_fewer_and_still_touch() -> None:
    west, east = lighter([ragged(130.5, 130.6), ragged(130.6, 130.7)])
    assert sum(map(shapely.get_num_coordinates, (west, east))) <= MOST_VERTICES
    assert west.touches(east)
    assert abs(west.area - 0.02) < 0.001


def test_light_areas_stay_as_they_are() -> None:
    square = shapely.box(130.5, 32.7, 130.6, 32.8)
    assert lighter([square]) == [square]


def test_the_wards_are_drawn_with_their_credit(hinokuni: Cast) -> None:
    hinokuni.hinokuni.area_credit = "国土数値情報"
    hinokuni.hinokuni.save(update_fields=["area_credit"])
    drawn = town_map()
    names = [feature["properties"]["name"] for feature in drawn["areas"]["features"]]
    assert names == [area.name for area in Area.objects.of_kind("ward").in_order()]
    assert drawn["areas_credit"] == "国土数値情報"


def test_a_new_import_is_drawn_at_once(hinokuni: Cast) -> None:
    before = len(town_map()["areas"]["features"])
    square = {"type": "Polygon", "coordinates": [[[131, 33], [132, 33], [132, 34], [131, 33]]]}
    feature = {"type": "Feature", "properties": {"n": "新区", "c": "999"}, "geometry": square}
    import_areas(
        acting=hinokuni.administrator,
        geojson={"type": "FeatureCollection", "features": [feature]},
        kind="ward",
        name_property="n",
        code_property="c",
    )
    assert len(town_map()["areas"]["features"]) == before + 1


def test_a_town_without_wards_has_tiles_alone(cast: Cast) -> None:
    from kairan.municipalities.tenancy import town

    with town(cast.neighbour):
        assert set(town_map()) == {"tiles"}
