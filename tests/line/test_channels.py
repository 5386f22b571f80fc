# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from pytest_django.fixtures import Settings

from kairan.audit.actors import PROGRAM
from kairan.audit.models import Entry
from kairan.line.actions import (
    ChannelAlreadyThere,
    mark_token_revoked,
    save_channel,
    set_webhook,
)
from kairan.line.actions import test_connection as ask_line
from kairan.line.connection import Outcome, Report, webhook_address
from kairan.line.models import LineChannel, town_of_key
from kairan.line.queries import channel_of_key, channels_in_trouble
from kairan.municipalities.tenancy import town
from linesim.testing import Line
from tests.cast import Cast


def _latest() -> Entry:
    return Entry.objects.order_by("-number")[0]


def _stored(channel: LineChannel) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(c)::text FROM line_linechannel c WHERE id = %s", [channel.pk]
        )
        return str(cursor.fetchone()[0])


# ── saving ───────────────────────────────────────────────────────────────────────────────────


def test_secrets_are_not_in_the_database_in_plain(channel: LineChannel, line: Line) -> None:
    stored = _stored(channel)
    assert line.channel.token not in stored
    assert line.channel.secret not in stored
    assert LineChannel.objects.get().token == line.channel.token


def test_the_audit_tells_of_a_new_secret_but_not_the_secret(channel: LineChannel) -> None:
    save_channel(
        acting=PROGRAM,
        channel=channel,
        name=channel.name,
        channel_id=channel.channel_id,
        secret="new-secret",
    )
    entry = _latest()
    assert entry.verb == "line_channel.changed"
    assert "new-secret" not in str(entry.changes)
    assert list(entry.changes) == ["secret"]


def test_an_empty_secret_or_token_keeps_what_is_there(channel: LineChannel, line: Line) -> None:
    save_channel(acting=PROGRAM, channel=channel, name="新しい名前", channel_id=channel.channel_id)
    kept = LineChannel.objects.get()
    assert (kept.name, kept.token, kept.secret) == (
        "新しい名前",
        line.channel.token,
        line.channel.secret,
    )


def test_a_new_token_must_be_checked_again(channel: LineChannel) -> None:
    LineChannel.objects.update(state=LineChannel.State.REVOKED)
    changed = save_channel(
        acting=PROGRAM,
        channel=channel,
        name=channel.name,
        channel_id=channel.channel_id,
        token="another",
    )
    assert changed.state == LineChannel.State.UNCHECKED


def test_nothing_changed_is_nothing_recorded(channel: LineChannel) -> None:
    before = Entry.objects.count()
    save_channel(acting=PROGRAM, channel=channel, name=channel.name, channel_id=channel.channel_id)
    assert Entry.objects.count() == before


def test_the_same_channel_id_twice_is_refused(channel: LineChannel) -> None:
    with pytest.raises(ChannelAlreadyThere):
        save_channel(
            acting=PROGRAM, name="二つ目", channel_id=channel.channel_id, secret="s", token="t"
        )


def test_a_secret_cannot_be_searched(channel: LineChannel) -> None:
    with pytest.raises(FieldError):
        LineChannel.objects.filter(token="x").exists()


def test_an_old_key_still_opens_and_a_lost_key_leaves_the_page_alive(
    channel: LineChannel, settings: Settings
) -> None:
    token = channel.token
    old, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 50
    assert LineChannel.objects.get().token == ""
    settings.SECRET_KEY_FALLBACKS = [old]
    assert LineChannel.objects.get().token == token


# ── the webhook address ──────────────────────────────────────────────────────────────────────


def test_the_address_leads_to_its_town_and_channel(channel: LineChannel, cast: Cast) -> None:
    with town(cast.neighbour):
        found = channel_of_key(channel.key)
    assert found == channel
    assert found is not None
    assert found.municipality_id == cast.hinokuni.pk


@pytest.mark.parametrize(
    "key", ["", "1", "1-short", "x-" + "a" * 32, "0-" + "a" * 32, "9" * 30 + "-" + "a" * 32]
)
def test_a_made_up_address_leads_nowhere(channel: LineChannel, key: str) -> None:
    assert town_of_key(key) is None
    assert channel_of_key(key) is None


