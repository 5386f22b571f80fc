# SPDX-License-Identifier: Apache-2.0
"""The same thing done to many cases: each through its own verb, with its own checks.

A few are done at once, more by the worker. What is refused is kept with its reason; a job can be
stopped between two cases, and taken back as far as nothing else has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actions import record
from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.realtime import publish
from kairan.reports import tasks
from kairan.reports.access import get_case
from kairan.reports.actions import closing, handling, sorting
from kairan.reports.actions.errors import Refused
from kairan.reports.actions.undoing import undo as undo_one
from kairan.reports.models import BulkItem, BulkJob, Case, CaseEntry
from kairan.reports.models.work import MAX_BULK

Verb, State, Item = BulkJob.Verb, BulkJob.State, BulkItem.State
AT_ONCE = 20
# Open pages of the job hear of its progress after so many cases.
_TELL_EVERY = 10
Do = Callable[[Person, Case, Mapping[str, Any], int], Case]


class NotForUndo(Refused):
    def __init__(self) -> None:
        super().__init__(_("この作業は、元に戻せません。"))


def start(
    *,
    acting: Person,
    verb: str,
    given: Mapping[str, Any],
    cases: Sequence[tuple[int, int]],
    summary: str = "",
) -> BulkJob:
    """``cases``: ids with the versions that were on the screen, at most ``MAX_BULK``.

    Few cases are done when this returns; with more the worker goes on: see ``state``.
    """
    with transaction.atomic():
        job = BulkJob(person=acting, verb=verb, given=dict(given), summary=summary[:200])
        _queue(job, cases[:MAX_BULK])
    return _done_if_few(job)


def _queue(job: BulkJob, cases: Sequence[tuple[int, int]]) -> None:
    job.save(force_insert=True)
    BulkItem.objects.bulk_create(
        BulkItem(job=job, case_id=key, version=version) for key, version in cases
    )
    words = f"{job} {len(cases)}件"
    record(acting=job.person, verb=f"cases.bulk_{job.verb}", target=job, summary=words)
    if len(cases) > AT_ONCE:
        tasks.work_bulk.defer(lock=f"bulk:{job.person_id}", job_id=job.pk)


def _done_if_few(job: BulkJob) -> BulkJob:
    if job.items.count() <= AT_ONCE:
        work(job)
    return job


def work(job: BulkJob) -> None:
    """Do what is left of it. Safe to run twice: each case is done or not in one transaction."""
    BulkJob.objects.filter(pk=job.pk, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now()
    )
    waiting = BulkItem.objects.filter(job=job, state=Item.WAITING).order_by("id")
    for number, key in enumerate(list(waiting.values_list("pk", flat=True)), start=1):
        if BulkJob.objects.filter(pk=job.pk, state=State.STOPPED).exists():
            break
        _one(job, key)
        if number % _TELL_EVERY == 0:
            _tell(job)
    BulkJob.objects.filter(pk=job.pk, state=State.RUNNING).update(
        state=State.FINISHED, finished_at=timezone.now()
    )
    _tell(job)
    job.refresh_from_db()


def stop(*, acting: Person, job: BulkJob) -> None:
    """The case at hand is still done, no further one. What is done stays done."""
    with transaction.atomic():
        stopped = BulkJob.objects.filter(pk=job.pk, state__in=[State.WAITING, State.RUNNING])
        if stopped.update(state=State.STOPPED, finished_at=timezone.now()):
            record(acting=acting, verb="cases.bulk_stopped", target=job, summary=str(job))


def undo(*, acting: Person, job: BulkJob) -> BulkJob:
    """A job that takes back each case which nobody has changed since, the newest first.

    Raises ``NotForUndo`` for one that is not over, is somebody else's or was taken back already.
    """
    with transaction.atomic():
        row = BulkJob.objects.select_for_update().get(pk=job.pk)
        if not may_undo(acting, row):
            raise NotForUndo
        done = BulkItem.objects.filter(job=row, state=Item.DONE, entry_id__isnull=False)
        cases = list(done.order_by("-id").values_list("case_id", "version"))
        if not cases:
            raise NotForUndo
        back = BulkJob(person=acting, verb=Verb.UNDO, summary=str(row)[:200], undoes=row)
        _queue(back, cases)
    return _done_if_few(back)


def may_undo(person: Person, job: BulkJob) -> bool:
    return (
        job.person_id == person.pk
        and job.is_over
        and job.verb not in {Verb.UNDO, Verb.CONFIRM}
        and not BulkJob.objects.filter(undoes=job).exists()
    )


def _one(job: BulkJob, key: int) -> None:
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=key)
            if item.state != Item.WAITING:
                return
            before = _case(job, item)
            after = _VERBS[Verb(job.verb)](job.person, before, _given(job, item), item.version)
            entry = _entry(before, after)
            item.state, item.entry_id = (Item.DONE, entry.pk) if entry else (Item.UNCHANGED, None)
            item.save(update_fields=["state", "entry_id"])
    except Refused as refused:
        _refuse(key, refused.reason)
    except (Http404, PermissionDenied):
        _refuse(key, _("この案件は、あなたの担当の範囲にありません。"))


def _case(job: BulkJob, item: BulkItem) -> Case:
    """What is taken back may have left the person's departments by this very job."""
    if job.verb == Verb.UNDO:
        return Case.objects.get(pk=item.case_id)
    return get_case(job.person, item.case_id, permission=Permission.HANDLE_CASES)


