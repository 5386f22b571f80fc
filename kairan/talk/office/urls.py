# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, path

from kairan.talk.office import views, views_groups, views_messages, views_rooms

app_name = "talk_office"

_ROOM = "console/talk/<int:room_id>/"
_MESSAGE = _ROOM + "messages/<int:message_id>/"

urlpatterns: list[URLPattern] = [
    path("console/talk/", views.room_list, name="list"),
    path("console/talk/new/", views_rooms.new_room, name="new"),
    path("console/talk/rules/", views_rooms.rules, name="rules"),
    path("console/talk/groups/", views_groups.groups, name="groups"),
    path("console/talk/groups/new/", views_groups.group, name="new_group"),
    path("console/talk/groups/<int:group_id>/", views_groups.group, name="group"),
    path("console/talk/groups/<int:group_id>/end/", views_groups.end_group, name="end_group"),
    path(_ROOM, views.room, name="room"),
    path(_ROOM + "say/", views.say_here, name="say"),
    path(_ROOM + "edit/", views_rooms.edit_room, name="edit"),
    path(_ROOM + "edit/<slug:verb>/", views_rooms.change_room, name="change"),
    path(_MESSAGE, views_messages.readers, name="readers"),
    path(_MESSAGE + "remind/", views_messages.remind, name="remind"),
    path(_MESSAGE + "phone/", views_messages.phone_list, name="phone"),
]
