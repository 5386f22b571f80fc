# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from procrastinate import RetryStrategy

from kairan.lib.language import speaking
from kairan.municipalities.jobs import town_task
from kairan.people.models import Person

# Half a minute, then ever longer, for about a day: a mail server may be down overnight.
_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


@town_task(queue="mail", retry=_RETRY)
def mail_invitation(*, person_id: int) -> None:
    from kairan.people import notices

    person = Person.objects.active().filter(pk=person_id).first()
    if person is not None and person.is_invited_only:
        with speaking(person.language):
            notices.mail_invitation(person)


@town_task(queue="mail", retry=_RETRY)
def mail_reset(*, person_id: int) -> None:
    from kairan.people import notices

    person = Person.objects.active().filter(pk=person_id).first()
    if person is not None:
        with speaking(person.language):
            notices.mail_reset(person)


@town_task(queue="mail", retry=_RETRY)
def mail_change(*, person_id: int, change: str) -> None:
    from kairan.people import notices

    person = Person.objects.filter(pk=person_id).first()
    if person is not None:
        with speaking(person.language):
            notices.mail_change(person, change)


@town_task(queue="mail", retry=_RETRY)
def mail_guessing(*, count: int) -> None:
    from kairan.people.positions import notices

    notices.mail_guessing(count)


@town_task(queue="mail", retry=_RETRY)
def mail_handover(*, position_id: int, person_id: int, done: bool) -> None:
    from kairan.people.positions import notices
    from kairan.people.positions.models import Position

    person = Person.objects.active().filter(pk=person_id).first()
    if person is not None:
        notices.mail_handover(Position.objects.get(pk=position_id), person, done=done)
