# SPDX-License-Identifier: Apache-2.0
"""What a scenario is: questions and the ways between them, as data.

`Definition` is the whole; `json_schema()` publishes its form (`definition.schema.json`).
A step without `next` goes on to the step below it in the list. `check.py` says what is wrong
with a definition whose form is right; `loader.read_definition` reads foreign JSON with clear
refusals.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kairan.scenarios.conditions import AlwaysOrHours, Condition
from kairan.scenarios.wording import Language, Text

FORMAT: Literal[1] = 1
MAX_STEPS = 1_000
MAX_OPTIONS = 200
MAX_TEXT_ANSWER = 5_000
MAX_PHOTOS = 20
HEADING_GRAPHEMES = 20

StepId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
# Values that begin with "!" are the engine's own (back, leave, skip …).
Value = Annotated[str, StringConstraints(pattern=r"^[^!\s][^\x00-\x1f]*$", max_length=300)]
PhoneNumber = Annotated[str, StringConstraints(pattern=r"^[0-9+#*()\- ]{2,30}$")]
MomentBound = Annotated[
    str,
    StringConstraints(
        pattern=r"^(now|today|[+-][0-9]{1,5}[mhd]|"
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?|[0-9]{2}:[0-9]{2})$"
    ),
]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepBase(Part):
    id: StepId
    next: StepId | None = Field(default=None, description="Omitted: the step below.")


class QuestionBase(StepBase):
    text: Text
    heading: Text | None = Field(
        default=None, description="Short name in the summary, such as 場所 (20 characters)."
    )
    hint: Text | None = None
    required: bool = True


class Message(StepBase):
    type: Literal["message"] = "message"
    text: Text
    image: str | None = None


class Option(Part):
    value: Value
    label: Text
    image: str | None = Field(default=None, description="Key of a picture.")
    words: tuple[str, ...] = Field(default=(), description="Other words a resident may type.")
    next: StepId | None = Field(default=None, description="Omitted: where the step goes.")


class Choice(QuestionBase):
    type: Literal["choice"] = "choice"
    options: tuple[Option, ...] = Field(min_length=1, max_length=MAX_OPTIONS)

    def option(self, value: object) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


class TextQuestion(QuestionBase):
    type: Literal["text"] = "text"
    min_length: int = Field(default=1, ge=1, le=MAX_TEXT_ANSWER)
    max_length: int = Field(default=500, ge=1, le=MAX_TEXT_ANSWER)
    pattern: str | None = Field(
        default=None, max_length=500, description="The whole answer must match (no look-around)."
    )


class NumberQuestion(QuestionBase):
    type: Literal["number"] = "number"
    min: float | None = None
    max: float | None = None
    unit: Text | None = None
    decimals: bool = False


class DateTimeQuestion(QuestionBase):
    type: Literal["datetime"] = "datetime"
    mode: Literal["date", "time", "datetime"] = "datetime"
    min: MomentBound | None = Field(default=None, description="now, today, -30d, +2h, 2026-04-01 …")
    max: MomentBound | None = None


class Photos(StepBase):
    """`min` photos are asked for, but 「今は撮れません」 always leads on: nobody is held here."""

    type: Literal["photos"] = "photos"
    text: Text
    heading: Text | None = None
    hint: Text | None = None
    min: int = Field(default=0, ge=0, le=MAX_PHOTOS)
    max: int = Field(default=5, ge=1, le=MAX_PHOTOS)


class PositionQuestion(QuestionBase):
    type: Literal["position"] = "position"
    typed: bool = Field(default=True, description="An address or landmark may be typed.")
    refine: bool = Field(default=True, description="Offer the map page for a typed place.")
    outside: Text | None = Field(default=None, description="Said when it is outside the town.")
    accept_outside: bool = False


class ContactStep(StepBase):
    """Name and phone number are never asked in the chat: the web page of ours asks them."""

    type: Literal["contact"] = "contact"
    text: Text
    heading: Text | None = None


class Way(Part):
    when: Condition
    next: StepId


class Branch(StepBase):
    """The first way whose condition holds; otherwise `next`."""

    type: Literal["branch"] = "branch"
    ways: tuple[Way, ...] = Field(min_length=1, max_length=MAX_OPTIONS)


class Contact(Part):
    """One phone number of an urgent gate.

    `directory` names an entry of the town's own phone list (Context.directory), looked up for the
    area of the report first; `number` stands when the town has none. Without either: not shown.
    """

    name: Text
    number: PhoneNumber | None = None
    directory: Key | None = None
    hours: AlwaysOrHours = "always"
    when: Condition | None = None


class Urgent(StepBase):
    type: Literal["urgent"] = "urgent"
    text: Text
    heading: Text | None = None
    contacts: tuple[Contact, ...] = Field(min_length=1, max_length=50)
    called_next: StepId | None = Field(
        default=None, description="Where one goes after the call. Omitted: as without a call."
    )


class Confirm(StepBase):
    type: Literal["confirm"] = "confirm"
    text: Text | None = None


class ReportResult(Part):
    type: Literal["report"] = "report"
    kind: Key


class AnswersResult(Part):
    """Answers for a survey, a safety check, preferences: what the definition's `outcome` says."""

    type: Literal["answers"] = "answers"


class HandedOver(Part):
    """Another authority is in charge; the resident gets its name and number."""

    type: Literal["handed_over"] = "handed_over"
    authority: Text
    number: PhoneNumber | None = None
    directory: Key | None = None


class NothingToDo(Part):
    type: Literal["nothing"] = "nothing"


Result = Annotated[
    ReportResult | AnswersResult | HandedOver | NothingToDo, Field(discriminator="type")
]


class End(Part):
    type: Literal["end"] = "end"
    id: StepId
    text: Text | None = None
    outcome: Result


Question = Choice | TextQuestion | NumberQuestion | DateTimeQuestion | PositionQuestion
Asking = Question | Photos | ContactStep | Urgent | Confirm
AnyStep = Asking | Message | Branch | End


class Definition(Part):
    format: Literal[1] = FORMAT
    key: Key
    title: Text
    languages: tuple[Language, ...] = Field(
        default=("ja",), description="The check warns where a text lacks one of these."
    )
    outcome: Literal["report", "survey", "safety", "preferences"] = "report"
    entry: StepId | None = Field(default=None, description="Omitted: the first step.")
    steps: tuple[Annotated[AnyStep, Field(discriminator="type")], ...] = Field(min_length=1)

    @cached_property
    def by_id(self) -> dict[str, AnyStep]:
        return {step.id: step for step in self.steps}

    @cached_property
    def below(self) -> dict[str, str]:
        """Step id → id of the step below it; the last step has none."""
        ids = [step.id for step in self.steps]
        return dict(pairwise(ids))

    @property
    def first(self) -> str:
        return self.entry or self.steps[0].id

    def onward(self, step: AnyStep) -> str | None:
        """Where `step` goes when nothing else is said; None after an end or at the list's end."""
        if isinstance(step, End):
            return None
        return step.next or self.below.get(step.id)


def json_schema() -> dict[str, Any]:
    schema = Definition.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
