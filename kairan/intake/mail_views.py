# SPDX-License-Identifier: Apache-2.0
"""メール受付: what came in by mail, and what a clerk makes of it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.design.toasts import say
from kairan.files.responses import Variant, photo_response
from kairan.intake import actions, events, polling, queries
from kairan.intake.forms import AsideForm
from kairan.intake.models import IncomingMail, IncomingPhoto
from kairan.intake.phone_views import form_context
from kairan.intake.receiving import receive, refusal_of
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.people.streams import stream_url
from kairan.reports.access import visible_cases

State = IncomingMail.State


@require_safe
@staff(Permission.HANDLE_CASES)
def mails(request: StaffRequest) -> HttpResponse:
    """Those that wait first; the others under their tabs."""
    state = request.GET.get("state", State.NEW)
    if state not in State.values:
        raise Http404
    before = request.GET.get("before", "")
    rows = queries.mails(state, int(before[:18]) if before.isdecimal() else None)
    shown = list(rows[: queries.PAGE + 1])
    pages = state != State.NEW and len(shown) > queries.PAGE
    context = {
        "mails": shown[: queries.PAGE],
        "more": len(shown) > queries.PAGE and not pages,
        "state": state,
        "counts": queries.mail_counts(),
        "following": f"?state={state}&before={shown[queries.PAGE - 1].pk}" if pages else "",
        "first": f"?state={state}" if before else "",
        "trouble": polling.in_trouble_since(),
        "address": settings.MAIL_IN_ADDRESS,
        "may_upload": settings.DEMO,
        "tab": "mails",
        "mail_count": queries.mail_counts().new,
        "call_count": queries.waiting_calls(request.person),
        "stream_url": stream_url(request.person, events.TOPIC),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "intake/_mails.html" if fragment else "intake/mails.html", context)


@require_safe
@staff(Permission.HANDLE_CASES)
def mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    return _page(request, get_object_or_404(IncomingMail, pk=mail_id))


def _page(
    request: StaffRequest, shown: IncomingMail, aside: AsideForm | None = None
) -> HttpResponse:
    """The mail, and beside it the form to complete while it waits for that."""
    about = shown.about
    context = form_context(request.person, shown) | {
        "photos": queries.shown_photos(shown),
        "left_out": queries.left_out_words(shown),
        "aside": aside or AsideForm(initial={"why": IncomingMail.Why.SPAM}),
        "answer_texts": queries.answer_texts() if shown.may_answer else [],
        "sees_about": about is not None
        and visible_cases(request.person, Permission.HANDLE_CASES)
        .filter(pk=about.case_id)
        .exists(),
    }
    status = 422 if aside is not None else 200
    return render(request, "intake/mail.html", context, status=status)


@require_POST
@staff(Permission.HANDLE_CASES)
def set_aside(request: StaffRequest, mail_id: int) -> HttpResponseBase:
    row = get_object_or_404(IncomingMail, pk=mail_id)
    form = AsideForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        actions.set_aside(acting=request.person, mail=row, **form.cleaned_data)
    except actions.MailHandled:
        say(request, _("このメールは、ほかの職員が処理しました。"))
        return redirect("intake:mails")
    answered = form.cleaned_data["answer"].strip() and row.may_answer
    words = _("除きました。返事は1分後に出ます。") if answered else _("除きました。")
    say(request, words, undo_url=reverse("intake:take_back", args=[row.pk]))
    return redirect("intake:mails")


@require_POST
@staff(Permission.HANDLE_CASES)
def take_back(request: StaffRequest, mail_id: int) -> HttpResponseBase:
    row = get_object_or_404(IncomingMail, pk=mail_id)
    try:
        actions.take_back(acting=request.person, mail=row)
    except actions.MailHandled:
        say(request, _("このメールは、もう戻せません。"))
        return redirect("intake:mails")
    say(request, _("未処理に戻しました。"))
    return redirect("intake:mail", mail_id)


@require_POST
@staff(Permission.HANDLE_CASES)
def add(request: StaffRequest, mail_id: int) -> HttpResponseBase:
    """The mail goes to the case that its number names."""
    row = get_object_or_404(IncomingMail.objects.select_related("about"), pk=mail_id)
    handled = visible_cases(request.person, Permission.HANDLE_CASES)
    if row.about is None or not handled.filter(pk=row.about.case_id).exists():
        raise Http404
    try:
        actions.add_to_report(acting=request.person, mail=row)
    except actions.MailHandled:
        say(request, _("このメールは、ほかの職員が処理しました。"))
        return redirect("intake:mails")
    say(request, _("{number} のやりとりに加えました。").format(number=row.about.receipt_number))
    return redirect("reports:case", row.about.case_id)


@require_safe
@staff(Permission.HANDLE_CASES)
def photo(request: StaffRequest, mail_id: int, photo_id: int, variant: str) -> HttpResponseBase:
    if variant not in ("large", "thumbnail"):
        raise Http404
    rows = IncomingPhoto.objects.select_related("stored")
    found = get_object_or_404(rows, pk=photo_id, mail_id=mail_id)
    chosen: Variant = "large" if variant == "large" else "thumbnail"
    return photo_response(found.stored, chosen, request=request)


@require_POST
@staff(Permission.HANDLE_CASES)
def upload(request: StaffRequest) -> HttpResponseBase:
    """The demo's way to get a mail in: a file as mail programs save it."""
    given = request.FILES.get("mail")
    if not settings.DEMO:
        raise Http404
    if given is None:
        say(request, _("メールのファイル（.eml）を選んでください。"))
    elif words := refusal_of(given.size or 0):
        say(request, words)
    else:
        row = receive(given.read())
        if row is not None and row.is_new:
            return redirect("intake:mail", row.pk)
        why = row.get_why_display() if row else IncomingMail.Why.TOO_MANY.label
        say(request, _("受け取りましたが、未処理には入れていません（{why}）。").format(why=why))
    return redirect("intake:mails")
