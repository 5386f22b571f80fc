# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "kairan.line"
