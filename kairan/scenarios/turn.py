# SPDX-License-Identifier: Apache-2.0
"""One turn of the talk: the definition, the context and the moment, as every part needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kairan.scenarios.conditions import Facts
from kairan.scenarios.context import Context
from kairan.scenarios.definition import AnyStep, Definition
from kairan.scenarios.state import AnswerValue, Place, State
from kairan.scenarios.wording import Text


class WrongDefinition(Exception):
    """The state belongs to another definition, or the definition was never checked."""


@dataclass(frozen=True)
class Turn:
    """`now` is on the town's clock, naive."""

    definition: Definition
    context: Context
    now: datetime

    @classmethod
    def at(cls, definition: Definition, context: Context, now: datetime) -> Turn:
        return cls(definition, context, context.local(now).replace(tzinfo=None))

    @property
    def language(self) -> str:
        return self.context.language

    def say(self, phrase: Text, **values: object) -> str:
        """A phrase of the engine, filled in. Texts of definitions are never formatted."""
        return phrase.said(self.language).format(**values)

    def step(self, step_id: str) -> AnyStep:
        try:
            return self.definition.by_id[step_id]
        except KeyError:
            raise WrongDefinition(step_id) from None

    def facts(self, state: State) -> Facts:
        way = state.on_the_way()
        place = state.place
        return Facts(
            context=self.context,
            now=self.now,
            answers={step: _plain(a.value) for step, a in way.items() if not a.is_skipped},
            areas=frozenset(place.areas if place else ()),
        )


def _plain(value: AnswerValue) -> object:
    """Photos count as their number, so that a condition can ask for it."""
    if isinstance(value, tuple):
        return len(value)
    return value.shown if isinstance(value, Place) else value
