# SPDX-License-Identifier: Apache-2.0
"""The forms beside a case: what each asks, and the verb it calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports import actions, phrases, workflow
from kairan.reports.at_work import reader_languages
from kairan.reports.models import Authority, Case, CaseEntry, Connection
from kairan.reports.models.cases import MAX_ADDRESS_LENGTH
from kairan.reports.phrases import Phrase
from kairan.reports.wording import Said, unknown_placeholder
from kairan.reports.workflow import Status

_AREA = forms.Textarea(attrs={"rows": 3})


@dataclass(frozen=True)
class Done:
    """What to say afterwards; ``entry`` may be undone."""

    case: Case
    words: str
    entry: CaseEntry | None = None


class Panel(forms.Form):
    """Bound to a case. ``version``: the state the clerk saw."""

    name: ClassVar[str]
    # Which part of the page is renewed with it.
    group: ClassVar[str] = "work"
    # Whether residents read what is written in it.
    speaks: ClassVar[bool] = False
    # Whether the verb changes something that another clerk may have changed meanwhile.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, case: Case, staff: list[Person], data: Any = None) -> None:
        super().__init__(
            data,
            auto_id=f"{self.name}_%s",
            initial={"version": case.version, **self.begin(case)},
        )
        self.case = case
        self.staff = staff
        self.prepare()
        self.label_suffix = ""

    def begin(self, case: Case) -> dict[str, object]:  # noqa: ARG002  (panels that begin with nothing)
        return {}

    def prepare(self) -> None:
        """Fill the choices."""

    def clean(self) -> dict[str, Any]:
        """A placeholder that nobody can fill is refused beside the text it stands in."""
        given = super().clean() or {}
        for name in ("message", "text"):
            if self.speaks and (unknown := unknown_placeholder(given.get(name, ""))):
                self.add_error(
                    name, _("「{name}」という差し込みはありません。").format(name=unknown)
                )
        return given

    def said(self, name: str) -> Said:
        """What was written, in all languages of the ready text it was taken from unchanged."""
        return phrases.said(self.case, self.cleaned_data[name], self.cleaned_data["template"])

    def do(self, acting: Person) -> Done:
        raise NotImplementedError

    @property
    def seen(self) -> int | None:
        version: int | None = self.cleaned_data["version"]
        return version


class StatusPanel(Panel):
    name = "status"
    speaks = True
    template = forms.CharField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("通報者への説明"), required=False, widget=_AREA, max_length=2_000
    )
    to = forms.ChoiceField(label=gettext_lazy("対応状況"), choices=Status.choices)

    @property
    def moves(self) -> list[workflow.Move]:
        """Handing over asks for more; it has its own panel."""
        return [m for m in workflow.moves_from(self.case.status) if m.to != Status.REFERRED]

    @property
    def templates(self) -> list[Phrase]:
        return phrases.phrases_for(self.case, reader_languages(self.case))

    def do(self, acting: Person) -> Done:
        said = self.said("message")
        case = actions.change_status(
            acting=acting,
            case=self.case,
            to=self.cleaned_data["to"],
            message=said.text,
            texts=said.texts,
            version=self.seen,
        )
        words = _("「{status}」にしました。").format(status=case.get_status_display())
        return Done(case, _proposed(case) or words, change_in(self.case, case))


class AuthorityField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Says of each whether its own system is told."""

    def label_from_instance(self, obj: Any) -> str:
        connection: Connection | None = getattr(obj, "connection", None)
        if connection is None or not connection.is_on:
            return str(obj)
        return _("{name}（システムへ送ります）").format(name=obj)


