# SPDX-License-Identifier: Apache-2.0
"""What residents sent: photos, videos, voice, files (api-data.line.me)."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, UnidentifiedImageError
from starlette.routing import Route

from linesim.api.gate import Answer, Call, line_route
from linesim.errors import ApiError, not_found
from linesim.state import Content

PREVIEW = 240


def content(call: Call) -> Answer:
    found = _find(call)
    if found.ready_at > call.sim.clock.now():
        return Answer({"message": "The content is being prepared"}, 202)
    return Answer(raw=found.data, content_type=found.content_type, body=_size(found.data))


def preview(call: Call) -> Answer:
    found = _find(call)
    if not found.content_type.startswith(("image/", "video/")):
        raise not_found()
    small = thumbnail(found.data)
    return Answer(raw=small, content_type="image/jpeg", body=_size(small))


def transcoding(call: Call) -> Answer:
    found = _find(call)
    if found.failed:
        return Answer({"status": "failed"})
    ready = found.ready_at <= call.sim.clock.now()
    return Answer({"status": "succeeded" if ready else "processing"})


def thumbnail(data: bytes) -> bytes:
    """A small JPEG; of what is no picture, a grey one with a play sign."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            small = image.convert("RGB")
            small.thumbnail((PREVIEW, PREVIEW))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        small = Image.new("RGB", (PREVIEW, PREVIEW * 3 // 4), "#4a5560")
        ImageDraw.Draw(small).polygon([(95, 60), (95, 120), (150, 90)], fill="white")
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def _find(call: Call) -> Content:
    found = call.sim.contents.get(call.path["message_id"])
    if found is None:
        raise not_found()
    if found.gone or call.sim.conditions.content_gone:
        raise ApiError(410, "Gone")
    return found


def _size(data: bytes) -> str:
    return f"({len(data)} bytes)"


_BASE = "/v2/bot/message/{message_id}/content"
ROUTES: list[Route] = [
    line_route("GET", _BASE, content),
    line_route("GET", f"{_BASE}/preview", preview),
    line_route("GET", f"{_BASE}/transcoding", transcoding),
]
