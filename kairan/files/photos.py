# SPDX-License-Identifier: Apache-2.0
"""A stranger's bytes → a clean photo, or a plain reason why not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from kairan.files import limits

_DECODER = Path(__file__).with_name("decoder.py")
_LIMITS = json.dumps(
    {
        "pixels": limits.MAX_PIXELS,
        "edge": limits.MAX_EDGE,
        "memory": limits.DECODER_MEMORY,
        "cpu": limits.DECODER_CPU_SECONDS,
        "large_edge": limits.LARGE_EDGE,
        "large_quality": limits.LARGE_QUALITY,
        "thumbnail_edge": limits.THUMBNAIL_EDGE,
        "thumbnail_quality": limits.THUMBNAIL_QUALITY,
    }
)

_decoders = BoundedSemaphore(limits.DECODERS_AT_ONCE)


class FileRefused(Exception):
    """The file is not one we take. ``reason`` is for people: what is wrong and what to do."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Photo:
    """Two JPEGs without metadata, and what the metadata said. Position in degrees."""

    large: bytes
    thumbnail: bytes
    width: int
    height: int
    longitude: float | None
    latitude: float | None
    taken_at: datetime | None


def prepare(content: bytes) -> Photo:
    """Check by content, turn upright, shrink, strip. Raises ``FileRefused``.

    Costs about a quarter of a second of another process; call it outside a transaction.
    """
    if not content:
        raise refusal("empty")
    if len(content) > limits.MAX_BYTES:
        raise refusal("too_big")
    answer = _decode(content)
    head_line, _newline, pictures = answer.partition(b"\n")
    head = json.loads(head_line)
    if code := head.get("refused"):
        raise refusal(code)
    return Photo(
        large=pictures[: head["large"]],
        thumbnail=pictures[head["large"] :],
        width=head["width"],
        height=head["height"],
        longitude=head["longitude"],
        latitude=head["latitude"],
        taken_at=datetime.fromisoformat(head["taken_at"]) if head["taken_at"] else None,
    )


def refusal(code: str) -> FileRefused:
    reasons = {
        "empty": _("写真の中身が空でした。もう一度撮って送ってください。"),
        "too_big": _("写真が大きすぎます。20MBまでの写真を送ってください。"),
        "too_many_pixels": _(
            "写真の画素数が多すぎます。カメラの設定を8,000万画素より小さくして送ってください。"
        ),
        "not_a_photo": _(
            "写真として読めませんでした。JPEG、PNG、HEIC、WebP、GIFの写真を送ってください。"
        ),
        "broken": _("写真がこわれていて開けませんでした。もう一度送ってください。"),
    }
    return FileRefused(code, reasons[code])


def _decode(content: bytes) -> bytes:
    """The decoder's answer. One that crashed, hung or outgrew its memory means a broken photo."""
    try:
        with _decoders:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(_DECODER), _LIMITS],
                input=content,
                capture_output=True,
                timeout=limits.DECODER_SECONDS,
                env={"OPENBLAS_NUM_THREADS": "1"},
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise refusal("broken") from error
    if done.returncode != 0:
        raise refusal("broken")
    return done.stdout
