# SPDX-License-Identifier: Apache-2.0
"""Texts to residents and to departments: plain text, no channel's format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kairan.lib.language import speaking
from kairan.municipalities.links import public_link
from kairan.reports.models import Authority, Case, Report
from kairan.reports.workflow import Status
from kairan.scenarios.wording import SOURCE_LANGUAGE, nearest_languages

_WEEKDAYS = "月火水木金土日"


def day(value: date) -> str:
    """「11月22日（日）」; the year is said when it is another one."""
    year = "" if value.year == timezone.localdate().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日（{_WEEKDAYS[value.weekday()]}）"


def moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def receipt_text(report: Report) -> str:
    """What the resident reads right after reporting: number first, then what happens next."""
    case = report.case
    lines = [
        _("受け付けました。受付番号は {number} です。").format(number=report.receipt_number),
    ]
    if report.receipt_number != case.number:
        lines.append(_("同じ件のお知らせといっしょに対応します。"))
    if case.department is not None:
        lines.append(_("担当は{department}です。").format(department=case.department.name))
    if case.due_on is not None:
        lines.append(_("{day}ごろまでに対応の状況をお知らせします。").format(day=day(case.due_on)))
    return "\n".join(lines)


def status_text(report: Report, status: Status, message: str = "") -> str:
    """A public change, as one of the case's residents reads it."""
    said = {
        Status.RECEIVED: _("受付に戻しました。"),
        Status.UNDER_REVIEW: _("現地や内容の確認をはじめました。"),
        Status.IN_PROGRESS: _("対応をはじめました。"),
        Status.RESOLVED: _("対応が完了しました。"),
        Status.NO_ACTION: _("対応しないことになりました。"),
        Status.REFERRED: _("別の機関へ引き継ぎました。"),
    }[status]
    return _lines(said, message, heading(report))


def correction_text(report: Report, status: Status) -> str:
    """After a change was undone whose notice had left already."""
    said = _("先ほどのお知らせは誤りでした。今の対応状況は「{status}」です。")
    return _lines(said.format(status=status.label), "", heading(report))


def referral_text(report: Report, authority: Authority, message: str = "") -> str:
    said = [
        _("この場所は{authority}の担当です。引き継ぎました。").format(authority=authority.name),
        _("お問い合わせ: {name} {phone}").format(name=authority.name, phone=authority.phone),
    ]
    if authority.hours:
        said.append(_("受付時間: {hours}").format(hours=authority.hours))
    return _lines("\n".join(said), message, heading(report))


def message_text(report: Report, text: str) -> str:
    """A clerk's own words to the resident, and which report they are about."""
    return _lines(text, "", heading(report))


def joined_text(report: Report) -> str:
    said = [
        _("同じ件についてのほかのお知らせと、まとめて対応します。"),
        _("受付番号はこのままです。これからの動きも、ここでお知らせします。"),
    ]
    return _lines("\n".join(said), "", heading(report))


def split_text(report: Report) -> str:
    said = [
        _("ほかのお知らせとは別の件として対応します。"),
        _("受付番号はこのままです。これからの動きも、ここでお知らせします。"),
    ]
    return _lines("\n".join(said), "", heading(report))


def not_joined_text(report: Report) -> str:
    """After a joining was undone that the resident had read of."""
    said = _("先ほどの「まとめて対応します」は誤りでした。別の件として対応します。")
    return _lines(said, "", heading(report))


def not_split_text(report: Report) -> str:
    said = _("先ほどの「別の件として対応します」は誤りでした。まとめて対応します。")
    return _lines(said, "", heading(report))


def heading(report: Report) -> str:
    """Which report is meant: a resident may have several."""
    return _("（受付番号 {number} {kind}）").format(
        number=report.receipt_number, kind=report.kind.name
    )


def _lines(said: str, message: str, which: str) -> str:
    return "\n".join(part for part in (said, message.strip(), which) if part)


@dataclass(frozen=True)
class Said:
    """What the town says to the residents of a case: Japanese, and the same in other languages
    where a ready text has them. Placeholders stand in it until it is said.
    """

    text: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def to(self, case: Case, language: str = SOURCE_LANGUAGE) -> str:
        """As a reader of ``language`` gets it; the nearest language where theirs is missing."""
        spoken = self.chosen(language)
        text = self.text if spoken == SOURCE_LANGUAGE else self.texts[spoken]
        return fill(text, case, spoken)

    def chosen(self, language: str) -> str:
        """The language in which a reader of ``language`` will get it."""
        found = (tongue for tongue in nearest_languages(language) if self.texts.get(tongue))
        return next(found, SOURCE_LANGUAGE)

    def to_reader(self, report: Report) -> str:
        """A reader without an account (by mail) is spoken to already: see ``mailing``."""
        spoken = report.resident.language if report.resident else get_language()
        return self.to(report.case, spoken or SOURCE_LANGUAGE)

    def in_languages(self, case: Case) -> dict[str, str]:
        """What the timeline keeps of the other languages."""
        return {tongue: fill(text, case, tongue) for tongue, text in self.texts.items() if text}


PLACEHOLDERS: dict[str, Callable[[Case], str]] = {
    "受付番号": lambda case: case.number,
    "対応状況": lambda case: str(Status(case.status).label),
    "種類": lambda case: case.kind.name,
    "担当課": lambda case: case.department.name if case.department else "",
    "担当課の電話": lambda case: case.department.phone if case.department else "",
    "期限": lambda case: day(case.due_on) if case.due_on else "",
    "場所": lambda case: case.address,
    "受付日": lambda case: day(timezone.localdate(case.opened_at)),
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unknown_placeholder(text: str) -> str:
    """The first 「{…}」 that nobody knows how to fill, with its braces; empty when all is well."""
    names = _PLACEHOLDER.findall(text)
    return next(("{" + name + "}" for name in names if name not in PLACEHOLDERS), "")


def fill(template: str, case: Case, language: str = "") -> str:
    """A text with its placeholders 「{受付番号}」 filled, in that or the town's language."""
    with speaking(language):
        for name, value in PLACEHOLDERS.items():
            template = template.replace("{" + name + "}", value(case))
    return template


def case_url(case: Case) -> str:
    """The case's page, for mails to staff."""
    return public_link(f"/console/cases/{case.pk}/")
