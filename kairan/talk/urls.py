# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, path, re_path

from kairan.talk import (
    export_views,
    pages,
    views,
    views_files,
    views_messages,
    views_rooms,
    views_search,
)

app_name = "talk"

_ROOMS = "community/talk/api/rooms/"
_MESSAGE = "community/talk/api/messages/<int:message_id>/"
_FILE = r"^community/talk/api/files/(?P<key>[0-9a-f-]{36})/(?P<variant>large|thumbnail|original)$"

urlpatterns: list[URLPattern] = [
    path(_ROOMS, views.rooms, name="rooms"),
    path(_ROOMS + "direct/", views_rooms.direct, name="direct"),
    path(_ROOMS + "<int:room_id>/", views.room, name="room_json"),
    path(_ROOMS + "<int:room_id>/members/", views.members, name="members"),
    path(_ROOMS + "<int:room_id>/picture", views.picture, name="picture"),
    path(_ROOMS + "<int:room_id>/read", views.read, name="read"),
    path(_ROOMS + "<int:room_id>/draft", views.draft, name="draft"),
    path(_ROOMS + "<int:room_id>/mute", views.mute, name="mute"),
    path(_ROOMS + "<int:room_id>/name", views_rooms.name, name="room_name"),
    path(_ROOMS + "<int:room_id>/history", views_rooms.history, name="room_history"),
    path(_ROOMS + "<int:room_id>/members/remove", views_rooms.remove, name="remove_member"),
    path(_ROOMS + "<int:room_id>/managers", views_rooms.manager, name="manager"),
    path(_ROOMS + "<int:room_id>/leave", views_rooms.leave, name="leave"),
    path(_ROOMS + "<int:room_id>/close", views_rooms.close, name="close"),
    path("community/talk/api/positions/", views_rooms.positions, name="positions"),
    path(_MESSAGE, views_messages.message, name="message"),
    path(_MESSAGE + "recall", views_messages.recall, name="recall"),
    path(_MESSAGE + "react", views_messages.react, name="react"),
    path(_MESSAGE + "pin", views_messages.pin, name="pin"),
    path(_MESSAGE + "confirm", views_messages.confirm, name="confirm"),
    path(_MESSAGE + "forward", views_messages.forward, name="forward"),
    path(_MESSAGE + "renotify", views_messages.renotify, name="renotify"),
    path(_MESSAGE + "readers/", views_messages.who_read, name="readers"),
    path("community/talk/api/uploads/", views_files.upload, name="upload"),
    re_path(_FILE, views_files.file, name="file"),
    path("community/talk/<int:room_id>/", pages.room, name="room"),
    path("community/talk/shell/", pages.shell, name="shell"),
    path("community/talk/here/", pages.here, name="here"),
    path("community/talk/map/", pages.ground, name="ground"),
    path("community/talk/search/", views_search.search_page, name="search"),
    path("community/talk/<int:room_id>/files/", views_search.files_page, name="room_files"),
    path("console/talk/<int:room_id>/export/", export_views.export, name="export"),
]
