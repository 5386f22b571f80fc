# SPDX-License-Identifier: Apache-2.0
"""What the search page is asked for, from its address; what is not understood is not given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kairan.people.models import Person
from kairan.people.positions.models import Position, Tenure
from kairan.talk.models import Member

MAX_Q = 200
POSITION, PERSON = "position", "person"
_DAY = forms.DateInput(attrs={"type": "date"})


class SearchForm(forms.Form):
    q = forms.CharField(label=_("ことば"), required=False, max_length=MAX_Q)
    room = forms.TypedChoiceField(label=_("トーク"), required=False, coerce=int, empty_value=None)
    who = forms.ChoiceField(label=_("だれが"), required=False)
    since = forms.DateField(label=_("この日から"), required=False, widget=_DAY)
    until = forms.DateField(label=_("この日まで"), required=False, widget=_DAY)
    kind = forms.ChoiceField(
        label=_("ついているもの"),
        required=False,
        choices=[
            ("", _("すべて")),
            ("attached", _("写真かファイル")),
            ("photos", _("写真")),
            ("files", _("ファイル")),
        ],
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def __init__(self, given: Mapping[str, Any], *, rooms: Mapping[int, str]) -> None:
        super().__init__(given)
        every = [("", _("すべて"))]
        self.fields["room"].choices = [*every, *rooms.items()]  # type: ignore[attr-defined]
        self.fields["who"].choices = [*every, *speakers(rooms)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """For ``searching.search``; empty where nothing is asked for but a room."""
        narrowed = self._narrowed()
        words = (self.cleaned_data.get("q") or "").strip()
        return {"words": words, **narrowed} if words or narrowed.keys() - {"room"} else {}

    def _narrowed(self) -> dict[str, Any]:
        self.is_valid()
        given = self.cleaned_data
        kind, _colon, key = (given.get("who") or "").partition(":")
        narrowed: dict[str, Any] = {
            name: given[name] for name in ("room", "since", "until", "kind") if given.get(name)
        }
        return {**narrowed, kind: int(key)} if key else narrowed

    @property
    def before_id(self) -> int | None:
        return self.cleaned_data.get("before")

    @property
    def has_more(self) -> bool:
        """Whether something is asked for besides words."""
        return bool(self._narrowed())

    @property
    def wrong_days(self) -> bool:
        since, until = self.asked.get("since"), self.asked.get("until")
        return isinstance(since, date) and isinstance(until, date) and since > until


def speakers(rooms: Iterable[int]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Who may have said something in these rooms: positions, and the people behind them."""
    sat = Member.objects.filter(room__in=list(rooms)).values("position")
    positions = Position.objects.filter(pk__in=sat).in_order().values_list("pk", "name")
    held = Tenure.objects.filter(position__in=sat).values("person")
    people = Person.objects.filter(pk__in=held).in_order().values_list("pk", "name")
    return [
        (_("役職"), [(f"{POSITION}:{pk}", name) for pk, name in positions]),
        (_("氏名"), [(f"{PERSON}:{pk}", name) for pk, name in people]),
    ]