def _given(job: BulkJob, item: BulkItem) -> Mapping[str, Any]:
    if job.verb != Verb.UNDO:
        given: Mapping[str, Any] = job.given
        return given
    done = BulkItem.objects.get(job=job.undoes, case=item.case_id)
    return {"entry_id": done.entry_id}


def _entry(before: Case, after: Case) -> CaseEntry | None:
    if before.version == after.version:
        return None
    return CaseEntry.objects.filter(case=after, version=after.version).order_by("id").last()


def _refuse(key: int, reason: str) -> None:
    BulkItem.objects.filter(pk=key).update(state=Item.REFUSED, reason=reason[:300])


def _tell(job: BulkJob) -> None:
    publish([f"person:{job.person_id}"], "bulk", id=job.pk)


def _status(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    return handling.change_status(
        acting=person,
        case=case,
        to=given["to"],
        message=given.get("message", ""),
        texts=given.get("texts"),
        version=version,
    )


def _assign(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    to = Person.objects.filter(pk=given["assignee"]).first() if given["assignee"] else None
    return handling.assign(acting=person, case=case, to=to, version=version)


def _priority(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    return sorting.set_priority(acting=person, case=case, to=given["priority"], version=version)


def _tag(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    return sorting.change_tags(acting=person, case=case, add=given["tags"], version=version)


def _untag(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    return sorting.change_tags(acting=person, case=case, remove=given["tags"], version=version)


def _department(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:
    return handling.move_department(
        acting=person,
        case=case,
        to=Department.objects.get(pk=given["department"]),
        reason=given["reason"],
        version=version,
        collect=True,
    )


def _confirm(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:  # noqa: ARG001  (one signature for all)
    return closing.confirm(acting=person, case=case, version=version)


def _undo(person: Person, case: Case, given: Mapping[str, Any], version: int) -> Case:  # noqa: ARG001  (one signature for all)
    return undo_one(acting=person, case=case, entry_id=given["entry_id"])


_VERBS: dict[BulkJob.Verb, Do] = {
    Verb.STATUS: _status,
    Verb.ASSIGN: _assign,
    Verb.PRIORITY: _priority,
    Verb.TAG: _tag,
    Verb.UNTAG: _untag,
    Verb.DEPARTMENT: _department,
    Verb.CONFIRM: _confirm,
    Verb.UNDO: _undo,
}
