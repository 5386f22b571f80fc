# SPDX-License-Identifier: Apache-2.0
"""「同じ件ですか」: a similar open case is near while a report comes in."""

from __future__ import annotations

import pytest

from kairan.conversations import inbox
from kairan.reports import actions
from kairan.reports.models import Case, CaseEntry, Report
from kairan.residents.models import Resident
from tests.cast import Cast
from tests.conversations.telling import IN_THE_WEST
from tests.talking import Talk, button, quick_replies
from tests.working import work_off

FORTY_METRES_OFF = (32.70036, 130.2)
FAR_OFF = (32.71, 130.2)
LAMP = ("通報", "照明灯の不具合", "1")
REST = ("なし", "今は撮れません")


def to_the_summary(line: Talk, who: str, place: tuple[float, float]) -> str:
    for words in LAMP:
        line.answer(who, words)
    line.location(who, *place)
    for words in REST:
        answer = line.answer(who, words)
    return answer


@pytest.fixture
def lamp(line: Talk) -> Case:
    """花子's broken lamp in 西区."""
    to_the_summary(line, "花子", IN_THE_WEST)
    line.answer("花子", "送る")
    return Report.objects.latest("id").case


def newest() -> Report:
    return Report.objects.select_related("case").latest("id")


def test_a_similar_case_nearby_is_asked_about_with_the_summary(line: Talk, lamp: Case) -> None:
    answer = to_the_summary(line, "太郎", FORTY_METRES_OFF)
    assert "近くで同じようなお知らせを受けています（約40m、今日、受付）。同じ件ですか。" in answer
    assert lamp.number not in answer
    assert quick_replies(line.received("太郎")[-1])[:2] == ["同じ件に加わる", "別の件として送る"]


def test_joining_keeps_the_report_and_gives_a_number_of_its_own(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    answer = line.tap_answer("太郎", "同じ件に加わる")
    report = newest()
    assert (report.case, report.receipt_number) == (lamp, "R8-000002")
    assert "R8-000002" in answer
    assert "同じ件のお知らせといっしょに対応します" in answer


def test_whoever_joined_hears_of_the_case(hinokuni: Cast, line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.tap("太郎", "同じ件に加わる")
    work_off()
    actions.change_status(acting=hinokuni.administrator, case=lamp, to="in_progress")
    assert "対応をはじめました" in line.said("太郎")[-1]
    assert "対応をはじめました" in line.said("花子")[-1]


def test_another_thing_is_a_case_of_its_own(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.tap_answer("太郎", "別の件として送る")
    assert newest().case != lamp


@pytest.mark.parametrize("words", ["同じ件です", "1", "はい", "same"])
def test_typed_words_join_too(line: Talk, lamp: Case, words: str) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.answer("太郎", words)
    assert newest().case == lamp


@pytest.mark.parametrize("words", ["別の件", "2", "送る"])
def test_typed_words_send_another_thing(line: Talk, lamp: Case, words: str) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.answer("太郎", words)
    assert newest().case.number == "R8-000002"


def test_no_brings_the_plain_summary_and_is_not_asked_again(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    answer = line.answer("太郎", "いいえ")
    assert "同じ件ですか" not in answer
    assert "この内容で送ります" in answer
    assert Report.objects.count() == 1
    line.answer("太郎", "送る")
    assert newest().case != lamp


def test_three_leads_to_changing_an_answer(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    assert "どこを直しますか" in line.answer("太郎", "3")


def test_far_away_nothing_is_asked(line: Talk, lamp: Case) -> None:
    assert "同じ件ですか" not in to_the_summary(line, "太郎", FAR_OFF)


def test_a_closed_case_is_not_offered(hinokuni: Cast, line: Talk, lamp: Case) -> None:
    actions.change_status(acting=hinokuni.administrator, case=lamp, to="resolved")
    assert "同じ件ですか" not in to_the_summary(line, "太郎", FORTY_METRES_OFF)


def test_a_case_closed_meanwhile_makes_a_new_one(hinokuni: Cast, line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    actions.change_status(acting=hinokuni.administrator, case=lamp, to="resolved")
    answer = line.tap_answer("太郎", "同じ件に加わる")
    assert "新しい件として受け付けます" in answer
    assert newest().case != lamp


def test_ones_own_report_is_named(line: Talk, lamp: Case) -> None:
    answer = to_the_summary(line, "花子", FORTY_METRES_OFF)
    assert f"前にもお知らせいただいています（受付番号 {lamp.number}、" in answer


def test_a_late_tap_on_an_older_summary_joins_nothing(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    old = button(line.received("太郎")[-1], "同じ件に加わる")
    line.answer("太郎", "戻る")
    line.postback("太郎", old)
    work_off()
    assert Report.objects.count() == 1


def test_a_second_tap_says_that_it_was_sent(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    tapped = button(line.received("太郎")[-1], "同じ件に加わる")
    for _twice in range(2):
        line.postback("太郎", tapped)
        work_off()
    assert Report.objects.count() == 2
    assert "受け取っています" in line.said("太郎")[-1]


def test_an_edited_button_joins_no_case_that_is_not_near(line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FAR_OFF)
    send = button(line.received("太郎")[-1], "この内容で送る")
    line.postback("太郎", send.replace("!send", f"!join:{lamp.pk}"))
    work_off()
    assert newest().case != lamp


def test_killed_while_joining_joins_once(
    line: Talk, lamp: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: object, **_more: object) -> None:
        raise Killed

    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.tap("太郎", "同じ件に加わる")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_done", die)
        with pytest.raises(Killed):
            work_off()
    inbox.work(line.ours.pk, str(line.resident("太郎")))
    assert [r.case for r in Report.objects.order_by("id")] == [lamp, lamp]


def test_staff_read_that_it_is_the_same_thing(hinokuni: Cast, line: Talk, lamp: Case) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.answer("太郎", "同じ件")
    submitted = CaseEntry.objects.filter(case=lamp, kind="submitted").order_by("id")
    assert [entry.report_id for entry in submitted] == list(
        Report.objects.order_by("id").values_list("id", flat=True)
    )


def test_an_old_button_finds_the_report_where_it_is_now(
    hinokuni: Cast, line: Talk, lamp: Case
) -> None:
    to_the_summary(line, "太郎", FORTY_METRES_OFF)
    line.answer("太郎", "別の件")
    own = newest().case
    actions.change_status(acting=hinokuni.administrator, case=own, to="in_progress")
    work_off()
    reply = button(line.received("太郎")[-1], "返信する")
    actions.join_cases(acting=hinokuni.administrator, case=own, into=lamp)
    line.postback("太郎", reply)
    assert "R8-000002" in line.said("太郎")[-1]
    assert Resident.objects.filter(reports__case=lamp).distinct().count() == 2
