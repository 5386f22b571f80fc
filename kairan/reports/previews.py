# SPDX-License-Identifier: Apache-2.0
"""What residents will see of a text that has not been sent: on LINE, by mail, on their page."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kairan.lib.language import speaking
from kairan.reports import mailing, notices, wording
from kairan.reports.at_work import language_name
from kairan.reports.models import Authority, Case, Report
from kairan.reports.workflow import CLOSED, Status
from kairan.scenarios.wording import SOURCE_LANGUAGE


@dataclass(frozen=True)
class Bubble:
    """A message on LINE: the heading of a card, its lines, and what can be tapped."""

    heading: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """For all readers of one language. ``fell_back``: they get it in another one."""

    language: str
    readers: int
    fell_back: str
    bubbles: tuple[Bubble, ...]
    # Subject and text, where somebody hears by mail.
    mail: tuple[str, str] | None
    page: str

    @property
    def language_name(self) -> str:
        return language_name(self.language)


def previews(
    case: Case, said: wording.Said, *, to: Status | None = None, authority: Authority | None = None
) -> list[Preview]:
    """One for each language of those who can be written to; Japanese where there is nobody.

    ``to``: of a change of status; ``authority``: of a referral; neither: a message.
    """
    after = copy.copy(case)
    if to is not None:
        after.status = to
    readers: dict[str, list[Report]] = {}
    for report, _friend in notices.reachable(case).values():
        language = report.resident.language if report.resident else SOURCE_LANGUAGE
        readers.setdefault(language, []).append(report)
    by_mail: dict[str, list[Report]] = {}
    for report, contact in mailing.readers(case):
        by_mail.setdefault(contact.language or SOURCE_LANGUAGE, []).append(report)
    return [
        _preview(
            after,
            language,
            readers.get(language, []),
            by_mail.get(language, []),
            said,
            to,
            authority,
        )
        for language in dict.fromkeys([*readers, *by_mail]) or [SOURCE_LANGUAGE]
    ]


def _preview(
    case: Case,
    language: str,
    reports: list[Report],
    by_mail: list[Report],
    said: wording.Said,
    to: Status | None,
    authority: Authority | None,
) -> Preview:
    spoken = said.chosen(language)
    words = said.to(case, language)
    messages: list[dict[str, Any]] = []
    mail = None
    for report in (*reports, *by_mail):
        report.case = case
    with speaking(language):
        if reports:
            messages = _messages(reports[0], words, to, authority)
        if by_mail:
            mail = mailing.composed(by_mail[0], _messages(by_mail[0], words, to, authority))
        page = _on_page(words, to, authority)
    return Preview(
        language=language,
        readers=len({report.pk for report in (*reports, *by_mail)}),
        fell_back=language_name(spoken) if words and spoken != language else "",
        bubbles=tuple(_bubble(message) for message in messages),
        mail=mail,
        page=page,
    )


def _messages(
    report: Report, words: str, to: Status | None, authority: Authority | None
) -> list[dict[str, Any]]:
    if authority is not None:
        return notices.word_messages(report, wording.referral_text(report, authority, words))
    if to is not None:
        return notices.status_messages(report, to, words)
    return notices.word_messages(report, wording.message_text(report, words))


def _on_page(words: str, to: Status | None, authority: Authority | None) -> str:
    """As the page behind the receipt number says it (portal: ``_thread.html``)."""
    if authority is not None:
        head = _("他機関へ引き継ぎました") + f"（{Status.REFERRED.label}）"
    elif to is not None:
        head = _("「{status}」になりました").format(status=to.label)
    else:
        head = ""
    return "\n".join(part for part in (head, words) if part)


def _bubble(message: dict[str, Any]) -> Bubble:
    if message["type"] != "flex":
        items = message.get("quickReply", {}).get("items", [])
        buttons = tuple(str(item["action"].get("label", "")) for item in items)
        return Bubble("", (str(message.get("text", "")),), buttons)
    contents = message["contents"]
    heading = "\n".join(_texts(contents.get("header", {})))
    lines = tuple(_texts(contents.get("body", {})))
    return Bubble(heading, lines, tuple(_labels(contents.get("footer", {}))))


def _texts(box: dict[str, Any]) -> list[str]:
    own = [str(box["text"])] if box.get("type") == "text" else []
    return own + [text for part in box.get("contents", []) for text in _texts(part)]


def _labels(box: dict[str, Any]) -> list[str]:
    own = [str(box["action"].get("label", ""))] if box.get("type") == "button" else []
    return own + [label for part in box.get("contents", []) for label in _labels(part)]


def closes(to: Status | None, authority: Authority | None) -> bool:
    return authority is not None or to in CLOSED
