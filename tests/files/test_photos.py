# SPDX-License-Identifier: Apache-2.0
"""What comes out of a stranger's bytes. No database: the checking is pure."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from kairan.files import limits, photos
from kairan.files.photos import FileRefused, prepare
from tests.files import pictures
from tests.files.pictures import BLUE, RED

TOKYO = ZoneInfo("Asia/Tokyo")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 25 for a, b in zip(found, wanted, strict=True))


def refused(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        prepare(content)
    assert caught.value.reason.endswith("ください。")
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_of_every_kind_becomes_a_jpeg(kind: str) -> None:
    photo = prepare(pictures.written(pictures.half_red(), kind))
    large = opened(photo.large)
    assert large.format == "JPEG"
    assert large.size == (photo.width, photo.height) == (400, 300)
    assert is_near(large.getpixel((50, 150)), RED)
    assert is_near(large.getpixel((350, 150)), BLUE)


def test_an_iphone_may_send_heic() -> None:
    photo = prepare(pictures.heic())
    assert opened(photo.large).format == "JPEG"
    assert is_near(opened(photo.large).getpixel((50, 150)), RED)


def test_a_big_photo_is_shrunk_and_gets_a_thumbnail() -> None:
    photo = prepare(pictures.jpeg((4000, 3000)))
    assert (photo.width, photo.height) == (2560, 1920)
    assert opened(photo.thumbnail).size == (320, 240)


def test_a_small_photo_is_not_blown_up() -> None:
    photo = prepare(pictures.jpeg((100, 50)))
    assert opened(photo.large).size == opened(photo.thumbnail).size == (100, 50)


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    photo = prepare(pictures.jpeg(exif=pictures.exif(orientation=6)))
    assert (photo.width, photo.height) == (300, 400)
    assert is_near(opened(photo.large).getpixel((150, 50)), RED)


def test_the_position_and_time_are_read_and_taken_out_of_the_picture() -> None:
    given = pictures.exif(
        taken="2026:07:01 02:03:04", latitude=(32.0, 48.0, 11.0), longitude=(130.0, 42.0, 27.0)
    )
    photo = prepare(pictures.jpeg(exif=given))
    assert photo.latitude == pytest.approx(32.803056, abs=1e-6)
    assert photo.longitude == pytest.approx(130.7075, abs=1e-6)
    assert photo.taken_at == datetime(2026, 7, 1, 2, 3, 4, tzinfo=TOKYO)
    for picture in (photo.large, photo.thumbnail):
        assert not opened(picture).getexif()
        assert b"SecretCamera" not in picture


def test_a_camera_that_says_its_time_zone_is_believed() -> None:
    given = pictures.exif(taken="2026:07:01 02:03:04", offset="+00:00")
    assert prepare(pictures.jpeg(exif=given)).taken_at == datetime(
        2026, 7, 1, 11, 3, 4, tzinfo=TOKYO
    )


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),  # no fix
        ((95.0, 0.0, 0.0), (130.0, 0.0, 0.0)),  # no such place
        ((32.0, 0.0), (130.0, 0.0)),  # cut short
    ],
)
def test_a_senseless_position_is_no_position(
    latitude: tuple[float, ...], longitude: tuple[float, ...]
) -> None:
    photo = prepare(pictures.jpeg(exif=pictures.exif(latitude=latitude, longitude=longitude)))
    assert photo.latitude is None
    assert photo.longitude is None


def test_a_senseless_time_is_no_time() -> None:
    assert prepare(pictures.jpeg(exif=pictures.exif(taken="0000:00:00 00:00:00"))).taken_at is None


def test_broken_metadata_does_not_cost_the_photo() -> None:
    assert prepare(pictures.jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).taken_at is None


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in (RED, BLUE)]
    moving = pictures.written(frames[0], kind, save_all=True, append_images=frames[1:])
    assert is_near(opened(prepare(moving).large).getpixel((30, 20)), RED)


def test_what_was_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    picture = opened(prepare(pictures.written(clear, "PNG")).large)
    assert is_near(picture.getpixel((20, 20)), (255, 255, 255))


def test_what_was_hidden_behind_a_photo_is_gone() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("evil.html", "<script>alert(1)</script>")
    photo = prepare(pictures.jpeg(comment=b"<script>alert(2)</script>") + archive.getvalue())
    for picture in (photo.large, photo.thumbnail):
        assert b"script" not in picture
        assert not zipfile.is_zipfile(io.BytesIO(picture))


def test_nothing_is_not_a_photo() -> None:
    assert refused(b"") == "empty"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refused(b"\xff\xd8\xff" + b"\0" * limits.MAX_BYTES) == "too_big"


@pytest.mark.parametrize(
    "content",
    [SVG, b"%PDF-1.7 ...", b"PK\x03\x04" + b"\0" * 40, b"<html></html>", b"\xff\xd8\xff", b"x"],
)
def test_what_is_not_a_photo_is_refused(content: bytes) -> None:
    assert refused(content) == "not_a_photo"


def test_a_name_does_not_make_a_tiff_a_photo() -> None:
    assert refused(pictures.written(pictures.half_red(), "TIFF")) == "not_a_photo"


def test_half_a_photo_is_refused() -> None:
    whole = pictures.jpeg((1200, 900), quality=95)
    assert refused(whole[: len(whole) // 2]) == "broken"


def test_half_a_heic_is_refused() -> None:
    whole = pictures.heic((1200, 900))
    assert refused(whole[: len(whole) // 2]) in {"broken", "not_a_photo"}


def test_a_hundred_megapixels_are_refused_before_decoding() -> None:
    bomb = pictures.png_bomb()
    assert len(bomb) < 20_000
    assert refused(bomb) == "too_many_pixels"


def test_a_photo_as_long_as_a_street_is_refused() -> None:
    assert refused(pictures.png_bomb(width=40_000, height=8)) == "too_many_pixels"


def test_a_decoder_that_outgrows_its_memory_costs_one_photo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tight = photos._LIMITS.replace(str(limits.DECODER_MEMORY), str(160 * 1024 * 1024))
    monkeypatch.setattr(photos, "_LIMITS", tight)
    code = refused(pictures.png_bomb(width=8_800, height=9_000))
    assert code in {"too_many_pixels", "broken"}


def test_a_decoder_that_hangs_costs_one_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DECODER_SECONDS", 0.001)
    assert refused(pictures.jpeg()) == "broken"


def test_the_decoder_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os; print('{\"refused\": \"%s\"}' % len(os.environ.get('DATABASE_URL', '')))"
    )
    monkeypatch.setattr(photos, "_DECODER", spy)
    monkeypatch.setattr(photos, "refusal", lambda code: FileRefused(code, "見てください。"))
    assert refused(b"x") == "0"
