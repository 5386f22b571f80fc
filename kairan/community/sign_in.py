# SPDX-License-Identifier: Apache-2.0
"""Coming in with the sheet from the office: scan its QR, or type its eight digits.

Only looking at the QR's page uses nothing up: programs that preview links do that, too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from kairan.community.context import PREFIX
from kairan.municipalities.tenancy import town
from kairan.people.access import posted, signed_in
from kairan.people.models import Person
from kairan.people.positions import guessing
from kairan.people.positions.actions import Spent, redeem
from kairan.people.positions.codes import hashes_of, read_digits, state_of
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import SignInCode
from kairan.people.sessions import let_in
from kairan.people.towns import found_at

WAY = "code"


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=gettext_lazy("紙に書いてある8けたの数字"),
        max_length=40,
        error_messages={"required": gettext_lazy("8けたの数字を入れてください。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_digits(self) -> str:
        digits = read_digits(self.cleaned_data["digits"])
        if not digits:
            raise forms.ValidationError(
                _("8けたの数字ではありません。紙を見て、もう一度入れてください。")
            )
        return digits


@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST" and is_in(request):
        return redirect(_next(request))
    form = DigitsForm(posted(request))
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    with guessing.in_turn():
        return _try(request, form)


@never_cache
def secret(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The QR's page: whose it is, and one button."""
    sender = guessing.sender_of(request)
    if until := guessing.locked_until(sender, typed=False):
        return _locked(request, until)
    code = found_at(request, lambda: _by_secret(secret))
    if code is not None and code.person == signed_in(request) and is_in(request):
        return redirect(PREFIX)
    if code is None:
        guessing.count_wrong(sender)
        return _closed(request, "unknown", 404)
    if (state := state_of(code)) != "sent" or not code.person.is_active:
        return _closed(request, "withdrawn" if state == "sent" else state, 410)
    if request.method == "POST":
        return _use(request, code)
    return render(request, "community/sign_in_code.html", {"code": code})


def _try(request: HttpRequest, form: DigitsForm) -> HttpResponseBase:
    sender = guessing.sender_of(request)
    if until := guessing.locked_until(sender, typed=True):
        return _locked(request, until)
    here = request.town  # type: ignore[attr-defined]
    code = found_at(request, lambda: _by_digits(form.cleaned_data["digits"]))
    try:
        person = _redeemed(code)
    except Spent as spent:
        with town(here):
            guessing.count_wrong(sender)
        form.add_error("digits", _words(spent.reason))
        return _page(request, form, status=422)
    return _come_in(request, person)


def _use(request: HttpRequest, code: SignInCode) -> HttpResponseBase:
    try:
        person = redeem(code=code)
    except Spent as spent:
        return _closed(request, spent.reason, 410)
    return _come_in(request, person)


def _by_digits(digits: str) -> SignInCode | None:
    """The living code with these digits, else the newest that once had them."""
    fitting = SignInCode.objects.filter(digits_hash__in=hashes_of(digits)).select_related("person")
    living = fitting.filter(used_at=None, withdrawn_at=None)
    return living.first() or fitting.order_by("-id").first()


def _by_secret(secret: str) -> SignInCode | None:
    fitting = SignInCode.objects.filter(secret_hash__in=hashes_of(secret))
    return fitting.select_related("person", "tenure__position").first()


def _redeemed(code: SignInCode | None) -> Person:
    if code is None:
        raise Spent("unknown")
    return redeem(code=code)


def _come_in(request: HttpRequest, person: Person) -> HttpResponseBase:
    target = _next(request)
    let_in(request, person, WAY)
    return redirect(target)


def is_in(request: HttpRequest) -> bool:
    person = signed_in(request)
    return person is not None and bool(seats_of(person))


def _next(request: HttpRequest) -> str:
    """Where they wanted to go, within the leaders' pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith(PREFIX)
    return wanted if safe else PREFIX


def _page(request: HttpRequest, form: DigitsForm, *, status: int) -> HttpResponse:
    context = {"form": form, "next": _next(request), "is_out": signed_in(request)}
    return render(request, "community/sign_in.html", context, status=status)


def _locked(request: HttpRequest, until: datetime) -> HttpResponse:
    minutes = max(1, -(-(until - timezone.now()) // timedelta(minutes=1)))
    context = {"minutes": minutes, "is_long": minutes > 60}
    return render(request, "community/sign_in_locked.html", context, status=429)


def _closed(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    context = {"words": _words(reason)}
    return render(request, "community/code_closed.html", context, status=status)


def _words(reason: str) -> str:
    return {
        "used": _("この番号は、もう使われています。1枚の紙で入れるのは1回だけです。"),
        "expired": _("この番号は、期限が切れています。使えるのは、出してから7日間です。"),
        "withdrawn": _(
            "この番号は、役所が取り消しました。新しい紙があれば、そちらを使ってください。"
        ),
    }.get(reason, _("番号が違います。紙を見て、もう一度入れてください。"))
