# SPDX-License-Identifier: Apache-2.0
"""課・センター: the tree, and closing one together with the work that it still has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairan.audit.actors import Actor
from kairan.municipalities import actions
from kairan.municipalities.departments import (
    DepartmentClosed,
    HasDepartmentsBelow,
    InsideItself,
    NameTaken,
    NoSuccessor,
)
from kairan.municipalities.forms import CloseForm, DepartmentForm
from kairan.municipalities.models import Department
from kairan.people.access import StaffRequest, posted, staff
from kairan.people.models import Membership
from kairan.people.permissions import Permission
from kairan.reports.actions import move_open_cases
from kairan.reports.models import Case


class NeedsSuccessor(Exception):
    """Open cases must go somewhere before the department closes."""


@dataclass
class Branch:
    """One department of the tree, with what its line shows."""

    department: Department
    people: int
    open_cases: int
    below: list[Branch] = field(default_factory=list)


@transaction.atomic
def close(*, acting: Actor, department: Department, successor: Department | None) -> int:
    """Close it and move its open cases, whose number comes back.

    Raises ``NeedsSuccessor`` and what ``close_department`` raises.
    """
    actions.close_department(acting=acting, department=department, successor=successor)
    if successor is None:
        if Case.objects.open().filter(department=department).exists():
            raise NeedsSuccessor
        return 0
    return move_open_cases(acting=acting, from_department=department, to_department=successor)


def tree() -> list[Branch]:
    """The open departments, four queries in all."""
    departments = list(Department.objects.open().in_order().prefetch_related("areas"))
    people = _counts(Membership.objects.filter(person__is_active=True))
    cases = _counts(Case.objects.open())
    branches = {
        row.pk: Branch(row, people.get(row.pk, 0), cases.get(row.pk, 0)) for row in departments
    }
    top: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.department.parent_id or 0)
        (above.below if above else top).append(branch)
    return top


def _counts(rows: object) -> dict[int, int]:
    grouped = rows.values_list("department").annotate(Count("pk")).order_by()  # type: ignore[attr-defined]
    return defaultdict(int, {key: count for key, count in grouped if key is not None})


@require_safe
@staff(Permission.MANAGE_DEPARTMENTS)
def departments(request: StaffRequest) -> HttpResponse:
    closed = Department.objects.filter(closed_at__isnull=False).select_related("successor")
    context = {"tree": tree(), "closed": closed.order_by("-closed_at")}
    return render(request, "console/departments/list.html", context)


@staff(Permission.MANAGE_DEPARTMENTS)
def new_department(request: StaffRequest) -> HttpResponseBase:
    form = DepartmentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_department(acting=request.person, **form.cleaned_data)
        except NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("「%(name)s」を作りました。") % {"name": made.name})
            return redirect("console:departments")
    status = 422 if form.errors else 200
    return render(request, "console/departments/form.html", {"form": form}, status=status)


@staff(Permission.MANAGE_DEPARTMENTS)
def department(request: StaffRequest, department_id: int) -> HttpResponseBase:
    shown = get_object_or_404(Department.objects.open(), pk=department_id)
    form = DepartmentForm(posted(request), department=shown)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_department(acting=request.person, department=shown, **form.cleaned_data)
        except NameTaken:
            form.add_error("name", _name_taken())
        except InsideItself:
            form.add_error("parent", _("自分より下の組織の下には置けません。"))
        except DepartmentClosed:
            form.add_error(None, _("ほかの人が先に閉じました。"))
        else:
            messages.success(request, _("変更を保存しました。"))
            return redirect("console:departments")
    status = 422 if form.errors else 200
    context = {"form": form, "shown": shown}
    return render(request, "console/departments/form.html", context, status=status)


@staff(Permission.MANAGE_DEPARTMENTS)
def close_department(request: StaffRequest, department_id: int) -> HttpResponseBase:
    shown = get_object_or_404(Department.objects.open(), pk=department_id)
    form = CloseForm(posted(request), department=shown)
    if request.method == "POST" and form.is_valid():
        try:
            moved = close(
                acting=request.person, department=shown, successor=form.cleaned_data["successor"]
            )
        except NeedsSuccessor:
            form.add_error("successor", _("未完了の案件があります。引き継ぐ先をえらんでください。"))
        except HasDepartmentsBelow:
            form.add_error(None, _("下に組織があります。先に移すか、閉じてください。"))
        except NoSuccessor:
            form.add_error("successor", _("その課・センターは、もう閉じられています。"))
        except DepartmentClosed:
            form.add_error(None, _("ほかの人が先に閉じました。"))
        else:
            messages.success(request, _closed(shown, moved))
            return redirect("console:departments")
    context = {
        "form": form,
        "shown": shown,
        "open_cases": Case.objects.open().filter(department=shown).count(),
        "below": Department.objects.open().filter(parent=shown).in_order(),
    }
    status = 422 if form.errors else 200
    return render(request, "console/departments/close.html", context, status=status)


def _closed(shown: Department, moved: int) -> str:
    said = _("「%(name)s」を閉じました。") % {"name": shown.name}
    if moved:
        said += _("案件%(count)d件を引き継ぎました。") % {"count": moved}
    return said


def _name_taken() -> str:
    return _("同じ名前の課・センターがあります。")
