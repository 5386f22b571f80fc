# SPDX-License-Identifier: Apache-2.0
"""`{% load talk_names %}`: rooms and messages by id: their names and addresses."""

from collections.abc import Mapping

from django import template

from kairan.talk.calls import link_to

register = template.Library()


@register.filter
def room_name(rooms: Mapping[int, str], room_id: int) -> str:
    return rooms.get(room_id, "")


@register.simple_tag
def message_url(room_id: int, number: int) -> str:
    """The message in its room's page."""
    return link_to(room_id, number)


@register.simple_tag
def room_url(room_id: int) -> str:
    return f"/community/talk/{room_id}/"
