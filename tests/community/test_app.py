# SPDX-License-Identifier: Apache-2.0
"""The app around the talk: manifest, icons, worker, settings, help, the way out."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kairan.people.models import Person
from kairan.push.models import PushSetting, Subscription
from tests.cast import Cast
from tests.push.conftest import Enter, Town, ward

__all__ = ["ward"]

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit Safari"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit Chrome Mobile Safari"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit Chrome Edg"


@pytest.fixture
def chair(ward: Town, sign_in: Enter) -> Client:
    return sign_in(ward.chair)


def test_the_manifest_names_icons_that_are_there(client: Client, cast: Cast) -> None:
    answer = client.get("/community/app.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["scope"], manifest["display"]) == ("/community/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"]).content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert manifest["share_target"]["action"] == "/community/share/"


def test_a_maskable_icon_fills_its_corners_and_another_does_not(client: Client, cast: Cast) -> None:
    def corner(kind: str) -> int:
        picture = Image.open(BytesIO(client.get(f"/community/icons/{kind}-192.png").content))
        return picture.convert("RGBA").getpixel((0, 0))[3]  # type: ignore[index, return-value]

    assert (corner("maskable"), corner("any")) == (255, 0)


@pytest.mark.parametrize("name", ["any-100", "none-192", "any-100000"])
def test_other_icons_are_not_drawn(client: Client, cast: Cast, name: str) -> None:
    assert client.get(f"/community/icons/{name}.png").status_code == 404


def test_the_worker_keeps_shells_and_no_answers(client: Client, cast: Cast) -> None:
    answer = client.get("/community/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    assert "notificationclick" in script
    assert "/community/talk/api/" not in script


def test_a_leader_reads_the_office_number_on_every_page(
    chair: Client, ward: Town, hinokuni: Cast
) -> None:
    for path in ("/community/settings/", "/community/help/", "/community/install/"):
        assert 'href="tel:096-000-0000"' in chair.get(path).content.decode()
    ward.desk.phone = "072-290-1803"
    ward.desk.save(update_fields=["phone"])
    page = chair.get("/community/settings/").content.decode()
    assert 'href="tel:072-290-1803"' in page
    assert "自治推進課" in page


def test_help_and_installing_are_open_to_who_cannot_come_in(client: Client, cast: Cast) -> None:
    for path in ("/community/help/", "/community/install/"):
        assert client.get(path).status_code == 200
    for path in ("/community/settings/", "/community/offline/", "/community/share/"):
        assert "/community/sign-in/" in client.get(path)["Location"]


@pytest.mark.parametrize(
    ("agent", "first"), [(IPHONE, "iphone"), (ANDROID, "android"), (WINDOWS, "pc"), ("", "iphone")]
)
def test_ones_own_device_comes_first_and_all_are_there(
    client: Client, cast: Cast, agent: str, first: str
) -> None:
    page = client.get("/community/install/", headers={"User-Agent": agent}).content.decode()
    places = {key: page.index(f'id="{key}"') for key in ("iphone", "android", "pc")}
    assert min(places, key=lambda key: places[key]) == first
    assert "iOS 16.4" in page


def test_within_line_one_is_told_to_leave_it(client: Client, cast: Cast) -> None:
    words = "LINEの中では入れられません"
    page = client.get("/community/install/", headers={"User-Agent": IPHONE + " Line/14"})
    assert words in page.content.decode()
    assert words not in client.get("/community/install/").content.decode()


def test_pages_are_as_large_as_the_person_reads(chair: Client, ward: Town) -> None:
    Person.objects.filter(pk=ward.chair.pk).update(text_size=28)
    assert 'data-text-size="largest"' in chair.get("/community/settings/").content.decode()


# ── how one wants to be woken ──


def test_quiet_hours_are_kept_and_shown_again(chair: Client, ward: Town) -> None:
    given = {"quiet_from": "21:00", "quiet_until": "07:00", "hides_words": "on"}
    assert chair.post("/community/settings/", given).status_code == 302
    kept = PushSetting.objects.get(person_id=ward.chair.pk)
    assert (f"{kept.quiet_from:%H}", f"{kept.quiet_until:%H}", kept.hides_words) == (
        "21",
        "07",
        True,
    )
    page = chair.get("/community/settings/").content.decode()
    assert '<option value="21:00" selected>' in page
    assert "設定を保存しました" in page


@pytest.mark.parametrize(
    "given",
    [{"quiet_from": "21:00"}, {"quiet_until": "07:00"},
     {"quiet_from": "07:00", "quiet_until": "07:00"}, {"quiet_from": "25:00"},
     {"mail_after": "1"}, {"mail_after": "-30"}],
)  # fmt: skip
def test_half_of_the_quiet_hours_is_refused(
    chair: Client, ward: Town, given: dict[str, str]
) -> None:
    assert chair.post("/community/settings/", given).status_code == 422
    assert not PushSetting.objects.exists()


def test_mail_is_asked_of_those_alone_who_have_an_address(chair: Client, ward: Town) -> None:
    assert "mail_after" not in chair.get("/community/settings/").content.decode()
    chair.post("/community/settings/", {"mail_after": ""})
    assert PushSetting.objects.get().mail_after == 30  # as it was, for the day they have one
    Person.objects.filter(pk=ward.chair.pk).update(email="hana@example.jp")
    chair.post("/community/settings/", {"mail_after": "60"})
    assert PushSetting.objects.get().mail_after == 60


# ── the share sheet ──


def test_what_another_app_hands_over_waits_for_a_room(chair: Client) -> None:
    given = {"title": "回覧板", "text": "回覧板", "url": "https://example.jp/"}
    page = chair.post("/community/share/", given)
    assert page.context["shared"]["words"] == "回覧板\nhttps://example.jp/"
    hostile = chair.post("/community/share/", {"text": "</script><script>alert(1)</script>"})
    assert "<script>alert" not in hostile.content.decode()
    photo = {"files": SimpleUploadedFile("a.jpg", b"x", "image/jpeg")}
    assert (
        "写真やファイルは受け取れませんでした"
        in chair.post("/community/share/", photo).content.decode()
    )


# ── the way out ──


def test_signing_out_ends_the_session_its_push_and_what_is_kept(chair: Client, ward: Town) -> None:
    Subscription.objects.create(
        person_id=ward.chair.pk,
        session_key=chair.session.session_key,
        endpoint="https://web.push.apple.com/a",
        endpoint_hash="a",
        p256dh="",
        auth="",
    )
    answer = chair.post("/community/sign-out/")
    assert answer["Location"] == "/community/sign-in/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Subscription.objects.filter(state="active").exists()
    assert "/community/sign-in/" in chair.get("/community/settings/")["Location"]


def test_nobody_is_signed_out_by_a_link(chair: Client) -> None:
    assert chair.get("/community/sign-out/").status_code == 405
    assert chair.get("/community/settings/").status_code == 200
