# SPDX-License-Identifier: Apache-2.0
"""What administrators arrange for all, and every clerk for their own desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.lib.plain import plain
from kairan.municipalities.models import Area, Department
from kairan.people.models import Person
from kairan.reports.models import (
    AnswerTemplate,
    Authority,
    Case,
    DefectKind,
    NoticePreference,
    ReportKind,
    ReportSettings,
    RoutingRule,
    SavedView,
)
from kairan.reports.models.desk import MAX_QUERY_LENGTH

_NAME_LENGTH = 40
Row = TypeVar("Row", bound=models.Model)


def save_kind(*, acting: Actor, kind: ReportKind) -> ReportKind:
    """A new kind or a changed one, as a form has filled it."""
    return _kept(acting, kind, "report_kind")


def save_defects(*, acting: Actor, kind: ReportKind, defects: Sequence[tuple[str, str]]) -> None:
    """The kind's defects from now on, in this order: names, and the answers that mean them.

    One that cases have and that is no longer named stays with those cases alone.
    """
    with transaction.atomic():
        known = {row.name: row for row in DefectKind.objects.filter(kind=kind)}
        before = [row.name for row in known.values() if row.is_active]
        for position, (name, words) in enumerate(defects):
            row = known.pop(name, None) or DefectKind(kind=kind, name=name)
            row.words, row.position, row.is_active = words, position, True
            row.save()
        for row in known.values():
            if Case.objects.filter(defect_kind=row).exists():
                DefectKind.objects.filter(pk=row.pk).update(is_active=False)
            else:
                row.delete()
        after = [name for name, _words in defects]
        if sorted(before) != sorted(after):
            changes = {"defects": ("、".join(before), "、".join(after))}
            record(
                acting=acting,
                verb="defects.changed",
                target=kind,
                summary=kind.name,
                changes=changes,
            )


def save_template(*, acting: Actor, template: AnswerTemplate) -> AnswerTemplate:
    return _kept(acting, template, "template")


def delete_template(*, acting: Actor, template: AnswerTemplate) -> None:
    with transaction.atomic():
        record(acting=acting, verb="template.deleted", target=template, summary=template.title)
        template.delete()


def save_authority(*, acting: Actor, authority: Authority) -> Authority:
    return _kept(acting, authority, "authority")


def save_settings(*, acting: Actor, settings: ReportSettings) -> ReportSettings:
    return _kept(acting, settings, "report_settings")


def set_route(
    *,
    acting: Actor,
    kind: ReportKind | None,
    area: Area | None,
    department: Department | None,
) -> None:
    """Where a kind in an area goes; without a department the less specific rule holds again."""
    with transaction.atomic():
        rules = RoutingRule.objects.select_for_update(of=("self",))
        rule = rules.select_related("department").filter(kind=kind, area=area).first()
        old = rule.department if rule else None
        if old == department:
            return
        if department is None:
            RoutingRule.objects.filter(kind=kind, area=area).delete()
        elif rule is None:
            RoutingRule.objects.create(kind=kind, area=area, department=department)
        else:
            rule.department = department
            rule.save(update_fields=["department"])
        record(
            acting=acting,
            verb="route.set",
            summary=f"{kind or '*'} × {area or '*'}",
            changes={"department": (str(old or ""), str(department or ""))},
        )


def set_notice_preferences(
    *, acting: Actor, person: Person, modes: Mapping[int | None, str]
) -> None:
    """By kind's id, None for all others; an empty mode means «no wish of their own»."""
    with transaction.atomic():
        NoticePreference.objects.filter(person=person).delete()
        NoticePreference.objects.bulk_create(
            NoticePreference(person=person, kind_id=kind, mode=mode)
            for kind, mode in modes.items()
            if mode
        )
        record(acting=acting, verb="notices.chosen", target=person, summary=person.name)


def save_view(*, acting: Person, name: str, query: str) -> SavedView:
    """The person's view of that name now means these filters."""
    view, _created = SavedView.objects.update_or_create(
        person=acting, name=plain(name, _NAME_LENGTH), defaults={"query": query[:MAX_QUERY_LENGTH]}
    )
    return view


def delete_view(*, acting: Person, view: SavedView) -> None:
    SavedView.objects.filter(person=acting, pk=view.pk).delete()


def _kept(acting: Actor, row: Row, what: str) -> Row:
    with transaction.atomic():
        old = type(row)._default_manager.filter(pk=row.pk).values().first() if row.pk else None
        row.save()
        record(
            acting=acting,
            verb=f"{what}.changed" if old else f"{what}.added",
            target=row,
            summary=str(row),
            changes=_changes(old or {}, row),
        )
    return row


def _changes(old: Mapping[str, Any], row: models.Model) -> dict[str, tuple[object, object]]:
    new = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {
        name: (old.get(name), value)
        for name, value in new.items()
        if old.get(name) != value and name not in {"id", "municipality_id"}
    }
