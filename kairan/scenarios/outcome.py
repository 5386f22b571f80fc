# SPDX-License-Identifier: Apache-2.0
"""What a scenario gives to the feature that stands behind it. JSON-serialisable."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kairan.scenarios.state import AnswerValue, Place

OutcomeKind = Literal["report", "answers", "handed_over", "nothing"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GivenAnswer(Frozen):
    """`question`, `heading`, `shown` are Japanese, for the staff; `said` is what the resident saw.

    `value` None: skipped.
    """

    step: str
    type: str
    question: str
    heading: str
    shown: str
    said: str
    value: AnswerValue = None


class PhoneShown(Frozen):
    name: str
    number: str


class UrgentGate(Frozen):
    """An urgent gate that was passed, and whether the resident said to have called."""

    step: str
    called: bool
    phones: tuple[PhoneShown, ...] = ()


class Outcome(Frozen):
    """`report_kind` is set for reports, `authority` for those handed over."""

    kind: OutcomeKind
    scenario: str
    purpose: str
    ended_by: str
    language: str
    report_kind: str = ""
    authority: PhoneShown | None = None
    answers: tuple[GivenAnswer, ...] = ()
    position: Place | None = None
    photos: tuple[str, ...] = ()
    wants_contact: bool = False
    urgent: tuple[UrgentGate, ...] = ()
