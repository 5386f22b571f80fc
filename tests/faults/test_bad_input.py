# SPDX-License-Identifier: Apache-2.0
"""What LINE would never send, and what residents do send: a clear answer, nothing lost."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from linesim.ids import ulid
from tests.faults.field import IN_TOWN, RECEIPT, Field
from tests.files.pictures import jpeg, png_bomb
from tests.talking import quick_replies

TO_THE_PLACE = [("text", "市民レポート"), ("text", "照明灯の不具合"), ("text", "1")]
TO_THE_PHOTOS = [*TO_THE_PLACE, ("location", IN_TOWN), ("text", "なし")]
TO_THE_CONFIRM = [*TO_THE_PHOTOS, ("text", "写真なしで進む")]


def newcomer(field: Field, who: str, deeds: list[tuple[str, Any]] | None = None) -> str:
    """A resident who has come so far."""
    field.resident(who)
    for kind, what in deeds or []:
        field.ask(who, what, kind)
    return who


def told(field: Field, *events: dict[str, Any]) -> bytes:
    """A webhook's body. Each event gets what it lacks of an event's common part."""
    common = {"timestamp": 1_790_000_000_000, "mode": "active", "type": "message"}
    whole = [{**common, "webhookEventId": ulid(1_790_000_000_000), **event} for event in events]
    return json.dumps({"destination": "U" + "0" * 32, "events": whole}).encode()


def of(user: int, **event: Any) -> dict[str, Any]:
    """An event of somebody whom no simulator knows."""
    return {"source": {"type": "user", "userId": f"U{user:032x}"}, **event}


def stored(field: Field, event_id: str) -> list[tuple[Any, ...]]:
    question = "SELECT outcome FROM conversations_inboundevent WHERE event_id = %s"
    return field.rows(question, event_id)


@contextmanager
def worker_held(field: Field) -> Iterator[None]:
    """Whatever comes meanwhile is waiting together when the worker goes on."""
    worker = field.demo.main_pid("worker")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


# ── at the door ───────────────────────────────────────────────────────────────────────────────


def test_only_lines_own_signature_is_taken(field: Field) -> None:
    body, other = told(field, of(1, webhookEventId="A")), told(field, of(1, webhookEventId="B"))
    assert field.post_webhook(body, "").status_code == 401
    assert field.post_webhook(body, "bm9uc2Vuc2U=").status_code == 403
    assert field.post_webhook(body, field.signature(other)).status_code == 403
    assert stored(field, "A") == []


def test_replayed_call_is_taken_and_done_once(field: Field) -> None:
    body = told(field, of(2, webhookEventId="REPLAYED"))
    assert [field.post_webhook(body).status_code for _time in range(5)] == [200] * 5
    assert len(stored(field, "REPLAYED")) == 1


def test_ten_megabytes_are_refused(field: Field) -> None:
    body = told(field, of(3, filler="x" * 10_000_000))
    assert field.post_webhook(body).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"events": "no"}', b'{"events": [}', b"[" * 90_000],
)
def test_body_that_is_no_webhook_is_refused(field: Field, body: bytes) -> None:
    assert field.post_webhook(body).status_code == 400


def test_strange_events_are_done_with_and_cost_no_other(field: Field) -> None:
    strange = [
        of(4, type="teleport", somewhere={"x": 1}),
        of(4, message={"type": "hologram", "id": "1"}),
        of(4, message=None),
        of(4, message={"type": "text", "id": "2", "text": "\0\ud800"}),
        of(4, message={"type": "location", "id": "3", "latitude": "north", "longitude": None}),
        of(
            4, message={"type": "image", "id": "4", "imageSet": {"id": "s", "index": 9, "total": 2}}
        ),
        of(4, timestamp=-1, newField=[[[]]]),
        of(4, type="postback", postback={"data": 7}),
        of(4, type="unsend", unsend={"messageId": "never heard of"}),
        {"source": {"type": "group", "groupId": "C1", "userId": "U1"}},
        {"source": None},
        {},
    ]
    body = told(field, *strange)
    assert field.post_webhook(body).status_code == 200
    field.settle()
    for event in json.loads(body)["events"]:
        ((outcome,),) = stored(field, event["webhookEventId"])
        assert outcome in {"answered", "silent", "ignored"}, event


def test_ten_thousand_events_at_once_are_all_taken_and_done(field: Field) -> None:
    """Of a thousand people, in bodies of a hundred, four senders; a real resident is served."""
    who = newcomer(field, "混雑の人")
    sticker = {"type": "sticker", "id": "9", "packageId": "1", "stickerId": "1"}
    crowd = [of(10_000 + number // 10, message=sticker) for number in range(10_000)]
    bodies = [told(field, *crowd[at : at + 100]) for at in range(0, 10_000, 100)]
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(field.post_webhook, bodies))
    field.text(who, "市民レポート")
    assert {answer.status_code for answer in answers} == {200}
    taken = "SELECT count(*) FROM conversations_inboundevent WHERE payload->'message'->>'id' = '9'"
    assert field.number(taken) == 10_000
    field.answer(who)
    field.settle(240)


# ── in the talk ───────────────────────────────────────────────────────────────────────────────


def test_events_out_of_order_are_done_as_they_happened(field: Field) -> None:
    who = newcomer(field, "順不同の人")
    field.change_channel(webhook_active=False)
    held = [field.text(who, words)["webhooks"][0] for _kind, words in TO_THE_PLACE]
    field.change_channel(webhook_active=True)
    with worker_held(field):
        for webhook in reversed(held):
            signed = webhook["headers"]["x-line-signature"]
            assert field.post_webhook(webhook["body"].encode(), signed).status_code == 200
    assert "場所を教えてください" in "\n".join(field.answer(who, said=4))


def test_event_told_again_is_answered_once(field: Field) -> None:
    who = newcomer(field, "再送の人")
    (event,) = field.text(who, "市民レポート")["event_ids"]
    for _time in range(3):
        field.call("POST", "/sim/webhook/again", {"event_id": event})
    field.answer(who)
    field.settle()
    assert [len(turn) for turn in field.turns(who)] == [0, 1]


@pytest.mark.parametrize(
    "words", ["😀" * 5_000, "👨‍👩‍👧‍👦" * 714, "\u202e" * 3_000, "ｱ\u3099" * 2_000]
)
def test_five_thousand_emoji_are_answered(field: Field, words: str) -> None:
    who = newcomer(field, f"絵文字の人{ord(words[0])}", TO_THE_PHOTOS[:-1])
    assert "40" in field.ask(who, words)
    assert "写真があれば" in field.ask(who, "なし")


def test_place_that_is_none_is_asked_again(field: Field) -> None:
    who = newcomer(field, "迷子の人", TO_THE_PLACE)
    for place in ({"latitude": 0, "longitude": 0}, {"latitude": 35.7, "longitude": 139.7}):
        assert "市の外" in field.ask(who, place, "location")
    assert "番号の札" in field.ask(who, IN_TOWN, "location")


def test_place_that_nobody_can_find_is_kept_as_it_was_written(field: Field) -> None:
    """Without a map's search, as here, and in the wild: a person will read it."""
    who, words = newcomer(field, "目印の人", TO_THE_PLACE), "ぬるぽ町九丁目の三角の家のとなり"
    assert words in field.ask(who, words)
    for answer in ("なし", "写真なしで進む"):
        field.ask(who, answer)
    assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
    found = "SELECT count(*) FROM reports_case WHERE address = %s AND department_id IS NOT NULL"
    assert field.number(found, words) == 1


