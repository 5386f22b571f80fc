# SPDX-License-Identifier: Apache-2.0
"""What the worker does for this room: ids in, one call."""

from __future__ import annotations

from kairan.municipalities.jobs import town_task


@town_task(retry=3)
def work_bulk(*, job_id: int) -> None:
    from kairan.reports.actions.bulk import work
    from kairan.reports.models import BulkJob

    work(BulkJob.objects.select_related("person", "undoes").get(pk=job_id))
