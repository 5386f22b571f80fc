# SPDX-License-Identifier: Apache-2.0
"""Django's PostgreSQL backend, which tells the server for which town each statement works.

The setting ``kairan.municipality`` follows the context variable of ``tenancy``: it is sent only
when it differs from what this connection was told last, so a single town costs nothing. A
rollback takes a setting back as well, which is why the connection then counts as untold; so does
a new connection after a lost one.

The setting belongs to the session of the server: a pooler in between must keep one session for each
connection (PgBouncer: ``pool_mode = session``).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from kairan.municipalities.tenancy import entered_town_id

_UNTOLD = -1


class DatabaseWrapper(base.DatabaseWrapper):
    _told: int | None = _UNTOLD

    def init_connection_state(self) -> None:
        self._told = _UNTOLD
        super().init_connection_state()

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell_town()
        return super().create_cursor(name)

    def _tell_town(self) -> None:
        wanted = entered_town_id()
        if wanted == self._told or self.connection is None:
            return
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('kairan.municipality', %s, false)",
                ["" if wanted is None else str(wanted)],
            )
        self._told = wanted

    def _commit(self) -> None:
        # The server answers COMMIT after a failed statement with a rollback, and says nothing.
        if self.connection is not None and self._has_failed():
            self._told = _UNTOLD
        super()._commit()  # type: ignore[misc]

    def _has_failed(self) -> bool:
        return bool(self.connection.info.transaction_status == TransactionStatus.INERROR)

    def _rollback(self) -> None:
        self._told = _UNTOLD
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = entered_town_id()  # a failed transaction takes no setting before the rollback
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = _UNTOLD
