# SPDX-License-Identifier: Apache-2.0
"""GeoReport v2 at ``/open311/v2/``. https://wiki.open311.org/GeoReport_v2"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from kairan.municipalities.tenancy import current_town
from kairan.open311 import limits
from kairan.open311.asking import read_wanted
from kairan.open311.discovery import discovery, endpoint, jurisdiction_of
from kairan.open311.errors import Refused, forbidden, missing, refusal, wrong
from kairan.open311.formats import JSON, XML, answer
from kairan.open311.kept import kept
from kairan.open311.keys import key_for
from kairan.open311.models import ApiKey
from kairan.open311.posting import actor_of, keep_photos, read_request, run_key_of, submit
from kairan.open311.services import defined, listed, service, services
from kairan.open311.telling import told, told_one
from kairan.reports import wording
from kairan.reports.models import Report

Resource = Callable[..., HttpResponse]
MAX_IDEMPOTENCY_KEY = 255


def resource(*methods: str) -> Callable[[Resource], Resource]:
    """Every refusal in the form that was asked for; the town's jurisdiction, living keys alone."""

    def decorate(view: Resource) -> Resource:
        @csrf_exempt  # no cookie opens anything here
        @wraps(view)
        def guarded(request: HttpRequest, *, form: str = "", **names: str) -> HttpResponse:
            try:
                response = _answered(view, methods, request, form, names)
            except Refused as refused:
                response = refusal(form if form in {XML, JSON} else XML, refused)
            response["Access-Control-Allow-Origin"] = "*"
            patch_cache_control(response, no_store=True)
            return response

        guarded.refuses_nul = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _answered(
    view: Resource,
    methods: tuple[str, ...],
    request: HttpRequest,
    form: str,
    names: Mapping[str, str],
) -> HttpResponse:
    if form not in {XML, JSON}:
        raise wrong(_("形式は xml か json です。アドレスの最後に書いてください。"))
    if request.method not in methods:
        raise wrong(_("ここでは {methods} だけを使えます。").format(methods="・".join(methods)))
    try:
        sent = request.POST if request.method == "POST" else request.GET
        _without_nul(request, sent, names)
        _right_jurisdiction(request, sent)
        return view(request, form, **names)
    except (RequestDataTooBig, UnreadablePostError, MultiPartParserError, BadRequest) as error:
        raise wrong(
            _("送られた内容を読めませんでした。大きすぎるか、途中で切れています。")
        ) from error
    except SuspiciousOperation as error:
        raise wrong(_("送られた内容に、項目が多すぎます。")) from error


def _without_nul(request: HttpRequest, sent: QueryDict, names: Mapping[str, str]) -> None:
    """PostgreSQL keeps no text with that character, and cannot be asked for one."""
    given = [
        value for each in (sent, request.GET) for _name, all_ in each.lists() for value in all_
    ]
    if any("\x00" in value for value in (*given, *names.values())):
        raise wrong(_("送られた内容に、文字でないもの（NUL）が入っています。"))


def _right_jurisdiction(request: HttpRequest, sent: QueryDict) -> None:
    given = sent.get("jurisdiction_id") or request.GET.get("jurisdiction_id") or ""
    if given and given.strip() != jurisdiction_of(current_town()):
        words = _("jurisdiction_id「{given}」はここにはありません。")
        raise missing(words.format(given=given.strip()[:100]))


def _reader(request: HttpRequest) -> None:
    """Reading needs no key. One that is given is counted, and must be a living one."""
    given = request.GET.get("api_key", "").strip()
    if not given:
        return
    key = key_for(given)
    if key is None:
        raise forbidden(_("api_key が正しくないか、止められています。"))
    limits.count_read(key)


def _writer(request: HttpRequest) -> ApiKey:
    given = (request.POST.get("api_key") or request.GET.get("api_key") or "").strip()
    if not given:
        raise forbidden(_("api_key が要ります。"))
    key = key_for(given)
    if key is None:
        raise forbidden(_("api_key が正しくないか、止められています。"))
    if not key.may_write:
        raise forbidden(_("この api_key では通報を送れません（見るだけのキーです）。"))
    limits.count_write(key)
    return key


@resource("GET", "HEAD")
def discovered(_request: HttpRequest, form: str) -> HttpResponse:
    return answer(form, "discovery", discovery())


@resource("GET", "HEAD")
def service_list(request: HttpRequest, form: str) -> HttpResponse:
    _reader(request)
    return kept(request, lambda: answer(form, "services", [listed(one) for one in services()]))


@resource("GET", "HEAD")
def service_definition(request: HttpRequest, form: str, code: str) -> HttpResponse:
    _reader(request)
    found = service(code)
    if found is None:
        raise missing(_("service_code「{code}」はありません。").format(code=code[:60]))
    return answer(form, "service_definition", defined(found))


@resource("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    if request.method == "POST":
        return _create(request, form)
    _reader(request)
    return kept(request, lambda: answer(form, "service_requests", told(read_wanted(request.GET))))


@resource("GET", "HEAD")
def one_request(request: HttpRequest, form: str, number: str) -> HttpResponse:
    _reader(request)
    found = told_one(number)
    if not found:
        raise _no_request(number)
    return answer(form, "service_requests", found)


@resource("GET", "HEAD")
def one_token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """Requests get their id at once, and the id is its own token."""
    _reader(request)
    if not Report.objects.filter(receipt_number=token).exists():
        raise missing(_("token「{token}」はありません。").format(token=token[:60]))
    return answer(form, "service_requests", [{"service_request_id": token, "token": token}])


@resource("GET", "HEAD", "POST")
def nothing_here(_request: HttpRequest, _form: str, path: str) -> HttpResponse:
    raise missing(_("「{path}」はありません。").format(path=path[:100]))


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """For people: what this is, and where to begin."""
    context = {"endpoint": endpoint(), "jurisdiction": jurisdiction_of(current_town())}
    return render(request, "open311/root.html", context)


def _create(request: HttpRequest, form: str) -> HttpResponse:
    key = _writer(request)
    wanted = read_request(request.POST)
    header = request.headers.get("Idempotency-Key", "").strip()
    if len(header) > MAX_IDEMPOTENCY_KEY:
        raise wrong(_("Idempotency-Key が長すぎます。"))
    run_key = run_key_of(key, header)
    files = [file for _name, given in request.FILES.lists() for file in given]
    photos = keep_photos(actor_of(key), files, run_key)
    report = submit(wanted, key=key, run_key=run_key, photos=photos)
    created = {
        "service_request_id": report.receipt_number,
        "service_notice": _notice(report),
        "account_id": request.POST.get("account_id", "").strip()[:200] or None,
    }
    return answer(form, "service_requests", [created])


def _notice(report: Report) -> str:
    """What happens next."""
    case = report.case
    lines = []
    if case.department is not None:
        lines.append(_("担当は{department}です。").format(department=case.department.name))
    if case.due_on is not None:
        day = wording.day(case.due_on)
        lines.append(_("{day}ごろまでに対応の状況をお知らせします。").format(day=day))
    return "\n".join(lines)


def _no_request(number: str) -> Refused:
    words = _("service_request_id「{number}」はありません。")
    return missing(words.format(number=number[:60]))
