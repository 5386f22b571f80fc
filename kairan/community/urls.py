# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, path

from kairan.community import app_views, push_views, sign_in_urls, views
from kairan.talk import pages

app_name = "community"

urlpatterns: list[URLPattern] = [
    *sign_in_urls.urlpatterns,
    path("community/", pages.home, name="home"),
    path("community/help/", views.help_page, name="help"),
    path("community/install/", views.install, name="install"),
    path("community/settings/", views.settings_page, name="settings"),
    path("community/sign-out/", views.sign_out, name="sign_out"),
    path("community/push/", push_views.subscription, name="push"),
    path("community/push/state/", push_views.state, name="push_state"),
    path("community/push/trial/", push_views.trial, name="push_trial"),
    path("community/worker.js", app_views.service_worker, name="worker"),
    path("community/offline/", app_views.offline, name="offline"),
    path("community/share/", app_views.share, name="share"),
    path("community/app.webmanifest", app_views.manifest, name="manifest"),
    path("community/icons/<slug:kind>-<int:size>.png", app_views.icon, name="icon"),
]
