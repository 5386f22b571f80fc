# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid

from procrastinate import RetryStrategy

from kairan.municipalities.jobs import town_task
from kairan.portal import uploads


@town_task(queue="files", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def make_photos_ours(*, run: str) -> None:
    uploads.make_ours(uuid.UUID(run))
