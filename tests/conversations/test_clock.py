# SPDX-License-Identifier: Apache-2.0
"""Silence, resuming, expiry, and what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from kairan.conversations import periodic
from kairan.conversations.models import Dialogue, InboundEvent
from kairan.reports.models import Report
from kairan.scenarios.models import Run
from tests.conversations.telling import report, to_the_photos
from tests.talking import Talk, quick_replies

DAY = timedelta(days=1)


def silence(by: timedelta) -> None:
    Dialogue.objects.update(touched_at=F("touched_at") - by)
    Run.objects.update(touched_at=F("touched_at") - by, expires_at=F("expires_at") - by)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "WAKING_HOURS", range(24))


def test_after_a_long_silence_the_resident_is_asked_whether_to_go_on(line: Talk) -> None:
    to_the_photos(line)
    silence(timedelta(hours=7))
    assert "続けますか" in line.answer("花子", "こんにちは")
    assert "写真" in line.tap_answer("花子", "続ける")


def test_short_silence_is_no_silence(line: Talk) -> None:
    to_the_photos(line)
    silence(timedelta(hours=1))
    assert "よろしいですか" in line.answer("花子", "今は撮れません")


def test_beginning_anew_after_silence_leaves_the_old_one(line: Talk) -> None:
    to_the_photos(line)
    silence(timedelta(hours=7))
    line.answer("花子", "こんにちは")
    assert "何についての" in line.tap_answer("花子", "はじめからにする")


@pytest.mark.usefixtures("noon")
def test_half_made_report_ends_politely_and_is_told_once(line: Talk) -> None:
    to_the_photos(line)
    silence(DAY + timedelta(hours=1))
    before = len(line.said())
    for _again in range(2):
        periodic.expire.func(0)  # type: ignore[attr-defined]
    said = line.said()[before:]
    assert len(said) == 1
    assert "いったん終わりにしました" in said[0]
    assert not Report.objects.exists()


def test_nobody_is_woken_for_it(line: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "WAKING_HOURS", range(0))
    to_the_photos(line)
    silence(2 * DAY)
    before = len(line.said())
    periodic.expire.func(0)  # type: ignore[attr-defined]
    assert len(line.said()) == before


def test_tap_on_an_expired_report_says_so(line: Talk) -> None:
    to_the_photos(line)
    silence(DAY + timedelta(hours=1))
    label = quick_replies(line.received("花子")[-1])[-1]
    assert "もう一度はじめから" in line.tap_answer("花子", label)


def test_what_a_talk_remembered_goes_after_a_day(line: Talk) -> None:
    report(line)
    line.answer("花子", "まだ暗いです")
    assert Dialogue.objects.get().memory
    silence(2 * DAY)
    assert periodic.forget_talk() == 1
    assert Dialogue.objects.get().memory == {}


def test_events_go_after_their_time(line: Talk) -> None:
    line.answer("花子", "こんにちは")
    InboundEvent.objects.update(processed_at=timezone.now() - 31 * DAY)
    periodic.forget.func(0)  # type: ignore[attr-defined]
    assert not InboundEvent.objects.exists()
