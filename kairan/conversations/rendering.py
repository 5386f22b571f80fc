# SPDX-License-Identifier: Apache-2.0
"""A scenario's prompts as LINE messages.

Every question works by typing too: the numbered list stands in the text, because quick replies
vanish after a tap and do not exist in LINE on a PC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kairan.conversations.taps import AnswerTap, DoTap, PickTap, Tap, written
from kairan.line import limits, messages
from kairan.scenarios.prompts import Choosable, Phone, Prompt, WebPage, phone_lines

Message = dict[str, Any]
Action = dict[str, Any]
PageAddress = Callable[[WebPage], str]

PICTURES = "/static/scenarios/"


def render(prompts: Sequence[Prompt], page_address: PageAddress) -> list[Message]:
    """At most five messages: one request. The last carries the quick replies."""
    said = [message for prompt in prompts for message in _said(prompt, page_address)]
    return messages.with_quick_replies(_at_most_five(said), _quick_replies(prompts[-1]))


def tap_button(label: str, tap: Tap) -> Action:
    """A postback shown as the resident's own words; the words alone where it is too long."""
    data = written(tap)
    if data is None:
        return messages.say(label)
    return messages.postback(label, data, display_text=label)


def do_button(label: str, verb: str, about: object = "") -> Action:
    return tap_button(label, DoTap(verb, str(about)))


# ── what is said ──────────────────────────────────────────────────────────────────────────────


def _said(prompt: Prompt, page_address: PageAddress) -> list[Message]:
    found: list[Message] = []
    if (url := picture_url(prompt.image)) is not None:
        found.append(messages.image(url))
    found += _pictures_of(prompt)
    texts = [*prompt.texts[:-1], _with_list(prompt)]
    found += [message for text in texts if text for message in messages.texts(text)]
    if prompt.phones:
        found += _phones(prompt.phones)
    if prompt.web_page is not None:
        found = _with_page(found, prompt.web_page, page_address)
    return found


def _with_list(prompt: Prompt) -> str:
    last = prompt.texts[-1] if prompt.texts else ""
    return "\n\n".join(part for part in (last, prompt.numbered) if part)


def _phones(phones: Sequence[Phone]) -> list[Message]:
    """Numbers to tap; all of them stand in the words as well, for those who cannot."""
    lines = "\n".join(phone_lines(tuple(phones)))
    actions = [
        messages.open_page(phone.name, f"tel:{_digits(phone.number)}")
        for phone in phones[: limits.BUTTONS_ACTIONS]
    ]
    if limits.grapheme_length(lines) <= limits.BUTTONS_TEXT:
        return [messages.buttons(lines, actions)]
    return [*messages.texts(lines), messages.buttons(_("押すと電話をかけます。"), actions)]


def _digits(number: str) -> str:
    return "".join(c for c in number if c in "+0123456789#*")


def _with_page(said: list[Message], page: WebPage, page_address: PageAddress) -> list[Message]:
    """The last words and the link in one bubble when they are short enough."""
    link = messages.open_page(page.label, page_address(page))
    last = said[-1]["text"] if said and said[-1]["type"] == "text" else page.label
    if said and limits.grapheme_length(last) <= limits.BUTTONS_TEXT:
        return [*said[:-1], messages.buttons(last, [link])]
    return [*said, messages.buttons(page.label, [link])]


def _pictures_of(prompt: Prompt) -> list[Message]:
    """The options that have a picture, as cards to tap."""
    pictured = [(option, picture_url(option.image)) for option in prompt.options]
    cards = [
        messages.column(
            option.label, [_option_button(prompt, option)], image_url=url, title=str(option.number)
        )
        for option, url in pictured
        if url is not None
    ][: limits.CAROUSEL_COLUMNS]
    if not cards:
        return []
    alt = _("絵を見て選べます。")
    return [messages.carousel(cards, alt_text=alt)]


def picture_url(key: str | None) -> str | None:
    """LINE fetches pictures by https only; elsewhere (the demo on a laptop) there are none."""
    if not key or not settings.PUBLIC_URL.startswith("https://"):
        return None
    return f"{settings.PUBLIC_URL}{PICTURES}{key}"


def _at_most_five(said: list[Message]) -> list[Message]:
    """Neighbouring texts are joined until the messages fit one request."""
    while len(said) > limits.MESSAGES_PER_REQUEST:
        place = _joinable(said)
        if place is None:
            return said
        joined = messages.text(f"{said[place]['text']}\n\n{said[place + 1]['text']}")
        said = [*said[:place], joined, *said[place + 2 :]]
    return said


def _joinable(said: list[Message]) -> int | None:
    for place in range(len(said) - 1):
        pair = said[place : place + 2]
        if all(message["type"] == "text" for message in pair):
            size = sum(limits.utf16_length(message["text"]) for message in pair)
            if size + 2 <= limits.TEXT:
                return place
    return None


# ── what can be tapped ────────────────────────────────────────────────────────────────────────


def _quick_replies(prompt: Prompt) -> list[Action]:
    """Answers first, then camera and the like, then the ways out. The engine keeps them to 13."""
    options = [_option_button(prompt, option) for option in prompt.options]
    controls = [_option_button(prompt, control) for control in prompt.controls]
    return [*options, *_helpers(prompt), *controls][: limits.QUICK_REPLIES]


def _option_button(prompt: Prompt, option: Choosable) -> Action:
    return tap_button(option.label, AnswerTap(prompt.nonce, prompt.step, option.value))


def _helpers(prompt: Prompt) -> list[Action]:
    expects = prompt.expects
    if expects is None:
        return []
    found: list[Action] = []
    if expects.camera:
        found.append(messages.camera(_("カメラで撮る")))
    if expects.camera_roll:
        found.append(messages.camera_roll(_("写真を選ぶ")))
    if expects.location:
        found.append(messages.send_location(_("位置情報を送る")))
    if expects.mode:
        data = written(PickTap(prompt.nonce, prompt.step)) or ""
        found.append(
            messages.pick_date(
                _("日時を選ぶ"),
                data,
                mode=expects.mode,
                initial=expects.initial,
                earliest=expects.minimum,
                latest=expects.maximum,
            )
        )
    return found
