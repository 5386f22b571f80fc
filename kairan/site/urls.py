# SPDX-License-Identifier: Apache-2.0
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from kairan.conversations.menu_ways import menu_ways
from kairan.line.urls import console_urls as line_urls
from kairan.people.access import staff
from kairan.people.permissions import Permission

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kairan.portal.urls")),
    path("", include("kairan.conversations.urls")),
    path("", include("kairan.people.urls")),
    path("", include("kairan.console.urls")),
    path("", include("kairan.intake.urls")),
    path("", include("kairan.reports.urls")),
    path("", include("kairan.open311.urls")),
    path("", include("kairan.community.urls")),
    path("", include("kairan.talk.urls")),
    path("", include("kairan.talk.office.urls")),
    path("console/scenarios/", include("kairan.scenarios.designer.urls")),
    path("", include("kairan.design.urls")),
    path("accounts/", include("kairan.people.sign_in_urls")),
    # Rooms below the people: the door that hangs up their pages says who may come in.
    path("console/line/", include(line_urls(staff(Permission.MANAGE_LINE), menu_ways))),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("design/", include("kairan.design.gallery_urls")))
