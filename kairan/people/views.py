# SPDX-License-Identifier: Apache-2.0
"""Pages for administrators: who may come in. 404 for everybody of another town."""

from __future__ import annotations

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.people import actions, locks
from kairan.people.access import StaffRequest, has_second_factor, posted, staff
from kairan.people.forms import InviteForm, PeopleFilter, PersonForm, RoleLines, roles_in
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.people.positions.actions import end_device
from kairan.people.positions.queries import holders
from kairan.people.queries import people
from kairan.people.sessions import devices_of

PAGE = 50


@require_safe
@staff(Permission.MANAGE_PEOPLE)
def people_list(request: StaffRequest) -> HttpResponse:
    wanted = PeopleFilter(request.GET)
    wanted.is_valid()
    page = Paginator(people(wanted.cleaned_data), PAGE).get_page(request.GET.get("page"))
    template = "people/_list.html" if request.htmx else "people/list.html"
    return render(request, template, {"page": page, "filter": wanted})


@staff(Permission.MANAGE_PEOPLE)
def invite(request: StaffRequest) -> HttpResponseBase:
    form = InviteForm(posted(request))
    lines = RoleLines(posted(request), prefix="roles")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            person = actions.invite(
                acting=request.person, roles=roles_in(lines), **form.cleaned_data
            )
        except actions.AddressTaken:
            form.add_error("email", _("このアドレスの人は、もういます。"))
        else:
            messages.success(
                request, _("%(name)sさんに招待メールを送りました。") % {"name": person.name}
            )
            return redirect("people:list")
    return render(
        request, "people/invite.html", {"form": form, "lines": lines}, status=_status(form, lines)
    )


@staff(Permission.MANAGE_PEOPLE)
def person(request: StaffRequest, person_id: int) -> HttpResponseBase:
    shown = get_object_or_404(Person, pk=person_id)
    if holders().filter(pk=person_id).exists():
        return redirect("people:holder", person_id)
    form = PersonForm(posted(request), initial={"name": shown.name})
    lines = RoleLines(posted(request), prefix="roles", initial=_lines_of(shown))
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            actions.change_person(
                acting=request.person,
                person=shown,
                name=form.cleaned_data["name"],
                roles=roles_in(lines),
            )
        except actions.LastAdministrator:
            form.add_error(None, _last_administrator())
        else:
            messages.success(request, _("変更を保存しました。"))
            return redirect("people:person", person_id)
    context = {
        "shown": shown,
        "form": form,
        "lines": lines,
        "second_factor": has_second_factor(shown),
        "locked": locks.is_locked(request, shown.email),
        "devices": devices_of(shown),
    }
    return render(request, "people/person.html", context, status=_status(form, lines))


def _verb(
    do: Callable[[HttpRequest, Person, Person], str],
) -> Callable[..., HttpResponseBase]:
    """A button on a person's page: POST, do it, say what was done, back to the page."""

    @require_POST
    @staff(Permission.MANAGE_PEOPLE)
    def view(request: StaffRequest, person_id: int) -> HttpResponseBase:
        shown = get_object_or_404(Person, pk=person_id)
        try:
            messages.success(request, do(request, request.person, shown))
        except actions.LastAdministrator:
            messages.error(request, _last_administrator())
        except actions.AlreadyArrived:
            messages.error(request, _("もうパスワードを決めています。招待はいりません。"))
        return redirect("people:person", person_id)

    return view


@_verb
def suspend(request: HttpRequest, acting: Person, shown: Person) -> str:  # noqa: ARG001
    actions.suspend(acting=acting, person=shown)
    return _("利用を停止しました。今すぐ使えなくなります。")


@_verb
def restore(request: HttpRequest, acting: Person, shown: Person) -> str:  # noqa: ARG001
    actions.restore(acting=acting, person=shown)
    return _("利用を再開しました。")


@_verb
def resend(request: HttpRequest, acting: Person, shown: Person) -> str:  # noqa: ARG001
    actions.resend_invitation(acting=acting, person=shown)
    return _("招待メールをもう一度送りました。前のリンクは使えません。")


@_verb
def reset_second_factor(request: HttpRequest, acting: Person, shown: Person) -> str:  # noqa: ARG001
    actions.reset_second_factor(acting=acting, person=shown)
    return _("二段階認証を外しました。本人に、もう一度登録するよう伝えてください。")


@_verb
def unlock(request: HttpRequest, acting: Person, shown: Person) -> str:
    locks.unlock(request, shown.email)
    actions.record_unlock(acting=acting, person=shown)
    return _("ロックを解除しました。すぐにサインインできます。")


@require_POST
@staff(Permission.MANAGE_PEOPLE)
def end_session(request: StaffRequest, person_id: int, session_id: int) -> HttpResponseBase:
    session = get_object_or_404(
        UserSession, pk=session_id, user=get_object_or_404(Person, pk=person_id)
    )
    end_device(acting=request.person, session=session)
    messages.success(request, _("端末をサインアウトしました。"))
    return redirect("people:person", person_id)


def _lines_of(shown: Person) -> list[dict[str, object]]:
    return [
        {"role": role, "department": department} for role, department in actions.roles_of(shown)
    ]


def _last_administrator() -> str:
    return _("最後の管理者です。先に、ほかの人を管理者にしてください。")


def _status(*forms: object) -> int:
    """422 for a page that shows what is wrong with it."""
    wrong = any(getattr(form, "is_bound", False) and not form.is_valid() for form in forms)  # type: ignore[attr-defined]
    return 422 if wrong else 200
