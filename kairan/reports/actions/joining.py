# SPDX-License-Identifier: Apache-2.0
"""統合: one case goes into another, and comes out again.

The reports of the case that is joined go over to the one that stands; what was written about it
stays where it was written. It is closed meanwhile (``joined_into``), and keeps what it takes to
stand again. A case that stands is never joined itself: chains are flattened at once.

All rows are locked in the order of their ids before anything is looked at, so that two people who
join crosswise wait for one another instead of locking each other out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kairan.audit.actions import record
from kairan.audit.actors import Actor
from kairan.municipalities.models import Area
from kairan.reports import events, mailing, notices, search, timeline, wording
from kairan.reports.actions import proposing
from kairan.reports.actions.changing import change
from kairan.reports.actions.errors import (
    CannotStay,
    JoinedElsewhere,
    JoinedInCircle,
    JoinedToItself,
    NothingToSplit,
    NothingToUndo,
    OpensTheCase,
)
from kairan.reports.actions.handling import check_version
from kairan.reports.actions.submitting import Answer, headline
from kairan.reports.models import Case, CaseEntry, Report
from kairan.reports.workflow import Status

Kind = CaseEntry.Kind
UNDOABLE = (Kind.JOINED, Kind.TOOK_IN, Kind.SPLIT, Kind.GAVE_OFF)
Rows = dict[int, Case]


def join_cases(
    *,
    acting: Actor,
    case: Case,
    into: Case,
    tell: bool = True,
    version: int | None = None,
    into_version: int | None = None,
) -> Case:
    """``case`` goes into ``into``, or into the case that by now stands for that; gives this one.

    ``tell``: the residents of both are told that the two are dealt with together. Of what happens
    later they are told in any case. Raises ``JoinedToItself``, ``JoinedInCircle``,
    ``JoinedElsewhere``, ``CannotStay``, ``CaseChanged``.
    """
    if case.pk == into.pk:
        raise JoinedToItself
    with transaction.atomic():
        known = Case.objects.only("joined_into_id").get(pk=into.pk)
        if known.standing_id == case.pk:
            raise JoinedInCircle(into)
        rows = _held(case.pk, known.standing_id)
        source, target = rows[case.pk], rows[known.standing_id]
        check_version(source, version, acting)
        check_version(target, into_version, acting)
        _check_may_join(source, target)
        took_in = _join(acting, rows, source, target, tell=tell)
        if tell:
            _tell(acting, target, took_in, wording.joined_text)
    return target


def split_report(
    *, acting: Actor, report: Report, tell: bool = True, version: int | None = None
) -> Case:
    """The report leaves its case: the case that it once opened stands again, with all that was in
    it, or a new one is opened that bears its number. Gives this one.

    ``version``: of the case it leaves. Raises ``OpensTheCase``, ``NothingToSplit``,
    ``CaseChanged``.
    """
    with transaction.atomic():
        known = Report.objects.get(pk=report.pk)
        rows = _held(known.case_id)
        root = rows[known.case_id]
        check_version(root, version, acting)
        leaving = Report.objects.select_related("kind").filter(pk=report.pk, case=root).first()
        if leaving is None or root.joined_into_id:
            raise NothingToSplit
        if leaving.receipt_number == root.number:
            raise OpensTheCase(root)
        husk = next((row for row in rows.values() if row.number == leaving.receipt_number), None)
        apart = husk or _new_case(leaving, root)
        split = (
            _stand_again(acting, rows, apart) if husk else _set_apart(acting, leaving, apart, root)
        )
        if tell:
            _tell(acting, apart, split, wording.split_text)
    return apart


def stand_again(
    *, acting: Actor, case: Case, tell: bool = True, version: int | None = None
) -> Case:
    """A joined case is a case of its own again, as it was before. Raises ``NothingToSplit``."""
    with transaction.atomic():
        known = Case.objects.only("joined_into_id").get(pk=case.pk)
        rows = _held(known.standing_id, case.pk)
        row = rows[case.pk]
        check_version(row, version, acting)
        if row.joined_into_id is None or row.joined_into_id not in rows:
            raise NothingToSplit
        split = _stand_again(acting, rows, row)
        if tell:
            _tell(acting, row, split, wording.split_text)
    return row


def take_back(*, acting: Actor, entry: CaseEntry) -> Case:
    """Undo one's own joining or splitting, from either side; gives the case of ``entry``.

    Raises ``NothingToUndo`` once one of the two cases has changed. Notices that have not left are
    cancelled; whoever has read one reads a correction.
    """
    with transaction.atomic():
        rows = _held(entry.case_id, entry.data["case"])
        here, other = rows[entry.case_id], rows[entry.data["case"]]
        mine = (entry.actor_kind, entry.actor_id) == (acting.actor_kind, acting.actor_id)
        unchanged = (here.version, other.version) == (entry.version, entry.data["other_version"])
        counterpart = CaseEntry.objects.filter(
            case=other, version=other.version, kind__in=UNDOABLE
        ).first()
        if not mine or not unchanged or counterpart is None:
            raise NothingToUndo
        sides = {Kind(one.kind): one for one in (entry, counterpart)}
        if Kind.JOINED in sides:
            _undo_join(acting, rows, sides[Kind.JOINED], sides[Kind.TOOK_IN])
        else:
            _undo_split(acting, rows, sides[Kind.SPLIT], sides[Kind.GAVE_OFF])
    return here


def _undo_join(acting: Actor, rows: Rows, joined: CaseEntry, took_in: CaseEntry) -> None:
    husk, root = rows[joined.case_id], rows[took_in.case_id]
    read = took_in.public and not notices.taken_back(acting=acting, entry=took_in)
    split = _stand_again(acting, rows, husk, undoes=joined.pk)
    if read:
        told = _tell(acting, husk, split, wording.not_joined_text)
        gave_off = CaseEntry.objects.filter(case=root, kind=Kind.GAVE_OFF).latest("id")
        _tell(acting, root, gave_off, wording.not_joined_text, but=told)


def _undo_split(acting: Actor, rows: Rows, split: CaseEntry, gave_off: CaseEntry) -> None:
    apart, root = rows[split.case_id], rows[gave_off.case_id]
    read = split.public and not notices.taken_back(acting=acting, entry=split)
    took_in = _join(acting, rows, apart, root, tell=read, undoes=split.pk)
    if read:
        others = set(notices.reachable(root)) - _residents(split.data["reports"])
        _tell(acting, root, took_in, wording.not_split_text, but=others)


# ── the rows ──


def _held(*keys: int) -> Rows:
    """Those cases and all that were joined into them, by id, locked until the end."""
    rows = (
        Case.objects.select_for_update(of=("self",))
        .select_related("kind", "department", "assignee", "area")
        .filter(Q(pk__in=keys) | Q(joined_into__in=keys))
        .order_by("id")
    )
    return {row.pk: row for row in rows}


def _check_may_join(source: Case, target: Case) -> None:
    """Once more, now that nobody else can change them."""
    if target.joined_into_id == source.pk:
        raise JoinedInCircle(target)
    for row in (source, target):
        if row.joined_into_id:
            raise JoinedElsewhere(row)
    if not target.is_open:
        raise CannotStay(target)


def _join(
    acting: Actor, rows: Rows, source: Case, target: Case, *, tell: bool, undoes: int | None = None
) -> CaseEntry:
    """Gives the entry on the case that took the other in."""
    reports = _move_reports(_in(source), target)
    husks = [row.pk for row in rows.values() if row.joined_into_id == source.pk]
    Case.objects.filter(pk__in=husks).update(joined_into=target)
    before = {
        "status": source.status,
        "closed_at": _iso(source.closed_at),
        "waiting_since": _iso(source.waiting_since),
    }
    proposing.lapse(source)
    _add_waiting(target, source.waiting_since)
    source.status, source.closed_at = Status.NO_ACTION, timezone.now()
    source.joined_into = target
    source.waiting_since = source.handed_at = source.handed_from = None
    both = {"reports": reports, "undoes": undoes}
    went = _other(target, target.version + 1) | {"husks": husks, "before": before} | both
    came = _other(source, source.version + 1) | both
    fields = ["status", "closed_at", "joined_into", "waiting_since", "confirm_since"]
    change(acting, source, Kind.JOINED, [*fields, "handed_at", "handed_from"], went)
    took_in = change(acting, target, Kind.TOOK_IN, ["waiting_since"], came, public=tell)
    _renew(source, target)
    return took_in


def _stand_again(acting: Actor, rows: Rows, husk: Case, undoes: int | None = None) -> CaseEntry:
    """Gives the entry on the case that stands again."""
    root = rows[husk.joined_into_id or 0]
    joined = CaseEntry.objects.filter(case=husk, kind=Kind.JOINED).latest("id")
    before = joined.data["before"]
    reports = _move_reports(_in(root).filter(pk__in=joined.data["reports"]), husk)
    its_own = [pk for pk in joined.data["husks"] if pk in rows]
    Case.objects.filter(pk__in=its_own, joined_into=root).update(joined_into=husk)
    husk.status = before["status"]
    husk.closed_at = _moment(before["closed_at"])
    husk.waiting_since = _moment(before["waiting_since"])
    husk.joined_into = None
    fields = ["status", "closed_at", "waiting_since", "joined_into"]
    both = {"reports": reports, "undoes": undoes}
    came = _other(root, root.version + 1) | both
    gave = _other(husk, husk.version + 1) | both
    split = change(acting, husk, Kind.SPLIT, fields, came, public=True)
    change(acting, root, Kind.GAVE_OFF, [], gave, public=undoes is not None)
    _renew(husk, root)
    return split


def _set_apart(acting: Actor, report: Report, apart: Case, root: Case) -> CaseEntry:
    """The same for a case that there has not been before."""
    apart.save(force_insert=True)
    reports = _move_reports(_in(root).filter(pk=report.pk), apart)
    both: dict[str, Any] = {"reports": reports}
    came = _other(root, root.version + 1) | both
    split = timeline.write(apart, Kind.SPLIT, acting=acting, data=came, public=True)
    record(acting=acting, verb="case.split", target=apart, summary=apart.number)
    change(acting, root, Kind.GAVE_OFF, [], _other(apart, apart.version) | both)
    _renew(apart, root)
    return split


def _new_case(report: Report, root: Case) -> Case:
    """As if the report had opened it, in the hands of those who have it now."""
    answers = [Answer(**given) for given in report.answers]
    smallest = int(report.areas[0]["id"]) if report.areas else 0
    day = timezone.localdate(report.submitted_at)
    return Case(
        kind=report.kind,
        department=root.department,
        due_on=report.kind.due_on(day, notices.office_hours()),
        longitude=report.longitude,
        latitude=report.latitude,
        area=Area.objects.filter(pk=smallest).first(),
        address=report.address,
        title=headline(report.kind, report.text, answers),
        number=report.receipt_number,
        channel=report.channel,
        opened_at=report.submitted_at,
        priority=root.priority,
        viewed_at=timezone.now(),
    )


def _in(case: Case) -> Any:
    return Report.objects.filter(case=case)


def _move_reports(reports: Any, to: Case) -> list[int]:
    keys: list[int] = list(reports.order_by("id").values_list("id", flat=True))
    Report.objects.filter(pk__in=keys).update(case=to)
    return keys


def _add_waiting(target: Case, since: datetime | None) -> None:
    waiting = [moment for moment in (target.waiting_since, since) if moment is not None]
    target.waiting_since = min(waiting, default=None)


def _other(case: Case, version: int) -> dict[str, Any]:
    """What an entry says of the other case; ``version``: as it will be afterwards."""
    return {
        "case": case.pk,
        "other_version": version,
        "from": None,
        "to": case.pk,
        "from_name": "",
        "to_name": case.number,
    }


def _renew(*cases: Case) -> None:
    for case in cases:
        search.renew(case)
        events.case_changed(case)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# ── the residents ──


def _tell(
    acting: Actor,
    case: Case,
    entry: CaseEntry,
    text: Callable[[Report], str],
    *,
    but: Collection[int] = (),
) -> set[int]:
    """Each resident of the case once, whatever number of reports is theirs; ids of the told."""
    told = notices.reachable(case)
    for resident_id, (report, _friend) in told.items():
        if resident_id not in but:
            report.case = case
            notices.tell_one(acting=acting, report=report, entry=entry, text=text)
    for report, _contact in mailing.readers(case):  # without an account there is mail alone
        if report.resident_id is None:
            report.case = case
            notices.tell_one(acting=acting, report=report, entry=entry, text=text)
    return set(told)


def _residents(reports: list[int]) -> set[int]:
    found = Report.objects.filter(pk__in=reports, resident__isnull=False)
    return set(found.values_list("resident_id", flat=True))
