# SPDX-License-Identifier: Apache-2.0
"""What another authority is told of a case: the matter and the place, nobody's name or number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from kairan.lib.language import speaking
from kairan.municipalities.tenancy import current_town
from kairan.partners.open311 import MAX_DESCRIPTION
from kairan.reports.models import Case, Connection, Handover, Report


def payload_of(case: Case) -> dict[str, Any]:
    """As it stands at this moment, in the town's language."""
    reports = list(Report.objects.filter(case=case).order_by("id"))
    with speaking():
        return {
            "number": case.number,
            "kind": {"key": case.kind.key, "name": case.kind.name},
            "title": case.title,
            "reports": [_said(report) for report in reports],
            "position": _position(case),
            "address": case.place,
            "reported_at": timezone.localtime(case.opened_at).isoformat(timespec="seconds"),
            "town": current_town().name,
            "department": _department(case),
        }


def open311_fields(handover: Handover, connection: Connection) -> dict[str, str]:
    """Parameters of POST requests."""
    told = handover.payload
    position = told.get("position") or {}
    code = connection.code_for(told["kind"]["key"])
    return {
        **connection.answers_for(code),
        "service_code": code,
        "lat": str(position.get("lat", "")),
        "long": str(position.get("long", "")),
        "address_string": told.get("address") or ("" if position else told["town"]),
        "description": "\n".join(_lines(told))[:MAX_DESCRIPTION],
    }


def webhook_content(handover: Handover) -> dict[str, Any]:
    return {"event": "case.handed_over", "id": str(handover.key), "case": handover.payload}


def _said(report: Report) -> dict[str, Any]:
    answers = [
        {"question": given["question"], "answer": given["answer"]}
        for given in report.answers
        if given["answer"]
    ]
    return {"number": report.receipt_number, "text": report.text, "answers": answers}


def _position(case: Case) -> dict[str, float] | None:
    if case.longitude is None or case.latitude is None:
        return None
    return {"lat": case.latitude, "long": case.longitude}


def _department(case: Case) -> dict[str, str] | None:
    where = case.department
    return {"name": where.name, "phone": where.phone} if where else None


def _lines(told: Mapping[str, Any]) -> Iterable[str]:
    yield f"{told['town']} {told['number']} {told['kind']['name']}"
    for report in told["reports"]:
        if report["text"]:
            yield report["text"]
        for given in report["answers"]:
            yield f"{given['question']}: {given['answer']}"
    if where := told["department"]:
        yield f"{where['name']} {where['phone']}".strip()
