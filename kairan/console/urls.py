# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, URLResolver, include, path

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kairan.console.town_urls")),
]
