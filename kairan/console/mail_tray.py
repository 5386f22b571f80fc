# SPDX-License-Identifier: Apache-2.0
"""メール: what the demo would have sent, to be read here."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from kairan.mail.models import TrayMail
from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission

PAGE = 50


@require_safe
@staff(Permission.SEE_MAIL_TRAY)
def tray(request: StaffRequest) -> HttpResponse:
    """Newest first; 404 where mail really leaves."""
    _only_with_a_tray()
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = TrayMail.objects.containing(words).newest_first()
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before[:18]))
    mails = list(found[: PAGE + 1])
    context = {
        "mails": mails[:PAGE],
        "words": words,
        "following": _address(words, mails[PAGE - 1].pk) if len(mails) > PAGE else "",
        "first": _address(words, None) if before else "",
    }
    return render(request, "console/mail/list.html", context)


@require_safe
@staff(Permission.SEE_MAIL_TRAY)
def tray_mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    _only_with_a_tray()
    mail = get_object_or_404(TrayMail, pk=mail_id)
    return render(request, "console/mail/mail.html", {"mail": mail})


def _only_with_a_tray() -> None:
    if not settings.MAIL_TRAY:
        raise Http404


def _address(words: str, before: int | None) -> str:
    wanted = {"q": words, "before": before}
    return "?" + urlencode({name: value for name, value in wanted.items() if value})
