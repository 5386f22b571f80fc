# SPDX-License-Identifier: Apache-2.0
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("kairan.people.sign_in_urls")),
    path("", include("kairan.people.urls")),
    path("", include("kairan.console.urls")),
    path("", include("kairan.design.urls")),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("design/", include("kairan.design.gallery_urls")))
