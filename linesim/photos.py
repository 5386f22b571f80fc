# SPDX-License-Identifier: Apache-2.0
"""Made-up photos for training: drawn by us, with date and position in EXIF like a phone's."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from PIL import ExifTags, Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
_JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Scene:
    """``place`` is (latitude, longitude) written to EXIF when none is given."""

    title: str
    paint: Callable[[Image.Image], Image.Image]
    place: tuple[float, float] = (32.8032, 130.7079)


def draw(name: str, latitude: float | None = None, longitude: float | None = None) -> bytes:
    """A JPEG of the scene. Raises ValueError for a scene that does not exist."""
    scene = SCENES.get(name)
    if scene is None:
        raise ValueError(f"no such photo: {name}; known: {sorted(SCENES)}")
    place = scene.place if latitude is None or longitude is None else (latitude, longitude)
    out = io.BytesIO()
    _painted(name).save(out, "JPEG", quality=85, exif=_exif(*place))
    return out.getvalue()


@lru_cache
def _painted(name: str) -> Image.Image:
    image = SCENES[name].paint(Image.new("RGB", SIZE))
    return _grain(image.filter(ImageFilter.GaussianBlur(1.2)), name)


def _exif(latitude: float, longitude: float) -> Image.Exif:
    exif = Image.Exif()
    now = datetime.now(_JAPAN).strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make] = "linesim"
    exif[ExifTags.Base.Model] = "made-up photo"
    exif[ExifTags.Base.DateTime] = now
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = now
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
            ExifTags.GPS.GPSLatitude: _degrees(latitude),
            ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
            ExifTags.GPS.GPSLongitude: _degrees(longitude),
        }
    )
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(abs(value) * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 4)


def _grain(image: Image.Image, seed: str) -> Image.Image:
    """Sensor noise, the same for the same scene."""
    noise = Image.frombytes("L", (320, 240), random.Random(seed).randbytes(320 * 240))  # noqa: S311
    return Image.blend(image, noise.resize(SIZE).convert("RGB"), 0.06)


def _sky(image: Image.Image, top: str, bottom: str, horizon: int) -> ImageDraw.ImageDraw:
    """A vertical gradient down to the horizon, and a brush to go on with."""
    gradient = Image.linear_gradient("L").resize((SIZE[0], horizon))
    upper = Image.new("RGB", (SIZE[0], horizon), top)
    lower = Image.new("RGB", (SIZE[0], horizon), bottom)
    image.paste(Image.composite(lower, upper, gradient), (0, 0))
    return ImageDraw.Draw(image)


def _glow(image: Image.Image, box: tuple[int, int, int, int], colour: str) -> Image.Image:
    light = Image.new("RGB", SIZE)
    ImageDraw.Draw(light).ellipse(box, fill=colour)
    mask = light.convert("L").filter(ImageFilter.GaussianBlur(60))
    return Image.composite(light.filter(ImageFilter.GaussianBlur(60)), image, mask)


def _street_lamp(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#05070f", "#1a2236", 620)
    brush.rectangle((0, 620, 1280, 960), fill="#16181d")
    for x, wide, high in ((0, 260, 330), (240, 200, 240), (900, 380, 300)):
        brush.rectangle((x, 620 - high, x + wide, 640), fill="#0d1018")
    for x, y in ((60, 400), (130, 470), (980, 420), (1130, 500)):
        brush.rectangle((x, y, x + 36, y + 46), fill="#c9a75a")
    brush.polygon([(420, 960), (600, 620), (690, 620), (980, 960)], fill="#23262d")
    image = _glow(image, (905, 144, 1085, 324), "#9fb4c8")
    brush = ImageDraw.Draw(image)
    for x, top, dark in ((520, 120, True), (1090, 230, False)):
        brush.rectangle((x, top, x + 16, 700), fill="#3d434d")
        brush.rectangle((x - 90, top - 6, x + 16, top + 8), fill="#3d434d")
        brush.ellipse((x - 130, top - 16, x - 60, top + 24), fill="#20242b" if dark else "#fff3c4")
    return image


def _pothole(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#a8c4dd", "#dfe9ef", 260)
    brush.rectangle((0, 250, 1280, 960), fill="#6d7073")
    brush.polygon([(0, 250), (330, 250), (0, 620)], fill="#7f9a63")
    brush.line([(700, 255), (560, 960)], fill="#e9e9e4", width=26)
    dice = random.Random(4)  # noqa: S311
    rim = [
        (440 + 250 * dice.uniform(0.75, 1) * c, 640 + 130 * dice.uniform(0.75, 1) * s)
        for c, s in _circle(26)
    ]
    brush.polygon(rim, fill="#3a3b3d")
    brush.polygon([(x * 0.8 + 92, y * 0.8 + 136) for x, y in rim], fill="#27231f")
    for _ in range(60):
        x, y = 440 + dice.gauss(0, 190), 640 + dice.gauss(0, 110)
        brush.ellipse((x, y, x + dice.randint(4, 16), y + dice.randint(4, 12)), fill="#8b8780")
    for start in ((650, 600), (240, 700), (480, 520)):
        _crack(brush, start, dice)
    return image


def _circle(count: int) -> list[tuple[float, float]]:
    from math import cos, pi, sin

    return [(cos(2 * pi * i / count), sin(2 * pi * i / count)) for i in range(count)]


def _crack(brush: ImageDraw.ImageDraw, start: tuple[int, int], dice: random.Random) -> None:
    x, y = start
    side = 1 if x > 440 else -1
    for _ in range(9):
        to = (x + side * dice.randint(15, 50), y + dice.randint(-25, 25))
        brush.line([(x, y), to], fill="#3b3c3e", width=4)
        x, y = to


def _park(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#8fbbe0", "#e4eef2", 420)
    brush.rectangle((0, 420, 1280, 960), fill="#b79d75")
    for x in range(-60, 1300, 170):
        brush.ellipse((x, 250, x + 230, 470), fill="#55803f")
    brush.rectangle((360, 330, 384, 760), fill="#c0392b")
    brush.rectangle((500, 330, 524, 760), fill="#c0392b")
    for y in range(420, 760, 60):
        brush.rectangle((372, y, 512, y + 12), fill="#d8d8d8")
    brush.polygon([(524, 340), (560, 330), (980, 780), (930, 800)], fill="#f1c40f")
    brush.polygon([(700, 520), (760, 515), (800, 600), (735, 610)], fill="#5c4a1e")
    brush.line([(690, 500), (820, 640)], fill="#33290f", width=8)
    brush.rectangle((340, 318, 560, 340), fill="#a93226")
    brush.polygon([(560, 830), (1100, 800), (1160, 850), (600, 890)], fill="#9a8259")
    return image


def _river(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#7d8b97", "#c3ccd1", 330)
    brush.rectangle((0, 320, 1280, 960), fill="#5d7347")
    brush.polygon([(430, 330), (830, 330), (1180, 960), (60, 960)], fill="#7a6a4f")
    dice = random.Random(9)  # noqa: S311
    for _ in range(90):
        y = dice.randint(350, 950)
        half = (y - 300) * 0.75
        x = 630 + dice.uniform(-half, half)
        brush.line([(x, y), (x + dice.randint(30, 120), y + 4)], fill="#93836a", width=5)
    brush.line([(200, 800), (820, 560)], fill="#4b3a26", width=46)
    brush.line([(470, 700), (420, 560)], fill="#4b3a26", width=20)
    brush.line([(600, 645), (690, 720)], fill="#4b3a26", width=18)
    for x in range(860, 1270, 80):
        brush.rectangle((x, 330 + (x - 860) // 2, x + 12, 460 + (x - 860)), fill="#dadada")
    return image


def _recyclables(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#2d3a55", "#d39a6a", 440)
    brush.rectangle((0, 440, 1280, 960), fill="#5a5c60")
    brush.rectangle((0, 300, 420, 700), fill="#8b8f94")
    brush.rectangle((40, 560, 380, 720), outline="#2f7d4f", width=10)
    for x, colour in ((60, "#d7e3ea"), (150, "#c4d4dc"), (240, "#dfe8ec")):
        brush.ellipse((x, 610, x + 110, 720), fill=colour)
    brush.rectangle((560, 430, 940, 680), fill="#e7e7e4")
    brush.rectangle((940, 500, 1110, 680), fill="#d5d8d8")
    brush.polygon([(960, 515), (1060, 515), (1090, 590), (960, 590)], fill="#26313c")
    for x in (640, 1010):
        brush.ellipse((x, 640, x + 100, 740), fill="#1c1c1e")
        brush.ellipse((x + 30, 670, x + 70, 710), fill="#7c7c80")
    brush.rectangle((580, 440, 920, 470), fill="#9fb3a0")
    for x in range(590, 900, 70):
        brush.ellipse((x, 385, x + 90, 460), fill="#cfdde4")
    return image


def _sign(image: Image.Image) -> Image.Image:
    brush = _sky(image, "#9cc3e6", "#edf3f6", 560)
    brush.rectangle((0, 560, 1280, 960), fill="#8f9396")
    brush.rectangle((0, 470, 1280, 600), fill="#7c8a6a")
    brush.line([(620, 900), (760, 240)], fill="#b9bcbf", width=26)
    brush.polygon([(640, 150), (930, 215), (860, 440), (570, 370)], fill="#1f6fb4")
    brush.polygon([(655, 172), (905, 228), (845, 418), (592, 356)], outline="#ffffff", width=8)
    brush.line([(660, 300), (830, 330)], fill="#ffffff", width=22)
    brush.polygon([(815, 290), (880, 340), (800, 372)], fill="#ffffff")
    return image


SCENES: dict[str, Scene] = {
    "street-lamp": Scene("夜の街路灯（1つ消えている）", _street_lamp, (32.7898, 130.7417)),
    "pothole": Scene("道路の穴", _pothole, (32.8190, 130.7270)),
    "park": Scene("公園のすべり台", _park, (32.7760, 130.7110)),
    "river": Scene("水路の倒木", _river, (32.8010, 130.6500)),
    "recyclables": Scene("資源物を積むトラック", _recyclables, (32.8420, 130.6960)),
    "sign": Scene("傾いた標識", _sign, (32.7350, 130.7580)),
}
