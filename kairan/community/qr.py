# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import io

import qrcode  # type: ignore[import-untyped]
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]


def qr_image(text: str) -> str:
    """A QR code as the address of a picture (``data:``), black on white."""
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, border=4).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
