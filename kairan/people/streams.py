# SPDX-License-Identifier: Apache-2.0
"""What a person's open pages are told, and when they are told nothing more."""

from __future__ import annotations

from urllib.parse import urlencode

from kairan.municipalities.tenancy import current_town_id
from kairan.people.access import departments_with
from kairan.people.models import Person
from kairan.people.permissions import Permission
from kairan.realtime import publish
from kairan.realtime.tickets import issue, person_topic


def stream_url(person: Person, *page_topics: str) -> str:
    """The address of the person's stream: the cases they may see, what concerns themselves, and
    ``page_topics``, which the view that made the page has authorised."""
    topics = [*_case_topics(person), *page_topics]
    ticket = issue(town_id=current_town_id(), person_id=person.pk, topics=topics)
    return "/streams/?" + urlencode({"ticket": ticket})


def _case_topics(person: Person) -> list[str]:
    departments = departments_with(person, Permission.SEE_CASES)
    if departments is None:
        return ["cases"]
    return [f"department:{key}" for key in departments]


def end_streams(person: Person, kind: str) -> None:
    """Close the person's streams with the commit; ``kind`` is one of ``hub.ENDING_KINDS``.

    Their pages ask for a new ticket, which they get if they are still signed in.
    """
    publish([person_topic(person.pk)], kind)
