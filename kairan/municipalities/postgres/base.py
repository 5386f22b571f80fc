# SPDX-License-Identifier: Apache-2.0
"""Django's PostgreSQL backend, which tells the server for which town each statement works.

The setting ``kairan.municipality`` follows the context variable of ``tenancy``: it is sent only
when it differs from what this connection was told last, so a single town costs nothing. A
rollback takes a setting back as well, which is why the connection then counts as untold; so does
a new connection after a lost one, which is replaced by itself outside transactions.

The setting belongs to the session of the server: a pooler in between must keep one session for each
connection (PgBouncer: ``pool_mode = session``).
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg.pq import TransactionStatus

from kairan.municipalities.tenancy import entered_town_id

_UNTOLD = -1
# A connection that has just been used is not asked whether it is there: that it has been closed is
# heard without asking, and what dies without a word is rarely met within so short a time.
TRUSTED_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    _told: int | None = _UNTOLD
    _used_at = 0.0

    def ensure_connection(self) -> None:
        """Outside a transaction, a connection that the server has ended is replaced before it is
        used: Django itself would look only between two requests, and a worker has none."""
        if not self.in_atomic_block and self.connection is not None and _is_lost(self.connection):
            self.close()
        super().ensure_connection()

    def init_connection_state(self) -> None:
        self._told = _UNTOLD
        super().init_connection_state()

    def close_if_health_check_failed(self) -> None:
        if time.monotonic() - self._used_at < TRUSTED_SECONDS:
            self.health_check_done = True
        super().close_if_health_check_failed()

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell_town()
        self._used_at = time.monotonic()
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


def _is_lost(connection: Connection[Any]) -> bool:
    """Whether the server has hung up, as far as this machine has heard. Asks nobody."""
    if connection.closed:
        return True
    ear = select.poll()  # select() knows no file beyond 1,023
    ear.register(connection.fileno(), select.POLLIN)
    try:
        while ear.poll(0):  # the server's last words come before the end
            connection.pgconn.consume_input()
    except OperationalError:
        return True
    return False
