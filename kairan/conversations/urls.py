# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from kairan.conversations import preview, views, webhook

app_name = "conversations"
urlpatterns = [
    # Answered by WebhookMiddleware before any other middleware; here for its name.
    path("line/webhook/<str:key>", webhook.receive, name="webhook"),
    path("talk/<str:link>/refine_position/<slug:step>/", views.position, name="position"),
    path("talk/<str:link>/contact/<slug:step>/", views.contact, name="contact"),
    path("console/scenarios/<int:scenario_id>/preview/", preview.preview, name="preview"),
]
