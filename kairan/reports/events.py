# SPDX-License-Identifier: Apache-2.0
"""What open screens are told: which case changed, in which departments' lists."""

from __future__ import annotations

from kairan.realtime import publish
from kairan.reports.models import Case

# The topic of those who see the whole town.
ALL_CASES = "cases"


def case_changed(case: Case, *, was_in: int | None = None, kind: str = "case") -> None:
    """``kind``: ``case_new`` for one just come in. ``was_in``: the department it left."""
    topics = [ALL_CASES, f"case:{case.pk}"]
    topics += [f"department:{key}" for key in {case.department_id, was_in} if key is not None]
    publish(topics, kind, id=case.pk)


def topics_of(departments: frozenset[int] | None) -> str:
    """What a list follows, as ``data-live`` wants it."""
    if departments is None:
        return ALL_CASES
    return " ".join(f"department:{key}" for key in sorted(departments))
