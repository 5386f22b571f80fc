# SPDX-License-Identifier: Apache-2.0
"""The console's ways, each shown to those whose permission opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.design.navigation import NavEntry
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.talk.office.access import may_come


@dataclass(frozen=True)
class Way:
    label: Promise
    url_name: str
    icon: str
    permission: Permission | None = None
    # For ways that more than a permission opens.
    opens: Callable[[Person], bool] | None = None

    def is_open(self, person: Person) -> bool:
        if self.opens is not None:
            return self.opens(person)
        return self.permission is None or person.may(self.permission)


WAYS = (
    Way(_("ホーム"), "console:home", "home"),
    Way(_("受付"), "intake:form", "phone", Permission.HANDLE_CASES),
    Way(_("案件"), "reports:list", "case", Permission.SEE_CASES),
    Way(_("現場"), "reports:field", "map", Permission.HANDLE_CASES),
    Way(_("トーク"), "talk_office:list", "chat", opens=may_come),
    Way(_("統計"), "console:statistics", "chart", Permission.SEE_CASES),
    Way(_("他機関へ"), "reports:handovers", "handover", Permission.HANDLE_CASES),
    Way(_("文例"), "reports:templates", "note", Permission.MANAGE_TEMPLATES),
    Way(_("シナリオ"), "scenarios:list", "question-list", Permission.MANAGE_SCENARIOS),
    Way(_("通報の種類"), "reports:kinds", "tag", Permission.MANAGE_KINDS),
    Way(_("振り分け"), "reports:routing", "flag", Permission.MANAGE_KINDS),
    Way(_("課・センター"), "console:departments", "department", Permission.MANAGE_DEPARTMENTS),
    Way(_("区域"), "console:areas", "map", Permission.MANAGE_AREAS),
    Way(_("職員"), "people:list", "people", Permission.MANAGE_PEOPLE),
    Way(_("役職"), "people:positions", "star", Permission.MANAGE_POSITIONS),
    Way(_("LINE"), "line:channels", "chat", Permission.MANAGE_LINE),
    *([Way(_("メール"), "console:mails", "mail", Permission.SEE_MAIL_TRAY)] * settings.MAIL_TRAY),
    Way(_("記録"), "console:audit", "history", Permission.SEE_AUDIT),
)


def navigation(person: Person, path: str) -> list[NavEntry]:
    """The ways open to this person; current is the one that leads furthest into ``path``."""
    open_ways = [way for way in WAYS if way.is_open(person)]
    urls = {way: reverse(way.url_name) for way in open_ways}
    home = reverse("console:home")  # the beginning of every address, and current only itself
    leading = (u for u in urls.values() if path.startswith(u) and (u != home or path == home))
    here = max(leading, key=len, default="")
    return [
        NavEntry(str(way.label), urls[way], way.icon, current=urls[way] == here)
        for way in open_ways
    ]
