# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, path

from kairan.community import app_views, views

app_name = "community"

urlpatterns: list[URLPattern] = [
    path("community/help/", views.help_page, name="help"),
    path("community/settings/", views.settings_page, name="settings"),
    path("community/app.webmanifest", app_views.manifest, name="manifest"),
    path("community/icons/<slug:kind>-<int:size>.png", app_views.icon, name="icon"),
]
