# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from procrastinate import RetryStrategy

from kairan.municipalities.jobs import town_task
from kairan.push.tasks import AsAsked

_RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@town_task(queue="talk", retry=_RETRY)
def tell(*, room_id: int, message_id: int | None = None, again: bool = False) -> None:
    """What was said in the room and is still unread; or one message, ``again``."""
    from kairan.talk import telling

    if message_id is None:
        telling.tell_room(room_id)
    else:
        telling.tell_message(message_id, again=again)


@town_task(queue="push", retry=AsAsked())
def push(*, subscription_id: int, message_id: int, again: bool = False) -> None:
    from kairan.talk import calls

    calls.push(subscription_id, message_id, again=again)


@town_task(queue="talk", retry=_RETRY)
def wake(*, person_id: int, room_id: int) -> None:
    """When somebody's quiet hours are over."""
    from kairan.talk import telling

    telling.wake(person_id, room_id)


@town_task(queue="talk", retry=_RETRY)
def mail(*, person_id: int, again: int | None = None) -> None:
    """``again``: the message that somebody is reminded of."""
    from kairan.talk import mailing

    if again is None:
        mailing.mail_unread(person_id)
    else:
        mailing.mail_again(person_id, again)


@town_task(queue="talk", retry=_RETRY)
def follow_town() -> None:
    """Positions, areas or groups have changed."""
    from kairan.talk import following

    following.follow_town()
