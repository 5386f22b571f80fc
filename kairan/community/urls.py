# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, path

from kairan.community import app_views, push_views, views

app_name = "community"

urlpatterns: list[URLPattern] = [
    path("community/help/", views.help_page, name="help"),
    path("community/settings/", views.settings_page, name="settings"),
    path("community/push/", push_views.subscription, name="push"),
    path("community/push/state/", push_views.state, name="push_state"),
    path("community/push/trial/", push_views.trial, name="push_trial"),
    path("community/app.webmanifest", app_views.manifest, name="manifest"),
    path("community/icons/<slug:kind>-<int:size>.png", app_views.icon, name="icon"),
]
