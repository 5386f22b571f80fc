# SPDX-License-Identifier: Apache-2.0
"""The clock: what was left behind is taken up, what was left open is closed, what is old goes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kairan.audit.actors import CLOCK
from kairan.conversations.forgetting import forget_residents
from kairan.conversations.models import Dialogue, InboundEvent
from kairan.conversations.rendering import render
from kairan.conversations.run_pages import address_for
from kairan.conversations.speaking import plan_unasked, save, talk_without_event
from kairan.conversations.tasks import work_inbox
from kairan.deliveries.recipients import LineRecipient
from kairan.lib.language import speaking
from kairan.municipalities.jobs import every_town
from kairan.residents.models import Friend
from kairan.scenarios.actions import expire_runs
from kairan.scenarios.engine import advance
from kairan.scenarios.inputs import Resume
from kairan.scenarios.models import Run
from kairan.scenarios.queries import definition_of

LEFT_BEHIND = timedelta(seconds=60)
MOST_RESIDENTS = 5_000
ERASED_AT_ONCE = 10_000
# Nobody is woken by «your report has been closed».
WAKING_HOURS = range(8, 20)
MEMORY_ENDS = timedelta(days=1)


@every_town(cron="* * * * *")
def sweep() -> None:
    """A job for every resident whose events were left: after a crash, after a failed job."""
    left = InboundEvent.objects.waiting().filter(received_at__lte=timezone.now() - LEFT_BEHIND)
    rows = left.order_by("channel_id", "user_id").values_list("channel_id", "user_id").distinct()
    for channel_id, user_id in rows[:MOST_RESIDENTS]:
        lock = LineRecipient(channel_id, user_id).key
        work_inbox.defer(lock=lock, channel_id=channel_id, user_id=user_id)


@every_town(cron="*/10 * * * *")
def expire() -> None:
    """Reports left half-made end politely: their residents are told once, by day."""
    if timezone.localtime().hour not in WAKING_HOURS:
        return
    with transaction.atomic():
        for run in expire_runs(acting=CLOCK):
            _tell(run)
    forget_talk()


def _tell(run: Run) -> None:
    friend = Friend.objects.filter(resident=run.resident).select_related("resident").first()
    if run.resident is None or friend is None:
        return
    talk = talk_without_event(friend)
    if talk.dialogue.run_id != run.pk:
        return
    talk.turn_to(Dialogue.Kind.NONE)
    ended = advance(definition_of(run.version_id), run.parsed_state, Resume(expired=True), talk.now)
    with speaking(run.resident.language):
        talk.send(render(ended.prompts, address_for(run)))
    save(talk)
    plan_unasked(talk, purpose="expired", once=f"expired:{run.key}", queue=True)


def forget_talk() -> int:
    """What a talk remembered for its next words, when none have come for a day."""
    before = timezone.now() - MEMORY_ENDS
    idle = Dialogue.objects.filter(touched_at__lt=before).exclude(kind=Dialogue.Kind.NONE)
    return idle.exclude(run__status=Run.Status.RUNNING).update(
        kind=Dialogue.Kind.NONE, memory={}, sources={}
    )


@every_town(cron="41 3 * * *")
def forget() -> None:
    """LINE is an entrance and so is this table: what it held stands in reports by now."""
    before = timezone.now() - timedelta(days=settings.KEEP_EVENTS_DAYS)
    old = InboundEvent.objects.filter(processed_at__lt=before).order_by("processed_at")
    ids = list(old.values_list("pk", flat=True)[:ERASED_AT_ONCE])
    InboundEvent.objects.filter(pk__in=ids).delete()


@every_town(cron="51 * * * *")
def forget_who_asked() -> None:
    """After the last of their reports has been erased."""
    forget_residents(acting=CLOCK)
