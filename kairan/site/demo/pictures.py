# SPDX-License-Identifier: Apache-2.0
"""Drawn photos for the demo's reports: nobody's street, nobody's face."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
Draw = ImageDraw.ImageDraw


def picture_of(kind: str, chance: random.Random) -> bytes:
    """A JPEG that fits the kind of report; another one for every draw of ``chance``."""
    dark = kind in {"street_light", "recyclables_theft"}
    image = _scene(chance, dark=dark)
    _THINGS.get(kind, _crack)(ImageDraw.Draw(image), chance)
    noise = Image.effect_noise(SIZE, 18).convert("RGB")
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(1.4)), noise, 0.06)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=78)
    return out.getvalue()


def _scene(chance: random.Random, *, dark: bool) -> Image.Image:
    sky, ground = ((18, 24, 46), (38, 40, 46)) if dark else ((176, 208, 232), (128, 126, 122))
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    horizon = 420 + chance.randrange(-40, 40)
    x = -40
    while x < SIZE[0]:
        wide, high = chance.randrange(120, 240), chance.randrange(90, 260)
        shade = chance.randrange(20, 44) if dark else chance.randrange(140, 214)
        draw.rectangle([x, horizon - high, x + wide, horizon], fill=(shade, shade, shade + 8))
        x += wide + chance.randrange(6, 30)
    draw.rectangle([0, horizon, SIZE[0], SIZE[1]], fill=ground)
    draw.polygon([(520, horizon), (700, horizon), (1180, 960), (60, 960)], fill=_lighter(ground))
    return image


def _lighter(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = (min(255, part + 14) for part in colour)
    return red, green, blue


def _crack(draw: Draw, chance: random.Random) -> None:
    x, y = chance.randrange(420, 760), chance.randrange(640, 800)
    for size, shade in ((130, 70), (96, 48), (60, 30)):
        draw.ellipse([x - size, y - size // 2, x + size, y + size // 2], fill=(shade,) * 3)
    for _ in range(7):
        points = [(x, y)]
        for _ in range(5):
            dx, dy = chance.randrange(-90, 90), chance.randrange(-45, 60)
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        draw.line(points, fill=(52, 50, 48), width=chance.randrange(3, 7))


def _lamp(draw: Draw, chance: random.Random) -> None:
    x = chance.randrange(360, 900)
    draw.rectangle([x, 130, x + 18, 860], fill=(92, 96, 104))
    draw.line([(x + 9, 136), (x + 170, 108)], fill=(92, 96, 104), width=12)
    draw.ellipse([x + 130, 92, x + 216, 132], fill=(66, 70, 80))
    for _ in range(40):
        px, py = chance.randrange(SIZE[0]), chance.randrange(90)
        draw.point((px, py), fill=(210, 214, 230))


def _slide(draw: Draw, chance: random.Random) -> None:
    x = chance.randrange(360, 700)
    draw.rectangle([0, 600, SIZE[0], SIZE[1]], fill=(136, 150, 92))
    draw.polygon([(x, 380), (x + 50, 380), (x + 400, 800), (x + 330, 800)], fill=(214, 84, 60))
    for step in range(6):
        y = 420 + step * 64
        draw.line([(x - 110 + step * 4, y), (x - 10, y)], fill=(60, 96, 160), width=12)
    draw.line([(x - 120, 810), (x - 8, 372)], fill=(60, 96, 160), width=16)


def _stream(draw: Draw, chance: random.Random) -> None:
    draw.polygon([(560, 430), (720, 430), (1080, 960), (240, 960)], fill=(84, 124, 132))
    for _ in range(26):
        x, y = chance.randrange(380, 920), chance.randrange(620, 820)
        end = (x + chance.randrange(-130, 130), y + chance.randrange(-40, 40))
        draw.line([(x, y), end], fill=(88, 66, 44), width=chance.randrange(6, 15))


def _cans(draw: Draw, chance: random.Random) -> None:
    draw.rectangle([240, 560, 1040, 590], fill=(120, 124, 130))
    for _ in range(9):
        x, y = chance.randrange(260, 940), chance.randrange(600, 780)
        draw.ellipse([x, y, x + 150, y + 130], fill=(186, 190, 198), outline=(120, 124, 130))


_THINGS = {
    "street_light": _lamp,
    "park": _slide,
    "river": _stream,
    "recyclables_theft": _cans,
}
