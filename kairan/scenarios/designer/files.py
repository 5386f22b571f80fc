# SPDX-License-Identifier: Apache-2.0
"""A file from outside, read into a definition, or refused in plain words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kairan.scenarios.definition import Definition
from kairan.scenarios.designer.xlsform import XLSFormRefused, read_xlsform
from kairan.scenarios.loader import DefinitionRefused, read_definition

SHOWN_REASONS = 20
DEEPEST = 60


class FileRefused(Exception):
    """`reasons`: sentences for the staff."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons[:SHOWN_REASONS]


@dataclass(frozen=True)
class Imported:
    """`not_understood`: what of the file is not in the definition, in sentences."""

    definition: Definition
    not_understood: tuple[str, ...] = ()


def read_file(name: str, content: bytes) -> Imported:
    """By what is in it, not by what it is called. Raises FileRefused."""
    if content[:2] == b"PK":
        try:
            return Imported(*read_xlsform(content, name))
        except XLSFormRefused as refused:
            raise FileRefused(*refused.reasons) from None
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise FileRefused(_("古い形式(.xls)のファイルです。.xlsx で保存し直してください。"))
    return Imported(_read_json(content))


def _read_json(content: bytes) -> Definition:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise FileRefused(
            _("シナリオのファイルではありません。.json か .xlsx のファイルを選んでください。")
        ) from None
    if not _is_shallow(data):
        raise FileRefused(_("入れ子が深すぎて読めません。"))
    try:
        return read_definition(data)
    except DefinitionRefused as refused:
        reasons = [f"{place}: {reason}" if place else reason for place, reason in refused.reasons]
        raise FileRefused(*reasons) from None


def _is_shallow(data: object) -> bool:
    """Conditions may hold conditions: what is deeper than anyone writes is refused."""
    level: list[object] = [data]
    for _depth in range(DEEPEST):
        level = [
            inner
            for part in level
            for inner in (
                part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            )
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False
