# SPDX-License-Identifier: Apache-2.0
"""What the confirm shows: every answer of the way, within what one message holds."""

from __future__ import annotations

from kairan.scenarios import phrases
from kairan.scenarios.definition import Confirm, Urgent
from kairan.scenarios.showing import heading, shown
from kairan.scenarios.state import State
from kairan.scenarios.turn import Turn

LONGEST_ANSWER = 200
LONGEST_SUMMARY = 2_000


def summary_texts(step: Confirm, state: State, turn: Turn) -> tuple[str, ...]:
    if state.picking:
        return (turn.say(phrases.PICK_HEAD),)
    head = step.text.said(turn.language) if step.text else turn.say(phrases.SUMMARY_HEAD)
    lines = summary_lines(state, turn)
    return ("\n".join([head, "", *lines]) if lines else head,)


def summary_lines(state: State, turn: Turn) -> list[str]:
    """ "場所: 西区…"; the last line says how many did not fit."""
    lines: list[str] = []
    length = 0
    way = [(turn.step(step_id), answer) for step_id, answer in state.on_the_way().items()]
    listed = [(step, answer) for step, answer in way if not isinstance(step, Urgent)]
    for index, (step, answer) in enumerate(listed):
        line = f"{heading(step, turn.language)}: {_cut(shown(step, answer, turn.language))}"
        length += len(line)
        if length > LONGEST_SUMMARY:
            return [*lines, turn.say(phrases.AND_MORE, count=len(listed) - index)]
        lines.append(line)
    return lines


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…"