class ReferPanel(Panel):
    name = "refer"
    speaks = True
    authority = AuthorityField(label=gettext_lazy("引き継ぎ先"), queryset=Authority.objects.none())
    message = forms.CharField(
        label=gettext_lazy("通報者への説明"), required=False, widget=_AREA, max_length=2_000
    )

    def prepare(self) -> None:
        field = self.fields["authority"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        known = Authority.objects.filter(is_active=True).select_related("connection")
        field.queryset = known.order_by("name")

    @property
    def authorities(self) -> list[Authority]:
        """With their contacts, for whoever has to choose."""
        return list(Authority.objects.filter(is_active=True).order_by("name"))

    @property
    def is_possible(self) -> bool:
        return workflow.move(self.case.status, Status.REFERRED) is not None

    def do(self, acting: Person) -> Done:
        given = self.cleaned_data
        case = actions.refer(
            acting=acting,
            case=self.case,
            authority=given["authority"],
            message=given["message"],
            version=self.seen,
        )
        words = _("{authority}へ引き継ぎました。").format(authority=given["authority"].name)
        return Done(case, _proposed(case) or words)


class AssignPanel(Panel):
    name = "assign"
    assignee = forms.ChoiceField(label=gettext_lazy("担当"), required=False)

    def begin(self, case: Case) -> dict[str, object]:
        return {"assignee": case.assignee_id or ""}

    def prepare(self) -> None:
        people = [(str(p.pk), p.name) for p in self.staff]
        current = self.case.assignee
        if current and str(current.pk) not in dict(people):
            people.append((str(current.pk), current.name))
        self.fields["assignee"] = forms.ChoiceField(
            label=_("担当"), required=False, choices=[("", _("未定")), *people]
        )

    def do(self, acting: Person) -> Done:
        key = self.cleaned_data["assignee"]
        to = Person.objects.filter(pk=int(key)).first() if key else None
        case = actions.assign(acting=acting, case=self.case, to=to, version=self.seen)
        words = _("担当を{name}にしました。").format(name=to) if to else _("担当を外しました。")
        return Done(case, words, change_in(self.case, case))


class DepartmentPanel(Panel):
    name = "department"
    department = forms.ModelChoiceField(
        label=gettext_lazy("移す先の課"), queryset=Department.objects.none()
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)

    def prepare(self) -> None:
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        others = Department.objects.open().exclude(pk=self.case.department_id or 0)
        field.queryset = others.in_order()

    def do(self, acting: Person) -> Done:
        given = self.cleaned_data
        case = actions.move_department(
            acting=acting,
            case=self.case,
            to=given["department"],
            reason=given["reason"],
            version=self.seen,
        )
        words = _("{department}へ移しました。").format(department=case.department)
        return Done(case, words, change_in(self.case, case))


class DuePanel(Panel):
    name = "due"
    due_on = forms.DateField(
        label=gettext_lazy("期限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=gettext_lazy("理由"), required=False, max_length=500)

    def begin(self, case: Case) -> dict[str, object]:
        return {"due_on": case.due_on}

    def do(self, acting: Person) -> Done:
        given = self.cleaned_data
        case = actions.set_due(
            acting=acting,
            case=self.case,
            due_on=given["due_on"],
            reason=given["reason"],
            version=self.seen,
        )
        return Done(case, _("期限を変えました。"), change_in(self.case, case))


class NotePanel(Panel):
    name = "note"
    group = "compose"
    text = forms.CharField(label=gettext_lazy("メモ"), widget=_AREA, max_length=5_000)

    def do(self, acting: Person) -> Done:
        actions.add_note(acting=acting, case=self.case, text=self.cleaned_data["text"])
        return Done(self.case, _("メモを残しました。"))


class MessagePanel(Panel):
    name = "message"
    group = "compose"
    speaks = True
    template = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("通報者へ送る文"), widget=_AREA, max_length=2_000)

    @property
    def templates(self) -> list[Phrase]:
        return phrases.phrases_for(self.case, reader_languages(self.case))

    def do(self, acting: Person) -> Done:
        said = self.said("text")
        actions.write_to_resident(acting=acting, case=self.case, text=said.text, texts=said.texts)
        return Done(self.case, _("通報者へ送りました。"))


class PositionPanel(Panel):
    name = "position"
    group = "place"
    latitude = forms.FloatField(label=gettext_lazy("緯度"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=gettext_lazy("経度"), min_value=-180, max_value=180)
    address = forms.CharField(
        label=gettext_lazy("場所の説明"), required=False, max_length=MAX_ADDRESS_LENGTH
    )

    def begin(self, case: Case) -> dict[str, object]:
        return {
            "latitude": case.latitude,
            "longitude": case.longitude,
            "address": case.address,
        }

    def do(self, acting: Person) -> Done:
        given = self.cleaned_data
        case = actions.refine_position(
            acting=acting,
            case=self.case,
            longitude=given["longitude"],
            latitude=given["latitude"],
            address=given["address"],
            version=self.seen,
        )
        return Done(case, _("場所を直しました。"))


def _proposed(case: Case) -> str:
    if case.confirm_since is None or not case.is_open:
        return ""
    return _("ほかの人に完了の確認を頼みました。通報者にはまだ知らせていません。")


def change_in(before: Case, after: Case) -> CaseEntry | None:
    """The entry of the change just made; None where nothing had to change."""
    if before.version == after.version:
        return None
    return CaseEntry.objects.filter(case=after, version=after.version).order_by("id").last()
