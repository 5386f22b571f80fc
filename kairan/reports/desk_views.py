# SPDX-License-Identifier: Apache-2.0
"""What administrators arrange, kinds, routing, texts; and each clerk's own notices."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import actions, phrases
from kairan.reports.desk_forms import (
    AuthorityForm,
    KindForm,
    PreferenceForm,
    RoutingForm,
    SettingsForm,
    TemplateForm,
)
from kairan.reports.models import (
    AnswerTemplate,
    Authority,
    NoticePreference,
    ReportKind,
    ReportSettings,
    RoutingRule,
)
from kairan.reports.routing import fallback_department


@require_safe
@staff(Permission.MANAGE_KINDS)
def kinds(request: StaffRequest) -> HttpResponse:
    shown = ReportKind.objects.in_order().annotate(route_count=Count("routes"))
    context = {
        "kinds": shown,
        "authorities": Authority.objects.order_by("name"),
        # Where a kind goes that has no rule of its own.
        "by_area": RoutingRule.objects.filter(kind=None).exists(),
        "fallback": fallback_department(),
    }
    return render(request, "reports/kinds.html", context)


@staff(Permission.MANAGE_KINDS)
def kind(request: StaffRequest, kind_id: int | None = None) -> HttpResponseBase:
    row = get_object_or_404(ReportKind, pk=kind_id) if kind_id else ReportKind()
    form = KindForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.save_kind(acting=request.person, kind=form.save(commit=False))
        actions.save_defects(acting=request.person, kind=row, defects=form.cleaned_data["defects"])
        say(request, _("「{name}」を保存しました。").format(name=row.name))
        return redirect("reports:kinds")
    return render(request, "reports/kind.html", {"form": form, "kind": row}, status=_code(form))


@staff(Permission.MANAGE_KINDS)
def authority(request: StaffRequest, authority_id: int | None = None) -> HttpResponseBase:
    row = get_object_or_404(Authority, pk=authority_id) if authority_id else Authority()
    form = AuthorityForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.save_authority(acting=request.person, authority=form.save(commit=False))
        say(request, _("「{name}」を保存しました。").format(name=row.name))
        return redirect("reports:kinds")
    context = {"form": form, "authority": row}
    return render(request, "reports/authority.html", context, status=_code(form))


@staff(Permission.MANAGE_KINDS)
def routing(request: StaffRequest) -> HttpResponseBase:
    """The table, and below it what no rule names: two forms, of which one is sent."""
    row = ReportSettings.objects.first() or ReportSettings()
    sent = request.POST if request.method == "POST" else None
    table = RoutingForm(sent if sent is not None and "table" in sent else None)
    form = SettingsForm(sent if sent is not None and "settings" in sent else None, instance=row)
    if table.is_bound and table.is_valid():
        for kind_, area, department in table.changes():
            actions.set_route(acting=request.person, kind=kind_, area=area, department=department)
        say(request, _("振り分けを保存しました。"))
        return redirect("reports:routing")
    if form.is_bound and form.is_valid():
        actions.save_settings(acting=request.person, settings=form.save(commit=False))
        say(request, _("設定を保存しました。"))
        return redirect("reports:routing")
    code = 422 if sent is not None else 200
    return render(request, "reports/routing.html", {"table": table, "form": form}, status=code)


@require_safe
@staff(Permission.MANAGE_TEMPLATES)
def templates(request: StaffRequest) -> HttpResponse:
    rows = AnswerTemplate.objects.select_related("kind").order_by("title", "id")
    readers = phrases.languages_read()
    shown = [(row, phrases.missing_in(row, readers)) for row in rows]
    return render(request, "reports/templates.html", {"templates": shown})


@staff(Permission.MANAGE_TEMPLATES)
def template(request: StaffRequest, template_id: int | None = None) -> HttpResponseBase:
    row = get_object_or_404(AnswerTemplate, pk=template_id) if template_id else AnswerTemplate()
    form = TemplateForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.save_template(acting=request.person, template=form.save(commit=False))
        say(request, _("「{name}」を保存しました。").format(name=row.title))
        return redirect("reports:templates")
    context = {"form": form, "template": row}
    return render(request, "reports/template.html", context, status=_code(form))


@require_POST
@staff(Permission.MANAGE_TEMPLATES)
def delete_template(request: StaffRequest, template_id: int) -> HttpResponseBase:
    row = get_object_or_404(AnswerTemplate, pk=template_id)
    actions.delete_template(acting=request.person, template=row)
    say(request, _("「{name}」を消しました。").format(name=row.title))
    return redirect("reports:templates")


@staff(Permission.HANDLE_CASES)
def notice_preferences(request: StaffRequest) -> HttpResponseBase:
    rows = NoticePreference.objects.filter(person=request.person)
    chosen = {row.kind_id: row.mode for row in rows}
    form = PreferenceForm(request.POST or None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        actions.set_notice_preferences(
            acting=request.person, person=request.person, modes=form.modes
        )
        say(request, _("お知らせの設定を保存しました。"))
        return redirect("reports:notices")
    return render(request, "reports/notices.html", {"form": form}, status=_code(form))


def _code(form: KindForm | AuthorityForm | TemplateForm | PreferenceForm) -> int:
    return 422 if form.is_bound else 200
