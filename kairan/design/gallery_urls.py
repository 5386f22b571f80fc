# SPDX-License-Identifier: Apache-2.0
"""The gallery: include it under `design/` in the demo and in DEBUG, nowhere else."""

from django.urls import path

from kairan.design import views

app_name = "gallery"

urlpatterns = [
    path("", views.show_gallery, name="staff"),
    path("resident/", views.show_gallery, {"frame": "resident"}, name="resident"),
    path("sign-in/", views.show_gallery, {"frame": "signin"}, name="signin"),
    path("error/", views.show_gallery, {"frame": "error"}, name="error"),
]
