# SPDX-License-Identifier: Apache-2.0
"""Flex bubbles of ours: the receipt, and news of a case.

Words come from the caller; here is only the look. Every text has `scaling`, so that it follows
the letter size that the resident has chosen in LINE. Contrast of every pair is 4.5:1 or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kairan.line import limits
from kairan.line.limits import cut_graphemes, sendable
from kairan.line.messages import Action

Box = dict[str, Any]
Tone = Literal["calm", "active", "done", "warning"]

INK = "#1A1A1A"
QUIET = "#595959"  # 7.0:1 on white
PAPER = "#FFFFFF"
LINE_COLOUR = "#D9D9D9"
# Background of the heading; the words on it are white (contrast in brackets).
TONES: dict[Tone, str] = {
    "calm": "#0017C1",  # 11.1
    "active": "#115A36",  # 8.3
    "done": "#4D4D4D",  # 8.5
    "warning": "#A21D1D",  # 7.7
}


@dataclass(frozen=True, slots=True)
class Fact:
    """「場所」「西区…」: a name and what it is."""

    name: str
    value: str


def receipt_bubble(
    *,
    heading: str,
    number_name: str,
    number: str,
    facts: Sequence[Fact] = (),
    note: str = "",
    actions: Sequence[Action] = (),
) -> Box:
    """「受け付けました」 with the receipt number large, what was said, and what happens next."""
    large = _text(number, size="xxl", weight="bold", color=INK)
    body = [_text(number_name, size="sm", color=QUIET), large]
    return _bubble("calm", heading, [*body, *_facts(facts), *_note(note)], actions)


def status_bubble(
    *,
    tone: Tone,
    heading: str,
    status: str,
    facts: Sequence[Fact] = (),
    note: str = "",
    actions: Sequence[Action] = (),
) -> Box:
    """「対応状況が変わりました」: the status large, then the town's words."""
    body = [_text(status, size="xl", weight="bold", color=INK)]
    return _bubble(tone, heading, [*body, *_note(note), *_facts(facts)], actions)


def carousel(bubbles: Sequence[Box]) -> Box:
    """The first 12, as many as LINE shows."""
    return {"type": "carousel", "contents": list(bubbles[: limits.FLEX_BUBBLES])}


def button(label: str, action: Action, *, primary: bool = False, tone: Tone = "calm") -> Box:
    """A flex button's label may be twice as long as elsewhere (40)."""
    worded = {**action, "label": cut_graphemes(sendable(label), limits.FLEX_LABEL)}
    look: Box = {"style": "primary", "color": TONES[tone]} if primary else {"style": "secondary"}
    return {"type": "button", "action": worded, "height": "md", "scaling": True, **look}


def _bubble(tone: Tone, heading: str, body: Sequence[Box], actions: Sequence[Action]) -> Box:
    bubble: Box = {
        "type": "bubble",
        "size": "mega",
        "header": _column([_text(heading, size="md", weight="bold", color=PAPER)]),
        "body": {**_column(body), "spacing": "md"},
        "styles": {"header": {"backgroundColor": TONES[tone]}},
    }
    if actions:
        bubble["footer"] = {**_column(_buttons(actions, tone)), "spacing": "sm"}
    return bubble


def _buttons(actions: Sequence[Action], tone: Tone) -> list[Box]:
    """The first is the main one."""
    return [
        button(action.get("label", ""), action, primary=place == 0, tone=tone)
        for place, action in enumerate(actions)
    ]


def _facts(facts: Sequence[Fact]) -> list[Box]:
    if not facts:
        return []
    rows = [
        _column([_text(fact.name, size="sm", color=QUIET), _text(fact.value, color=INK)])
        for fact in facts
    ]
    return [{"type": "separator", "margin": "lg", "color": LINE_COLOUR}, *rows]


def _note(note: str) -> list[Box]:
    return [_text(note, color=INK)] if note else []


def _column(contents: Sequence[Box]) -> Box:
    return {"type": "box", "layout": "vertical", "contents": list(contents)}


def _text(
    words: str, *, color: str, size: str = "md", weight: Literal["regular", "bold"] = "regular"
) -> Box:
    return {
        "type": "text",
        "text": sendable(words) or "－",  # LINE refuses an empty text
        "size": size,
        "weight": weight,
        "color": color,
        "wrap": True,
        "scaling": True,
    }
