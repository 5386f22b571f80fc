# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math

import pytest
from django.db import connection

from kairan.municipalities.models import Area, Municipality
from kairan.municipalities.places import (
    area_named,
    areas_at,
    as_polygons,
    is_inside_town,
    is_position,
)
from kairan.municipalities.tenancy import NoTown, town
from tests.cast import Cast

HOLE = [
    [[140, 40], [144, 40], [144, 44], [140, 44], [140, 40]],
    [[141, 41], [143, 41], [143, 43], [141, 43], [141, 41]],
]
ISLAND = [[[141.5, 41.5], [142, 41.5], [142, 42], [141.5, 42], [141.5, 41.5]]]


@pytest.fixture
def ring(hinokuni: Cast) -> Area:
    """A ward with a hole, and an island in the hole that is its own again."""
    made = Area.objects.create(
        kind="ward",
        code="900",
        name="輪区",
        geometry={"type": "MultiPolygon", "coordinates": [HOLE, ISLAND]},
    )
    moved = hinokuni.hinokuni.areas_version + made.pk + 1
    Municipality.objects.filter(pk=hinokuni.hinokuni.pk).update(areas_version=moved)
    return made


def names(longitude: float, latitude: float) -> list[str]:
    return [area.name for area in areas_at(longitude, latitude)]


def test_a_point_is_in_the_area_that_holds_it(hinokuni: Cast) -> None:
    assert names(130.2, 32.7) == ["西区"]
    assert names(130.8, 32.7) == ["東区"]


@pytest.mark.parametrize(
    ("longitude", "latitude", "found"),
    [
        (140.5, 40.5, ["輪区"]),
        (142.5, 42.5, []),
        (141.7, 41.7, ["輪区"]),
        (141, 42, ["輪区"]),
        (144, 44, ["輪区"]),
        (144.0001, 44, []),
    ],
    ids=["inside", "hole", "island", "edge of the hole", "corner", "just outside"],
)
def test_holes_and_islands(ring: Area, longitude: float, latitude: float, found: list[str]) -> None:
    assert names(longitude, latitude) == found


def test_a_point_on_a_border_goes_to_both_the_lower_code_first(hinokuni: Cast) -> None:
    assert names(130.5, 32.7) == ["西区", "東区"]


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [
        (0, 0),
        (32.7, 130.2),
        (math.nan, 32.7),
        (130.2, math.nan),
        (math.inf, 32.7),
        (130.2, -math.inf),
        (181, 0),
        (0, 91),
    ],
)
def test_points_that_are_nowhere_here(hinokuni: Cast, longitude: float, latitude: float) -> None:
    assert areas_at(longitude, latitude) == ()
    assert not is_inside_town(longitude, latitude)


@pytest.mark.parametrize(("longitude", "latitude"), [(180, 90), (-180, -90), (0, 0)])
def test_the_ends_of_the_earth_are_positions(longitude: float, latitude: float) -> None:
    assert is_position(longitude, latitude)


def test_a_town_without_polygons_counts_everything_as_inside(hinokuni: Cast) -> None:
    with town(hinokuni.neighbour):
        assert is_inside_town(130.2, 32.7)
        assert not is_inside_town(math.nan, 32.7)
        assert areas_at(130.2, 32.7) == ()


def test_the_neighbours_polygons_are_unseen(hinokuni: Cast) -> None:
    with town(hinokuni.neighbour):
        Area.objects.create(
            kind="ward",
            code="1",
            name="隣区",
            geometry={"type": "Polygon", "coordinates": HOLE[:1]},
        )
        Municipality.objects.filter(pk=hinokuni.neighbour.pk).update(areas_version=77)
        assert names(140.5, 40.5) == ["隣区"]
        assert names(130.2, 32.7) == []
    assert names(140.5, 40.5) == []
    assert names(130.2, 32.7) == ["西区"]


def test_areas_without_a_shape_are_passed_over(hinokuni: Cast) -> None:
    Area.objects.create(kind="unit", code="1", name="一丁目")
    Municipality.objects.filter(pk=hinokuni.hinokuni.pk).update(areas_version=78)
    assert names(130.2, 32.7) == ["西区"]


def test_the_polygons_are_read_once(hinokuni: Cast) -> None:
    areas_at(130.2, 32.7)
    with connection.execute_wrapper(_only_the_version):
        assert names(130.2, 32.7) == ["西区"]


def _only_the_version(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    assert "municipalities_area" not in sql
    return execute(sql, params, many, context)


def test_without_a_town_there_is_no_answer(cast: Cast) -> None:
    with pytest.raises(NoTown):
        areas_at(130.2, 32.7)


@pytest.mark.parametrize(
    ("text", "found"),
    [("西区春日1丁目", "西区"), ("東区と西区の間", "西区"), ("どこか", None), ("", None)],
)
def test_an_area_is_found_by_its_name_in_an_address(
    hinokuni: Cast, text: str, found: str | None
) -> None:
    area = area_named(text)
    assert (area and area.name) == found


def test_the_longest_name_wins(hinokuni: Cast) -> None:
    Area.objects.create(kind="district", code="5", name="西区春日")
    area = area_named("西区春日1丁目")
    assert area
    assert area.name == "西区春日"


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "x"},
    ],
)
def test_only_polygons_are_shapes(geometry: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        as_polygons(geometry)
