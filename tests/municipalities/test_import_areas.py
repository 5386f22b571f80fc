# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import Any

import pytest

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.municipalities.actions import ImportResult, import_areas
from kairan.municipalities.geojson import MAX_BYTES, GeoJSONRefused
from kairan.municipalities.models import Area
from kairan.municipalities.places import areas_at
from tests.cast import Cast

SQUARE = [[[131, 34], [132, 34], [132, 35], [131, 35], [131, 34]]]
FAR_SQUARE = [[[133, 34], [134, 34], [134, 35], [133, 35], [133, 34]]]


def feature(code: object, name: object, rings: Any = SQUARE, kind: str = "Polygon") -> Any:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": kind, "coordinates": rings},
    }


def bring_in(*features: Any, **changes: Any) -> ImportResult:
    return import_areas(
        acting=PROGRAM,
        **{
            "geojson": {"type": "FeatureCollection", "features": list(features)},
            "kind": "ward",
            "name_property": "name",
            "code_property": "code",
            **changes,
        },
    )


def test_new_area_is_found_by_position_at_once(hinokuni: Cast) -> None:
    assert areas_at(131.5, 34.5) == ()
    assert bring_in(feature("9", "北区")).added == 1
    assert [area.name for area in areas_at(131.5, 34.5)] == ["北区"]


def test_same_file_again_changes_nothing_and_records_nothing(hinokuni: Cast) -> None:
    bring_in(feature("9", "北区"))
    recorded = Entry.objects.count()
    assert bring_in(feature("9", "北区")) == ImportResult(0, 0, 1, [])
    assert Entry.objects.count() == recorded


def test_renamed_and_redrawn_areas_keep_their_row(hinokuni: Cast) -> None:
    bring_in(feature("9", "北区"))
    before = Area.objects.get(code="9").pk
    assert bring_in(feature("9", "新北区", FAR_SQUARE)).changed == 1
    assert Area.objects.get(code="9").pk == before
    assert [area.name for area in areas_at(133.5, 34.5)] == ["新北区"]


def test_features_of_one_code_become_one_area(hinokuni: Cast) -> None:
    result = bring_in(feature("9", "北区"), feature("9", "北区", FAR_SQUARE))
    assert result.added == 1
    assert Area.objects.get(code="9").geometry["type"] == "MultiPolygon"
    assert areas_at(131.5, 34.5) == areas_at(133.5, 34.5) != ()


def test_number_codes_are_read_as_text(hinokuni: Cast) -> None:
    bring_in(feature(43101, "中央区"), feature(43102.0, "東区", FAR_SQUARE))
    assert set(Area.objects.filter(code__startswith="431").values_list("code", flat=True)) == {
        "43101",
        "43102",
    }


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (feature(None, "北区"), "コード（code）がありません"),
        (feature("9", " "), "名前（name）がありません"),
        (feature("9", "北区", [131, 34], "Point"), "面"),
        (feature("9", "北区", "ここ"), "壊れて"),
        (feature("9", "北区", []), "空"),
        (feature("9", "北区", [[[0, 0], [5e6, 0], [5e6, 5e6], [0, 0]]]), "範囲"),
        (feature("9" * 21, "北区"), "長すぎる"),
        ({"type": "Feature"}, "コード（code）がありません"),
        ("北区", "コード（code）がありません"),
    ],
)
def test_broken_feature_is_refused_with_its_reason_and_the_rest_taken(
    hinokuni: Cast, broken: Any, reason: str
) -> None:
    result = bring_in(feature("8", "南区", FAR_SQUARE), broken)
    assert result.added == 1
    [(index, said)] = result.refused
    assert index == 1
    assert reason in said


def test_one_code_with_two_names_is_refused(hinokuni: Cast) -> None:
    result = bring_in(feature("9", "北区"), feature("9", "南区", FAR_SQUARE))
    assert (result.added, [index for index, _ in result.refused]) == (1, [1])


def test_bow_tie_is_repaired(hinokuni: Cast) -> None:
    bow_tie = [[[131, 34], [132, 35], [132, 34], [131, 35], [131, 34]]]
    assert bring_in(feature("9", "北区", bow_tie)).added == 1
    assert areas_at(131.1, 34.5)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": 3}',
        b'{"x": NaN}',
        '{"名前": 1}'.encode("shift_jis"),
        b"[" * 100_000,
        b" " * (MAX_BYTES + 1),
        json.dumps(
            {"features": [{}], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::6670"}}}
        ).encode(),
    ],
)
def test_unreadable_file_is_refused_as_a_whole(hinokuni: Cast, content: bytes) -> None:
    with pytest.raises(GeoJSONRefused):
        bring_in(geojson=content)


def test_unknown_kind_is_refused(hinokuni: Cast) -> None:
    with pytest.raises(ValueError, match="planet"):
        bring_in(feature("9", "北区"), kind="planet")


def test_import_is_recorded_with_its_counts(hinokuni: Cast) -> None:
    bring_in(feature("9", "北区"), feature(None, "?"))
    entry = Entry.objects.get(verb="areas.imported")
    assert entry.summary == "区 +1 ~0 =0 -1"
    assert entry.actor_name == PROGRAM.actor_name
