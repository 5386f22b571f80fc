# SPDX-License-Identifier: Apache-2.0
"""A model field whose value is sealed in the database and plain in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import FieldError
from django.db import models

from kairan.lib.sealing import Unreadable, seal, unseal

log = structlog.get_logger(__name__)

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SealedTextField(_TextField):
    """Cannot be searched or sorted by. The empty text is stored as it is.

    A value that no key opens is read as the empty text, and logged: the page where a new secret
    is entered must still open. Write with `update_fields`, or such a value is lost for good.
    """

    def get_prep_value(self, value: Any) -> Any:
        return seal(value) if value else value

    def from_db_value(self, value: str | None, *_args: object) -> str | None:
        if not value:
            return value
        try:
            return unseal(value)
        except Unreadable:
            log.error("secret.unreadable", table=self.model._meta.db_table, column=self.column)
            return ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed: it cannot be searched")
