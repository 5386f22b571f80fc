# SPDX-License-Identifier: Apache-2.0
"""LINE's limits, and LINE's two ways of counting.

Most texts count UTF-16 code units; labels, template texts, display texts and rich menu names count
grapheme clusters (https://developers.line.biz/en/docs/messaging-api/text-character-count/).
The numbers are from https://developers.line.biz/en/reference/messaging-api/ unless said otherwise.
"""

from __future__ import annotations

import regex

MESSAGES_PER_REQUEST = 5
RECIPIENTS_PER_MULTICAST = 500
RETRY_KEY_HOURS = 24
REPLY_TOKEN_SECONDS = 60

# UTF-16 code units
TEXT = 5_000
ALT_TEXT = 1_500
POSTBACK_DATA = 300
URI = 1_000
IMAGE_URL = 2_000
LOCATION_TITLE = 100
LOCATION_ADDRESS = 100
CLIPBOARD_TEXT = 1_000
SENDER_NAME = 20

# grapheme clusters
LABEL = 20
FLEX_LABEL = 40
DISPLAY_TEXT = 300
MESSAGE_ACTION_TEXT = 300
BUTTONS_TEXT = 160
BUTTONS_TEXT_BESIDE_TITLE_OR_IMAGE = 60
CONFIRM_TEXT = 240
CAROUSEL_TEXT = 120
CAROUSEL_TEXT_BESIDE_TITLE_OR_IMAGE = 60
TEMPLATE_TITLE = 40
CHAT_BAR_TEXT = 14
RICH_MENU_NAME = 300

# how many
QUICK_REPLIES = 13
BUTTONS_ACTIONS = 4
CONFIRM_ACTIONS = 2
CAROUSEL_COLUMNS = 10
CAROUSEL_ACTIONS = 3
FLEX_BUBBLES = 12
RICH_MENU_AREAS = 20

# bytes
FLEX_BUBBLE_BYTES = 30 * 1024
FLEX_CAROUSEL_BYTES = 50 * 1024
RICH_MENU_IMAGE_BYTES = 1024 * 1024
REQUEST_BYTES = 2 * 1024 * 1024

_CLUSTER = regex.compile(r"\X")
# What cannot be sent or stored: NUL, and half a surrogate pair.
_UNSENDABLE = regex.compile("[\x00\ud800-\udfff]")
ELLIPSIS = "…"


def sendable(text: str) -> str:
    """The text without NUL and half characters, which no JSON encoder or database takes."""
    return _UNSENDABLE.sub("\ufffd", text)


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def grapheme_length(text: str) -> int:
    """What a reader calls characters: 👨‍👩‍👧 and が (か + ゛) are one each."""
    return len(_CLUSTER.findall(text))


def cut_utf16(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ended with 「…」 where cut, never inside a character."""
    if utf16_length(text) <= limit:
        return text
    kept, left = [], limit - len(ELLIPSIS)
    for cluster in _CLUSTER.findall(text):
        left -= utf16_length(cluster)
        if left < 0:
            break
        kept.append(cluster)
    return "".join(kept) + ELLIPSIS


def cut_graphemes(text: str, limit: int) -> str:
    """At most `limit` grapheme clusters, ended with 「…」 where cut."""
    clusters = _CLUSTER.findall(text)
    if len(clusters) <= limit:
        return text
    return "".join(clusters[: limit - 1]) + ELLIPSIS


def split_utf16(text: str, limit: int = TEXT) -> list[str]:
    """The whole text in pieces of at most `limit` units: at line ends where it can be, and never
    inside a character (but for a character that is itself longer than the limit)."""
    pieces: list[str] = []
    current, room = "", limit
    for line in text.splitlines(keepends=True):
        for part in _parts(line, limit):
            size = utf16_length(part)
            if size > room and current:
                pieces.append(current)
                current, room = "", limit
            current += part
            room -= size
    return [*pieces, current] if current else pieces


def _parts(line: str, limit: int) -> list[str]:
    """The line whole when it fits, otherwise its clusters (long ones by code point)."""
    if utf16_length(line) <= limit:
        return [line]
    parts: list[str] = []
    for cluster in _CLUSTER.findall(line):
        parts += [cluster] if utf16_length(cluster) <= limit else list(cluster)
    return parts
