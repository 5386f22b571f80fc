# SPDX-License-Identifier: Apache-2.0
"""電話・窓口: the form in which a clerk takes a report in, and what it asks while one types."""

from __future__ import annotations

import json
import math
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairan.files.actions import FileRefused, store_photo
from kairan.files.models import StoredFile
from kairan.files.responses import photo_response
from kairan.intake import actions, places, queries, taking
from kairan.intake.forms import CallerForm
from kairan.intake.models import IncomingMail
from kairan.municipalities.maps import town_map
from kairan.people.access import StaffRequest, staff
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.reports import towns_context
from kairan.reports.access import visible_cases
from kairan.reports.actions.from_outcome import kind_named
from kairan.reports.models import CaseEntry, Report
from kairan.reports.wording import day, receipt_text
from kairan.residents.forms import PositionForm
from kairan.residents.queries import contact_about, contact_for
from kairan.scenarios.located import placed
from kairan.scenarios.queries import definition_of
from kairan.scenarios.webform import form_data

MOST_UPLOADS = 20


@require_safe
@staff(Permission.HANDLE_CASES)
def form(request: StaffRequest) -> HttpResponse:
    return render(request, "intake/form.html", form_context(request.person))


def form_context(person: Person, mail: IncomingMail | None = None) -> dict[str, Any]:
    """What ``intake/_form.html`` needs, for a call or for a mail to be completed."""
    first = queries.first_answers(mail) if mail else {}
    initial = {"channel": "mail" if mail else "phone", **_caller(first)}
    return {
        "kinds": queries.kinds(),
        "caller": CallerForm(initial=initial),
        "position": PositionForm(),
        "map_data": town_map(),
        "mail": mail,
        "tab": "mails" if mail else "form",
        "mail_count": queries.mail_counts().new,
        "call_count": queries.waiting_calls(person),
        "config": {
            "person": person.pk,
            "mail": mail.pk if mail else None,
            "first": first,
            "photos": _photo_links(mail) if mail else [],
            "kind": mail.kind.key if mail and mail.kind else "",
            "kinds": [vars(kind) for kind in queries.kinds()],
            "urls": _urls(),
        },
    }


def _caller(first: dict[str, object]) -> dict[str, object]:
    return {name: first[name] for name in ("name", "email") if name in first}


def _photo_links(mail: IncomingMail) -> list[dict[str, str]]:
    return [
        {
            "key": str(photo.stored.key),
            "url": reverse("intake:mail_photo", args=[mail.pk, photo.pk, "thumbnail"]),
        }
        for photo in queries.shown_photos(mail)
    ]


def _urls() -> dict[str, str]:
    named = ("places", "place", "similar", "upload", "save")
    urls = {name: reverse(f"intake:{name}") for name in named}
    return {**urls, "questions": reverse("intake:questions", args=["KEY"])}


@require_safe
@staff(Permission.HANDLE_CASES)
def questions(request: StaffRequest, key: str) -> HttpResponse:
    """A scenario as data for the form's modules."""
    del request
    scenario = taking.questions_scenario(key)
    if scenario is None:
        raise Http404
    definition = definition_of(scenario.published_id or 0)
    context = towns_context.context(taking.LANGUAGE)
    data = form_data(definition, language=taking.LANGUAGE, context=context)
    return JsonResponse({**data, "kind": queries.report_kind_of(definition)})


@require_safe
@staff(Permission.HANDLE_CASES)
def suggested_places(request: StaffRequest) -> HttpResponse:
    found = places.suggestions(request.GET.get("q", "").replace("\0", "")[:100])
    return JsonResponse(
        {
            "places": [
                {"title": one.title, "lon": one.longitude, "lat": one.latitude, "note": one.note}
                for one in found
            ]
        }
    )


@require_safe
@staff(Permission.HANDLE_CASES)
def place(request: StaffRequest) -> HttpResponse:
    """What the town's map knows of a pin."""
    spot = _spot(request)
    if spot is None:
        raise Http404
    known = placed(*spot)
    return JsonResponse(
        {"area": known.area, "areas": list(known.areas), "inside": known.inside_town}
    )


@require_safe
@staff(Permission.HANDLE_CASES)
def similar(request: StaffRequest) -> HttpResponse:
    """Open cases that may be what the caller speaks of."""
    wanted = request.GET.get("kind", "")[:60]
    try:
        kind = kind_named(wanted)
    except LookupError as error:
        raise Http404 from error
    words = request.GET.get("q", "").replace("\0", "")[:100]
    spot = _spot(request)
    found = queries.likely_cases(request.person, kind.pk, spot, words) if wanted else []
    context = {
        "found": found,
        "join": request.GET.get("join", ""),
        "asked": bool(wanted and (spot or words)),
    }
    return render(request, "intake/_similar.html", context)


def _spot(request: HttpRequest) -> tuple[float, float] | None:
    try:
        longitude, latitude = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None
    on_earth = math.isfinite(longitude) and abs(longitude) <= 180 and abs(latitude) <= 90
    return (longitude, latitude) if on_earth else None


