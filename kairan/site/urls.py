# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("kairan.people.sign_in_urls")),
    path("", include("kairan.people.urls")),
]
