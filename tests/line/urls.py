# SPDX-License-Identifier: Apache-2.0
"""The administrator's pages hung up as the console hangs them up."""

from __future__ import annotations

from django.urls import include, path

from kairan.conversations.menu_ways import menu_ways
from kairan.line.urls import console_urls
from kairan.people.access import staff
from kairan.people.permissions import Permission
from kairan.site.urls import urlpatterns as site_urls

urlpatterns = [
    path("console/line/", include(console_urls(staff(Permission.MANAGE_LINE), menu_ways))),
    *site_urls,
]
