# SPDX-License-Identifier: Apache-2.0
"""Which town the running code works for.

The town is kept in a context variable; the database connection reads it before every statement
(``kairan.municipalities.postgres``) and PostgreSQL's row-level security hides all other towns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kairan.municipalities.models import Municipality

_current: ContextVar[int | None] = ContextVar("kairan_municipality", default=None)


class NoTown(Exception):
    """A row of a town was to be written while no town had been entered."""


@contextmanager
def town(municipality: Municipality | int) -> Iterator[None]:
    """Work for this town inside the block; rows of every other town are invisible."""
    key = municipality if isinstance(municipality, int) else municipality.pk
    token = _current.set(key)
    try:
        yield
    finally:
        _current.reset(token)


def move_to(municipality: Municipality | int) -> None:
    """Work for another town until the enclosing ``town`` block ends.

    For sign-in alone, where the town turns out with the person.
    """
    _current.set(municipality if isinstance(municipality, int) else municipality.pk)


def entered_town_id() -> int | None:
    """The town's primary key, or None where no town has been entered."""
    return _current.get()


def current_town_id() -> int:
    """The town's primary key; raises ``NoTown`` where none has been entered."""
    key = _current.get()
    if key is None:
        raise NoTown
    return key


def current_town() -> Municipality:
    """The town being worked for; raises ``NoTown`` where none has been entered."""
    from kairan.municipalities.models import Municipality

    return Municipality.objects.get(pk=current_town_id())
