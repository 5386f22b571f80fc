# SPDX-License-Identifier: Apache-2.0
"""Which defect a report is about, as far as its answers say."""

from __future__ import annotations

from collections.abc import Iterable

from kairan.lib.folding import fold
from kairan.reports.models import DefectKind


def guessed_defect(kind_id: int, answers: Iterable[str]) -> DefectKind | None:
    """The defect that one of the given answers names, word for word; None when none does."""
    given = {fold(answer) for answer in answers if answer}
    defects = DefectKind.objects.filter(kind=kind_id, is_active=True).order_by("position", "id")
    for defect in defects:
        words = [defect.name, *defect.words.splitlines()]
        if any(fold(word) in given for word in words if word.strip()):
            return defect
    return None
