# SPDX-License-Identifier: Apache-2.0
"""The worker's part: makes LINE show what should be shown. Safe to run twice, and to be killed.

New editions come to LINE first; then the default menu; then the links; what nobody sees any more
goes last. Whatever fails leaves what is shown as it is, and is tried again or told to staff.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.audit.actors import PROGRAM
from kairan.line import errors
from kairan.line.client import LineClient
from kairan.line.connection import client_for, explain
from kairan.line.menus import friends, rules
from kairan.line.menus.models import MenuDesk, MenuEdition, MenuPage, MenuSet
from kairan.line.menus.queries import desk_of, due_now
from kairan.line.menus.registering import MARK, Refused, Step, register
from kairan.line.menus.rules import Rule
from kairan.line.models import LineChannel

State = MenuDesk.State
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
OLD_MARK = "[kairan-default-"  # of the menus before there were several


def work(channel_id: int) -> None:
    """Does whatever is left to do for this channel. No transaction may be open."""
    channel = LineChannel.objects.filter(pk=channel_id).first()
    if channel is None:
        return
    client = client_for(channel)
    _tell(channel, state=State.WORKING, step=_("LINEに今の様子を聞いています"), problem="")
    try:
        _register_waiting(client, channel)
        due = due_now(channel)
        _switch_default(client, channel, due)
        friends.link_all(client, channel, due, lambda done, total: _linking(channel, done, total))
        _sweep(client, channel)
    except errors.LineError as error:
        _stopped(channel, error)
    except Exception:
        problem = _("システムの誤りで止まりました。管理者に知らせてください。")
        _tell(channel, state=State.STOPPED, problem=problem, retry_at=None)
        raise
    else:
        _finished(channel, rules.key_of(due))


def work_one(channel_id: int, user_id: str) -> None:
    """One friend's menu. Raises LineError: the job tries again."""
    channel = LineChannel.objects.get(pk=channel_id)
    if desk_of(channel).applied:
        friends.link_one(client_for(channel), channel, due_now(channel), user_id)


# ── new editions ─────────────────────────────────────────────────────────────────────────────


def _register_waiting(client: LineClient, channel: LineChannel) -> None:
    known = {menu.name: menu.line_id for menu in client.rich_menus()}
    _make_again(client, channel, known)
    for edition in _waiting(channel):
        _tell(channel, step=_("「%(name)s」をLINEに送っています") % {"name": edition.menu.name})
        try:
            register(client, edition, known)
        except Refused as refused:
            _refused(edition, refused)
        else:
            _ready(edition)


def _waiting(channel: LineChannel) -> list[MenuEdition]:
    found = MenuEdition.objects.filter(menu__channel=channel, state=MenuEdition.State.WAITING)
    return list(found.select_related("menu", "menu__edition").order_by("id"))


def _make_again(client: LineClient, channel: LineChannel, known: dict[str, str]) -> None:
    """What we show and LINE no longer has: somebody removed it there, or it was taken down here."""
    editions = channel.menu_sets.offered().values("edition")
    there = MenuPage.objects.filter(edition__in=editions, line_id__in=list(known.values()))
    missing = MenuPage.objects.filter(edition__in=editions).exclude(pk__in=there.values("pk"))
    lost = MenuEdition.objects.filter(pk__in=missing.values("edition"))
    for edition in lost.select_related("menu", "menu__edition"):
        _tell(channel, step=_("「%(name)s」をLINEに送っています") % {"name": edition.menu.name})
        try:
            register(client, edition, known)
        except Refused as refused:
            raise refused.cause from refused
        channel.friend_menus.filter(edition=edition).update(is_applied=False)


@transaction.atomic
def _ready(edition: MenuEdition) -> None:
    """From now on this edition is the menu; the former one stays at LINE until nobody sees it."""
    menu = MenuSet.objects.select_for_update(of=["self"]).get(pk=edition.menu_id)
    now = timezone.now()
    changed = MenuEdition.objects.filter(pk=edition.pk, state=MenuEdition.State.WAITING).update(
        state=MenuEdition.State.READY, ready_at=now
    )
    if not changed:
        return  # replaced by a newer one while it was on its way
    menu.editions.filter(state=MenuEdition.State.READY).exclude(pk=edition.pk).update(
        state=MenuEdition.State.REPLACED
    )
    menu.edition = edition
    menu.save(update_fields=["edition"])
    record(
        acting=PROGRAM,
        verb="line_menu.registered",
        target=menu,
        summary=" ".join(edition.pages.order_by("position").values_list("line_id", flat=True)),
    )


