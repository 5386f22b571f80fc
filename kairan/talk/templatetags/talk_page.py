# SPDX-License-Identifier: Apache-2.0
"""`{% load talk_page %}`: what the talk page's scripts draw with."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kairan.design.templatetags.design import icon

register = template.Library()

_ICONS: Final = (
    "at", "back", "bell", "chat", "check", "close", "copy", "done", "down", "draft", "edit",
    "error", "file", "flag", "forward", "history", "hourglass", "info", "keep", "key", "look",
    "map", "more", "mute", "people", "person", "phone", "photo", "pin", "plus", "reload",
    "reply", "search", "send", "sending", "sign-in", "sign-out", "undo", "warning",
)  # fmt: skip
# By the name of a reaction (``kairan.talk.stamps``).
_MARKS: Final = {
    "understood": "done",
    "good": "thumb",
    "thanks": "heart",
    "applause": "applause",
    "surprised": "surprised",
    "sad": "sad",
}


@register.simple_tag
def talk_icons() -> SafeString:
    """For a `<template>`: each icon in a span named `data-icon`."""
    named = [(name, icon(name)) for name in _ICONS]
    marks = [(f"mark-{mark}", icon(name)) for mark, name in _MARKS.items()]
    spans = format_html_join("", '<span data-icon="{}">{}</span>', named + marks)
    return format_html("{}", spans)
