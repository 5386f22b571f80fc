# SPDX-License-Identifier: Apache-2.0
"""The clock as a user."""

from __future__ import annotations

from kairan.municipalities.jobs import every_town
from kairan.talk import following, uploads
from kairan.talk.actions import reminding


@every_town(cron="*/5 * * * *", queue="talk")
def remind() -> None:
    """At nine and at six, and a little later where the worker was away."""
    reminding.remind_all()


@every_town(cron="*/10 * * * *", queue="talk")
def follow_town() -> None:
    """Changes leave a job of their own; this finds what one of them has missed."""
    following.follow_town()


@every_town(cron="27 * * * *", queue="files")
def sweep_uploads() -> None:
    uploads.sweep()
