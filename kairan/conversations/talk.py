# SPDX-License-Identifier: Apache-2.0
"""One event of one resident, while it is being answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from kairan.conversations.models import Dialogue
from kairan.files.models import StoredFile
from kairan.line import messages
from kairan.line.events import Event, MessageEvent
from kairan.residents.models import Friend, Resident
from kairan.scenarios.inputs import PositionGiven

Message = dict[str, Any]


class NotYet(Exception):
    """The event cannot be answered now; after ``pause`` it can be tried again."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__(pause)
        self.pause = pause


class Needs(Exception):
    """Something that only others know, and that no transaction may wait for."""

    def __init__(self, what: Literal["photo", "places"], of: str) -> None:
        super().__init__(what, of)
        self.what, self.of = what, of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Needs) and (self.what, self.of) == (other.what, other.of)

    def __hash__(self) -> int:
        return hash((self.what, self.of))


@dataclass(frozen=True)
class NoPhoto:
    """Why there is none, in words for the resident."""

    problem: str


Places = tuple[PositionGiven, ...] | None
Fetched = StoredFile | NoPhoto | Places


@dataclass(frozen=True)
class Outside:
    """What has been fetched for this event so far."""

    known: Mapping[Needs, Fetched] = field(default_factory=dict)

    def get(self, what: Literal["photo", "places"], of: str) -> Fetched:
        needs = Needs(what, of)
        if needs not in self.known:
            raise needs
        return self.known[needs]


@dataclass
class Talk:
    """Dialogues read from it and say into it; ``inbox`` keeps and sends what was said."""

    friend: Friend
    dialogue: Dialogue
    event: Event
    now: datetime
    outside: Outside = field(default_factory=Outside)
    said: list[Message] = field(default_factory=list)

    @property
    def resident(self) -> Resident:
        return self.friend.resident

    @property
    def source(self) -> str:
        """The message that this is; blank for taps. An unsend names it again."""
        return self.event.message.id if isinstance(self.event, MessageEvent) else ""

    def photo(self, message_id: str) -> StoredFile | NoPhoto:
        """The photo of a message, kept by us. Raises ``Needs`` for the inbox to fetch it."""
        found = self.outside.get("photo", message_id)
        if not isinstance(found, StoredFile | NoPhoto):
            raise TypeError(found)
        return found

    def places(self, words: str) -> Places:
        """What the address search knows; None: nobody could be asked. Raises ``Needs``."""
        found = self.outside.get("places", words)
        if isinstance(found, StoredFile | NoPhoto):
            raise TypeError(found)
        return found

    def send(self, said: Sequence[Message]) -> None:
        self.said += said

    def say(self, words: str, actions: Sequence[dict[str, Any]] = ()) -> None:
        self.send(messages.with_quick_replies(messages.texts(words), actions))

    def remember(self, **memory: Any) -> None:
        """For this dialogue; None forgets."""
        kept = {**self.dialogue.memory, **memory}
        self.dialogue.memory = {name: value for name, value in kept.items() if value is not None}

    def turn_to(self, kind: Dialogue.Kind, **memory: Any) -> None:
        """Another dialogue begins; a report that was being made stays where it is."""
        self.dialogue.kind = kind
        self.dialogue.memory = memory
