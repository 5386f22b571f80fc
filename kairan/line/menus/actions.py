# SPDX-License-Identifier: Apache-2.0
"""Every verb on rich menus. LINE hears of them from the worker (`applying`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.line.menus import applying, pictures
from kairan.line.menus.checks import Problem, problems
from kairan.line.menus.design import Design, Known, Spot, Tab, default_design, drawn_size
from kairan.line.menus.layouts import LAYOUTS
from kairan.line.menus.models import (
    FriendMenu,
    MenuDesk,
    MenuEdition,
    MenuPage,
    MenuPicture,
    MenuSet,
)
from kairan.line.menus.preview import Drawing
from kairan.line.menus.queries import desk_of
from kairan.line.menus.registering import marked
from kairan.line.models import LineChannel
from kairan.line.tasks import PRIORITY, apply_menu_of, apply_menus, lock_of
from kairan.municipalities.links import public_link
from kairan.municipalities.models import Area
from kairan.municipalities.tenancy import current_town


class ChangedMeanwhile(Exception):
    """Somebody else has saved since the page was read. `by` is who, `revision` theirs."""

    def __init__(self, by: str, revision: int) -> None:
        super().__init__(by)
        self.by, self.revision = by, revision


class NotReady(Exception):
    """LINE would refuse it; `problems` say what and where."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in found))
        self.problems = list(found)


class NoDisasterMenu(Exception):
    """Nothing is prepared that could be switched on."""


class AlreadySo(Exception):
    """Somebody else was faster."""


# ── designing ────────────────────────────────────────────────────────────────────────────────


def make(
    *,
    acting: Actor,
    channel: LineChannel,
    name: str,
    mode: str = MenuSet.Mode.NORMAL,
    layout: str = "tall-3-3",
    design: Design | None = None,
    language: str = "",
    area: Area | None = None,
) -> MenuSet:
    """A new menu, seen by nobody yet. `design`: begin with this one; its aliases are made new."""
    with transaction.atomic():
        menu = MenuSet.objects.create(
            channel=channel,
            name=name,
            mode=mode,
            language=language,
            area=area,
            draft={},
            changed_by=acting.actor_name,
        )
        menu.draft = _aliased(menu, design or _empty(layout)).to_json()
        menu.save(update_fields=["draft"])
        record(acting=acting, verb="line_menu.made", target=menu, summary=name)
    return menu


def _empty(layout: str) -> Design:
    count = LAYOUTS[layout].count if layout in LAYOUTS else 1
    return Design((drawn_size(Tab("t1", "タブ1", "", layout, (Spot(),) * count)),))


def _aliased(menu: MenuSet, design: Design) -> Design:
    tabs = tuple(replace(tab, alias=alias_for(menu, tab.key)) for tab in design.tabs)
    return replace(design, tabs=tabs)


def alias_for(menu: MenuSet, key: str) -> str:
    return f"menu-{menu.pk}-{key}"


