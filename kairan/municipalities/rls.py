# SPDX-License-Identifier: Apache-2.0
"""Row-level security for the tables of a town, as a migration operation."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import RunSQL

# Without a town the setting is empty, the comparison is null, and no row is visible or writable.
_OWN_ROW = "municipality_id = NULLIF(current_setting('kairan.municipality', true), '')::bigint"

_PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own_town ON {table} USING ({rule}) WITH CHECK ({rule});
"""
_UNPROTECT = """
DROP POLICY own_town ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


class ProtectTown(RunSQL):
    """Hide a table's rows from every other town, for the table's owner too.

    ``rule`` is for tables of other packages that carry no ``municipality_id`` themselves: an SQL
    condition that a row of the entered town fulfils.
    """

    def __init__(self, *tables: str, rule: str = _OWN_ROW) -> None:
        self.tables, self.rule = tables, rule
        super().__init__(
            "".join(_PROTECT.format(table=t, rule=rule) for t in tables),
            "".join(_UNPROTECT.format(table=t) for t in tables),
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = {} if self.rule == _OWN_ROW else {"rule": self.rule}
        return self.__class__.__qualname__, list(self.tables), kwargs
