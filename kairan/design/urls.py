# SPDX-License-Identifier: Apache-2.0
"""Addresses every installation has; the gallery has its own list (`gallery_urls`)."""

from django.urls import path

from kairan.design import views

app_name = "design"

urlpatterns = [
    path("text-size/", views.choose_text_size, name="text_size"),
]
