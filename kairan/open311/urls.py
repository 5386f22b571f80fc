# SPDX-License-Identifier: Apache-2.0
from django.urls import path, re_path

from kairan.open311 import console_views, partner_views, views

app_name = "open311"
_FORM = r"(?:\.(?P<form>[A-Za-z]{1,10}))?$"
urlpatterns = [
    path("open311/v2/", views.root, name="root"),
    re_path(rf"^open311/v2/discovery{_FORM}", views.discovered, name="discovery"),
    re_path(rf"^open311/v2/services{_FORM}", views.service_list, name="services"),
    re_path(
        rf"^open311/v2/services/(?P<code>[^/]+?){_FORM}",
        views.service_definition,
        name="service",
    ),
    re_path(rf"^open311/v2/requests{_FORM}", views.requests, name="requests"),
    re_path(rf"^open311/v2/requests/(?P<number>[^/]+?){_FORM}", views.one_request, name="request"),
    re_path(rf"^open311/v2/tokens/(?P<token>[^/]+?){_FORM}", views.one_token, name="token"),
    re_path(rf"^open311/v2/(?P<path>.+?){_FORM}", views.nothing_here, name="nothing"),
    path("partners/<slug:key>/", partner_views.receive, name="partner"),
    path("console/open311/", console_views.keys, name="keys"),
    path("console/open311/<int:key_id>/revoke/", console_views.revoke, name="revoke"),
    path("console/open311/<int:key_id>/restore/", console_views.restore, name="restore"),
]
