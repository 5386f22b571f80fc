# SPDX-License-Identifier: Apache-2.0
"""LINE's messages as bubbles for a page: what `rendering` sends to LINE, and nothing else.

Beside each turn of the town stands what LINE would cut, split or refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kairan.conversations import rehearsing
from kairan.conversations.preview_play import Heard, Played
from kairan.conversations.rendering import render
from kairan.lib.language import speaking
from kairan.line import limits
from kairan.line.checks import check_messages
from kairan.line.limits import cut_graphemes, grapheme_length, utf16_length
from kairan.scenarios.engine import Step
from kairan.scenarios.prompts import Prompt, WebPage

Json = Mapping[str, Any]
# Where a page of ours would open; LINE takes https only.
PAGE = "https://preview.invalid/"
# Of a long talk only the end is drawn.
LAST_TURNS = 40


@dataclass(frozen=True)
class Button:
    """`name` and `value` are what a press posts; without a name it does nothing here."""

    label: str
    name: str = ""
    value: str = ""
    note: str = ""
    icon: str = ""
    primary: bool = False
    picker: Json | None = None


@dataclass(frozen=True)
class Card:
    """A template's or a flex bubble's one frame."""

    title: str = ""
    picture: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Bubble:
    kind: Literal["text", "picture", "cards", "place"]
    text: str = ""
    picture: str = ""
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One turn of the talk, the town's or (`heard`) the person's."""

    bubbles: tuple[Bubble, ...] = ()
    heard: Heard | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phone:
    turns: tuple[Turn, ...]
    quick: tuple[Button, ...]
    problems: int
    is_cut: bool


def draw(played: Played, language: str) -> Phone:
    """The talk in the resident's language; what is wrong with it in that of the staff."""
    turns: list[Turn] = []
    quick: tuple[Button, ...] = ()
    for turn in played.turns[-LAST_TURNS:]:
        if isinstance(turn, Heard):
            turns.append(Turn(heard=turn))
            continue
        with speaking(language):
            sent = messages_of(turn)
        turns.append(Turn(_bubbles(sent), problems=tuple(problems_of(turn.prompts, sent))))
        quick = _quick(sent)
    problems = sum(len(turn.problems) for turn in turns)
    return Phone(tuple(turns), quick, problems, len(played.turns) > LAST_TURNS)


def messages_of(step: Step) -> list[dict[str, Any]]:
    sent = render(step.prompts, _page_address)
    if step.outcome is not None and step.outcome.kind == "report":
        sent = [*sent, rehearsing.receipt(step.outcome, mark=_("プレビュー"))]
    return sent


def _page_address(page: WebPage) -> str:
    return f"{PAGE}{page.purpose}/{page.step}/"


# ── bubbles ───────────────────────────────────────────────────────────────────────────────────


def _bubbles(sent: Sequence[Json]) -> tuple[Bubble, ...]:
    return tuple(_bubble(message) for message in sent)


def _bubble(message: Json) -> Bubble:
    match message["type"]:
        case "image":
            return Bubble("picture", picture=message["previewImageUrl"])
        case "template":
            return Bubble("cards", cards=tuple(_template_cards(message["template"])))
        case "flex":
            return Bubble("cards", cards=tuple(_flex_cards(message["contents"])))
        case _:
            return Bubble("text", text=str(message.get("text", "")))


def _template_cards(template: Json) -> Iterator[Card]:
    for part in template.get("columns") or [template]:
        yield Card(
            title=part.get("title", ""),
            picture=part.get("thumbnailImageUrl", ""),
            lines=(("text", part.get("text", "")),),
            buttons=tuple(_button(action) for action in part.get("actions", [])),
        )


def _flex_cards(contents: Json) -> Iterator[Card]:
    bubbles = contents["contents"] if contents["type"] == "carousel" else [contents]
    for bubble in bubbles:
        heading = [text for _size, text in _texts(bubble.get("header"))]
        actions = list(_actions(bubble.get("footer")))
        yield Card(
            title="\n".join(heading),
            lines=tuple(_texts(bubble.get("body"))),
            buttons=tuple(_button(action, primary=at == 0) for at, action in enumerate(actions)),
            tone="flex",
        )


