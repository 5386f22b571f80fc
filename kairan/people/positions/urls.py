# SPDX-License-Identifier: Apache-2.0
"""Under ``console/positions/``; part of ``people``."""

from django.urls import URLPattern, path

from kairan.people.positions import holder_views, views

urlpatterns: list[URLPattern] = [
    path("", views.positions, name="positions"),
    path("new/", views.new, name="new_position"),
    path("unlock/", views.unlock, name="unlock_codes"),
    path("<int:position_id>/", views.position, name="position"),
    path("<int:position_id>/edit/", views.edit, name="edit_position"),
    path("<int:position_id>/close/", views.close, name="close_position"),
    path("<int:position_id>/reopen/", views.reopen, name="reopen_position"),
    path("<int:position_id>/appoint/", views.appoint, name="appoint"),
    path("<int:position_id>/clerks/", views.add_clerk, name="add_clerk"),
    path("<int:position_id>/release/<int:tenure_id>/", views.release, name="release"),
    path("<int:position_id>/hand-over/", views.hand_over, name="hand_over"),
    path("<int:position_id>/call-off/", views.call_off, name="call_off"),
    path("<int:position_id>/code/", views.reissue, name="reissue_code"),
    path("<int:position_id>/withdraw/", views.withdraw, name="withdraw_code"),
    path("holders/<int:person_id>/", holder_views.holder, name="holder"),
    path("holders/<int:person_id>/suspend/", holder_views.suspend, name="suspend_holder"),
    path("holders/<int:person_id>/restore/", holder_views.restore, name="restore_holder"),
    path(
        "holders/<int:person_id>/sessions/<int:session_id>/end/",
        holder_views.end_session,
        name="end_session",
    ),
]
