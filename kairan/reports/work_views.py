# SPDX-License-Identifier: Apache-2.0
"""What a clerk looks at before sending, and the town's tags."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import actions, phrases, workflow
from kairan.reports.access import get_case, visible_cases
from kairan.reports.actions.closing import open_proposal
from kairan.reports.actions.proposing import needs_second
from kairan.reports.at_work import language_name
from kairan.reports.models import Authority, Case, Tag
from kairan.reports.previews import closes, previews
from kairan.reports.wording import Said, fill, unknown_placeholder
from kairan.reports.workflow import Status


@require_POST
@staff(Permission.HANDLE_CASES)
def preview(request: StaffRequest, case_id: int) -> HttpResponse:
    """The text of a panel as each of the case's residents would get it; nothing is sent."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
    return preview_of(request, case)


def preview_of(request: StaffRequest, case: Case) -> HttpResponse:
    given = request.POST
    words = (given.get("message") or given.get("text") or "").strip()[:2_000]
    said = phrases.said(case, words, given.get("template"))
    authority = _authority(given.get("authority", ""))
    moves = [move for move in workflow.moves_from(case.status) if move.public]
    moves = [move for move in moves if move.to != Status.REFERRED]
    is_status = given.get("about") == "status"
    to = next((move.to for move in moves if move.to == given.get("to")), None)
    if is_status and to is None and moves:
        to = moves[0].to
    if given.get("about") == "proposal" and (proposal := open_proposal(case)):
        said = Said(proposal.message, proposal.texts)
        to, authority = Status(proposal.to), proposal.authority
    context = {
        "case": case,
        "unknown": unknown_placeholder(words),
        "previews": previews(case, said, to=to, authority=authority),
        "moves": moves if is_status else [],
        "to": to,
        "given": given,
        "words": words,
        "waits": closes(to, authority) and needs_second(request.person, case),
    }
    return render(request, "reports/_preview.html", context)


def _authority(key: str) -> Authority | None:
    return Authority.objects.filter(pk=int(key)).first() if _is_id(key) else None


@require_POST
@staff(Permission.MANAGE_TEMPLATES)
def template_example(request: StaffRequest) -> HttpResponse:
    """A ready text with its placeholders filled from a real case, while it is being written."""
    kind = request.POST.get("kind", "")
    case = phrases.example_case(int(kind) if _is_id(kind) else None)
    if case is not None and not visible_cases(request.person).filter(pk=case.pk).exists():
        case = visible_cases(request.person).select_related("kind").newest_first().first()
    texts = {"ja": request.POST.get("text", "")}
    texts |= {
        name.removeprefix("text_"): str(text)
        for name, text in request.POST.items()
        if name.startswith("text_")
    }
    shown = [
        (language_name(code), fill(text[:2_000], case, code) if case else text, unknown)
        for code, text in texts.items()
        if text.strip()
        for unknown in [unknown_placeholder(text)]
    ]
    context = {"shown": shown, "number": case.number if case else ""}
    return render(request, "reports/_template_example.html", context)


@require_safe
@staff(Permission.MANAGE_TEMPLATES)
def tags(request: StaffRequest) -> HttpResponse:
    return _tags_page(request)


@require_POST
@staff(Permission.MANAGE_TEMPLATES)
def rename_tag(request: StaffRequest, tag_id: int) -> HttpResponseBase:
    tag = get_object_or_404(Tag, pk=tag_id)
    try:
        actions.rename_tag(acting=request.person, tag=tag, name=request.POST.get("name", ""))
    except actions.Refused as refused:
        return _tags_page(request, tag, refused.reason)
    say(request, _("「{name}」にしました。").format(name=tag.name))
    return redirect("reports:tags")


@require_POST
@staff(Permission.MANAGE_TEMPLATES)
def merge_tag(request: StaffRequest, tag_id: int) -> HttpResponseBase:
    tag = get_object_or_404(Tag, pk=tag_id)
    key = request.POST.get("into", "")
    into = Tag.objects.filter(pk=int(key)).first() if _is_id(key) else None
    if into is None or into == tag:
        return _tags_page(request, tag, _("まとめる先をえらんでください。"))
    count = actions.merge_tags(acting=request.person, tag=tag, into=into)
    words = _("{count}件の案件を「{name}」にまとめました。")
    say(request, words.format(count=count, name=into.name))
    return redirect("reports:tags")


@require_POST
@staff(Permission.MANAGE_TEMPLATES)
def delete_tag(request: StaffRequest, tag_id: int) -> HttpResponseBase:
    tag = get_object_or_404(Tag, pk=tag_id)
    name = tag.name
    actions.delete_tag(acting=request.person, tag=tag)
    say(request, _("「{name}」を消しました。").format(name=name))
    return redirect("reports:tags")


def _tags_page(request: StaffRequest, tag: Tag | None = None, wrong: str = "") -> HttpResponse:
    shown = Tag.objects.annotate(count=Count("cases")).order_by("name")
    context = {"tags": shown, "wrong_id": tag.pk if tag else None, "wrong": wrong}
    return render(request, "reports/tags.html", context, status=422 if wrong else 200)


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19
