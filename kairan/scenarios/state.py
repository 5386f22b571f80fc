# SPDX-License-Identifier: Apache-2.0
"""Where one person stands in a scenario: everything the engine remembers, JSON-serialisable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from kairan.scenarios.context import Context

Status = Literal["running", "finished", "left", "expired"]


class Place(BaseModel):
    """A position, or only what somebody typed about it (lon and lat are None then)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    address: str = ""
    title: str = ""
    typed: str = ""
    areas: tuple[str, ...] = ()
    area: str = Field(default="", description="The name of the most telling area.")
    inside_town: bool = True

    @property
    def is_named(self) -> bool:
        """Somebody has said it in words."""
        return bool(self.title or self.address or self.typed)

    @property
    def shown(self) -> str:
        named = " ".join(part for part in (self.title, self.address) if part) or self.typed
        if named or self.lon is None or self.lat is None:
            return named
        return f"{self.lat:.5f}, {self.lon:.5f}"


AnswerValue = Place | StrictStr | StrictInt | StrictFloat | tuple[StrictStr, ...] | None


class Answer(BaseModel):
    """`value` None: skipped, or "I cannot take one now" for photos."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: AnswerValue = None

    @property
    def is_skipped(self) -> bool:
        return self.value is None


class State(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    status: Status = "running"
    context: Context
    step: str
    mark: str = Field(description="Told apart from other runs of the same scenario.")
    visit: int = Field(default=0, description="Counts the questions put.")
    answers: dict[str, Answer] = {}
    trail: tuple[str, ...] = Field(default=(), description="Answered steps on the way here.")
    attempts: int = 0
    page: int = 0
    changing: bool = Field(default=False, description="Came here from the confirm.")
    picking: bool = Field(default=False, description="The confirm shows what can be changed.")
    photos: tuple[str, ...] = Field(default=(), description="Sent, but not yet an answer.")
    places: tuple[Place, ...] = Field(default=(), description="Candidates for a typed place.")
    typed_place: str = ""

    @property
    def nonce(self) -> str:
        """Changes with each question put, so that a tap on an older one is told apart."""
        return f"{self.mark}.{self.visit}"

    def but(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)

    def with_answer(self, step: str, answer: Answer) -> Self:
        return self.but(answers={**self.answers, step: answer})

    def forgetting(self, steps: Iterable[str]) -> Self:
        gone = set(steps)
        return self.but(answers={k: v for k, v in self.answers.items() if k not in gone})

    def on_the_way(self) -> dict[str, Answer]:
        """Answers of the way actually gone, in its order; those of abandoned ways are left out."""
        return {step: self.answers[step] for step in self.trail}

    @property
    def place(self) -> Place | None:
        """The last position given on the way."""
        places = (answer.value for answer in reversed(self.on_the_way().values()))
        return next((value for value in places if isinstance(value, Place)), None)
