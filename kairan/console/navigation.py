# SPDX-License-Identifier: Apache-2.0
"""The console's ways, each shown to those whose permission opens it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.design.navigation import NavEntry
from kairan.people.models import Person
from kairan.people.permissions import Permission


@dataclass(frozen=True)
class Way:
    label: Promise
    url_name: str
    icon: str
    permission: Permission | None = None


WAYS = (
    Way(_("ホーム"), "console:home", "home"),
    Way(_("受付"), "intake:form", "phone", Permission.HANDLE_CASES),
    Way(_("案件"), "reports:list", "case", Permission.SEE_CASES),
    Way(_("現場"), "reports:field", "map", Permission.HANDLE_CASES),
    Way(_("統計"), "console:statistics", "chart", Permission.SEE_CASES),
    Way(_("他機関へ"), "reports:handovers", "handover", Permission.HANDLE_CASES),
    Way(_("文例"), "reports:templates", "note", Permission.MANAGE_TEMPLATES),
    Way(_("シナリオ"), "scenarios:list", "question-list", Permission.MANAGE_SCENARIOS),
    Way(_("通報の種類"), "reports:kinds", "tag", Permission.MANAGE_KINDS),
    Way(_("振り分け"), "reports:routing", "flag", Permission.MANAGE_KINDS),
    Way(_("課・センター"), "console:departments", "department", Permission.MANAGE_DEPARTMENTS),
    Way(_("区域"), "console:areas", "map", Permission.MANAGE_AREAS),
    Way(_("職員"), "people:list", "people", Permission.MANAGE_PEOPLE),
    Way(_("LINE"), "line:channels", "chat", Permission.MANAGE_LINE),
    *([Way(_("メール"), "console:mails", "mail", Permission.SEE_MAIL_TRAY)] * settings.MAIL_TRAY),
    Way(_("記録"), "console:audit", "history", Permission.SEE_AUDIT),
)


def navigation(person: Person, path: str) -> list[NavEntry]:
    """The ways open to this person; current is the one that leads furthest into ``path``."""
    open_ways = [w for w in WAYS if w.permission is None or person.may(w.permission)]
    urls = {way: reverse(way.url_name) for way in open_ways}
    home = reverse("console:home")  # the beginning of every address, and current only itself
    leading = (u for u in urls.values() if path.startswith(u) and (u != home or path == home))
    here = max(leading, key=len, default="")
    return [
        NavEntry(str(way.label), urls[way], way.icon, current=urls[way] == here)
        for way in open_ways
    ]
