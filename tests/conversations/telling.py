# SPDX-License-Identifier: Apache-2.0
"""Ways of a resident that several tests go."""

from __future__ import annotations

from typing import Any

from kairan.reports.models import Report
from tests.talking import Talk

IN_THE_WEST = (32.7, 130.2)
TYPED = ("通報", "照明灯の不具合", "1", "西区春日1丁目", "なし", "今は撮れません")


def to_the_photos(line: Talk, who: str = "花子") -> None:
    """Up to the question for photos."""
    for words in TYPED[:-1]:
        line.answer(who, words)


def to_the_confirm(line: Talk, who: str = "花子") -> None:
    for words in TYPED:
        line.answer(who, words)


def report(line: Talk, who: str = "花子") -> Report:
    """A report that has gone in."""
    to_the_confirm(line, who)
    line.answer(who, "送る")
    return Report.objects.select_related("case").latest("id")


def held_back(line: Talk, who: str, kind: str, **given: Any) -> dict[str, Any]:
    """Does it, but keeps the webhook: its body and headers, to be delivered by the test."""
    deliver, line.deliver = line.deliver, None
    try:
        webhook: dict[str, Any] = line.act(who, kind, **given)["webhooks"][0]
        line.advance(0.002)  # two of one millisecond would have no order
    finally:
        line.deliver = deliver
    return webhook


def deliver(line: Talk, *webhooks: dict[str, Any]) -> None:
    assert line.deliver is not None
    for webhook in webhooks:
        line.deliver(webhook["body"].encode(), webhook["headers"])
