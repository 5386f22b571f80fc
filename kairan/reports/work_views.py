# SPDX-License-Identifier: Apache-2.0
"""What a clerk looks at before sending."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kairan.people.access import StaffRequest, staff
from kairan.people.permissions import Permission
from kairan.reports import phrases, workflow
from kairan.reports.access import get_case
from kairan.reports.actions.closing import open_proposal
from kairan.reports.actions.proposing import needs_second
from kairan.reports.models import Authority
from kairan.reports.previews import closes, previews
from kairan.reports.wording import Said, unknown_placeholder
from kairan.reports.workflow import Status


@require_POST
@staff(Permission.HANDLE_CASES)
def preview(request: StaffRequest, case_id: int) -> HttpResponse:
    """The text of a panel as each of the case's residents would get it; nothing is sent."""
    case = get_case(request.person, case_id, permission=Permission.HANDLE_CASES)
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
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    return Authority.objects.filter(pk=int(key)).first()
