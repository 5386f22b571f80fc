# SPDX-License-Identifier: Apache-2.0
"""Whom a row of a list means: somebody known, somebody new, or nobody it may touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kairan.lib.folding import fold
from kairan.people.models import Membership, Person
from kairan.people.positions.importing_rows import EMAIL, PERSON, PHONE, Wanted

# Names are written one way in one list and another in the next.
_ONE_LETTER = str.maketrans(
    "髙﨑邉邊澤濵濱齋齊斎廣國嶋嶌櫻瀨德槇眞惠榮靜龍藏淵舘桒𠮷",
    "高崎辺辺沢浜浜斉斉斉広国島島桜瀬徳槙真恵栄静竜蔵渕館桑吉",
)


class CannotBe(ValueError):
    """The message says why, for people."""


@dataclass(frozen=True)
class Change:
    """``label`` is a heading of the list."""

    label: str
    before: str
    after: str


def same_name(one: str, other: str) -> bool:
    """However it is spaced, in old letters or new."""
    return _letters(one) == _letters(other)


@dataclass(frozen=True)
class Known:
    """The people inside the town. A list never touches who has a role in the console."""

    by_email: dict[str, Person]
    by_name: dict[str, list[Person]]
    staff: frozenset[int]
    # Mail address → the name for which an earlier row claimed it.
    claimed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Known:
        people: list[Person] = list(Person.objects.order_by("id"))
        by_name: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            by_name[_letters(person.name)].append(person)
        staff = Membership.objects.values_list("person_id", flat=True)
        return cls({p.email: p for p in people if p.email}, by_name, frozenset(staff))

    def person(self, wanted: Wanted) -> Person | None:
        """Somebody known, by mail address or by name and phone; None for somebody new. Raises
        ``CannotBe``."""
        person = self._with_email(wanted)
        if person is not None and not same_name(person.name, wanted.person):
            raise CannotBe(_("このメールは%(name)sさんのものです。") % {"name": person.name})
        if person is None and wanted.phone:
            person = next((p for p in self._named(wanted.person) if p.phone == wanted.phone), None)
            if person is not None and person.email and wanted.email:
                raise CannotBe(_("同じ名前と電話の人に、別のメールがあります。"))
        if person is not None:
            self._may_sit(person)
        return person

    def changes(self, wanted: Wanted, holder: Person) -> list[Change]:
        """What the row says otherwise of a holder who stays; an empty cell takes nothing away.
        Raises ``CannotBe``."""
        compared = (
            (PERSON, holder.name, wanted.person),
            (PHONE, holder.phone, wanted.phone),
            (EMAIL, holder.email, wanted.email),
        )
        changes = [Change(*one) for one in compared if one[2] and one[1] != one[2]]
        if changes and holder.pk in self.staff:
            raise CannotBe(_("職員です。氏名や連絡先は「職員」のページで変えてください。"))
        owner = self._with_email(wanted)
        if owner is not None and owner.pk != holder.pk:
            raise CannotBe(_("このメールは%(name)sさんのものです。") % {"name": owner.name})
        return changes

    def notes(self, wanted: Wanted, person: Person | None) -> Iterator[str]:
        if person is not None:
            yield _("いまいる人です。席が加わります。")
        elif wanted.person and self._named(wanted.person):
            yield _("同じ名前の人がいます。同じ人なら、電話かメールを入れてください。")

    def _may_sit(self, person: Person) -> None:
        if person.pk in self.staff:
            raise CannotBe(_("職員です。席につけるのは、席のページでしてください。"))
        if not person.is_active:
            raise CannotBe(_("利用を停止している人です。"))

    def _with_email(self, wanted: Wanted) -> Person | None:
        """Raises ``CannotBe`` where two rows claim one address for two people."""
        if not wanted.email:
            return None
        name = self.claimed.setdefault(wanted.email, wanted.person)
        if not same_name(name, wanted.person):
            raise CannotBe(_("上の行の%(name)sさんと同じメールです。") % {"name": name})
        return self.by_email.get(wanted.email)

    def _named(self, name: str) -> list[Person]:
        return self.by_name.get(_letters(name), [])


def _letters(name: str) -> str:
    return fold(name).replace(" ", "").translate(_ONE_LETTER)
