# SPDX-License-Identifier: Apache-2.0
"""Contact details as their own page shows them: that they are there, never what they are.

Whoever has the secret link may change or remove them; a link that went astray tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kairan.residents.models import ContactDetails

FIELDS = ("name", "phone", "email")


@dataclass(frozen=True)
class Masked:
    """「登録済み（…12）」, or empty where nothing is kept."""

    name: str = ""
    phone: str = ""
    email: str = ""
    news: bool = False


def masked(kept: ContactDetails | None) -> Masked | None:
    if kept is None:
        return None
    name = _("登録済み") if kept.name else ""
    return Masked(name, _tail(kept.phone), _tail(kept.email), kept.news)


def _tail(value: str) -> str:
    if not value:
        return ""
    if len(value) < 6:
        return _("登録済み")
    return _("登録済み（…{tail}）").format(tail=value[-2:])


def merged(kept: ContactDetails | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was written takes the place of what was kept; an empty field leaves it."""
    old = {name: getattr(kept, name) if kept else "" for name in FIELDS}
    new = {name: str(given.get(name) or "").strip() or old[name] for name in FIELDS}
    return {**new, "news": bool(given.get("news"))}
