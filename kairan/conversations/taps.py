# SPDX-License-Identifier: Apache-2.0
"""What our buttons carry in their postback data, written and read in one place.

Residents' phones send it back, days later too, or edited: reading never fails, and what is read
is only a wish that the dialogue checks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from kairan.line.limits import POSTBACK_DATA, utf16_length
from kairan.reports.notices import REOPEN_DATA, REPLY_DATA

_ANSWER, _PICK, _DO = "answer", "pick", "do"
# The buttons under news of a case, which the reports make.
_OF_CASES = {REPLY_DATA: "write", REOPEN_DATA: "reopen"}


@dataclass(frozen=True)
class AnswerTap:
    """An option or control of a scenario's prompt."""

    nonce: str
    step: str
    value: str


@dataclass(frozen=True)
class PickTap:
    """A date picker of a scenario's prompt; what was picked comes beside it."""

    nonce: str
    step: str


@dataclass(frozen=True)
class DoTap:
    """One of the talk's own buttons: ``start road_damage``, ``write 12``."""

    verb: str
    about: str = ""


Tap = AnswerTap | PickTap | DoTap


def written(tap: Tap) -> str | None:
    """The data to put into a button; None when LINE's 300 units do not hold it."""
    match tap:
        case AnswerTap(nonce, step, value):
            data = f"{_ANSWER} {nonce} {step} {value}"
        case PickTap(nonce, step):
            data = f"{_PICK} {nonce} {step}"
        case DoTap(verb, about):
            data = f"{_DO} {verb} {about}".rstrip()
    return data if utf16_length(data) <= POSTBACK_DATA else None


def read(data: str) -> Tap | None:
    """None for what is none of ours."""
    for prefix, verb in _OF_CASES.items():
        if data.startswith(prefix):
            return DoTap(verb, f"case:{data.removeprefix(prefix)}")
    kind, _space, rest = data.partition(" ")
    if kind == _ANSWER and rest.count(" ") >= 2:
        nonce, step, value = rest.split(" ", 2)
        return AnswerTap(nonce, step, value)
    if kind == _PICK and rest.count(" ") == 1:
        nonce, step = rest.split(" ")
        return PickTap(nonce, step)
    if kind == _DO and rest:
        verb, _space, about = rest.partition(" ")
        return DoTap(verb, about)
    return None
