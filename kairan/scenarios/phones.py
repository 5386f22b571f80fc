# SPDX-License-Identifier: Apache-2.0
"""Which phone numbers an urgent gate shows now, for this place."""

from __future__ import annotations

from kairan.scenarios import phrases
from kairan.scenarios.conditions import holds
from kairan.scenarios.context import TOWN_ENTRY
from kairan.scenarios.definition import Contact, HandedOver, Urgent
from kairan.scenarios.prompts import Phone
from kairan.scenarios.state import State
from kairan.scenarios.turn import Turn


def phones_of(gate: Urgent, state: State, turn: Turn) -> tuple[Phone, ...]:
    """In the order of the definition, each number once; the switchboard when none is left."""
    found: dict[str, Phone] = {}
    for contact in gate.contacts:
        if _applies(contact, state, turn) and (phone := _phone(contact, state, turn)):
            found.setdefault(phone.number, phone)
    return tuple(found.values()) or town_phone(turn)


def _applies(contact: Contact, state: State, turn: Turn) -> bool:
    is_open = turn.context.is_office_open(turn.now)
    if contact.hours != "always" and is_open != (contact.hours == "office"):
        return False
    return contact.when is None or holds(contact.when, turn.facts(state))


def _phone(contact: Contact, state: State, turn: Turn) -> Phone | None:
    hours = _hours(contact, turn)
    place = state.place
    areas = place.areas if place else ()
    entry = turn.context.phone(contact.directory, areas) if contact.directory else None
    if entry:
        return Phone(entry.name, entry.number, hours)
    name = contact.name.said(turn.language)
    return Phone(name, contact.number, hours) if contact.number else None


def _hours(contact: Contact, turn: Turn) -> str:
    if contact.hours == "always":
        return turn.say(phrases.AROUND_THE_CLOCK)
    if contact.hours == "outside_office":
        return turn.say(phrases.OUTSIDE_HOURS)
    office = turn.context.office_hours
    opens, closes = f"{office.opens:%-H:%M}", f"{office.closes:%-H:%M}"
    return turn.say(phrases.OFFICE_HOURS, opens=opens, closes=closes)


def town_phone(turn: Turn) -> tuple[Phone, ...]:
    entry = turn.context.phone(TOWN_ENTRY)
    return (Phone(entry.name, entry.number),) if entry else ()


def authority_phone(result: HandedOver, state: State, turn: Turn) -> Phone:
    """Name and number of the authority in charge; the number is "" when nobody knows it."""
    place = state.place
    areas = place.areas if place else ()
    entry = turn.context.phone(result.directory, areas) if result.directory else None
    if entry:
        return Phone(entry.name, entry.number)
    return Phone(result.authority.said(turn.language), result.number or "")
