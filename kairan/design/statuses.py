# SPDX-License-Identifier: Apache-2.0
"""How a state looks: tone and icon for the states the glossary names; its word is the caller's."""

from typing import Final, NamedTuple


class Look(NamedTuple):
    """A tone of tokens.css and an icon of icons.py."""

    tone: str
    icon: str


UNKNOWN: Final = Look("gray", "info")

LOOKS: Final[dict[str, Look]] = {
    # a case
    "received": Look("blue", "inbox"),
    "under_review": Look("cyan", "look"),
    "in_progress": Look("orange", "work"),
    "resolved": Look("green", "done"),
    "no_action": Look("gray", "ban"),
    "referred": Look("purple", "handover"),
    "reopened": Look("red", "undo"),
    "overdue": Look("red", "warning"),
    "urgent": Look("red", "warning"),
    # something that is sent
    "planned": Look("gray", "clock"),
    "waiting": Look("yellow", "hourglass"),
    "sending": Look("blue", "sending"),
    "sent": Look("green", "check"),
    "failed": Look("red", "error"),
    "stopped": Look("gray", "stop"),
    # something that is written
    "draft": Look("gray", "draft"),
    "published": Look("green", "done"),
    "approved": Look("green", "done"),
    "returned": Look("orange", "reply"),
    "submitted": Look("blue", "inbox"),
    "accepted": Look("green", "done"),
    # a person, a department, a connection
    "active": Look("green", "done"),
    "invited": Look("yellow", "mail"),
    "suspended": Look("gray", "ban"),
    "connected": Look("green", "done"),
    "trouble": Look("red", "error"),
}


def look_of(state: object) -> Look:
    """The look of a state; UNKNOWN for one that is not in the table."""
    return LOOKS.get(str(state), UNKNOWN)