def test_another_towns_number_before_the_key_leads_nowhere(
    channel: LineChannel, cast: Cast
) -> None:
    rest = channel.key.split("-", 1)[1]
    assert channel_of_key(f"{cast.neighbour.pk}-{rest}") is None


# ── state ────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_token_is_trouble_once(channel: LineChannel) -> None:
    assert mark_token_revoked(acting=PROGRAM, channel_id=channel.pk, token=channel.token)
    assert not mark_token_revoked(acting=PROGRAM, channel_id=channel.pk, token=channel.token)
    assert list(channels_in_trouble()) == [channel]
    assert Entry.objects.filter(verb="line_channel.token_revoked").count() == 1


def test_the_refusal_of_a_former_token_says_nothing_about_the_new_one(channel: LineChannel) -> None:
    assert not mark_token_revoked(acting=PROGRAM, channel_id=channel.pk, token="former")
    assert not channels_in_trouble().exists()


def test_the_neighbour_sees_no_channel(channel: LineChannel, cast: Cast) -> None:
    with town(cast.neighbour):
        assert not LineChannel.objects.exists()


# ── asking LINE ──────────────────────────────────────────────────────────────────────────────


def _failed(report: Report) -> list[str]:
    return [check.subject for check in report.checks if check.outcome == Outcome.FAILED]


def test_all_is_well_once_the_webhook_is_set(channel: LineChannel, line: Line) -> None:
    assert _failed(ask_line(acting=PROGRAM, channel=channel)) == ["Webhookの住所"]
    assert set_webhook(acting=PROGRAM, channel=channel) == webhook_address(channel)
    assert line.channel.webhook_url == f"http://127.0.0.1:9/line/webhook/{channel.key}"
    report = ask_line(acting=PROGRAM, channel=channel)
    # Nothing listens at that address in this test; everything else is in order.
    assert _failed(report) == ["LINEからの呼び出し"]
    checked = LineChannel.objects.get()
    assert checked.state == LineChannel.State.OK
    assert (checked.basic_id, checked.bot_user_id) == (
        line.channel.basic_id,
        line.channel.bot_user_id,
    )


def test_a_refused_token_is_said_and_remembered(channel: LineChannel, line: Line) -> None:
    line.change_channel(revoked=True)
    report = ask_line(acting=PROGRAM, channel=channel)
    assert _failed(report) == ["チャネルアクセストークン"]
    assert LineChannel.objects.get().state == LineChannel.State.REVOKED


def test_a_token_of_another_channel_is_found_out(channel: LineChannel, line: Line) -> None:
    LineChannel.objects.update(channel_id="999")
    report = ask_line(acting=PROGRAM, channel=LineChannel.objects.get())
    assert line.channel.id in report.checks[0].found
    assert LineChannel.objects.get().state == LineChannel.State.UNCHECKED


def test_line_being_down_says_so_and_changes_nothing(channel: LineChannel, line: Line) -> None:
    line.conditions(down=True)
    report = ask_line(acting=PROGRAM, channel=channel)
    assert not report.works
    assert "しばらく待って" in report.checks[0].todo
    assert LineChannel.objects.get().state == LineChannel.State.UNCHECKED


def test_a_webhook_that_is_switched_off_is_said(channel: LineChannel, line: Line) -> None:
    set_webhook(acting=PROGRAM, channel=channel)
    line.change_channel(webhook_active=False)
    assert "Webhookの利用" in _failed(ask_line(acting=PROGRAM, channel=channel))


def test_a_quota_that_runs_out_is_a_warning(channel: LineChannel, line: Line) -> None:
    line.change_channel(quota=100, usage=90)
    checks = ask_line(acting=PROGRAM, channel=channel).checks
    (quota,) = [check for check in checks if check.subject == "今月送れる通数"]
    assert quota.outcome == Outcome.WARNING
    assert "あと10通" in quota.found
