# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.municipalities.jobs import town_task

SENDING_PRIORITY = 10


@town_task(queue="deliveries", retry=3)
def send(*, recipient: str) -> None:
    from kairan.deliveries.sending import send_pending

    send_pending(recipient)
