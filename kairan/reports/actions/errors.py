# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext as _

from kairan.reports.models import Case, CaseEntry


class Refused(Exception):
    """A verb that cannot be done; ``reason`` is for people, ``field`` what it stands beside."""

    field: ClassVar[str] = ""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CaseChanged(Refused):
    """Somebody else changed the case after it was read: ``entries`` say what they did."""

    def __init__(self, case: Case, entries: Iterable[CaseEntry]) -> None:
        super().__init__(_("ほかの人がこの案件を変えました。"))
        self.case = case
        self.entries = list(entries)


class MoveNotAllowed(Refused):
    def __init__(self, case: Case) -> None:
        reason = _("「{status}」からその対応状況には変えられません。")
        super().__init__(reason.format(status=case.get_status_display()))
        self.case = case


class MessageMissing(Refused):
    def __init__(self) -> None:
        super().__init__(_("通報者への説明を書いてください。"))


class NobodyReachable(Refused):
    def __init__(self) -> None:
        super().__init__(_("LINEで知らせられる通報者がいません。"))


class WrongAssignee(Refused):
    def __init__(self) -> None:
        super().__init__(_("その人は、この課の案件を担当できません。"))


class JoinedElsewhere(Refused):
    """``case`` was joined into another: that one is dealt with now."""

    def __init__(self, case: Case) -> None:
        reason = _("{number}は、{into}に統合されています。")
        into = case.joined_into.number if case.joined_into else ""
        super().__init__(reason.format(number=case.number, into=into))
        self.case = case


class JoinedToItself(Refused):
    def __init__(self) -> None:
        super().__init__(_("同じ案件どうしは統合できません。"))


class JoinedInCircle(Refused):
    def __init__(self, case: Case) -> None:
        reason = _("{number}は、もうこの案件に統合されています。")
        super().__init__(reason.format(number=case.number))


class CannotStay(Refused):
    def __init__(self, case: Case) -> None:
        reason = _("{number}はもう終わっています。終わっていない案件のほうを残してください。")
        super().__init__(reason.format(number=case.number))


class OpensTheCase(Refused):
    def __init__(self, case: Case) -> None:
        reason = _("{number}はこの案件のはじめの通報です。ほかの通報のほうを分けてください。")
        super().__init__(reason.format(number=case.number))


class NothingToSplit(Refused):
    def __init__(self) -> None:
        super().__init__(_("もう分かれています。"))


class NothingToUndo(Refused):
    def __init__(self) -> None:
        super().__init__(_("そのあとに変更があったので、元に戻せません。"))


class ReasonMissing(Refused):
    def __init__(self) -> None:
        super().__init__(_("理由を書いてください。"))


class NotTheCloser(Refused):
    def __init__(self, case: Case) -> None:
        reason = _("「{kind}」の案件を終わらせることができるのは、課長だけです。")
        super().__init__(reason.format(kind=case.kind.name))


class AlreadyProposed(Refused):
    def __init__(self) -> None:
        super().__init__(_("完了の確認を、もう頼んであります。"))


class NothingProposed(Refused):
    def __init__(self) -> None:
        super().__init__(_("確認を待っている完了はありません。"))


class SamePerson(Refused):
    def __init__(self) -> None:
        super().__init__(_("完了の確認は、頼んだ人とは別の人がします。"))


class NothingHandedOver(Refused):
    def __init__(self) -> None:
        super().__init__(_("受け取りを待っている引き継ぎではありません。"))
