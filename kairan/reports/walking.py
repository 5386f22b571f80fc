# SPDX-License-Identifier: Apache-2.0
"""The newest cases that fit, however many or few there are.

Walking down the list from its top is right when many fit: the page is full soon. It is wrong when
next to nothing fits: then a million rows are passed for an empty page, and the planner, which
takes filters for independent of one another, cannot know (of the roads department there is no
waste). So the top of the list is tried first, a bounded piece of it; what is found there tells
whether walking on is better, or asking the index of facets for all that fit and sorting those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from kairan.reports.models import CaseQuerySet

# So many from the top are looked at first; an index alone answers.
FIRST_STRIDE = 3_000
# Walking on is better than asking the index where so many strides would find enough.
STRIDES_AHEAD = 6

_TABLE = '"reports_case"'


def newest(within: CaseQuerySet, fitting: CaseQuerySet, most: int) -> list[int]:
    """Ids of the newest that fit, at most ``most``.

    ``within``: the list that is walked, narrowed by nothing but time and the last page's end.
    ``fitting``: the same with all filters.
    """
    stride = max(FIRST_STRIDE, most)
    try:
        keys = _top(within, fitting, stride, most)
        if len(keys) == most:
            return keys
        if len(keys) * STRIDES_AHEAD >= most:
            return list(fitting.newest_first().values_list("id", flat=True)[:most])
        return _sorted(fitting, most)
    except EmptyResultSet:  # a person without any department
        return []


def _top(within: CaseQuerySet, fitting: CaseQuerySet, stride: int, most: int) -> list[int]:
    """The ids of those that fit in the first piece of the list."""
    piece, given = _sql(within.newest_first(), f"{_TABLE}.*")
    chosen, also = _sql(fitting.newest_first(), f"{_TABLE}.id")
    # The same condition, asked of the piece instead of the table. Columns that nobody asks for
    # are dropped by the planner, so that an index alone answers.
    asked = chosen.replace(f"FROM {_TABLE}", f"FROM ({piece} LIMIT {stride}) AS {_TABLE}", 1)
    with connection.cursor() as cursor:
        # Every part is SQL that Django wrote; what people chose goes along as parameters.
        cursor.execute(f"{asked} LIMIT {most}", [*given, *also])
        return [row[0] for row in cursor.fetchall()]


def _sorted(fitting: CaseQuerySet, most: int) -> list[int]:
    """All that fit by the index of facets, then their top; no order tempts the planner to walk."""
    found, given = _sql(fitting.order_by(), f"{_TABLE}.id, {_TABLE}.opened_at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS MATERIALIZED ({found}) "  # noqa: S608
            f"SELECT id FROM found ORDER BY opened_at DESC, id DESC LIMIT {most}",
            given,
        )
        return [row[0] for row in cursor.fetchall()]


def _sql(rows: CaseQuerySet, columns: str) -> tuple[str, Sequence[Any]]:
    """As Django writes it, with other columns. Raises ``EmptyResultSet`` where nothing can fit."""
    sql, given = rows.values("id").query.sql_with_params()
    head, _from, rest = sql.partition(f" FROM {_TABLE}")
    del head
    return f"SELECT {columns} FROM {_TABLE}{rest}", given  # noqa: S608
