# SPDX-License-Identifier: Apache-2.0
"""Verbs on departments and areas.

The ground's own rows are recorded too, so this module alone looks up, to ``kairan.audit``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.municipalities.departments import (
    change_department,
    close_department,
    create_department,
)
from kairan.municipalities.geojson import DrawnArea, Refusal, draw, features_of
from kairan.municipalities.models import Area, AreaDraft, Municipality
from kairan.municipalities.tenancy import current_town_id

__all__ = [
    "ImportPlan",
    "ImportResult",
    "change_department",
    "close_department",
    "create_department",
    "import_areas",
    "keep_draft",
    "plan_import",
]


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do; ``changed`` holds the area that stands, and what it becomes."""

    added: tuple[DrawnArea, ...]
    changed: tuple[tuple[Area, DrawnArea], ...]
    unchanged: tuple[Area, ...]
    refused: tuple[Refusal, ...]

    @property
    def drawn(self) -> tuple[DrawnArea, ...]:
        return self.added + tuple(new for _, new in self.changed)


@dataclass(frozen=True)
class ImportResult:
    """Counts of areas, and each refused feature as (number in the file from 0, reason)."""

    added: int
    changed: int
    unchanged: int
    refused: list[Refusal]


def plan_import(
    *,
    geojson: bytes | Mapping[str, Any],
    kind: str,
    name_property: str,
    code_property: str,
) -> ImportPlan:
    """What ``import_areas`` would do now; raises ``GeoJSONRefused`` for an unreadable file."""
    drawn, refused = draw(
        features_of(geojson), name_property=name_property, code_property=code_property
    )
    standing = {area.code: area for area in Area.objects.of_kind(Area.Kind(kind))}
    known = [(standing[new.code], new) for new in drawn if new.code in standing]
    return ImportPlan(
        added=tuple(new for new in drawn if new.code not in standing),
        changed=tuple((old, new) for old, new in known if not _same(old, new)),
        unchanged=tuple(old for old, new in known if _same(old, new)),
        refused=refused,
    )


@transaction.atomic
def import_areas(
    *,
    acting: Actor,
    geojson: bytes | Mapping[str, Any],
    kind: str,
    name_property: str,
    code_property: str,
) -> ImportResult:
    """Add and redraw the entered town's areas of one kind, known by their code.

    Several features of one code become one area. Areas that the file does not name stay. Raises
    ``GeoJSONRefused`` for an unreadable file, ``ValueError`` for an unknown kind. Locks the town's
    row, so that two imports follow one another.
    """
    town = Municipality.objects.select_for_update().get(pk=current_town_id())
    plan = plan_import(
        geojson=geojson, kind=kind, name_property=name_property, code_property=code_property
    )
    Area.objects.bulk_create(
        Area(kind=kind, code=new.code, name=new.name, geometry=new.geometry) for new in plan.added
    )
    for area, new in plan.changed:
        area.name, area.geometry = new.name, new.geometry
    Area.objects.bulk_update([area for area, _ in plan.changed], ["name", "geometry"], 500)
    result = ImportResult(
        len(plan.added),
        len(plan.changed),
        len(plan.unchanged),
        list(plan.refused),
    )
    if plan.drawn:
        _drop_cached_polygons(town)
        _record_import(acting, town, kind, result)
    return result


def keep_draft(*, geojson: bytes, kind: str, file_name: str) -> AreaDraft:
    """Keep an uploaded file until it is imported, in place of the one before.

    Raises ``GeoJSONRefused`` for an unreadable file.
    """
    draft, _created = AreaDraft.objects.update_or_create(
        defaults={
            "content": {"features": features_of(geojson)},
            "kind": Area.Kind(kind),
            "file_name": file_name[:200],
        }
    )
    return draft


def _drop_cached_polygons(town: Municipality) -> None:
    """Any number but the last; a counter would come back after a rollback and meet old polygons."""
    Municipality.objects.filter(pk=town.pk).update(areas_version=1 + secrets.randbelow(2**31 - 1))


def _same(old: Area, new: DrawnArea) -> bool:
    return old.name == new.name and old.geometry == new.geometry


def _record_import(acting: Actor, town: Municipality, kind: str, result: ImportResult) -> None:
    counts = f"+{result.added} ~{result.changed} ={result.unchanged} -{len(result.refused)}"
    record(
        acting=acting,
        verb="areas.imported",
        target=town,
        summary=f"{Area.Kind(kind).label} {counts}",
    )
