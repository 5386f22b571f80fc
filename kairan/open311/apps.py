# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class Open311Config(AppConfig):
    name = "kairan.open311"
