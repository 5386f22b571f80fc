# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.line import connection
from kairan.line.connection import Report, client_for, webhook_address
from kairan.line.models import LineChannel, RichMenu
from kairan.line.richmenu import Menu, MenuNotRegistered, Registered, default_menu, register
from kairan.municipalities.tenancy import current_town

# What the audit shows of a secret: that it changed.
HIDDEN_OLD, HIDDEN_NEW = "●●●●", "●●●●（新）"


class ChannelAlreadyThere(Exception):
    """Another channel of the town has this channel id."""


class RegistrationUnderWay(Exception):
    """Somebody else is registering a rich menu of this channel at this moment."""


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


# ── rich menu ────────────────────────────────────────────────────────────────────────────────


def menu_for(channel: LineChannel) -> Menu:
    """What an editor begins with: the draft, else what is shown, else the default."""
    kept = {menu.state: menu for menu in channel.menus.exclude(state=RichMenu.State.REPLACED)}
    if latest := kept.get(RichMenu.State.DRAFT) or kept.get(RichMenu.State.SHOWN):
        return latest.menu
    return default_menu(channel.name, phone=current_town().phone)


@transaction.atomic
def save_menu(*, acting: Actor, channel: LineChannel, menu: Menu) -> RichMenu:
    """The draft; residents see nothing of it until it is registered."""
    LineChannel.objects.select_for_update().get(pk=channel.pk)
    draft, _created = RichMenu.objects.update_or_create(
        channel=channel,
        state=RichMenu.State.DRAFT,
        defaults={
            "name": menu.name,
            "definition": menu.to_json(),
            "changed_at": timezone.now(),
        },
    )
    record(acting=acting, verb="line_menu.drafted", target=draft, summary=menu.spoken)
    return draft


def register_default_menu(*, acting: Actor, channel: LineChannel) -> RichMenu:
    """Shows the draft (else the default) to every friend, instead of the menu shown before.

    Raises RegistrationUnderWay, or MenuNotRegistered after telling the audit; then the draft is
    still there. No transaction may be open: LINE is called between two.
    """
    menu, previous = _begin(channel)
    try:
        done = register(client_for(channel), menu, previous)
    except MenuNotRegistered as error:
        _ended(channel)
        with transaction.atomic():
            record(
                acting=acting,
                verb="line_menu.failed",
                target=channel,
                summary=f"{error.step}: {error.cause}",
            )
        raise
    except BaseException:
        _ended(channel)
        raise
    return _shown(acting, channel, menu, done)


@transaction.atomic
def _begin(channel: LineChannel) -> tuple[Menu, str | None]:
    locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
    if locked.is_registering:
        raise RegistrationUnderWay
    locked.registering_since = timezone.now()
    locked.save(update_fields=["registering_since"])
    before = locked.menus.filter(state=RichMenu.State.SHOWN).first()
    return menu_for(locked), before.line_id if before else None


def _ended(channel: LineChannel) -> None:
    LineChannel.objects.filter(pk=channel.pk).update(registering_since=None)


@transaction.atomic
def _shown(acting: Actor, channel: LineChannel, menu: Menu, done: Registered) -> RichMenu:
    locked = LineChannel.objects.select_for_update().get(pk=channel.pk)
    locked.menus.filter(state=RichMenu.State.SHOWN).update(state=RichMenu.State.REPLACED)
    # A draft written while LINE was being called is another one: it stays.
    locked.menus.filter(state=RichMenu.State.DRAFT, definition=menu.to_json()).delete()
    shown: RichMenu = locked.menus.create(
        name=menu.name,
        definition=menu.to_json(),
        state=RichMenu.State.SHOWN,
        line_id=done.line_id,
        image=done.image,
        registered_at=timezone.now(),
    )
    locked.registering_since = None
    locked.save(update_fields=["registering_since"])
    record(acting=acting, verb="line_menu.registered", target=shown, summary=done.line_id)
    return shown


def _to_state(channel: LineChannel, state: LineChannel.State) -> list[str]:
    channel.state = state
    channel.state_changed_at = timezone.now()
    return ["state", "state_changed_at"]