def save(
    *,
    acting: Actor,
    menu: MenuSet,
    revision: int,
    design: Design | None = None,
    name: str | None = None,
    language: str = "",
    area: Area | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> MenuSet:
    """The draft, and with `name` also for whom and when. Raises ChangedMeanwhile when `revision`
    is not the last. For whom and when holds at once, for what is at LINE already too."""
    with transaction.atomic():
        locked = _locked(menu, revision)
        fields = ["revision", "changed_by", "changed_at"]
        if design is not None:
            locked.draft = design.to_json()
            fields.append("draft")
        changes = {}
        if name is not None:
            given = {
                "name": name,
                "language": language,
                "area": area,
                "starts_at": starts_at,
                "ends_at": ends_at,
            }
            changes = {
                field: (getattr(locked, field), value)
                for field, value in given.items()
                if getattr(locked, field) != value
            }
            for field, value in given.items():
                setattr(locked, field, value)
            fields += given
        locked.revision += 1
        locked.changed_by, locked.changed_at = acting.actor_name, timezone.now()
        locked.save(update_fields=fields)
        record(acting=acting, verb="line_menu.drafted", target=locked, changes=changes)
        if locked.is_offered and changes.keys() - {"name"}:
            _apply(locked.channel_id)
    return locked


def _locked(menu: MenuSet, revision: int | None = None) -> MenuSet:
    locked = MenuSet.objects.select_for_update().get(pk=menu.pk)
    if revision is not None and locked.revision != revision:
        raise ChangedMeanwhile(locked.changed_by, locked.revision)
    return locked


def keep_picture(*, channel: LineChannel, content: bytes) -> MenuPicture:
    """An uploaded picture. Raises pictures.PictureRefused. Opens another process: call it outside
    of a transaction."""
    image, width, height = pictures.taken(content)
    return MenuPicture.objects.create(
        channel=channel, image=image, content_type="image/jpeg", width=width, height=height
    )


# ── sending ──────────────────────────────────────────────────────────────────────────────────


def found_problems(menu: MenuSet, starts: Collection[str]) -> list[Problem]:
    """What stands in the way of sending the draft."""
    return problems(menu.design, starts=starts, taken=taken_aliases(menu))


def taken_aliases(menu: MenuSet) -> set[str]:
    """What other menus of the channel call their tabs."""
    others = MenuSet.objects.kept().filter(channel=menu.channel_id).exclude(pk=menu.pk)
    return {tab.alias for other in others for tab in other.design.tabs}


def publish(
    *, acting: Actor, menu: MenuSet, starts: Collection[str] = (), revision: int | None = None
) -> MenuEdition:
    """Sends the draft to LINE; there it takes the place of this menu's former edition, once all
    of it has arrived. Raises NotReady, ChangedMeanwhile."""
    menu.refresh_from_db()
    if revision is not None and menu.revision != revision:
        raise ChangedMeanwhile(menu.changed_by, menu.revision)
    if found := found_problems(menu, starts):
        raise NotReady(found)
    design = menu.design
    pages = [_page(menu, design, place, tab) for place, tab in enumerate(design.tabs)]
    return _send(acting, menu, menu.draft, pages, "line_menu.sent")


def restore(*, acting: Actor, edition: MenuEdition) -> MenuEdition:
    """Sends a former edition again, its pictures as they were; it also becomes the draft. Raises
    NotReady when another menu has taken one of its aliases since."""
    taken = taken_aliases(edition.menu)
    found = problems(edition.design, taken=taken)
    if aliases := [problem for problem in found if problem.field == "alias"]:
        raise NotReady(aliases)
    pages = [
        MenuPage(
            position=page.position,
            name=page.name,
            alias=page.alias,
            body={},
            image=page.image,
            content_type=page.content_type,
            spoken=page.spoken,
        )
        for page in edition.pages.order_by("position")
    ]
    design = edition.design
    for page, tab in zip(pages, design.tabs, strict=True):
        name = marked(f"{edition.menu.name} {tab.name}", page.mark)
        page.body = design.body(tab, name=name, own_pages=public_link(""))
    return _send(acting, edition.menu, edition.definition, pages, "line_menu.restored")


def _page(menu: MenuSet, design: Design, place: int, tab: Tab) -> MenuPage:
    page = MenuPage(
        position=place, name=tab.name, alias=tab.alias, spoken=design.spoken(tab), body={}
    )
    page.body = design.body(
        tab, name=marked(f"{menu.name} {tab.name}", page.mark), own_pages=public_link("")
    )
    if tab.picture is None:
        page.image, page.content_type = Drawing.of(design, tab).image(), "image/png"
    else:
        picture = MenuPicture.objects.get(pk=tab.picture, channel=menu.channel_id)
        page.image, page.content_type = picture.image, picture.content_type
    return page


@transaction.atomic
def _send(
    acting: Actor, menu: MenuSet, definition: object, pages: Sequence[MenuPage], verb: str
) -> MenuEdition:
    locked = _locked(menu)
    waiting = locked.editions.filter(state=MenuEdition.State.WAITING)
    waiting.update(state=MenuEdition.State.REPLACED)
    last = locked.editions.order_by("-number").values_list("number", flat=True).first() or 0
    edition = MenuEdition.objects.create(
        menu=locked, number=last + 1, definition=definition, made_by=acting.actor_name
    )
    for page in pages:
        page.edition = edition
    MenuPage.objects.bulk_create(pages)
    locked.is_offered = True
    fields = ["is_offered"]
    if locked.draft != definition:
        locked.draft, locked.revision = definition, locked.revision + 1
        fields += ["draft", "revision"]
    locked.save(update_fields=fields)
    record(acting=acting, verb=verb, target=locked, summary=f"{locked.name} v{edition.number}")
    _apply(locked.channel_id)
    return edition


@transaction.atomic
def take_down(*, acting: Actor, menu: MenuSet) -> None:
    """Nobody sees it any more; what else fits takes its place. `put_back` undoes it."""
    locked = _locked(menu)
    if locked.is_offered:
        locked.is_offered = False
        locked.save(update_fields=["is_offered"])
        record(acting=acting, verb="line_menu.taken_down", target=locked, summary=locked.name)
        _apply(locked.channel_id)


@transaction.atomic
def put_back(*, acting: Actor, menu: MenuSet) -> None:
    """What was taken down, or thrown away, as it was."""
    locked = _locked(menu)
    if locked.edition_id is not None or locked.removed_at is not None:
        locked.is_offered, locked.removed_at = locked.edition_id is not None, None
        locked.save(update_fields=["is_offered", "removed_at"])
        record(acting=acting, verb="line_menu.put_back", target=locked, summary=locked.name)
        _apply(locked.channel_id)


@transaction.atomic
def throw_away(*, acting: Actor, menu: MenuSet) -> None:
    """Out of the list as well; `put_back` undoes it."""
    locked = _locked(menu)
    locked.is_offered, locked.removed_at = False, timezone.now()
    locked.save(update_fields=["is_offered", "removed_at"])
    record(acting=acting, verb="line_menu.thrown_away", target=locked, summary=locked.name)
    _apply(locked.channel_id)


# ── disaster ─────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def switch_disaster(*, acting: Actor, channel: LineChannel, on: bool) -> MenuDesk:
    """Disaster menus come before all others from now on, or not any more. One row is written:
    the worker tells LINE. Raises NoDisasterMenu, AlreadySo."""
    desk_of(channel)
    desk = MenuDesk.objects.select_for_update().get(channel=channel)
    if desk.is_disaster == on:
        raise AlreadySo
    if on and not channel.menu_sets.offered().filter(mode=MenuSet.Mode.DISASTER).exists():
        raise NoDisasterMenu
    desk.disaster_since = timezone.now() if on else None
    desk.disaster_by = acting.actor_name
    desk.save(update_fields=["disaster_since", "disaster_by"])
    verb = "line_menu.disaster_on" if on else "line_menu.disaster_off"
    record(acting=acting, verb=verb, target=channel)
    _apply(channel.pk, priority=10 * PRIORITY)
    return desk


def try_again(*, acting: Actor, channel: LineChannel) -> None:
    """Now, instead of when the worker would by itself."""
    del acting
    with transaction.atomic():
        _apply(channel.pk)


def _apply(channel_id: int, priority: int = PRIORITY) -> None:
    """In the caller's transaction: staff see at once that it is under way."""
    desk, _created = MenuDesk.objects.get_or_create(channel_id=channel_id)
    if desk.state != MenuDesk.State.WORKING:
        desk.state, desk.problem, desk.attempts = MenuDesk.State.WORKING, "", 0
        desk.touched_at = timezone.now()
        desk.save(update_fields=["state", "problem", "attempts", "touched_at"])
    apply_menus.defer(lock=lock_of(channel_id), priority=priority, channel_id=channel_id)


# ── friends, told by the rooms that know residents ───────────────────────────────────────────


def friend_changed(
    *, channel_id: int, user_id: str, areas: Sequence[int] | None = None, anew: bool = False
) -> None:
    """Came, chose another language, or (`areas`, ids of Area) reported from somewhere: their
    menu follows. `anew`: what LINE showed them before is not known. In the caller's transaction."""
    rows = FriendMenu.objects.filter(channel_id=channel_id, user_id=user_id)
    offered = MenuSet.objects.offered().filter(channel_id=channel_id)
    if areas is not None:
        FriendMenu.objects.update_or_create(
            channel_id=channel_id, user_id=user_id, defaults={"areas": list(areas)}
        )
        offered = offered.filter(area__isnull=False)
    if anew:
        rows.update(is_applied=False)
    if offered.exists():
        lock = f"{lock_of(channel_id)}:{user_id}"
        apply_menu_of.defer(lock=lock, channel_id=channel_id, user_id=user_id)


# ── the first menu ───────────────────────────────────────────────────────────────────────────


def begin_with_default(*, acting: Actor, channel: LineChannel) -> MenuSet:
    """「標準のメニュー」: a design that works at once, as a draft."""
    design = default_design("", Known(phone=current_town().phone))
    return make(acting=acting, channel=channel, name=channel.name, design=design)


def register_default_menu(*, acting: Actor, channel: LineChannel) -> MenuSet:
    """The same, sent and shown to everybody before this returns. No transaction may be open."""
    menu = begin_with_default(acting=acting, channel=channel)
    publish(acting=acting, menu=menu)
    applying.work(channel.pk)
    menu.refresh_from_db()
    return menu
