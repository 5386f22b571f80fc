# SPDX-License-Identifier: Apache-2.0
"""What keeps a verb from being done, in words for people. ``status``: how HTTP says it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Trouble(Exception):
    status = 409


class RoomClosed(Trouble):
    def __init__(self) -> None:
        super().__init__(_("このトークは終わりました。読むことはできます。"))


class TooLate(Trouble):
    """A message is recalled within a day."""

    def __init__(self) -> None:
        super().__init__(_("送ってから24時間が過ぎたので、取り消せません。"))


class IsRecalled(Trouble):
    def __init__(self) -> None:
        super().__init__(_("このメッセージは取り消されています。"))


class TooSoon(Trouble):
    """Those who have not read were told a moment ago."""

    def __init__(self, again_at: str) -> None:
        super().__init__(
            _("さきほど知らせました。%(at)sから、もう一度知らせられます。") % {"at": again_at}
        )


class EverybodyHasRead(Trouble):
    def __init__(self) -> None:
        super().__init__(_("まだ読んでいない人はいません。"))


class TooMany(Trouble):
    pass


class Refused(Trouble):
    """The file or text is not one we take."""

    status = 422


class FollowsTheTown(Trouble):
    """Members of such a room come and go with their position."""

    def __init__(self) -> None:
        super().__init__(
            _("このトークのメンバーは、役職や地域に合わせて決まります。手では変えられません。")
        )
