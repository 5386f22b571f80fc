# SPDX-License-Identifier: Apache-2.0
"""Each page in the language of who looks at it, each message in that of who receives it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.utils.translation import get_language, override

from kairan.audit.models import Entry
from kairan.deliveries.models import Delivery
from kairan.lib.language import nearest, speaking
from kairan.people import notices
from kairan.people.models import Person
from kairan.reports.models import AnswerTemplate, Case, CaseEntry, Report, ReportKind
from kairan.reports.wording import fill
from tests.cast import Cast
from tests.portal.factories import a_report
from tests.talking import Talk
from tests.talking import line as bare_line
from tests.visiting import text_of

__all__ = ["bare_line"]
ENGLISH = {"Accept-Language": "en-US,en;q=0.9"}
SignIn = Callable[[Person], Client]


@pytest.fixture
def line(bare_line: Talk) -> Talk:
    return bare_line


@pytest.fixture
def report(hinokuni: Cast, line: Talk) -> Report:
    return a_report(hinokuni, line=line)


@pytest.fixture
def reader_of_english(hinokuni: Cast, sign_in: SignIn) -> Client:
    """The clerk of the roads, who has chosen English."""
    hinokuni.roads_clerk.language = "en"
    hinokuni.roads_clerk.save(update_fields=["language"])
    return sign_in(hinokuni.roads_clerk)


def shown(answer: HttpResponseBase, *words: str) -> bool:
    text = text_of(answer)
    return all(word in text for word in words)


def told(channel: str) -> str:
    return str(Delivery.objects.filter(channel=channel).latest("id").payload)


# ── pages ──


@pytest.mark.parametrize("path", ["/", "/privacy/", "/accounts/login/", "/nowhere/"])
def test_who_is_not_signed_in_reads_the_browsers_language(hinokuni: Cast, path: str) -> None:
    english, japanese = Client().get(path, headers=ENGLISH), Client().get(path)
    assert shown(english, '<html lang="en"')
    assert shown(japanese, '<html lang="ja"')
    assert "Accept-Language" in english["Vary"]


def test_of_a_language_that_we_lack_the_page_is_japanese(hinokuni: Cast) -> None:
    assert shown(
        Client().get("/", headers={"Accept-Language": "fr"}), '<html lang="ja"', "知らせ方"
    )


def test_residents_page_is_in_english(report: Report) -> None:
    answer = Client().get(f"/r/{report.token}/", headers=ENGLISH)
    assert shown(answer, "Receipt number", "We have received your report")


@pytest.mark.parametrize("path", ["/console/", "/console/cases/", "/accounts/second-factor/"])
def test_staff_read_their_own_language_whatever_the_browser_asks_for(
    hinokuni: Cast, sign_in: SignIn, reader_of_english: Client, path: str
) -> None:
    assert shown(reader_of_english.get(path), '<html lang="en"', "Sign out")
    japanese = sign_in(hinokuni.waste_clerk).get(path, headers=ENGLISH)
    assert shown(japanese, '<html lang="ja"', "サインアウト")


def test_what_is_streamed_is_in_the_same_language(
    reader_of_english: Client, report: Report
) -> None:
    answer = reader_of_english.get("/console/cases/export/csv/")
    assert shown(answer, "Receipt number")
    assert get_language() == settings.LANGUAGE_CODE


# ── what others read ──


def test_a_clerks_language_does_not_reach_the_resident(
    reader_of_english: Client, report: Report
) -> None:
    given = {"to": "in_progress", "message": ""}
    reader_of_english.post(f"/console/cases/{report.case_id}/status/", given)
    assert "対応をはじめました。" in told("line")
    assert "返信する" in told("line")


def test_a_resident_reads_news_in_their_own_language(
    hinokuni: Cast, sign_in: SignIn, report: Report
) -> None:
    assert report.resident is not None
    report.resident.language = "en-GB"
    report.resident.save(update_fields=["language"])
    clerk = sign_in(hinokuni.roads_clerk)
    clerk.post(f"/console/cases/{report.case_id}/status/", {"to": "in_progress", "message": ""})
    assert "We have begun work." in told("line")


def test_the_record_is_in_the_towns_language_the_page_in_the_readers(
    hinokuni: Cast, sign_in: SignIn, reader_of_english: Client, report: Report
) -> None:
    url = f"/console/cases/{report.case_id}/"
    reader_of_english.post(f"{url}status/", {"to": "in_progress", "message": ""})
    assert CaseEntry.objects.get(kind="status").data["to_name"] == "対応中"
    assert "対応中" in str(Entry.objects.get(verb="case.status").changes)
    assert shown(reader_of_english.get(url), "Changed to “In progress”")
    assert shown(sign_in(hinokuni.roads_manager).get(url), "「対応中」にしました")


def test_a_residents_browser_does_not_reach_the_department(report: Report) -> None:
    ReportKind.objects.update(closed_hours="at_once")
    page = Client().get(f"/r/{report.token}/", headers=ENGLISH).content.decode()
    once = re.findall(r'name="once" value="([0-9a-f]{16})"', page)[0]
    given = {"text": "まだ暗いです", "once": once}
    Client().post(f"/r/{report.token}/write/", given, headers=ENGLISH)
    assert "【通報者から連絡】" in told("mail")
    assert "場所: " in told("mail")


def test_a_template_is_filled_in_the_towns_language(report: Report) -> None:
    case, template = Case.objects.get(), AnswerTemplate(text="いまは「{対応状況}」です")
    with override("en"):
        assert fill(template.text, case) == "いまは「受付」です"


def test_staff_are_written_to_in_their_own_language(
    reader_of_english: Client, hinokuni: Cast, mailoutbox: list[object]
) -> None:
    with speaking(hinokuni.roads_clerk.language):
        notices.mail_change(hinokuni.roads_clerk, "password_changed")
    assert "Your password was changed" in str(vars(mailoutbox[0]))


@pytest.mark.parametrize(
    ("reader", "language"),
    [("ja", "ja"), ("ja-simple", "ja"), ("en-GB", "en"), ("vi", "en"), ("", "ja")],
)
def test_the_nearest_of_our_languages_is_spoken(reader: str, language: str) -> None:
    assert not reader or nearest(reader) == language
    with speaking(reader):
        assert get_language() == language
