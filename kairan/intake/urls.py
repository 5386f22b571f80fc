# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from kairan.intake import call_views, mail_views, phone_views

app_name = "intake"
urlpatterns = [
    path("console/intake/", phone_views.form, name="form"),
    path("console/intake/questions/<str:key>/", phone_views.questions, name="questions"),
    path("console/intake/places/", phone_views.suggested_places, name="places"),
    path("console/intake/place/", phone_views.place, name="place"),
    path("console/intake/similar/", phone_views.similar, name="similar"),
    path("console/intake/photos/", phone_views.upload, name="upload"),
    path("console/intake/photos/<uuid:key>/", phone_views.uploaded, name="uploaded"),
    path("console/intake/save/", phone_views.save, name="save"),
    path("console/intake/received/<int:report_id>/", phone_views.received, name="received"),
    path("console/intake/calls/", call_views.calls, name="calls"),
    path("console/intake/calls/<int:call_id>/done/", call_views.finish, name="finish_call"),
    path("console/intake/calls/<int:call_id>/undo/", call_views.renew, name="renew_call"),
    path("console/intake/mails/", mail_views.mails, name="mails"),
    path("console/intake/mails/upload/", mail_views.upload, name="upload_mail"),
    path("console/intake/mails/<int:mail_id>/", mail_views.mail, name="mail"),
    path("console/intake/mails/<int:mail_id>/aside/", mail_views.set_aside, name="set_aside"),
    path("console/intake/mails/<int:mail_id>/undo/", mail_views.take_back, name="take_back"),
    path("console/intake/mails/<int:mail_id>/add/", mail_views.add, name="add_mail"),
    path(
        "console/intake/mails/<int:mail_id>/photos/<int:photo_id>/<str:variant>/",
        mail_views.photo,
        name="mail_photo",
    ),
]
