# SPDX-License-Identifier: Apache-2.0
"""Letting everybody see a case, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.files import actions as files
from kairan.files.redaction import Box, redacted
from kairan.lib.plain import plain
from kairan.people.models import Person
from kairan.reports import events
from kairan.reports.actions.errors import Refused
from kairan.reports.actions.handling import locked
from kairan.reports.models import Case, ReportPhoto
from kairan.reports.models.shown import MAX_SHOWN_TEXT, MAX_SHOWN_TITLE, ShownCase, ShownPhoto


class NotToBeShown(Refused):
    """The kind keeps its cases to the town."""

    def __init__(self) -> None:
        super().__init__(_("この種類の案件は、公開しない決まりです。"))


class TitleMissing(Refused):
    def __init__(self) -> None:
        super().__init__(_("見出しを書いてください。"))


def show_case(
    *, acting: Person, case: Case, title: str, text: str = "", precision: str
) -> ShownCase:
    """On the public map from now on. Raises ``NotToBeShown``, ``TitleMissing``."""
    words = plain(title, MAX_SHOWN_TITLE)
    if not words:
        raise TitleMissing
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        if not row.kind.shows_cases or row.joined_into_id is not None:
            raise NotToBeShown
        shown = ShownCase.objects.filter(case=row).first() or ShownCase(case=row)
        old = shown.precision if shown.pk else None
        shown.title, shown.text = words, plain(text, MAX_SHOWN_TEXT)
        shown.precision, shown.hidden_at = precision, None
        shown.shown_at = shown.shown_at or timezone.now()
        shown.shown_by, shown.changed_at = acting, timezone.now()
        shown.save()
        record(
            acting=acting,
            verb="case.shown",
            target=row,
            summary=row.number,
            # Not the words: the record cannot be erased, and they may be.
            changes={"precision": (old, precision)},
        )
        events.case_changed(row)
    return shown


def hide_case(*, acting: Actor, case: Case) -> None:
    """Off the public map at once; what was written stays, to be shown again."""
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        hidden = ShownCase.objects.filter(case=row, hidden_at=None).update(hidden_at=timezone.now())
        if hidden:
            record(acting=acting, verb="case.hidden", target=row, summary=row.number)
            events.case_changed(row)


def show_photo(
    *, acting: Person, case: Case, photo: ReportPhoto, boxes: Sequence[Box]
) -> ShownPhoto:
    """A copy of the photo for everybody, with the boxes blackened. An older copy goes.

    Raises ``FileRefused`` when the photo has been erased.
    """
    copy = redacted(acting=acting, stored=photo.stored, boxes=boxes)
    with transaction.atomic():
        row = locked(case, version=None, acting=acting)
        shown, _made = ShownCase.objects.get_or_create(
            case=row, defaults={"title": row.kind.name, "hidden_at": timezone.now()}
        )
        for old in ShownPhoto.objects.filter(shown=shown, source=photo).select_related("stored"):
            _drop(acting, old)
        kept = ShownPhoto.objects.create(shown=shown, source=photo, stored=copy)
        record(
            acting=acting,
            verb="case.photo_shown",
            target=row,
            summary=row.number,
            changes={"boxes": (None, len(boxes))},
        )
        events.case_changed(row)
    return kept


def hide_photo(*, acting: Actor, photo: ShownPhoto) -> None:
    """The copy goes for good; the report's own photo stays."""
    with transaction.atomic():
        row = locked(photo.shown.case, version=None, acting=acting)
        _drop(acting, photo)
        record(acting=acting, verb="case.photo_hidden", target=row, summary=row.number)
        events.case_changed(row)


def forget_shown(*, acting: Actor, case: Case, photos_alone: bool = False) -> None:
    """With the case's own photos and words go what was made of them. Inside a transaction."""
    for photo in ShownPhoto.objects.filter(shown__case=case).select_related("stored"):
        _drop(acting, photo)
    if not photos_alone:
        ShownCase.objects.filter(case=case).delete()


def _drop(acting: Actor, photo: ShownPhoto) -> None:
    stored = photo.stored
    photo.delete()
    files.erase(acting=acting, stored=stored)