def _texts(part: Any) -> Iterator[tuple[str, str]]:
    """Size and words of each text."""
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, Mapping):
        if part.get("type") == "text":
            yield str(part.get("size", "md")), str(part["text"])
        yield from _texts(part.get("contents", []))


def _actions(part: Any) -> Iterator[Json]:
    if isinstance(part, list):
        for one in part:
            yield from _actions(one)
    elif isinstance(part, Mapping):
        if "action" in part:
            yield part["action"]
        yield from _actions(part.get("contents", []))


def _quick(sent: Sequence[Json]) -> tuple[Button, ...]:
    items = sent[-1].get("quickReply", {}).get("items", []) if sent else []
    return tuple(_button(item["action"]) for item in items)


def _button(action: Json, *, primary: bool = False) -> Button:  # noqa: PLR0911
    label = str(action.get("label", ""))
    match action["type"]:
        case "postback":
            return Button(label, "tap", action["data"], primary=primary)
        case "message":
            return Button(label, "text", action["text"], primary=primary)
        case "camera" | "cameraRoll":
            return Button(label, "photo", "1", icon="camera", primary=primary)
        case "location":
            return Button(label, "place", "1", icon="pin", primary=primary)
        case "datetimepicker":
            return Button(label, "pick", action["data"], picker=_picker(action))
        case "uri" if str(action["uri"]).startswith("tel:"):
            number = str(action["uri"]).removeprefix("tel:")
            return Button(label, note=number, icon="phone", primary=primary)
        case _:
            return Button(label, note=_("ページが開きます"), icon="external", primary=primary)


def _picker(action: Json) -> dict[str, str]:
    kinds = {"date": "date", "time": "time", "datetime": "datetime-local"}
    given = {name: str(action.get(name, "")) for name in ("initial", "min", "max")}
    return {"type": kinds[str(action["mode"])], **given}


# ── what LINE would cut, split or refuse ──────────────────────────────────────────────────────

_PARTS = {
    "text": gettext_lazy("文"),
    "label": gettext_lazy("ボタンの文字"),
    "data": gettext_lazy("ボタンに持たせる値"),
    "actions": gettext_lazy("ボタンの数"),
    "items": gettext_lazy("下に出るボタンの数"),
    "columns": gettext_lazy("カードの数"),
    "messages": gettext_lazy("一度に送るふきだし"),
    "contents": gettext_lazy("カードの大きさ"),
}


def problems_of(prompts: Sequence[Prompt], sent: Sequence[Json]) -> Iterator[str]:
    for prompt in prompts:
        yield from _cut(prompt)
        yield from _split(prompt)
    for found in check_messages(sent):
        where, _colon, what = found.partition(": ")
        yield f"{_part(where)}: {what}"


def _part(where: str) -> str:
    name = re.sub(r"\[\d+\]", "", where).rpartition(".")[2]
    return str(_PARTS.get(name, _("ふきだし")))


def _cut(prompt: Prompt) -> Iterator[str]:
    """Labels that a phone would show only in part."""
    labels = [choice.label for choice in (*prompt.options, *prompt.controls)]
    labels += [phone.name for phone in prompt.phones]
    labels += [prompt.web_page.label] if prompt.web_page else []
    words = _("ボタン「{label}」は{length}字です。{limit}字までなので「{cut}」と切れます。")
    for label in labels:
        if (length := grapheme_length(label)) > limits.LABEL:
            cut = cut_graphemes(label, limits.LABEL)
            yield words.format(label=label, length=length, limit=limits.LABEL, cut=cut)


def _split(prompt: Prompt) -> Iterator[str]:
    words = _("文が{length}字あります。{limit}字を超えるので、ふきだしが分かれます。")
    for text in prompt.texts:
        if (length := utf16_length(text)) > limits.TEXT:
            yield words.format(length=f"{length:,}", limit=f"{limits.TEXT:,}")
