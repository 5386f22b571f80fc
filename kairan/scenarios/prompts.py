# SPDX-License-Identifier: Apache-2.0
"""What is said to a resident, free of any channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The engine's own values of options and controls.
BACK = "!back"
LEAVE = "!leave"
SKIP = "!skip"
RESUME = "!resume"
DONE = "!done"
CLEAR = "!clear"
KEEP = "!keep"
OTHER = "!other"
SEND = "!send"
CHANGE = "!change"
SUMMARY = "!summary"
PLACE = "!place:"
EDIT = "!edit:"
PAGE = "!page:"
CALLED = "called"
NOT_URGENT = "not_urgent"
WANTED = "wanted"

InputKind = Literal[
    "choice", "text", "number", "datetime", "photos", "position", "contact", "urgent", "confirm"
]


@dataclass(frozen=True)
class Choosable:
    """An answer to tap. `number` is what can be typed instead (0: cannot be typed by number)."""

    value: str
    label: str
    number: int = 0
    image: str | None = None


@dataclass(frozen=True)
class Expects:
    """What the channel should make easy. Date and time as LINE writes them, "" for no bound."""

    kind: InputKind
    camera: bool = False
    camera_roll: bool = False
    location: bool = False
    mode: Literal["", "date", "time", "datetime"] = ""
    minimum: str = ""
    maximum: str = ""
    initial: str = ""


@dataclass(frozen=True)
class Page:
    """`number` counts from 1."""

    number: int
    of: int


@dataclass(frozen=True)
class Phone:
    name: str
    number: str
    hours: str = ""


@dataclass(frozen=True)
class WebPage:
    """A page of ours to be linked: the caller makes the address from the run and `step`."""

    purpose: Literal["contact", "refine_position"]
    step: str
    label: str


@dataclass(frozen=True)
class Prompt:
    """One message. A question `expects` something; a notice does not.

    `texts` come first, each a bubble; `numbered` is the list of the options for those who type.
    `options` are answers, `controls` are 「戻る」「中止」「とばす」 and paging.
    """

    step: str
    nonce: str
    texts: tuple[str, ...]
    expects: Expects | None = None
    options: tuple[Choosable, ...] = ()
    controls: tuple[Choosable, ...] = ()
    numbered: str = ""
    page: Page | None = None
    image: str | None = None
    phones: tuple[Phone, ...] = ()
    web_page: WebPage | None = None
    is_problem: bool = False
    is_summary: bool = False
    offers_way_out: bool = False

    @property
    def is_question(self) -> bool:
        return self.expects is not None

    def full_text(self) -> str:
        """Everything in one text, for channels that show one."""
        parts = [*self.texts, "\n".join(phone_lines(self.phones)), self.numbered]
        return "\n\n".join(part for part in parts if part)


def phone_lines(phones: tuple[Phone, ...]) -> tuple[str, ...]:
    return tuple(
        f"{phone.name} {phone.number}" + (f" ({phone.hours})" if phone.hours else "")
        for phone in phones
    )
