# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.utils import timezone

from kairan.municipalities.jobs import every_town
from kairan.portal import uploads
from kairan.portal.models import UsedToken


@every_town(cron="41 * * * *", queue="files")
def sweep_uploads() -> None:
    uploads.sweep()
    UsedToken.objects.filter(expires_at__lt=timezone.now()).delete()
