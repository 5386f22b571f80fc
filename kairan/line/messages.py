# SPDX-License-Identifier: Apache-2.0
"""Builders for LINE's messages and actions, as plain dicts ready for JSON.

Labels, titles and alternative texts are cut to LINE's limits: a resident must never miss a message
because a word was too long. What cannot be cut without harm (postback data, addresses) is left as
it is, and `checks.check_messages` says so before LINE is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from kairan.line import limits
from kairan.line.limits import cut_graphemes, cut_utf16, sendable

Message = dict[str, Any]
Action = dict[str, Any]
QuickReply = dict[str, Any]
PickerMode = Literal["date", "time", "datetime"]

# Where an action is not allowed (outside quick replies) or not there (LINE on a PC), a link is.
CAMERA_LINK = "https://line.me/R/nv/camera/"
CAMERA_ROLL_LINK = "https://line.me/R/nv/cameraRoll/multi"
LOCATION_LINK = "https://line.me/R/nv/location/"

# ── actions ──────────────────────────────────────────────────────────────────────────────────


def postback(
    label: str, data: str, *, display_text: str = "", opens_keyboard_with: str | None = None
) -> Action:
    """`display_text` appears in the talk as the resident's own words."""
    action = {"type": "postback", "label": _label(label), "data": data}
    if display_text:
        action["displayText"] = cut_graphemes(sendable(display_text), limits.DISPLAY_TEXT)
    if opens_keyboard_with is not None:
        action |= {"inputOption": "openKeyboard", "fillInText": opens_keyboard_with}
    return action


def say(label: str, text: str = "") -> Action:
    """The resident says `text` (or the label itself): works by typing too, on a PC for one."""
    said = cut_graphemes(sendable(text or label), limits.MESSAGE_ACTION_TEXT)
    return {"type": "message", "label": _label(label), "text": said}


def open_page(label: str, uri: str) -> Action:
    """https, http, tel and line addresses."""
    return {"type": "uri", "label": _label(label), "uri": uri}


def copy(label: str, text: str) -> Action:
    return {"type": "clipboard", "label": _label(label), "clipboardText": sendable(text)}


def camera(label: str) -> Action:
    """Only as a quick reply."""
    return {"type": "camera", "label": _label(label)}


def camera_roll(label: str) -> Action:
    """Only as a quick reply."""
    return {"type": "cameraRoll", "label": _label(label)}


def send_location(label: str) -> Action:
    """Only as a quick reply."""
    return {"type": "location", "label": _label(label)}


def pick_date(
    label: str,
    data: str,
    *,
    mode: PickerMode = "datetime",
    initial: str = "",
    earliest: str = "",
    latest: str = "",
) -> Action:
    """Times as LINE writes them: 2026-04-01, 10:00, 2026-04-01T10:00."""
    times = {"initial": initial, "min": earliest, "max": latest}
    return {
        "type": "datetimepicker",
        "label": _label(label),
        "data": data,
        "mode": mode,
        **{name: value for name, value in times.items() if value},
    }


def _label(text: str) -> str:
    return cut_graphemes(sendable(text), limits.LABEL)


# ── quick replies ────────────────────────────────────────────────────────────────────────────


def quick_reply(action: Action, *, icon_url: str = "") -> QuickReply:
    item: QuickReply = {"type": "action", "action": action}
    return {**item, "imageUrl": icon_url} if icon_url else item


def with_quick_replies(messages: Sequence[Message], actions: Iterable[Action]) -> list[Message]:
    """Hung on the last message, the only place where LINE shows them; the first 13.

    Returns new messages; none given, none changed.
    """
    items = [quick_reply(action) for action in actions][: limits.QUICK_REPLIES]
    if not items or not messages:
        return list(messages)
    return [*messages[:-1], {**messages[-1], "quickReply": {"items": items}}]


# ── messages ─────────────────────────────────────────────────────────────────────────────────


def text(words: str, *, quote_token: str = "") -> Message:
    """One text message, cut at 5,000; `texts` sends all of a longer one."""
    message = {"type": "text", "text": cut_utf16(sendable(words), limits.TEXT)}
    return {**message, "quoteToken": quote_token} if quote_token else message


def texts(words: str) -> list[Message]:
    """As many text messages as the words need."""
    return [text(piece) for piece in limits.split_utf16(sendable(words))]


def image(url: str, preview_url: str = "") -> Message:
    """https addresses that LINE's servers and the phone can fetch without signing in."""
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": preview_url or url}


def location(title: str, address: str, *, latitude: float, longitude: float) -> Message:
    return {
        "type": "location",
        "title": cut_utf16(sendable(title), limits.LOCATION_TITLE),
        "address": cut_utf16(sendable(address), limits.LOCATION_ADDRESS),
        "latitude": latitude,
        "longitude": longitude,
    }


def buttons(
    words: str,
    actions: Sequence[Action],
    *,
    title: str = "",
    image_url: str = "",
    alt_text: str = "",
) -> Message:
    """1–4 buttons under a short text (160 characters, 60 beside a title or an image)."""
    beside = bool(title or image_url)
    limit = limits.BUTTONS_TEXT_BESIDE_TITLE_OR_IMAGE if beside else limits.BUTTONS_TEXT
    template = {
        "type": "buttons",
        "text": cut_graphemes(sendable(words), limit),
        "actions": list(actions),
        **_head(title, image_url),
    }
    return _template(template, alt_text or words)


def confirm(words: str, yes: Action, no: Action, *, alt_text: str = "") -> Message:
    said = cut_graphemes(sendable(words), limits.CONFIRM_TEXT)
    return _template({"type": "confirm", "text": said, "actions": [yes, no]}, alt_text or words)


def column(
    words: str, actions: Sequence[Action], *, title: str = "", image_url: str = ""
) -> dict[str, Any]:
    """One card of a carousel. All cards need the same number of actions, 1–3."""
    beside = bool(title or image_url)
    limit = limits.CAROUSEL_TEXT_BESIDE_TITLE_OR_IMAGE if beside else limits.CAROUSEL_TEXT
    said = cut_graphemes(sendable(words), limit)
    return {"text": said, "actions": list(actions), **_head(title, image_url)}


def carousel(columns: Sequence[dict[str, Any]], *, alt_text: str) -> Message:
    """1–10 cards side by side."""
    return _template({"type": "carousel", "columns": list(columns)}, alt_text)


def flex(alt_text: str, contents: dict[str, Any]) -> Message:
    """`alt_text` is what the notice and the list of talks show."""
    return {"type": "flex", "altText": _alt(alt_text), "contents": contents}


def _template(template: dict[str, Any], alt_text: str) -> Message:
    return {"type": "template", "altText": _alt(alt_text), "template": template}


def _alt(words: str) -> str:
    return cut_utf16(sendable(words), limits.ALT_TEXT)


def _head(title: str, image_url: str) -> dict[str, str]:
    head: dict[str, str] = {}
    if title:
        head["title"] = cut_graphemes(sendable(title), limits.TEMPLATE_TITLE)
    if image_url:
        head["thumbnailImageUrl"] = image_url
    return head
