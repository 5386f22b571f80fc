# SPDX-License-Identifier: Apache-2.0
"""A resident talking to the engine; the state goes through JSON between any two inputs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kairan.scenarios.context import Context, PhoneEntry
from kairan.scenarios.definition import Definition
from kairan.scenarios.engine import Step, advance, start
from kairan.scenarios.inputs import Given, PhotosGiven, PositionGiven, Tapped, TypedText
from kairan.scenarios.outcome import Outcome
from kairan.scenarios.prompts import Prompt
from kairan.scenarios.state import State

TOKYO = ZoneInfo("Asia/Tokyo")
NIGHT = datetime(2026, 8, 1, 2, 0, tzinfo=TOKYO)  # a Saturday
OFFICE = datetime(2026, 8, 3, 10, 0, tzinfo=TOKYO)  # a Monday
TOWN = Context(directory={"town": PhoneEntry(name="ひのくに市役所", number="096-000-0000")})

END = {"type": "end", "id": "end", "outcome": {"type": "answers"}}
CONFIRM = {"type": "confirm", "id": "confirm"}
REPORT = {"type": "end", "id": "end", "outcome": {"type": "report", "kind": "road"}}


def define(*steps: dict[str, Any], **more: Any) -> Definition:
    """A definition of these steps, with an end below them where they have none."""
    ends = any(step["type"] == "end" for step in steps)
    every = [*steps] if ends else [*steps, END]
    fields = {"key": "trial", "title": "試し", "outcome": "survey", **more}
    return Definition.model_validate({**fields, "steps": every})


def choice(step_id: str, *labels: str, **more: Any) -> dict[str, Any]:
    options = [{"value": f"v{i}", "label": label} for i, label in enumerate(labels, 1)]
    return {"type": "choice", "id": step_id, "text": f"{step_id}?", "options": options, **more}


def text(step_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "id": step_id, "text": f"{step_id}?", **more}


class Talk:
    """`prompt` is the last message, `outcome` what came of the last input."""

    def __init__(
        self, definition: Definition, *, context: Context = TOWN, now: datetime = NIGHT
    ) -> None:
        self.definition, self.now = definition, now
        self.step: Step = start(definition, context, now)
        self.outcomes: list[Outcome] = []

    def give(self, given: Given) -> Prompt:
        state = State.model_validate_json(self.step.state.model_dump_json())
        self.step = advance(self.definition, state, given, self.now)
        if self.step.outcome:
            self.outcomes.append(self.step.outcome)
        return self.prompt

    def say(self, *texts: str) -> Prompt:
        for said in texts:
            self.give(TypedText(said))
        return self.prompt

    def tap(self, value: str) -> Prompt:
        return self.give(Tapped(self.prompt.step, value, self.prompt.nonce))

    def photos(self, *refs: str) -> Prompt:
        return self.give(PhotosGiven(refs))

    def at(self, lon: float, lat: float, **more: Any) -> Prompt:
        return self.give(PositionGiven(lon, lat, **more))

    @property
    def prompt(self) -> Prompt:
        return self.step.prompts[-1]

    @property
    def state(self) -> State:
        return self.step.state

    @property
    def asked(self) -> str:
        """The step whose question stands."""
        return self.state.step

    @property
    def text(self) -> str:
        return "\n".join(prompt.full_text() for prompt in self.step.prompts)

    @property
    def outcome(self) -> Outcome:
        assert len(self.outcomes) == 1
        return self.outcomes[0]

    def answer(self, step_id: str) -> Any:
        return self.state.answers[step_id].value


def values(prompt: Prompt) -> list[str]:
    return [option.value for option in prompt.options]


def ways(prompt: Prompt) -> list[str]:
    return [control.value for control in prompt.controls]
