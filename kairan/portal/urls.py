# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from kairan.portal import erasing, mini_views, reporting, reports, shown, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("map/", shown.shown_cases, name="shown_cases"),
    path("map/<int:shown_id>/", shown.shown, name="shown"),
    path(
        "map/<int:shown_id>/photos/<int:photo_id>/<slug:variant>/",
        shown.photo,
        name="shown_photo",
    ),
    path("opendata/", shown.open_data, name="open_data"),
    path("opendata/reports.csv", shown.open_data_file, name="open_data_file"),
    path("privacy/", views.privacy, name="privacy"),
    path("report/", reporting.choose, name="choose"),
    path("mini/", mini_views.page, name="mini"),
    path("mini/session/", mini_views.session, name="mini_session"),
    path("console/line/<int:channel_id>/mini/", mini_views.settings_page, name="mini_settings"),
    path("report/worker.js", reporting.service_worker, name="service_worker"),
    path("report/<slug:key>/", reporting.form, name="form"),
    path("report/<slug:key>/place/", reporting.place, name="place"),
    path("report/<slug:key>/places/", reporting.places, name="places"),
    path("report/<slug:key>/similar/", reporting.similar, name="similar"),
    path("report/<slug:key>/photos/", reporting.photo, name="upload"),
    path("report/<slug:key>/send/", reporting.send, name="send"),
    path("report/<slug:key>/left/", reporting.left, name="left"),
    path("r/<str:token>/", reports.report, name="report"),
    path("r/<str:token>/write/", reports.write, name="write"),
    path("r/<str:token>/reopen/", reports.again, name="reopen"),
    path("r/<str:token>/position/", reports.position, name="position"),
    path("r/<str:token>/contact/", reports.contact, name="contact"),
    path("r/<str:token>/erase/", erasing.erase, name="erase"),
    path("r/<str:token>/photos/<int:photo_id>/<str:variant>/", reports.photo, name="photo"),
]
