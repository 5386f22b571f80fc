# SPDX-License-Identifier: Apache-2.0
"""The program that opens a stranger's photo: bytes in on stdin, two clean JPEGs out on stdout.

It runs as a process of its own (``photos.prepare`` starts it) because image libraries are written
in C and read whatever strangers send: here a crash, an endless loop or a gigabyte costs one photo
and not the worker, and there are no secrets in the environment to be stolen. It therefore imports
nothing of Kairan and gets its limits as a JSON argument.

Answer: one line of JSON, then the bytes of the large picture, then those of the thumbnail.
``{"refused": CODE}`` alone when it is not a photo we take.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import resource
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image, ImageOps

# Only these readers are ever tried; SVG, PDF, TIFF and the rest are not photos from a phone.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_JAPAN = timezone(timedelta(hours=9))
# Whoever waits for a page or a receipt number goes first.
NICENESS = 10


class Refused(Exception):
    """The argument is the code that ``photos`` turns into words."""


def main() -> None:
    limits: dict[str, int] = json.loads(sys.argv[1])
    _limit_process(limits)
    content = sys.stdin.buffer.read()
    try:
        head, large, thumbnail = clean(content, limits)
    except Refused as refused:
        sys.stdout.buffer.write(json.dumps({"refused": str(refused)}).encode())
        return
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    out.write(large)
    out.write(thumbnail)


def clean(content: bytes, limits: dict[str, int]) -> tuple[dict[str, Any], bytes, bytes]:
    """The facts of the photo, the large picture and the thumbnail, both JPEG without metadata."""
    image = _open(content)
    width, height = image.size
    if width * height > limits["pixels"] or max(width, height) > limits["edge"]:
        raise Refused("too_many_pixels")
    facts = _facts(image)
    edge = limits["large_edge"]
    try:
        image.draft("RGB", (edge, edge))  # a JPEG is decoded at a fraction of its size
        image.load()
        upright = _flat(ImageOps.exif_transpose(image))
    except MemoryError as error:
        raise Refused("too_many_pixels") from error
    except Exception as error:  # decoders raise whatever they like on broken data
        raise Refused("broken") from error
    upright.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    large = _jpeg(upright, limits["large_quality"])
    facts |= {"width": upright.width, "height": upright.height, "large": len(large)}
    small_edge = limits["thumbnail_edge"]
    upright.thumbnail((small_edge, small_edge), Image.Resampling.LANCZOS)
    thumbnail = _jpeg(upright, limits["thumbnail_quality"])
    return facts | {"thumbnail": len(thumbnail)}, large, thumbnail


def _open(content: bytes) -> Image.Image:
    """Only the header is read. Our own pixel limit holds, so Pillow's warning one is off."""
    Image.MAX_IMAGE_PIXELS = None
    formats: tuple[str, ...] = _FORMATS
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        import pillow_heif

        pillow_heif.register_heif_opener()
        formats = ("HEIF",)
    try:
        return Image.open(io.BytesIO(content), formats=formats)
    except MemoryError as error:
        raise Refused("too_many_pixels") from error
    except Exception as error:
        raise Refused("not_a_photo") from error


def _flat(image: Image.Image) -> Image.Image:
    """The first frame in RGB, on white where it was transparent."""
    if image.mode == "RGB":
        return image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    # Pillow writes metadata back only when it is handed over; clear it all the same.
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _facts(image: Image.Image) -> dict[str, Any]:
    """Where and when it was taken; a photo with unreadable EXIF is still a photo."""
    facts: dict[str, Any] = {"longitude": None, "latitude": None, "taken_at": None}
    with contextlib.suppress(Exception):
        exif = image.getexif()
        with contextlib.suppress(Exception):
            facts["longitude"], facts["latitude"] = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
        facts["taken_at"] = _taken_at(exif.get_ifd(ExifTags.IFD.Exif))
    return facts


def _position(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    """Longitude and latitude in degrees; cameras without a fix write 0,0, which is the sea."""
    if ExifTags.GPS.GPSLatitude not in gps or ExifTags.GPS.GPSLongitude not in gps:
        return None, None
    latitude = _degrees(gps[ExifTags.GPS.GPSLatitude])
    longitude = _degrees(gps[ExifTags.GPS.GPSLongitude])
    if gps.get(ExifTags.GPS.GPSLatitudeRef) == "S":
        latitude = -latitude
    if gps.get(ExifTags.GPS.GPSLongitudeRef) == "W":
        longitude = -longitude
    sane = math.isfinite(latitude) and math.isfinite(longitude)
    if not sane or abs(latitude) > 90 or abs(longitude) > 180 or (latitude, longitude) == (0, 0):
        return None, None
    return round(longitude, 7), round(latitude, 7)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _taken_at(exif: dict[int, Any]) -> str | None:
    """ISO 8601 with offset; a camera that does not say its offset is taken to be in Japan."""
    written = str(exif.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    offset = str(exif.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    try:
        naive = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    if naive.year < 1990:
        return None
    try:
        zone = datetime.strptime(offset, "%z").tzinfo
    except ValueError:
        zone = _JAPAN
    return naive.replace(tzinfo=zone).astimezone(_JAPAN).isoformat()


def _limit_process(limits: dict[str, int]) -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
