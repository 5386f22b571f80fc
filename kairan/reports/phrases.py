# SPDX-License-Identifier: Apache-2.0
"""Ready texts at a case: which fit, in which languages, and what of them is still as it was."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from kairan.reports.models import AnswerTemplate, Case
from kairan.reports.wording import Said, fill
from kairan.residents.models import Resident
from kairan.scenarios.wording import SOURCE_LANGUAGE


@dataclass(frozen=True)
class Phrase:
    """A ready text as a case's page offers it. ``missing``: languages that its readers lack."""

    id: int
    title: str
    text: str
    missing: tuple[str, ...]


def phrases_for(case: Case, readers: list[str]) -> list[Phrase]:
    """For the case's kind, the fitting status first; filled, in Japanese."""
    fitting = AnswerTemplate.objects.filter(Q(kind=None) | Q(kind=case.kind_id))
    found = sorted(
        fitting.order_by("title", "id"), key=lambda row: row.status not in {"", case.status}
    )
    return [
        Phrase(row.pk, row.title, fill(row.text, case), missing_in(row, readers)) for row in found
    ]


def missing_in(template: AnswerTemplate, readers: list[str]) -> tuple[str, ...]:
    """Languages of these readers in which the text is not there itself."""
    return tuple(
        language
        for language in readers
        if language != SOURCE_LANGUAGE and not template.texts.get(language)
    )


def languages_read() -> list[str]:
    """Those in which residents of the town have asked to be spoken to, the commonest first."""
    rows = Resident.objects.order_by().values_list("language").annotate(count=Count("id"))
    return [language for language, _count in sorted(rows, key=lambda row: -row[1])]


def example_case(kind_id: int | None) -> Case | None:
    """The newest case of the kind, by which a text is shown filled."""
    rows = Case.objects.select_related("kind", "department")
    return (rows.filter(kind=kind_id) if kind_id else rows).newest_first().first()


def said(case: Case | None, message: str, template_id: object) -> Said:
    """What is to be said: in all the template's languages while its words are still its own.

    Once a clerk has changed them, the other languages would say something else: then the clerk's
    words go to everybody.
    """
    key = str(template_id or "")
    template = AnswerTemplate.objects.filter(pk=int(key)).first() if _is_id(key) else None
    if template is None:
        return Said(message)
    given = _lines(message)
    same = given == _lines(template.text) or (case and given == _lines(fill(template.text, case)))
    return Said(template.text, template.texts) if same else Said(message)


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
