# SPDX-License-Identifier: Apache-2.0
"""Pages about a scenario beside its designer; part of the designer's addresses (`scenarios:…`)."""

from __future__ import annotations

from django.urls import path

from kairan.scenarios import passage_views, trial_views

urlpatterns = [
    path("<int:scenario_id>/passage/", passage_views.passage, name="passage"),
    path("<int:scenario_id>/passage/<str:form>", passage_views.export, name="passage_export"),
    path("<int:scenario_id>/trial/", trial_views.trial, name="trial"),
    path("<int:scenario_id>/trial/<int:tester_id>/end/", trial_views.end_trial, name="end_trial"),
]
