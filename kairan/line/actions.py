# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.line import connection
from kairan.line.connection import Report, client_for, webhook_address
from kairan.line.models import LineChannel

# What the audit shows of a secret: that it changed.
HIDDEN_OLD, HIDDEN_NEW = "●●●●", "●●●●（新）"


class ChannelAlreadyThere(Exception):
    """Another channel of the town has this channel id."""


def save_channel(
    *,
    acting: Actor,
    channel: LineChannel | None = None,
    name: str,
    channel_id: str,
    secret: str = "",
    token: str = "",
    is_training: bool = False,
) -> LineChannel:
    """A new channel, or the given one changed; an empty secret or token keeps what is there.

    Raises ChannelAlreadyThere. What was checked must be checked again when id, secret or token
    are others.
    """
    plain = {"name": name, "channel_id": channel_id, "is_training": is_training}
    hidden = {field: value for field, value in (("secret", secret), ("token", token)) if value}
    try:
        with transaction.atomic():
            if channel is None:
                saved = LineChannel.objects.create(**plain, secret=secret, token=token)
                record(acting=acting, verb="line_channel.added", target=saved, summary=name)
                return saved
            saved = LineChannel.objects.select_for_update().get(pk=channel.pk)
            return _changed(acting, saved, {**plain, **hidden})
    except IntegrityError as error:
        raise ChannelAlreadyThere from error


def _changed(acting: Actor, saved: LineChannel, wanted: dict[str, object]) -> LineChannel:
    changes = {
        field: (getattr(saved, field), value)
        for field, value in wanted.items()
        if getattr(saved, field) != value
    }
    if not changes:
        return saved
    for field, (_old, new) in changes.items():
        setattr(saved, field, new)
    fields = list(changes)
    if changes.keys() & {"channel_id", "secret", "token"}:
        fields += _to_state(saved, LineChannel.State.UNCHECKED)
    saved.save(update_fields=fields)
    shown = {
        field: (HIDDEN_OLD, HIDDEN_NEW) if field in {"secret", "token"} else change
        for field, change in changes.items()
    }
    record(acting=acting, verb="line_channel.changed", target=saved, changes=shown)
    return saved


def test_connection(*, acting: Actor, channel: LineChannel) -> Report:
    """Asks LINE whether everything works, and remembers the answer."""
    report = connection.look(channel)
    if report.token_is_refused:
        mark_token_revoked(acting=acting, channel_id=channel.pk, token=channel.token)
    elif report.bot is not None:
        _remember(acting, channel, report)
    return report


test_connection.__test__ = False  # type: ignore[attr-defined]  # not one of pytest's


@transaction.atomic
def _remember(acting: Actor, channel: LineChannel, report: Report) -> None:
    locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
    if report.bot is None or locked.token != channel.token:
        return  # the token was changed while LINE was being asked
    locked.bot_user_id = report.bot.user_id
    locked.basic_id = report.bot.basic_id
    fields = ["bot_user_id", "basic_id"]
    if locked.state != LineChannel.State.OK:
        fields += _to_state(locked, LineChannel.State.OK)
        record(acting=acting, verb="line_channel.works", target=locked)
    locked.save(update_fields=fields)


@transaction.atomic
def mark_token_revoked(*, acting: Actor, channel_id: int, token: str, request_id: str = "") -> bool:
    """LINE refused `token` (401). True when that is news.

    A refusal of a token that has been replaced meanwhile says nothing about the new one.
    """
    channel = LineChannel.objects.select_for_update().get(pk=channel_id)
    if channel.token != token or channel.state == LineChannel.State.REVOKED:
        return False
    channel.save(update_fields=_to_state(channel, LineChannel.State.REVOKED))
    summary = f"x-line-request-id: {request_id}" if request_id else ""
    record(acting=acting, verb="line_channel.token_revoked", target=channel, summary=summary)
    return True


def set_webhook(*, acting: Actor, channel: LineChannel) -> str:
    """Tells LINE our address; the address. Raises LineError."""
    address = webhook_address(channel)
    client_for(channel).set_webhook_endpoint(address)
    with transaction.atomic():
        record(acting=acting, verb="line_channel.webhook_set", target=channel, summary=address)
    return address


def _to_state(channel: LineChannel, state: LineChannel.State) -> list[str]:
    channel.state = state
    channel.state_changed_at = timezone.now()
    return ["state", "state_changed_at"]
