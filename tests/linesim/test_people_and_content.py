# SPDX-License-Identifier: Apache-2.0
"""What the town may read: profiles, friends, what was sent; and the signs it can give."""

from __future__ import annotations

import base64
import io

import httpx
import pytest
from PIL import ExifTags, Image

from linesim import photos
from linesim.testing import Line
from tests.linesim.conftest import user_id

CONTENT = "/v2/bot/message/{}/content"


def sent(line: Line, kind: str = "photos", **given: object) -> str:
    return CONTENT.format(line.act("花子", kind, **given)["message_ids"][0])


def test_a_profile_is_given_until_blocked(line: Line, town: httpx.Client) -> None:
    path = f"/v2/bot/profile/{user_id(line)}"
    assert town.get(path).json()["displayName"] == "花子"
    line.act("花子", "unfollow")
    assert town.get(path).status_code == 404


def test_followers_come_in_pages(line: Line, town: httpx.Client) -> None:
    line.call("POST", "/sim/residents/bulk", {"count": 5})
    seen, query = [], {"limit": "3"}
    while True:
        page = town.get("/v2/bot/followers/ids", params=query).json()
        seen += page["userIds"]
        if "next" not in page:
            break
        query["start"] = page["next"]
    assert len(set(seen)) == 7


def test_a_photo_is_fetched_as_it_was_sent(line: Line, town: httpx.Client) -> None:
    photo = photos.draw("pothole")
    answer = town.get(sent(line, base64=base64.b64encode(photo).decode()))
    assert answer.content == photo
    assert answer.headers["content-type"] == "image/jpeg"


def test_a_preview_is_small(line: Line, town: httpx.Client) -> None:
    with Image.open(io.BytesIO(town.get(sent(line) + "/preview").content)) as image:
        assert max(image.size) <= 240


def test_a_video_is_being_prepared_first(line: Line, town: httpx.Client) -> None:
    line.conditions(video_seconds=30)
    path = sent(line, "video")
    assert town.get(path).status_code == 202
    assert town.get(path + "/transcoding").json() == {"status": "processing"}
    line.advance(31)
    assert town.get(path).status_code == 200
    assert town.get(path + "/transcoding").json() == {"status": "succeeded"}


def test_a_video_can_fail(line: Line, town: httpx.Client) -> None:
    line.conditions(video_fails=True)
    assert town.get(sent(line, "video") + "/transcoding").json() == {"status": "failed"}


def test_content_can_be_gone(line: Line, town: httpx.Client) -> None:
    path = sent(line)
    line.call("POST", f"/sim/contents/{path.split('/')[4]}", {"gone": True})
    assert town.get(path).status_code == 410
    assert town.get(CONTENT.format("1")).status_code == 404


@pytest.mark.parametrize("name", photos.SCENES)
def test_a_made_up_photo_knows_its_place(name: str) -> None:
    with Image.open(io.BytesIO(photos.draw(name, 32.5, 130.75))) as image:
        place = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert place[ExifTags.GPS.GPSLatitude] == (32, 30, 0)
    assert place[ExifTags.GPS.GPSLongitude] == (130, 45, 0)


def test_the_loading_sign_ends_with_the_answer(line: Line, town: httpx.Client) -> None:
    body = {"chatId": user_id(line), "loadingSeconds": 10}
    assert town.post("/v2/bot/chat/loading/start", json=body).status_code == 202
    assert line.talk("花子")["loading"]
    push = {"to": user_id(line), "messages": [{"type": "text", "text": "はい"}]}
    town.post("/v2/bot/message/push", json=push)
    assert not line.talk("花子")["loading"]


@pytest.mark.parametrize("seconds", [4, 7, 65])
def test_loading_is_5_to_60_in_fives(line: Line, town: httpx.Client, seconds: int) -> None:
    body = {"chatId": user_id(line), "loadingSeconds": seconds}
    assert town.post("/v2/bot/chat/loading/start", json=body).status_code == 400


def test_read_by_token(line: Line, town: httpx.Client) -> None:
    (event,) = line.text("花子", "通報")["events"]
    body = {"markAsReadToken": event["message"]["markAsReadToken"]}
    assert town.post("/v2/bot/chat/markAsRead", json=body).status_code == 200
    assert line.talk("花子")["read_until"] == event["message"]["id"]


def test_an_id_token_is_verified_for_its_channel_only(line: Line, town: httpx.Client) -> None:
    token = line.call("GET", "/sim/residents/花子/id-token")["id_token"]
    form = {"id_token": token, "client_id": line.channel.id}
    assert town.post("/oauth2/v2.1/verify", data=form).json()["sub"] == user_id(line)
    assert town.post("/oauth2/v2.1/verify", data={**form, "client_id": "9"}).status_code == 400
    forged = {**form, "id_token": token[:-2] + "xx"}
    assert town.post("/oauth2/v2.1/verify", data=forged).status_code == 400
    line.advance(3601)
    assert town.post("/oauth2/v2.1/verify", data=form).status_code == 400


def test_a_short_lived_token_opens_the_channel(line: Line, town: httpx.Client) -> None:
    form = {"client_id": line.channel.id, "client_secret": line.channel.secret}
    token = town.post("/v2/oauth/accessToken", data=form).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert town.get("/v2/bot/info", headers=headers).status_code == 200
    assert town.post("/v2/oauth/verify", data={"access_token": token}).status_code == 200
    assert town.post("/v2/oauth/verify", data={"access_token": "x"}).status_code == 400
