# SPDX-License-Identifier: Apache-2.0
"""LINE's HTTP, as thin as it can be: values in, values or named errors out.

Never call it inside a database transaction. Every answer's request id is in the value returned or
in the error raised. https://developers.line.biz/en/reference/messaging-api/
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import httpx

from kairan.line import errors
from kairan.line.answers import (
    Accepted,
    BotInfo,
    Content,
    ContentState,
    IdToken,
    Profile,
    Quota,
    TokenInfo,
    WebhookEndpoint,
    WebhookTest,
)
from kairan.line.http import NOT_SENT, body_of, from_answer, request_id, segment
from kairan.line.menu_calls import RichMenuCalls

Message = Mapping[str, Any]
Way = Literal["reply", "push", "multicast", "narrowcast", "broadcast"]

SEND = "/v2/bot/message"
WEBHOOK = "/v2/bot/channel/webhook"
ID_TOKEN_ISSUER = "https://access.line.me"  # noqa: S105 — an address

MAX_CONTENT_BYTES = 30 * 1024 * 1024
MAX_CONTENT_SECONDS = 60.0


class LineClient(RichMenuCalls):
    """One channel's access token. Cheap to make: all clients of a process share one pool."""

    # ── sending ──────────────────────────────────────────────────────────────────────────────

    def reply(
        self, reply_token: str, messages: Sequence[Message], *, silent: bool = False
    ) -> Accepted:
        """Free of charge, once, within a minute of the event. Takes no retry key: on
        `maybe_accepted` errors the caller must not send the same by push unasked."""
        body = {"replyToken": reply_token, "messages": list(messages)}
        return self._sent("reply", body, silent=silent)

    def push(
        self,
        to: str,
        messages: Sequence[Message],
        *,
        retry_key: UUID,
        unit: str | None = None,
        silent: bool = False,
    ) -> Accepted:
        """To one resident. The same `retry_key` with the same messages is delivered once (24 h);
        store it before the first try."""
        body = {"to": to, "messages": list(messages)}
        return self._sent("push", body, retry_key=retry_key, unit=unit, silent=silent)

    def multicast(
        self,
        to: Sequence[str],
        messages: Sequence[Message],
        *,
        retry_key: UUID,
        unit: str | None = None,
        silent: bool = False,
    ) -> Accepted:
        """To 1–500 residents, 200 calls a second. On BadRequest none of them got it."""
        body = {"to": list(to), "messages": list(messages)}
        return self._sent("multicast", body, retry_key=retry_key, unit=unit, silent=silent)

    def broadcast(
        self, messages: Sequence[Message], *, retry_key: UUID, silent: bool = False
    ) -> Accepted:
        """To every friend of the account. 60 an hour."""
        return self._sent(
            "broadcast", {"messages": list(messages)}, retry_key=retry_key, silent=silent
        )

    def validate(self, way: Way, messages: Sequence[Message]) -> Accepted:
        """LINE's own check of the messages, at no cost; BadRequest says what is wrong."""
        body = {"messages": list(messages)}
        return Accepted(request_id(self._call("POST", f"{SEND}/validate/{way}", json=body)))

    def _sent(
        self,
        way: Way,
        body: dict[str, Any],
        *,
        retry_key: UUID | None = None,
        unit: str | None = None,
        silent: bool = False,
    ) -> Accepted:
        if silent:
            body["notificationDisabled"] = True
        if unit:
            body["customAggregationUnits"] = [unit]
        headers = {"X-Line-Retry-Key": str(retry_key)} if retry_key else {}
        response = self._ask("POST", f"{SEND}/{way}", json=body, headers=headers)
        # 409: an earlier try with this key was accepted. That is what was wanted.
        already = response.status_code == 409 and retry_key is not None
        if response.is_success or already:
            return _accepted(response, already=already)
        raise from_answer(response)

    # ── what residents send ──────────────────────────────────────────────────────────────────

    def content(self, message_id: str, *, limit: int = MAX_CONTENT_BYTES) -> Content:
        """The whole file, at most `limit` bytes and a minute.

        Raises ContentNotReady, ContentGone or ContentTooLarge beside the usual errors.
        """
        path = f"{SEND}/{segment(message_id)}/content"
        response = self._ask("GET", path, data_host=True, stream=True)
        try:
            return _read_content(response, limit)
        finally:
            response.close()

    def content_state(self, message_id: str) -> ContentState:
        """Whether a video or audio can be fetched yet (photos always can)."""
        path = f"{SEND}/{segment(message_id)}/content/transcoding"
        response = self._ask("GET", path, data_host=True)
        if response.status_code in (404, 410):
            return ContentState.GONE
        if not response.is_success:
            raise from_answer(response)
        states = {"succeeded": ContentState.READY, "failed": ContentState.FAILED}
        return states.get(str(body_of(response).get("status")), ContentState.PROCESSING)

    def profile(self, user_id: str) -> Profile:
        """NotFound when the resident is no friend or has blocked the account."""
        response = self._call("GET", f"/v2/bot/profile/{segment(user_id)}")
        body = body_of(response)
        return Profile(
            user_id=_text(body, "userId"),
            display_name=_text(body, "displayName"),
            language=_text(body, "language"),
            picture_url=_text(body, "pictureUrl"),
            request_id=request_id(response),
        )

    def show_loading(self, user_id: str, *, seconds: int = 20) -> Accepted:
        """Dots in the talk until the next message, at most 60 s; LINE counts in fives."""
        whole = min(60, max(5, -(-seconds // 5) * 5))
        body = {"chatId": user_id, "loadingSeconds": whole}
        return Accepted(request_id(self._call("POST", "/v2/bot/chat/loading/start", json=body)))

    # ── the account ──────────────────────────────────────────────────────────────────────────

    def bot_info(self) -> BotInfo:
        response = self._call("GET", "/v2/bot/info")
        body = body_of(response)
        return BotInfo(
            user_id=_text(body, "userId"),
            basic_id=_text(body, "basicId"),
            display_name=_text(body, "displayName"),
            chat_mode=_text(body, "chatMode"),
            request_id=request_id(response),
        )

    def verify_token(self) -> TokenInfo:
        """Which channel the token belongs to; TokenRevoked when it is none of LINE's."""
        try:
            response = self._call("POST", "/v2/oauth/verify", form={"access_token": self._token})
        except (errors.BadRequest, errors.NotFound) as error:
            raise errors.TokenRevoked(
                error.message, status=error.status, request_id=error.request_id
            ) from error
        body = body_of(response)
        return TokenInfo(
            channel_id=_text(body, "client_id"),
            expires_in=_whole(body, "expires_in"),
            request_id=request_id(response),
        )

    def quota(self) -> Quota:
        response = self._call("GET", f"{SEND}/quota")
        body = body_of(response)
        limited = body.get("type") == "limited"
        return Quota(_whole(body, "value") if limited else None, request_id(response))

    def consumption(self) -> int:
        """Messages counted this month (approximate, LINE says)."""
        return _whole(body_of(self._call("GET", f"{SEND}/quota/consumption")), "totalUsage")

    def quota_is_used_up(self) -> bool:
        limit = self.quota().limit
        return limit is not None and self.consumption() >= limit

    def told_apart(self, error: errors.RateLimited) -> errors.RateLimited | errors.QuotaUsedUp:
        """What a 429 to a push meant: too fast, or nothing left this month.

        LINE's words are not to be relied on, so its counters are asked; when they do not answer,
        the error stays what it was. A reply is free and never means the quota.
        """
        try:
            used_up = self.quota_is_used_up()
        except errors.LineError:
            return error
        if not used_up:
            return error
        return errors.QuotaUsedUp(error.message, status=error.status, request_id=error.request_id)

    def webhook_endpoint(self) -> WebhookEndpoint | None:
        """None when no address has been set."""
        try:
            response = self._call("GET", f"{WEBHOOK}/endpoint")
        except errors.NotFound:
            return None
        body = body_of(response)
        endpoint = _text(body, "endpoint")
        found = WebhookEndpoint(endpoint, body.get("active") is True, request_id(response))
        return found if endpoint else None

    def set_webhook_endpoint(self, url: str) -> Accepted:
        """https only. LINE may keep calling the former address for up to a minute."""
        response = self._call("PUT", f"{WEBHOOK}/endpoint", json={"endpoint": url})
        return Accepted(request_id(response))

    def test_webhook(self, url: str | None = None) -> WebhookTest:
        """Has LINE call the webhook now (the one that is set, or `url`). 60 an hour."""
        body = {"endpoint": url} if url else {}
        response = self._call("POST", f"{WEBHOOK}/test", json=body)
        answer = body_of(response)
        return WebhookTest(
            success=answer.get("success") is True,
            status_code=_whole(answer, "statusCode"),
            reason=_text(answer, "reason"),
            detail=_text(answer, "detail"),
            request_id=request_id(response),
        )

    # ── pages inside LINE ────────────────────────────────────────────────────────────────────

    def verify_id_token(self, id_token: str, *, login_channel_id: str) -> IdToken:
        """Who opened the page, asked of LINE; never trust a user id that the page posted.

        Raises InvalidIdToken. https://developers.line.biz/en/reference/line-login/#verify-id-token
        """
        form = {"id_token": id_token, "client_id": login_channel_id}
        try:
            response = self._call("POST", "/oauth2/v2.1/verify", form=form)
        except errors.BadRequest as error:
            raise errors.InvalidIdToken(
                error.message, status=error.status, request_id=error.request_id
            ) from error
        body = body_of(response)
        told = IdToken(
            user_id=_text(body, "sub"),
            channel_id=_text(body, "aud"),
            name=_text(body, "name"),
            expires_at=_whole(body, "exp"),
            request_id=request_id(response),
        )
        ours = told.channel_id == login_channel_id and _text(body, "iss") == ID_TOKEN_ISSUER
        if not (ours and told.user_id and told.expires_at > time.time()):
            raise errors.InvalidIdToken("claims do not fit", request_id=told.request_id)
        return told


def _accepted(response: httpx.Response, *, already: bool) -> Accepted:
    """A 2xx counts whatever its body says: the message is on its way."""
    try:
        sent = response.json().get("sentMessages") or []
        ids = tuple(str(message["id"]) for message in sent)
    except (ValueError, AttributeError, TypeError, KeyError):
        ids = ()
    return Accepted(
        request_id=request_id(response),
        accepted_request_id=response.headers.get("x-line-accepted-request-id"),
        already=already,
        sent_ids=ids,
    )


def _read_content(response: httpx.Response, limit: int) -> Content:
    """`limit` is checked against the announced size first, then against what arrives."""
    told: dict[str, Any] = {"status": response.status_code, "request_id": request_id(response)}
    if response.status_code == 202:
        raise errors.ContentNotReady(**told)
    if response.status_code in (404, 410):
        raise errors.ContentGone(**told)
    try:
        if not response.is_success:
            response.read()
            raise from_answer(response)
        if int(response.headers.get("content-length") or 0) > limit:
            raise errors.ContentTooLarge(**told)
        data = _read_within(response, limit, told)
    except (httpx.TransportError, httpx.DecodingError) as error:
        kind = errors.Unreachable if isinstance(error, NOT_SENT) else errors.NoAnswer
        raise kind(f"{type(error).__name__} while reading", **told) from error
    content_type = response.headers.get("content-type", "application/octet-stream")
    return Content(data, content_type, request_id(response))


def _read_within(response: httpx.Response, limit: int, told: Mapping[str, Any]) -> bytes:
    until = time.monotonic() + MAX_CONTENT_SECONDS
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > limit:
            raise errors.ContentTooLarge(**told)
        if time.monotonic() > until:  # a trickle never trips the read timeout
            raise errors.NoAnswer("the file trickled for too long", **told)
    return bytes(data)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _whole(body: Mapping[str, Any], name: str) -> int:
    """A number that must be there; BrokenAnswer otherwise."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise errors.BrokenAnswer(f"{name} is missing")
    return value
