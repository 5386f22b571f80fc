# SPDX-License-Identifier: Apache-2.0
"""The design system: it knows how things look, and no feature."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "kairan.design"
    label = "design"
