# SPDX-License-Identifier: Apache-2.0
"""Whether a channel works, asked of LINE step by step, in words for the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from kairan.line import errors
from kairan.line.answers import BotInfo, WebhookTest
from kairan.line.client import LineClient
from kairan.line.models import LineChannel
from kairan.municipalities.links import public_link

NEARLY_USED_UP = 0.8


class Outcome(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: what was looked at, what was found, what to do about it."""

    subject: str
    outcome: Outcome
    found: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    checks: tuple[Check, ...]
    bot: BotInfo | None = None
    token_is_refused: bool = False

    @property
    def works(self) -> bool:
        return all(check.outcome != Outcome.FAILED for check in self.checks)


def client_for(channel: LineChannel) -> LineClient:
    return LineClient(
        channel.token, api_url=settings.LINE_API_URL, data_url=settings.LINE_DATA_API_URL
    )


def webhook_address(channel: LineChannel) -> str:
    """Where LINE is to call, as the world sees it."""
    return public_link(f"/line/webhook/{channel.key}")


def look(channel: LineChannel) -> Report:
    """Asks LINE everything that can go wrong; never raises for what LINE says.

    No transaction may be open: up to eight calls, and LINE calls our webhook in between.
    """
    client = client_for(channel)
    try:
        token = client.verify_token()
        bot = client.bot_info()
    except errors.LineError as error:
        refused = isinstance(error, errors.TokenRevoked)
        return Report((_token_failed(error),), token_is_refused=refused)
    if token.channel_id != channel.channel_id:
        return Report((_other_channel(token.channel_id),))
    return Report(
        (
            Check(_("チャネルアクセストークン"), Outcome.OK, _("LINEが受け付けました。")),
            _account(bot),
            *_webhook(client, webhook_address(channel)),
            _quota(client),
            _menu(client),
        ),
        bot=bot,
    )


def explain(error: errors.LineError) -> str:
    """What to do about an error of LINE's that nobody here can mend by typing."""
    match error:
        case errors.TokenRevoked():
            return _("LINE Developersで新しいトークンを発行し、このページに入れてください。")
        case errors.Unreachable() | errors.NoAnswer():
            return _("LINEにつながりません。ネットワークを確かめて、もう一度押してください。")
        case errors.RateLimited() | errors.QuotaUsedUp():
            return _("LINEが混み合いを知らせています。しばらく待って、もう一度押してください。")
        case errors.ServerError() | errors.BrokenAnswer():
            return _("LINEの側で問題が起きています。しばらく待って、もう一度押してください。")
        case errors.Forbidden():
            return _("このLINE公式アカウントの契約では使えません。LINEのプランを確かめてください。")
    return _("LINEの返事：%(said)s") % {"said": error.message or error.status}


def _token_failed(error: errors.LineError) -> Check:
    refused = isinstance(error, errors.TokenRevoked)
    found = _("LINEが受け付けません。") if refused else _("確かめられませんでした。")
    return Check(_("チャネルアクセストークン"), Outcome.FAILED, found, explain(error))


def _other_channel(channel_id: str) -> Check:
    return Check(
        _("チャネルアクセストークン"),
        Outcome.FAILED,
        _("このトークンは別のチャネル（ID %(id)s）のものです。") % {"id": channel_id},
        _("チャネルIDとトークンを、同じチャネルの画面から写してください。"),
    )


def _account(bot: BotInfo) -> Check:
    subject = _("公式アカウント")
    found = _("「%(name)s」（%(id)s）です。") % {"name": bot.display_name, "id": bot.basic_id}
    if bot.chat_mode == "chat":
        todo = _(
            "LINE公式アカウントの「チャット」がオンです。手で返した文は案件に残りません。"
            "管理画面の「応答設定」でオフにすることをおすすめします。"
        )
        return Check(subject, Outcome.WARNING, found, todo)
    return Check(subject, Outcome.OK, found)


def _webhook(client: LineClient, ours: str) -> Iterator[Check]:
    subject = _("Webhookの住所")
    press = _("「Webhookの住所をLINEに登録」を押してください。")
    try:
        endpoint = client.webhook_endpoint()
        if endpoint is None:
            yield Check(subject, Outcome.FAILED, _("まだLINEに登録されていません。"), press)
            return
        if endpoint.endpoint != ours:
            found = _("別の住所（%(url)s）が登録されています。") % {"url": endpoint.endpoint}
            yield Check(subject, Outcome.FAILED, found, press)
            return
        yield Check(subject, Outcome.OK, _("LINEに登録されています。"))
        yield _usage(active=endpoint.active)
        yield _called(client.test_webhook())
    except errors.LineError as error:
        yield Check(subject, Outcome.FAILED, _("確かめられませんでした。"), explain(error))


def _usage(*, active: bool) -> Check:
    subject = _("Webhookの利用")
    if active:
        return Check(subject, Outcome.OK, _("オンです。"))
    todo = _(
        "LINE Developersの「Messaging API設定」で「Webhookの利用」をオンにしてください。"
        "この設定は、ここからは変えられません。"
    )
    return Check(subject, Outcome.FAILED, _("オフです。市民の言葉が届きません。"), todo)


def _called(test: WebhookTest) -> Check:
    """LINE's reasons: https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint"""
    subject = _("LINEからの呼び出し")
    if test.success:
        return Check(subject, Outcome.OK, _("LINEからこのシステムに届きました。"))
    if test.status_code in (401, 403):
        found = _("署名が合いません。")
        todo = _("チャネルシークレットが違います。LINE Developersから写し直してください。")
    elif test.status_code > 0:
        found = _("このシステムが誤り（%(status)s）を返しました。") % {"status": test.status_code}
        todo = _("システムの記録を確かめてください。")
    else:
        found = _("LINEからこのシステムに届きません（%(reason)s）。") % {"reason": test.reason}
        todo = _("インターネットから https で届く住所か、証明書が正しいかを確かめてください。")
    return Check(subject, Outcome.FAILED, found, todo)


def _quota(client: LineClient) -> Check:
    subject = _("今月送れる通数")
    try:
        limit = client.quota().limit
        if limit is None:
            return Check(subject, Outcome.OK, _("上限はありません。"))
        used = client.consumption()
    except errors.LineError as error:
        return Check(subject, Outcome.WARNING, _("確かめられませんでした。"), explain(error))
    told = {"left": f"{max(limit - used, 0):,}", "limit": f"{limit:,}"}
    found = _("あと%(left)s通です（上限%(limit)s通）。") % told
    if used < limit * NEARLY_USED_UP:
        return Check(subject, Outcome.OK, found)
    todo = _("使い切ると、市民への知らせが届かなくなります。LINEのプランを見直してください。")
    return Check(subject, Outcome.WARNING, found, todo)


def _menu(client: LineClient) -> Check:
    subject = _("リッチメニュー")
    try:
        shown = client.default_rich_menu()
    except errors.LineError as error:
        return Check(subject, Outcome.WARNING, _("確かめられませんでした。"), explain(error))
    if shown:
        return Check(subject, Outcome.OK, _("表示されています。"))
    todo = _("下の「リッチメニュー」から登録してください。")
    return Check(subject, Outcome.WARNING, _("まだありません。"), todo)
