# SPDX-License-Identifier: Apache-2.0
"""What the menu pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.line.menus import rules
from kairan.line.menus.models import MenuDesk, MenuSet
from kairan.line.menus.rules import Rule
from kairan.line.models import LineChannel
from kairan.municipalities.models import Area

# As residents' language is written, and what staff call it.
LANGUAGES = {
    "ja": "日本語",
    "ja-simple": "やさしい日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "pt": "Português",
    "tl": "Filipino",
    "ne": "नेपाली",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of 「いま表示中」: whom it is about, what they see, and why."""

    who: str
    menu: MenuSet | None
    reason: str
    friends: int | None = None


def desk_of(channel: LineChannel) -> MenuDesk:
    desk, _created = MenuDesk.objects.get_or_create(channel=channel)
    return desk


def rules_of(channel: LineChannel) -> list[Rule]:
    return [
        Rule(
            menu=menu.pk,
            edition=menu.edition_id or 0,
            language=menu.language,
            area=menu.area_id,
            is_disaster=menu.is_for_disasters,
            starts_at=menu.starts_at,
            ends_at=menu.ends_at,
        )
        for menu in channel.menu_sets.offered()
    ]


def due_now(channel: LineChannel) -> list[Rule]:
    """What may be shown at this moment, the winning ones first."""
    return rules.due(rules_of(channel), timezone.now(), disaster=desk_of(channel).is_disaster)


def shown_now(channel: LineChannel, *, disaster: bool | None = None) -> list[Shown]:
    """A line for everybody, and one for each segment that a menu in question names. `disaster`:
    as it would be, were the disaster menus switched on (or off)."""
    desk = desk_of(channel)
    switched_on = desk.is_disaster if disaster is None else disaster
    due = rules.due(rules_of(channel), timezone.now(), disaster=switched_on)
    menus = {
        menu.pk: menu for menu in channel.menu_sets.offered().select_related("area", "edition")
    }
    everybody = rules.for_everybody(due)
    lines = [_line(_("みんな"), everybody, menus)]
    for language, area in _segments(due, menus):
        won = rules.winner(due, language, [area.pk] if area else [])
        who = _who(language, area)
        count = _friends(channel, language) if area is None else None
        lines.append(_line(who, won, menus, count))
    return lines


def _segments(due: list[Rule], menus: dict[int, MenuSet]) -> list[tuple[str, Area | None]]:
    """Every pair of a language and an area (or none of it) that the menus distinguish."""
    languages = dict.fromkeys(rule.language for rule in due if rule.language)
    areas = {menus[rule.menu].area_id: menus[rule.menu].area for rule in due if rule.area}
    alone = [(language, None) for language in languages]
    there = [("", area) for area in areas.values()]
    both = [(language, area) for language in languages for area in areas.values()]
    return [*alone, *there, *both]


def _line(
    who: str,
    won: Rule | None,
    menus: dict[int, MenuSet],
    friends: int | None = None,
) -> Shown:
    if won is None:
        return Shown(who, None, _("当てはまるメニューがありません。"), friends)
    return Shown(who, menus[won.menu], reason(menus[won.menu]), friends)


def reason(menu: MenuSet) -> str:
    """Why this menu is the one."""
    said = []
    if menu.is_for_disasters:
        said.append(_("災害用メニューに切り替えてあるから"))
    if menu.language:
        said.append(_("%(language)sの人向けだから") % {"language": language_name(menu.language)})
    if menu.area:
        said.append(_("%(area)sの人向けだから") % {"area": menu.area.name})
    if menu.starts_at or menu.ends_at:
        said.append(_("%(period)sの間だから") % {"period": period(menu)})
    return "、".join(said) or _("ほかに当てはまるものがないから")


def period(menu: MenuSet) -> str:
    return f"{_moment(menu.starts_at)}〜{_moment(menu.ends_at)}"


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local.year}/{local.month}/{local.day} {local:%H:%M}"


def audience(menu: MenuSet) -> str:
    return _who(menu.language, menu.area)


def language_name(language: str) -> str:
    return LANGUAGES.get(language, language)


def _who(language: str, area: Area | None) -> str:
    said = []
    if area:
        said.append(_("%(area)sの人") % {"area": area.name})
    if language:
        said.append(_("%(language)sを選んだ人") % {"language": language_name(language)})
    return "・".join(said) or _("みんな")


def _friends(channel: LineChannel, language: str) -> int:
    return channel.friends.filter(blocked_at__isnull=True, resident__language=language).count()


def all_friends(channel: LineChannel) -> int:
    return channel.friends.filter(blocked_at__isnull=True).count()


def next_change(channel: LineChannel) -> datetime | None:
    desk = desk_of(channel)
    dues = [rule for rule in rules_of(channel) if desk.is_disaster or not rule.is_disaster]
    return rules.next_change(dues, timezone.now())
