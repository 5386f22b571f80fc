# SPDX-License-Identifier: Apache-2.0
"""One change of a case: its row, its timeline and the record together."""

from __future__ import annotations

from typing import Any

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.reports import timeline
from kairan.reports.models import Case, CaseEntry


def change(
    acting: Actor,
    row: Case,
    kind: CaseEntry.Kind,
    fields: list[str],
    data: dict[str, Any],
    text: str = "",
    *,
    public: bool = False,
) -> CaseEntry:
    """Save ``fields`` of the locked ``row``; the version moves. ``data``: see ``exchange``."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    entry = timeline.write(row, kind, acting=acting, text=text, data=data, public=public)
    record(
        acting=acting,
        verb=f"case.{kind.value}",
        target=row,
        summary=row.number,
        changes={kind.value: (data.get("from_name", ""), data.get("to_name", ""))},
    )
    return entry
