# SPDX-License-Identifier: Apache-2.0
"""Finding cases by Japanese words.

Every case carries the pairs of neighbouring characters of its folded text (the last character of
a word alone), made by the database function ``reports_lexemes``, together with marks for what
lists are filtered by; a GIN index answers which cases have all of them. The pairs only preselect:
the exact word is looked for in the text itself afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from kairan.lib.bigrams import either, word_terms
from kairan.lib.folding import fold
from kairan.municipalities.tenancy import current_town_id
from kairan.reports.models import Case, CaseEntry, Report

# More than this many is «common»: then the newest are found soon by walking the list itself.
MOST_MATCHES = 5_000
MAX_SEARCH_TEXT = 20_000


def text_of(case: Case, reports: Iterable[Report], more: Iterable[str] = ()) -> str:
    """What can be searched for in a case, folded."""
    parts = [case.number, case.title, case.kind.name, case.address]
    for report in reports:
        parts += [report.receipt_number, report.text, report.address]
        parts += [str(answer["answer"]) for answer in report.answers]
    return fold(" ".join(dict.fromkeys([*parts, *more])))[:MAX_SEARCH_TEXT]


def renew(case: Case) -> None:
    """Read the case anew and keep what can be searched for: reports, notes and messages."""
    reports = Report.objects.filter(case=case).order_by("id")
    here = Q(case=case) | Q(case__joined_into=case)
    said = CaseEntry.objects.filter(here).exclude(text="").order_by("id")
    case.search_text = text_of(case, reports, said.values_list("text", flat=True))
    case.save(update_fields=["search_text"])


def matching(
    words: Iterable[str],
    marks: Iterable[Iterable[tuple[str, object]]],
    most: int = MOST_MATCHES + 1,
) -> list[int]:
    """Ids of the town's cases that may hold all words, at most ``most`` of them.

    ``marks``: for each filter the pairs (name, value) of which one must hold.
    """
    town = current_town_id()
    query = " & ".join([*word_terms(town, words), *(either(town, choices) for choices in marks)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_search(%s::tsquery, %s)", [query, most])
        return [row[0] for row in cursor.fetchall()]