@require_POST
@staff(Permission.HANDLE_CASES)
def upload(request: StaffRequest) -> HttpResponse:
    """A photo handed in at the counter, into one form."""
    key, given = _form_key(request.POST.get("form")), request.FILES.get("photo")
    if key is None or given is None:
        return JsonResponse({"problem": _("写真を選んでください。")}, status=422)
    prefix = taking.upload_prefix(request.person, key)
    if StoredFile.objects.filter(once__startswith=prefix).count() >= MOST_UPLOADS:
        return JsonResponse({"problem": _("写真は20枚までです。")}, status=422)
    try:
        stored = store_photo(
            acting=request.person,
            content=given.read(),
            name=given.name or "",
            once=f"{prefix}{uuid.uuid4().hex}",
        )
    except FileRefused as refused:
        return JsonResponse({"problem": refused.reason}, status=422)
    position = stored.position
    return JsonResponse(
        {
            "key": str(stored.key),
            "url": reverse("intake:uploaded", args=[stored.key]),
            "spot": {"lon": position[0], "lat": position[1]} if position else None,
        }
    )


@require_safe
@staff(Permission.HANDLE_CASES)
def uploaded(request: StaffRequest, key: uuid.UUID) -> HttpResponseBase:
    """The small picture, for whoever uploaded it."""
    mine = f"intake-photo:{request.person.pk}:"
    stored = get_object_or_404(StoredFile, key=key, once__startswith=mine)
    return photo_response(stored, "thumbnail", request=request)


def _form_key(written: object) -> str | None:
    """A browser's own name for a form: sent twice it makes one report."""
    try:
        return f"intake:{uuid.UUID(str(written))}"
    except ValueError:
        return None


@require_POST
@staff(Permission.HANDLE_CASES)
def save(request: StaffRequest) -> HttpResponse:
    """JSON in, JSON out: where to read the receipt number, or what to mend (422)."""
    given = _sent(request)
    scenario = taking.questions_scenario(str(given.get("kind", ""))[:60])
    mail = _mail_of(given)
    key = f"mail-in:{mail.pk}" if mail else _form_key(given.get("form"))
    caller = CallerForm(_texts(given.get("caller")))
    answers = given.get("answers")
    if scenario is None or key is None or not isinstance(answers, dict):
        return JsonResponse({"fields": {"kind": _("種類を選んでください。")}}, status=422)
    if not caller.is_valid():
        wrong = {name: str(errors[0]) for name, errors in caller.errors.items()}
        return JsonResponse({"fields": wrong}, status=422)
    join = given.get("join")
    try:
        taken = taking.take_in(
            acting=request.person,
            run_key=key,
            scenario=scenario,
            answers=answers,
            caller=caller,
            join=join if isinstance(join, int) and not isinstance(join, bool) else None,
            mail=mail,
        )
    except actions.MailHandled:
        words = _("このメールは、ほかの職員が処理しました。")
        return JsonResponse({"fields": {"form": words}}, status=422)
    return _answer(taken)


def _answer(taken: taking.Taken) -> HttpResponse:
    if taken.report is not None:
        return JsonResponse({"url": reverse("intake:received", args=[taken.report.pk])})
    if taken.problems:
        return JsonResponse({"problems": taken.problems}, status=422)
    if taken.authority is not None:
        words = _("市の担当ではありません。{name}（{number}）をご案内ください。").format(
            name=taken.authority.name, number=taken.authority.number
        )
    else:
        words = _("この内容では、通報になりません。")
    return JsonResponse({"fields": {"form": words}}, status=422)


def _sent(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return {}
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _mail_of(given: dict[str, Any]) -> IncomingMail | None:
    wanted = given.get("mail")
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted > 2**62:
        return None
    return get_object_or_404(IncomingMail, pk=wanted)


def _texts(given: object) -> dict[str, str]:
    """A form's data: words only."""
    if not isinstance(given, dict):
        return {}
    return {str(name): value for name, value in given.items() if isinstance(value, str)}


def _to_tell(report: Report, *, hears: bool) -> list[str]:
    """Only what will be kept: who leaves no address hears nothing by itself."""
    if hears:
        return receipt_text(report).splitlines()[1:]
    case, lines = report.case, []
    if case.department is not None:
        lines.append(_("担当は{department}です。").format(department=case.department.name))
    if case.due_on is not None:
        lines.append(_("{day}ごろまでに対応する予定です。").format(day=day(case.due_on)))
    return [*lines, _("そのあとの様子は、受付番号を言ってお問い合わせください。")]


@require_safe
@staff(Permission.HANDLE_CASES)
def received(request: StaffRequest, report_id: int) -> HttpResponse:
    """The number to read aloud; for whoever took the report in or sees its case."""
    rows = Report.objects.select_related("case__department", "case__kind", "kind")
    report = get_object_or_404(rows, pk=report_id)
    sees = visible_cases(request.person).filter(pk=report.case_id).exists()
    took = CaseEntry.objects.filter(
        report=report, kind="submitted", actor_kind="person", actor_id=request.person.pk
    )
    if not sees and not took.exists():
        raise Http404
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    contact = contact_for(about)
    context = {
        "report": report,
        "sees": sees,
        "words": _to_tell(report, hears=bool(contact and contact.email)),
        "call": report.call_backs.waiting().first(),
        "contact": contact,
        "joined": report.case.number != report.receipt_number,
        "mail": report.mails.first(),
    }
    return render(request, "intake/received.html", context)
