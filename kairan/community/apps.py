# SPDX-License-Identifier: Apache-2.0
from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "kairan.community"
