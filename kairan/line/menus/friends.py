# SPDX-License-Identifier: Apache-2.0
"""Who sees which menu, told to LINE: for everybody the default, for segments a link each.

A tap on a tab links that tab to the resident, and such a link outlives a change of the default.
That is why everybody whose menu becomes another is linked or unlinked, not only the segments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kairan.line import errors
from kairan.line.client import LineClient
from kairan.line.menus import rules
from kairan.line.menus.models import FriendMenu, MenuPage
from kairan.line.menus.rules import Rule
from kairan.line.models import LineChannel

AT_ONCE = 500  # LINE's limit of a bulk link
Told = Callable[[int, int], None]


def first_pages(due: Sequence[Rule]) -> dict[int, str]:
    """edition → LINE's id of its first tab."""
    pages = MenuPage.objects.filter(edition_id__in=[rule.edition for rule in due], position=0)
    return dict(pages.values_list("edition_id", "line_id"))


def link_all(client: LineClient, channel: LineChannel, due: Sequence[Rule], tell: Told) -> None:
    """Links whoever sees another menu than they should; `tell(done, total)` after each chunk.

    What LINE has taken is written down at once, so that a second call begins where one stopped.
    """
    groups = _groups(channel, due)
    total = sum(map(len, groups.values()))
    everybody = rules.for_everybody(due)
    pages, done = first_pages(due), 0
    tell(done, total)
    for edition, users in groups.items():
        is_default = edition is None or (everybody is not None and everybody.edition == edition)
        for first in range(0, len(users), AT_ONCE):
            chunk = users[first : first + AT_ONCE]
            _tell_line(client, chunk, "" if is_default else pages[edition or 0])
            _write_down(channel, chunk, edition)
            done += len(chunk)
            tell(done, total)


def _groups(channel: LineChannel, due: Sequence[Rule]) -> dict[int | None, list[str]]:
    """edition → the friends who should see it and do not."""
    groups: dict[int | None, list[str]] = defaultdict(list)
    seen = {row.user_id: row for row in channel.friend_menus.all()}
    for user_id, language in _friends(channel):
        row = seen.get(user_id)
        wanted = rules.winner(due, language, row.areas if row else ())
        edition = wanted.edition if wanted else None
        if row is None or not row.is_applied or row.edition_id != edition:
            groups[edition].append(user_id)
    return groups


def _friends(channel: LineChannel) -> Iterator[tuple[str, str]]:
    """User id and language of whoever has not blocked us. The rows belong to a room above; this
    one knows of them what the channel's own relation gives."""
    rows = channel.friends.filter(blocked_at__isnull=True).order_by("id")
    yield from rows.values_list("user_id", "resident__language").iterator(chunk_size=5_000)


def _tell_line(client: LineClient, users: Sequence[str], line_id: str) -> None:
    """One id that LINE does not know can make it refuse them all: then they are told in halves."""
    try:
        if line_id:
            client.link_rich_menu_in_bulk(users, line_id)
        else:
            client.unlink_rich_menus_in_bulk(users)
    except errors.NotFound:
        raise
    except errors.BadRequest as error:
        if "richmenu" in error.message.lower():
            raise
        if len(users) > 1:
            half = len(users) // 2
            _tell_line(client, users[:half], line_id)
            _tell_line(client, users[half:], line_id)


def _write_down(channel: LineChannel, users: Sequence[str], edition: int | None) -> None:
    FriendMenu.objects.bulk_create(
        [
            FriendMenu(channel=channel, user_id=user, edition_id=edition, is_applied=True)
            for user in users
        ],
        update_conflicts=True,
        unique_fields=["municipality", "channel", "user_id"],
        update_fields=["edition", "is_applied"],
    )


def link_one(client: LineClient, channel: LineChannel, due: Sequence[Rule], user_id: str) -> None:
    """The same for one friend, who came, chose another language or lives elsewhere."""
    friend = channel.friends.filter(user_id=user_id, blocked_at__isnull=True)
    language = friend.values_list("resident__language", flat=True).first()
    if language is None:
        return
    row = channel.friend_menus.filter(user_id=user_id).first()
    wanted = rules.winner(due, language, row.areas if row else ())
    everybody = rules.for_everybody(due)
    edition = wanted.edition if wanted else None
    if row is not None and row.is_applied and row.edition_id == edition:
        return
    is_default = wanted is None or wanted == everybody
    # A stranger until now has no link of their own: the default is what they see.
    if row is not None or not is_default:
        line_id = "" if is_default else first_pages(due)[edition or 0]
        _tell_line(client, [user_id], line_id)
    _write_down(channel, [user_id], edition)
