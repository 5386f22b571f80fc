# SPDX-License-Identifier: Apache-2.0
"""Black boxes burnt into a copy of a photo: what lay under them is in no byte of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from kairan.audit.actors import Actor
from kairan.files.actions import store_photo
from kairan.files.models import LARGE, StoredFile
from kairan.files.photos import FileRefused

QUALITY = 90


@dataclass(frozen=True)
class Box:
    """Shares of the picture's width and height, 0 to 1, from its upper left."""

    left: float
    top: float
    width: float
    height: float


def redacted(*, acting: Actor, stored: StoredFile, boxes: Sequence[Box]) -> StoredFile:
    """A new photo, without metadata. Raises ``FileRefused`` when the old one has been erased."""
    try:
        with default_storage.open(stored.path(LARGE)) as file, Image.open(file) as opened:
            picture = opened.convert("RGB")
    except FileNotFoundError as error:
        raise FileRefused("erased", _("写真は消されています。")) from error
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        left, top = box.left * picture.width, box.top * picture.height
        right, bottom = left + box.width * picture.width, top + box.height * picture.height
        draw.rectangle((left, top, right, bottom), fill="black")
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY)
    return store_photo(acting=acting, content=written.getvalue(), name="")
