# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.urls import path

from kairan.scenarios import passage_urls
from kairan.scenarios.designer import file_views, publishing_views, step_views, views

app_name = "scenarios"
urlpatterns = [
    path("", views.scenarios, name="list"),
    path("new/", views.new, name="new"),
    path("import/", file_views.import_new, name="import"),
    path("bring-back/", views.bring_back, name="bring_back"),
    path("<int:scenario_id>/", views.editor, name="editor"),
    path("<int:scenario_id>/about/", views.about, name="about"),
    path("<int:scenario_id>/switch/", views.switch, name="switch"),
    path("<int:scenario_id>/order/", views.order, name="order"),
    path("<int:scenario_id>/remove/", views.remove, name="remove"),
    path("<int:scenario_id>/arrange/", step_views.arrange_steps, name="arrange"),
    path("<int:scenario_id>/add/", step_views.add, name="add"),
    path("<int:scenario_id>/steps/<str:step_id>/", step_views.step, name="step"),
    path("<int:scenario_id>/publish/", publishing_views.publish, name="publish"),
    path("<int:scenario_id>/discard/", publishing_views.discard, name="discard"),
    path("<int:scenario_id>/fetch-back/", publishing_views.fetch_back, name="fetch_back"),
    path("<int:scenario_id>/history/", publishing_views.versions, name="history"),
    path(
        "<int:scenario_id>/history/<int:number>/restore/", publishing_views.restore, name="restore"
    ),
    path("<int:scenario_id>/export/", file_views.export, name="export"),
    path("<int:scenario_id>/import/", file_views.import_into, name="import_into"),
    *passage_urls.urlpatterns,
]