@transaction.atomic
def _refused(edition: MenuEdition, refused: Refused) -> None:
    where = {
        Step.CREATE: _("メニューを作るところで"),
        Step.IMAGE: _("絵を送るところで"),
        Step.ALIAS: _("タブをつなぐところで"),
    }[refused.step]
    told = _("「%(tab)s」の%(where)s、LINEが受け付けませんでした。前のメニューはそのままです。")
    problem = told % {"tab": refused.page.name, "where": where} + explain(refused.cause)
    MenuEdition.objects.filter(pk=edition.pk).update(
        state=MenuEdition.State.REFUSED, problem=problem
    )
    record(acting=PROGRAM, verb="line_menu.failed", target=edition.menu, summary=str(refused))


# ── default, and what is left over ───────────────────────────────────────────────────────────


def _switch_default(client: LineClient, channel: LineChannel, due: list[Rule]) -> None:
    _tell(channel, step=_("みんなのメニューを切り替えています"))
    wanted = rules.for_everybody(due)
    shown = client.default_rich_menu()
    if wanted is not None:
        line_id = friends.first_pages(due)[wanted.edition]
        if shown != line_id:
            client.set_default_rich_menu(line_id)
    elif shown and shown in set(_ours(channel)):
        client.cancel_default_rich_menu()


def _ours(channel: LineChannel) -> list[str]:
    pages = MenuPage.objects.filter(edition__menu__channel=channel).exclude(line_id="")
    return list(pages.values_list("line_id", flat=True))


def _sweep(client: LineClient, channel: LineChannel) -> None:
    """Takes away what nobody sees any more, and what killed attempts left; as well as it goes.
    Menus that others made with the same account carry no mark of ours and stay."""
    _tell(channel, step=_("古いメニューを片づけています"))
    shown = Q(edition__in=channel.menu_sets.offered().values("edition"))
    coming = Q(edition__menu__channel=channel, edition__state=MenuEdition.State.WAITING)
    kept = MenuPage.objects.filter(shown | coming).exclude(line_id="")
    keep: set[str | None] = set(kept.values_list("line_id", flat=True))
    with suppress(errors.LineError):
        keep.add(client.default_rich_menu())  # nobody is left without one
        for menu in client.rich_menus():
            if (MARK in menu.name or OLD_MARK in menu.name) and menu.line_id not in keep:
                _remove(client, menu.line_id)
        kept_aliases = set(kept.values_list("alias", flat=True))
        gone = MenuPage.objects.filter(edition__menu__channel=channel).exclude(
            alias__in=kept_aliases
        )
        ours = set(gone.values_list("alias", flat=True))
        for alias in client.rich_menu_aliases().keys() & ours:
            client.delete_rich_menu_alias(alias)


def _remove(client: LineClient, line_id: str) -> None:
    with suppress(errors.NotFound):
        client.delete_rich_menu(line_id)
    MenuPage.objects.filter(line_id=line_id).update(line_id="", has_image=False, asked_at=None)


# ── how far it has come ──────────────────────────────────────────────────────────────────────


def _tell(channel: LineChannel, **said: Any) -> None:
    MenuDesk.objects.filter(channel=channel).update(touched_at=timezone.now(), **said)


def _linking(channel: LineChannel, done: int, total: int) -> None:
    _tell(channel, step=_("一人ひとりのメニューを切り替えています"), done=done, total=total)


def _finished(channel: LineChannel, applied: str) -> None:
    _tell(
        channel, state=State.DONE, step="", done=0, total=0, attempts=0, retry_at=None,
        applied=applied,
    )  # fmt: skip


def _stopped(channel: LineChannel, error: errors.LineError) -> None:
    """Tried again by itself when that can help, at growing distances."""
    from kairan.line.tasks import apply_menus, lock_of

    desk = desk_of(channel)
    if error.verdict == errors.Verdict.PERMANENT and not isinstance(error, errors.NotFound):
        _tell(channel, state=State.STOPPED, problem=explain(error), retry_at=None)
        with transaction.atomic():
            record(acting=PROGRAM, verb="line_menu.failed", target=channel, summary=str(error))
        return
    wait = min(FIRST_WAIT * 2 ** min(desk.attempts, 10), LONGEST_WAIT)
    if error.retry_after:
        wait = max(wait, timedelta(seconds=error.retry_after))
    at = timezone.now() + wait
    _tell(
        channel, state=State.WAITING, problem=explain(error), attempts=desk.attempts + 1,
        retry_at=at,
    )  # fmt: skip
    apply_menus.defer(lock=lock_of(channel.pk), schedule_at=at, channel_id=channel.pk)
