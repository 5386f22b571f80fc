# SPDX-License-Identifier: Apache-2.0
from django.urls import include, path

from kairan.people import own_views, views
from kairan.people.positions import import_views, sheet_views
from kairan.people.positions import urls as position_urls

app_name = "people"
urlpatterns = [
    path("console/me/", own_views.me, name="me"),
    path("console/people/", views.people_list, name="list"),
    path("console/people/invite/", views.invite, name="invite"),
    path("console/people/<int:person_id>/", views.person, name="person"),
    path("console/people/<int:person_id>/suspend/", views.suspend, name="suspend"),
    path("console/people/<int:person_id>/restore/", views.restore, name="restore"),
    path("console/people/<int:person_id>/resend/", views.resend, name="resend"),
    path(
        "console/people/<int:person_id>/reset-second-factor/",
        views.reset_second_factor,
        name="reset_second_factor",
    ),
    path("console/people/<int:person_id>/unlock/", views.unlock, name="unlock"),
    path("console/positions/import/", import_views.import_positions, name="import_positions"),
    path("console/positions/import/confirm/", import_views.confirm_import, name="confirm_import"),
    path(
        "console/positions/files/<slug:which>.<slug:form>",
        import_views.positions_file,
        name="positions_file",
    ),
    path("console/positions/sheets/", sheet_views.sheets, name="sheets"),
    path(
        "console/positions/<int:position_id>/sheet/",
        sheet_views.position_sheet,
        name="position_sheet",
    ),
    path(
        "console/people/<int:person_id>/sessions/<int:session_id>/end/",
        views.end_session,
        name="end_staff_session",
    ),
    path("console/positions/", include(position_urls.urlpatterns)),
    path("accounts/second-factor/needed/", own_views.second_factor, name="second_factor"),
    path("accounts/invitation/<str:token>/", own_views.accept_invitation, name="accept_invitation"),
]
