# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, URLResolver, include, path

from kairan.console import home

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", home.home, name="home"),
    path("console/help/", home.help_page, name="help"),
    path("", include("kairan.console.town_urls")),
]
