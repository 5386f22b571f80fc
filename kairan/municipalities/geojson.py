# SPDX-License-Identifier: Apache-2.0
"""A GeoJSON file, as a town's areas: what can be taken, and what cannot and why. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from django.utils.translation import gettext as _
from shapely import make_valid, unary_union
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

MAX_BYTES = 20 * 1024 * 1024
MAX_FEATURES = 20_000
MAX_CODE_LENGTH = 20
MAX_NAME_LENGTH = 100
# Longitude and latitude in degrees; WGS 84, JGD2000 and JGD2011 agree within a metre or so.
_DEGREES = ("CRS84", "4326", "4612", "6668")


class GeoJSONRefused(ValueError):
    """The file as a whole cannot be read; the message says why, for people."""


class _FeatureRefused(Exception):
    """One feature cannot be taken; the message says why, for people."""


@dataclass(frozen=True)
class DrawnArea:
    code: str
    name: str
    geometry: dict[str, Any]


class Refusal(NamedTuple):
    """``number`` counts the file's features from 0."""

    number: int
    reason: str


def features_of(geojson: bytes | Mapping[str, Any]) -> list[dict[str, Any]]:
    """The features of a FeatureCollection, or the one of a Feature; raises ``GeoJSONRefused``."""
    content = _parse(geojson) if isinstance(geojson, bytes) else dict(geojson)
    if not isinstance(content, dict):
        raise GeoJSONRefused(_("GeoJSONではありません。"))
    _check_degrees(content.get("crs"))
    features = [content] if content.get("type") == "Feature" else content.get("features")
    if not isinstance(features, list) or not features:
        raise GeoJSONRefused(_("区域が1つも入っていません。GeoJSONのファイルか確かめてください。"))
    if len(features) > MAX_FEATURES:
        raise GeoJSONRefused(
            _("区域が多すぎます（%(count)d件）。%(limit)d件までのファイルに分けてください。")
            % {"count": len(features), "limit": MAX_FEATURES}
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def samples_of(features: Iterable[Mapping[str, Any]], size: int = 3) -> dict[str, list[str]]:
    """The properties' names, each with its first different values: to choose name and code by."""
    samples: dict[str, list[str]] = {}
    for feature in features:
        for key, value in _properties(feature).items():
            seen, word = samples.setdefault(str(key), []), _word(value)
            if word and word not in seen and len(seen) < size:
                seen.append(word)
    return samples


def draw(
    features: Iterable[Mapping[str, Any]], *, name_property: str, code_property: str
) -> tuple[tuple[DrawnArea, ...], tuple[Refusal, ...]]:
    """One area for each code (several features of one code are joined), and what was refused."""
    names: dict[str, str] = {}
    parts: dict[str, list[BaseGeometry]] = {}
    refused: list[Refusal] = []
    for index, feature in enumerate(features):
        try:
            code, name = _code_and_name(feature, name_property, code_property)
            if names.get(code, name) != name:
                raise _FeatureRefused(
                    _("コード「%(code)s」に、別の名前「%(name)s」がすでにあります。")
                    % {"code": code, "name": names[code]}
                )
            polygon = _polygons(feature.get("geometry"))
        except _FeatureRefused as error:
            refused.append(Refusal(index, str(error)))
            continue
        names[code] = name
        parts.setdefault(code, []).append(polygon)
    drawn = tuple(DrawnArea(code, names[code], _joined(parts[code])) for code in parts)
    return drawn, tuple(refused)


def _parse(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise GeoJSONRefused(
            _("ファイルが大きすぎます。%(limit)dMBまでにしてください。")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise GeoJSONRefused(_("文字コードがUTF-8ではありません。")) from error
    except (ValueError, RecursionError) as error:
        raise GeoJSONRefused(_("JSONとして読めません。")) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check_degrees(crs: object) -> None:
    if crs is None:
        return
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    if not name.endswith(_DEGREES):
        raise GeoJSONRefused(
            _("座標が緯度・経度ではありません。緯度・経度（JGD2011など）に変換してください。")
        )


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _word(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, str | int) else ""


def _code_and_name(
    feature: Mapping[str, Any], name_property: str, code_property: str
) -> tuple[str, str]:
    properties = _properties(feature)
    code, name = _word(properties.get(code_property)), _word(properties.get(name_property))
    if not code:
        raise _FeatureRefused(_("コード（%(key)s）がありません。") % {"key": code_property})
    if not name:
        raise _FeatureRefused(_("名前（%(key)s）がありません。") % {"key": name_property})
    if len(code) > MAX_CODE_LENGTH or len(name) > MAX_NAME_LENGTH or "\0" in code + name:
        raise _FeatureRefused(_("コードか名前が長すぎるか、使えない文字があります。"))
    return code, name


def _polygons(geometry: object) -> BaseGeometry:
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise _FeatureRefused(_("形が面（Polygon・MultiPolygon）ではありません。"))
    try:
        drawn = _only_polygons(make_valid(shape(geometry)))
    except Exception as error:  # shapely raises whatever its C library and numpy raise
        raise _FeatureRefused(_("座標が壊れています。")) from error
    if drawn.is_empty:
        raise _FeatureRefused(_("形が空です。"))
    west, south, east, north = drawn.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _FeatureRefused(_("座標が緯度・経度の範囲にありません。"))
    return drawn


def _only_polygons(geometry: BaseGeometry) -> BaseGeometry:
    """Repairing a polygon can leave lines and points over; areas have none."""
    parts = getattr(geometry, "geoms", [geometry])
    polygons = [part for part in parts if isinstance(part, Polygon | MultiPolygon)]
    return polygons[0] if len(polygons) == 1 else unary_union(polygons)


def _joined(parts: list[BaseGeometry]) -> dict[str, Any]:
    joined = parts[0] if len(parts) == 1 else unary_union(parts)
    plain: dict[str, Any] = json.loads(json.dumps(mapping(joined.normalize())))
    return plain