def test_two_taps_on_send_at_once_make_one_report(field: Field) -> None:
    who = newcomer(field, "連打の人", TO_THE_CONFIRM)
    send = _action(field, who, "この内容で送る")
    with ThreadPoolExecutor(4) as fingers:
        list(fingers.map(lambda _finger: field.postback(who, send), range(4)))
    field.settle()
    said = [words for turn in field.turns(who) for words in turn]
    assert len({RECEIPT.search(words).group() for words in said if RECEIPT.search(words)}) == 1
    assert sum("受け付けました" in words for words in said) == 1
    assert _reports_of(field, who) == 1


def _action(field: Field, who: str, label: str) -> str:
    message = field.received(who)[-1]
    assert label in quick_replies(message)
    items = message["quickReply"]["items"]
    return str(next(i["action"]["data"] for i in items if i["action"]["label"] == label))


def _reports_of(field: Field, who: str) -> int:
    return field.number(
        "SELECT count(*) FROM reports_report JOIN residents_friend USING (resident_id)"
        " WHERE user_id = %s",
        field.user_id(who),
    )


# ── photos ────────────────────────────────────────────────────────────────────────────────────


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("photo.jpg", b"\0" * 50_000_000)
    return out.getvalue()


NO_PHOTOS = {
    "zip bomb": zip_bomb,
    "SVG with script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "100 megapixels": png_bomb,
    "0 bytes": lambda: b"",
    "half a JPEG": lambda: jpeg()[: len(jpeg()) // 2],
    "web page": lambda: b"\xff\xd8\xff<html><script>alert(1)</script>",
}


def test_what_is_no_photo_is_explained_and_the_talk_goes_on(field: Field) -> None:
    who = newcomer(field, "変な写真の人", TO_THE_PHOTOS)
    for name, make in NO_PHOTOS.items():
        said = field.ask(who, [make()], "photo")
        assert "写真があれば" in said, name
        assert said.count("\n") > 2 or "。" in said, name
    assert "1枚受け取りました" in field.ask(who, [jpeg()], "photo")
    field.ask(who, "写真はこれで送る")
    assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
    field.settle()
    assert _photos_of(field, who) == 1


def test_what_hides_behind_a_photo_is_not_kept(field: Field) -> None:
    who = newcomer(field, "裏のある人", TO_THE_PHOTOS)
    field.ask(who, [jpeg() + b"<script>hidden</script>" + zip_bomb()], "photo")
    field.settle()
    ((key,),) = field.rows("SELECT key FROM files_storedfile ORDER BY id DESC LIMIT 1")
    kept = list((field.demo.data / "files").glob(f"**/{key.hex}/*.jpg"))
    assert kept
    assert not any(b"hidden" in path.read_bytes() for path in kept)


def _photos_of(field: Field, who: str) -> int:
    return field.number(
        "SELECT count(*) FROM reports_reportphoto JOIN reports_report ON report_id ="
        " reports_report.id JOIN residents_friend USING (resident_id) WHERE user_id = %s",
        field.user_id(who),
    )


@pytest.mark.parametrize("status", [404, 410])
def test_photo_that_line_has_no_more_is_asked_for_again(field: Field, status: int) -> None:
    who = newcomer(field, f"消えた写真の人{status}", TO_THE_PHOTOS)
    field.fault("*/content", status=status, body={"message": "Gone"})
    assert "もう一度" in field.ask(who, [jpeg()], "photo")
    assert "1枚受け取りました" in field.ask(who, [jpeg()], "photo")


def test_photo_that_is_not_ready_is_waited_for(field: Field) -> None:
    who = newcomer(field, "準備中の人", TO_THE_PHOTOS)
    field.fault("*/content", status=202, body={})
    assert "1枚受け取りました" in field.ask(who, [jpeg()], "photo")


def test_video_is_explained(field: Field) -> None:
    who = newcomer(field, "動画の人", TO_THE_PHOTOS)
    field.conditions(video_seconds=600)
    field.act(who, "video")
    assert "写真" in field.answer(who)[0]


def test_set_of_photos_in_any_order_gets_one_answer(field: Field) -> None:
    who = newcomer(field, "組写真の人", TO_THE_PHOTOS)
    scenes = ["street-lamp", "pothole"]
    field.act(who, "photos", made_up=scenes, reverse=True, separately=True)
    field.answer(who)
    field.settle()
    assert [len(turn) for turn in field.turns(who)[-2:]] == [0, 1]
    assert "2枚受け取りました" in field.turns(who)[-1][0]


# ── taking back, standing by ──────────────────────────────────────────────────────────────────


def test_what_is_taken_back_in_any_phase_leaves_no_copy(field: Field) -> None:
    who = newcomer(field, "取り消す人", [*TO_THE_PLACE, ("location", IN_TOWN)])
    words = "取り消したい番号"
    for kind, what in [("text", words), ("text", "写真なしで進む")]:
        field.ask(who, what, kind)
    _take_back(field, who, words)
    _take_back(field, who, "市民レポート")
    assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
    _take_back(field, who, "この内容で送る")
    field.settle()
    for table in ("conversations_inboundevent", "reports_report", "deliveries_delivery"):
        question = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s"  # noqa: S608
        assert field.number(question, f"%{words}%") == 0, table
    assert _reports_of(field, who) == 1


def test_what_is_taken_back_before_it_arrives_is_never_kept(field: Field) -> None:
    """The webhook of the message is told again only after that of its unsending."""
    who = newcomer(field, "早く取り消す人", TO_THE_PHOTOS[:-1])
    field.change_channel(webhook_active=False)
    late = field.text(who, "遅れて届く番号")["webhooks"][0]
    field.change_channel(webhook_active=True)
    _take_back(field, who, "遅れて届く番号")
    field.settle()
    again = json.loads(late["body"])
    again["events"][0]["deliveryContext"] = {"isRedelivery": True}
    assert field.post_webhook(json.dumps(again, ensure_ascii=False).encode()).status_code == 200
    field.settle()
    for table in ("conversations_inboundevent", "scenarios_run", "deliveries_delivery"):
        question = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s"  # noqa: S608
        assert field.number(question, "%遅れて届く番号%") == 0, table


def _take_back(field: Field, who: str, words: str) -> None:
    messages = field.talk(who)["messages"]
    told = next(m["id"] for m in reversed(messages) if m["message"].get("text") == words)
    field.act(who, "unsend", message_id=told)
    field.settle()


def test_channel_in_standby_is_not_spoken_in(field: Field) -> None:
    who = newcomer(field, "待機中の人")
    field.change_channel(mode="standby")
    for words in ("市民レポート", "1"):
        field.text(who, words)
    field.settle()
    field.change_channel(mode="active")
    assert field.received(who) == []
    assert "何についてのお知らせですか" in field.ask(who, "市民レポート")


# ── the office meanwhile ──────────────────────────────────────────────────────────────────────


def test_closed_departments_cases_go_to_its_successor(field: Field) -> None:
    """While a resident is in the middle of a report that would have gone there."""
    who = newcomer(field, "閉じる課の人", TO_THE_CONFIRM)
    office = field.sign_in("administrator")
    ids = dict(field.rows("SELECT name, id FROM municipalities_department"))
    closing, heir = ids["西区土木センター"], ids["中央区土木センター"]
    opened = "SELECT count(*) FROM reports_case WHERE department_id = %s AND closed_at IS NULL"
    assert field.number(opened, closing) > 0
    page = f"/console/departments/{closing}/close/"
    assert field.submit(office, page, {"successor": ""}).status_code == 422
    assert field.submit(office, page, {"successor": str(heir)}).status_code == 200
    assert field.number(opened, closing) == 0
    assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
    went_to = field.rows(
        "SELECT department_id FROM reports_case ORDER BY id DESC LIMIT 1",
    )
    assert went_to == [(heir,)]


def test_scenario_published_meanwhile_leaves_who_is_in_it_alone(field: Field) -> None:
    who = newcomer(field, "途中の人", TO_THE_PHOTOS)
    _publish(field, without="photos")
    try:
        assert "よろしいですか" in field.ask(who, "写真なしで進む")
        assert RECEIPT.search(field.ask(who, "この内容で送る", said=2))
        later = newcomer(field, "あとの人", TO_THE_PHOTOS[:-1])
        assert "よろしいですか" in field.ask(later, "なし")
    finally:
        _publish(field, without="")


PUBLISH = """
import sys
from kairan.site.cli import start_django
start_django()
from kairan.audit.actors import PROGRAM
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.scenarios.actions import publish
from kairan.scenarios.loader import ready_definitions
from kairan.scenarios.models import Scenario
(whole,) = [one for one in ready_definitions() if one.key == "street_light"]
steps = tuple(step for step in whole.steps if step.id != sys.argv[1])
with town(Municipality.objects.get(is_default=True)):
    scenario = Scenario.objects.get(key="street_light")
    publish(acting=PROGRAM, scenario=scenario, definition=whole.model_copy(update={"steps": steps}))
"""


def _publish(field: Field, *, without: str) -> None:
    """By a process of its own: the worker must notice by itself."""
    environment = psutil.Process(field.demo.main_pid("worker")).environ()
    command = [sys.executable, "-c", PUBLISH, without]
    subprocess.run(command, env=environment, check=True, timeout=60)
