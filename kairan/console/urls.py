# SPDX-License-Identifier: Apache-2.0
from django.urls import URLPattern, URLResolver, include, path

from kairan.console import home
from kairan.console.statistics import views as statistics

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", home.home, name="home"),
    path("console/help/", home.help_page, name="help"),
    path("console/statistics/", statistics.statistics, name="statistics"),
    path(
        "console/statistics/export/<slug:key>/<slug:form>/",
        statistics.export,
        name="export_statistics",
    ),
    path("console/statistics/monthly/<str:month>/", statistics.monthly, name="monthly"),
    path("", include("kairan.console.town_urls")),
]
