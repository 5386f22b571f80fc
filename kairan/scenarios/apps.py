# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    name = "kairan.scenarios"
