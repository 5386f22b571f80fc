# SPDX-License-Identifier: Apache-2.0
"""LINE: which call carries a request, and what each of its answers means for the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from kairan.audit.actors import PROGRAM
from kairan.deliveries import alarms
from kairan.deliveries.models import Delivery, Method, Waiting
from kairan.deliveries.outcomes import Outcome
from kairan.deliveries.queue import Request
from kairan.deliveries.recipients import LineRecipient
from kairan.line import errors
from kairan.line.actions import mark_token_revoked
from kairan.line.answers import Accepted
from kairan.line.client import LineClient
from kairan.line.connection import client_for
from kairan.line.models import LineChannel
from kairan.residents.models import Friend

log = structlog.get_logger(__name__)


@dataclass
class LineSender:
    channel: LineChannel
    to: LineRecipient
    client: LineClient
    is_blocked: bool

    def refuses(self) -> str:
        """Why nothing may go to this friend."""
        return "blocked by the friend" if self.is_blocked else ""

    def send(self, request: Request) -> Outcome:
        try:
            accepted = self._call(request)
        except errors.LineError as error:
            return self._judge(request, error)
        return Outcome(
            "accepted",
            status=409 if accepted.already else 200,
            request_id=accepted.request_id,
            accepted_request_id=accepted.accepted_request_id or "",
        )

    def _call(self, request: Request) -> Accepted:
        head = request.deliveries[0]
        if request.method == Method.REPLY:
            token = next(d.reply_token for d in request.deliveries if d.reply_token)
            return self.client.reply(token, request.messages)
        return self.client.push(self.to.user_id, request.messages, retry_key=head.retry_key)

    def _judge(self, request: Request, error: errors.LineError) -> Outcome:
        match error:
            case errors.InvalidReplyToken():
                return self._invalid_token(request, error)
            case errors.TokenRevoked():
                return self._revoked(error)
            case errors.RateLimited():
                return self._limited(request, error)
            case errors.BadRequest():
                return self._mend(request, error)
        verdict = "unknown" if error.maybe_accepted else "again"
        return _outcome("refused" if error.verdict == errors.Verdict.PERMANENT else verdict, error)

    def _invalid_token(self, request: Request, error: errors.LineError) -> Outcome:
        """A living token that an earlier try may have used is invalid because that try was taken:
        the resident has the answer. Otherwise nothing was sent, and a push carries it."""
        return _outcome("accepted" if request.resolves_doubt else "pushes", error)

    def _revoked(self, error: errors.LineError) -> Outcome:
        news = mark_token_revoked(
            acting=PROGRAM,
            channel_id=self.channel.pk,
            token=self.channel.token,
            request_id=error.request_id,
        )
        if news:
            alarms.token_revoked(self.channel)
        return _outcome("stopped", error)

    def _limited(self, request: Request, error: errors.RateLimited) -> Outcome:
        """A reply is free and never means the quota; for a push LINE's counters are asked."""
        if request.method == Method.REPLY:
            return _outcome("again", error, waiting=Waiting.RATE)
        if isinstance(self.client.told_apart(error), errors.QuotaUsedUp):
            alarms.quota_used_up(self.channel)
            return _outcome("again", error, waiting=Waiting.QUOTA)
        return _outcome("again", error, waiting=Waiting.RATE)

    def _mend(self, request: Request, error: errors.BadRequest) -> Outcome:
        """Find what LINE refuses with its own check, and keep the rest: one broken message must
        not silence the others, nor those who wait behind it."""
        kept = {delivery.pk: self._acceptable(delivery, request) for delivery in request.deliveries}
        if any(len(kept[d.pk]) < len(d.messages) for d in request.deliveries):
            return _outcome("mended", error, kept=kept)
        # Each message is good: it was the company they were in, or the token.
        if len(request.deliveries) > 1 or request.method == Method.REPLY:
            return _outcome("pushes", error)
        return _outcome("refused", error)

    def _acceptable(self, delivery: Delivery, request: Request) -> list[dict[str, Any]]:
        way = "reply" if request.method == Method.REPLY else "push"
        kept = []
        for message in delivery.messages:
            try:
                self.client.validate(way, [message])  # type: ignore[arg-type]
            except errors.BadRequest as error:
                log.error("delivery.broken_message", delivery=delivery.pk, error=str(error))
                continue
            except errors.LineError:
                pass  # no answer is no refusal
            kept.append(message)
        return kept


def sender_for(to: LineRecipient, friend: Friend | None = None) -> LineSender | None:
    """None while the channel's token is no good: everything waits for the administrator."""
    if friend is None:
        known = Friend.objects.of(to.channel_id, to.user_id).select_related("channel")
        friend = known.first()
    channel = friend.channel if friend else LineChannel.objects.filter(pk=to.channel_id).first()
    if channel is None or not channel.is_usable:
        return None
    blocked = friend is not None and friend.is_blocked
    return LineSender(channel, to, client_for(channel), is_blocked=blocked)


def _outcome(verdict: Any, error: errors.LineError, **more: Any) -> Outcome:
    return Outcome(
        verdict,
        status=error.status,
        request_id=error.request_id,
        error=type(error).__name__,
        reason=str(error),
        retry_after=error.retry_after,
        **more,
    )
