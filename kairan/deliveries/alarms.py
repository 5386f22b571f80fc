# SPDX-License-Identifier: Apache-2.0
"""Telling the administrators that nothing can be sent until they act."""

from __future__ import annotations

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.audit.actors import PROGRAM
from kairan.line.models import LineChannel
from kairan.municipalities.links import public_link
from kairan.people.models import Membership, Role

log = structlog.get_logger(__name__)


def token_revoked(channel: LineChannel) -> None:
    log.error("line.token_revoked", channel=channel.pk)
    changed = f"{channel.state_changed_at:%Y%m%d%H%M%S}"
    _mail(
        once=f"alarm:token:{channel.pk}:{changed}:{channel.token_tail}",
        subject=_("【要対応】LINEに送れません：アクセストークンが使えません"),
        text=_(
            "LINEが「{name}」のチャネルアクセストークンを受け付けません。\n"
            "市民への返事は止まっています。新しいトークンを入れると、自動で送られます。\n\n"
            "LINE Developersで新しいトークンを発行し、次の画面に入れてください。\n{url}"
        ).format(name=channel.name, url=public_link("/console/line/")),
    )


def quota_used_up(channel: LineChannel) -> None:
    log.error("line.quota_used_up", channel=channel.pk)
    month = f"{timezone.localdate():%Y-%m}"
    _mail(
        once=f"alarm:quota:{channel.pk}:{month}",
        subject=_("【要対応】今月LINEに送れる通数を使い切りました"),
        text=_(
            "「{name}」の今月の通数を使い切りました。\n"
            "市民からの言葉への返事は送れますが、状況のお知らせは来月まで止まります。\n"
            "LINE公式アカウントのプランを見直してください。"
        ).format(name=channel.name),
    )


def _mail(*, once: str, subject: str, text: str) -> None:
    from kairan.deliveries.actions import plan_mail

    rows = Membership.objects.filter(
        role=Role.ADMINISTRATOR, department__isnull=True, person__is_active=True
    )
    for person_id, email in rows.values_list("person_id", "person__email"):
        plan_mail(
            acting=PROGRAM,
            to=email,
            subject=subject,
            text=text,
            purpose="alarm",
            once=f"{once}:{person_id}",
        )
