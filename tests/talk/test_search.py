# SPDX-License-Identifier: Apache-2.0
"""Messages found by Japanese words, in the rooms that somebody may see and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.files.actions import store_photo
from kairan.files.models import StoredDocument
from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from kairan.people.positions.holding import seats_of
from kairan.people.positions.models import Position
from kairan.talk import searching
from kairan.talk.models import Member, Message, Room
from kairan.talk.searching import Found, search
from tests.cast import Cast
from tests.files.pictures import jpeg
from tests.talk.factories import a_person, a_room, a_seat, attach, hold, said

SignIn = Callable[[Person], Client]


@dataclass
class Square:
    """Two chairs and a clerk in one room; the second chair's room with the clerk."""

    chair: Person
    other: Person
    clerk: Person
    chair_seat: Position
    other_seat: Position
    desk: Position
    council: Room
    committee: Room


@pytest.fixture
def square(hinokuni: Cast) -> Square:
    chair, other = a_person("槇塚 一郎"), a_person("若松 二郎")
    seats = (
        a_seat("槇塚台校区 会長", chair),
        a_seat("若松台校区 会長", other),
        a_seat("自治推進課", hinokuni.roads_clerk, kind="desk"),
    )
    council = a_room("自治連合協議会", *seats)
    committee = a_room("防災委員会", *seats[1:])
    return Square(chair, other, hinokuni.roads_clerk, *seats, council, committee)


def texts(found: Found) -> list[str]:
    return [hit.message.text for hit in found.hits]


def looked(by: Person, words: str, **asked: Any) -> list[str]:
    return texts(search(seats_of(by), words, **asked))


def test_words_are_found_however_they_are_written(square: Square) -> None:
    said(square.clerk, square.council, "明日のゴミ拾いは、１０時に集合です")
    said(square.clerk, square.council, "役員会の資料です")
    for words in ("ごみ拾い", "ゴミ", "ｺﾞﾐ", "10時", "集合 ごみ", "は"):
        assert looked(square.chair, words) == ["明日のゴミ拾いは、１０時に集合です"], words
    assert looked(square.chair, "ごみ集合") == []
    assert looked(square.chair, "時に です 集合 役員") == []


def test_the_newest_come_first(square: Square) -> None:
    for number in range(3):
        said(square.clerk, square.council, f"{number}回目の会議")
    assert looked(square.chair, "会議") == ["2回目の会議", "1回目の会議", "0回目の会議"]


def test_pairs_of_characters_alone_are_not_the_word(square: Square) -> None:
    said(square.clerk, square.council, "会議とは議題のこと")
    assert looked(square.chair, "会議題") == []


def test_what_looks_like_a_term_is_text(square: Square) -> None:
    said(square.clerk, square.council, "it's 100% & a\\b | (c) !d :* 'x'")
    for words in ("it's", "100%", "&", "a\\b", "(c)", ":*", "'x'", "!d"):
        assert len(looked(square.chair, words)) == 1, words


def test_other_rooms_are_not_seen(square: Square) -> None:
    said(square.clerk, square.committee, "備蓄倉庫の鍵")
    assert looked(square.other, "備蓄") == ["備蓄倉庫の鍵"]
    assert looked(square.chair, "備蓄") == []
    assert looked(square.chair, "備蓄", room=square.committee.pk) == []


def test_what_was_said_before_one_came_is_not_seen(square: Square) -> None:
    said(square.clerk, square.committee, "備蓄の古い話")
    Member.objects.create(room=square.committee, position=square.chair_seat, sees_after=1)
    said(square.clerk, square.committee, "備蓄の新しい話")
    assert looked(square.chair, "備蓄") == ["備蓄の新しい話"]


def test_a_room_that_was_left_is_not_seen(square: Square) -> None:
    said(square.clerk, square.council, "備蓄倉庫の鍵")
    Member.objects.filter(position=square.chair_seat).update(left_at=timezone.now())
    assert looked(square.chair, "備蓄") == []


def test_a_recalled_message_is_not_found(square: Square) -> None:
    message = said(square.clerk, square.council, "まちがえた番地")
    Message.objects.filter(pk=message.pk).update(recalled_at=timezone.now())
    assert looked(square.chair, "番地") == []


def test_another_town_finds_nothing(square: Square, cast: Cast) -> None:
    said(square.clerk, square.council, "備蓄倉庫の鍵")
    seats = seats_of(square.chair)
    with town(cast.neighbour):
        assert texts(search(seats, "備蓄")) == []


def test_it_is_narrowed_by_room_and_by_who_said_it(square: Square) -> None:
    said(square.clerk, square.council, "清掃の日")
    said(square.other, square.council, "清掃に行きます")
    said(square.clerk, square.committee, "清掃の道具")
    assert looked(square.other, "清掃", room=square.committee.pk) == ["清掃の道具"]
    assert looked(square.other, "清掃", position=square.other_seat.pk) == ["清掃に行きます"]
    successor = a_person("推進 花")
    hold(square.desk, successor)
    said(successor, square.council, "清掃のお礼")
    assert looked(square.other, "清掃", person=successor.pk) == ["清掃のお礼"]
    by_desk = looked(square.other, "清掃", position=square.desk.pk)
    assert by_desk == ["清掃のお礼", "清掃の道具", "清掃の日"]


def test_days_are_the_towns_and_both_are_included(square: Square) -> None:
    today = timezone.localdate()
    for back in range(4):
        message = said(square.clerk, square.council, f"{back}日前の話")
        noon = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        Message.objects.filter(pk=message.pk).update(sent_at=noon - timedelta(days=back))
    found = looked(
        square.chair, "話", since=today - timedelta(days=2), until=today - timedelta(days=1)
    )
    assert sorted(found) == ["1日前の話", "2日前の話"]


def test_photos_and_files_are_found_with_and_without_words(square: Square) -> None:
    photo = attach(square.clerk, stored=store_photo(acting=PROGRAM, content=jpeg()))
    document = StoredDocument.objects.create(
        name="カーブミラー点検表.xlsx", content_type="x", size=1, sha256="", given_by_kind="person"
    )
    sheet = attach(square.clerk, document=document)
    said(square.clerk, square.council, "写真です", kind="photos", attachments=[photo])
    said(square.clerk, square.council, kind="file", attachments=[sheet])
    said(square.clerk, square.council, "ただの文章です")
    assert looked(square.chair, "", kind="photos") == ["写真です"]
    assert looked(square.chair, "", kind="files") == [""]
    assert looked(square.chair, "", kind="attached") == ["", "写真です"]
    assert looked(square.chair, "です", kind="attached") == ["写真です"]
    assert looked(square.chair, "かーぶみらー 点検表") == [""]


@pytest.mark.parametrize("first_batch", [5, 120])
def test_a_search_goes_on_where_the_page_ended(
    square: Square, monkeypatch: pytest.MonkeyPatch, first_batch: int
) -> None:
    monkeypatch.setattr(searching, "PAGE", 3)
    monkeypatch.setattr(searching, "FIRST_BATCH", first_batch)
    for number in range(7):
        said(square.clerk, square.council, f"{number}番")
    pages, before = [], None
    while True:
        found = search(seats_of(square.chair), "番", before=before)
        pages.append(texts(found))
        if (before := found.older) is None:
            break
    assert pages == [["6番", "5番", "4番"], ["3番", "2番", "1番"], ["0番"]]


def test_what_was_taken_over_stands_where_it_was_said(
    square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE", 2)
    for days in (1, 3, 2):
        message = said(square.clerk, square.council, f"{days}日前の番")
        Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(days=days))
    first = search(seats_of(square.chair), "番")
    assert texts(first) == ["1日前の番", "2日前の番"]
    assert looked(square.chair, "番", before=first.older) == ["3日前の番"]


def test_false_friends_are_walked_past_and_said_so(
    square: Square, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FIRST_BATCH", 2)
    monkeypatch.setattr(searching, "BATCHES", 2)
    said(square.clerk, square.council, "会議題")
    for _number in range(10):
        said(square.clerk, square.council, "会議とは議題のこと")
    first = search(seats_of(square.chair), "会議題")
    assert texts(first) == []
    assert first.older is not None
    assert texts(search(seats_of(square.chair), "会議題", before=first.older)) == ["会議題"]


def test_the_number_of_statements_does_not_grow(square: Square) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            looked(square.chair, "会議")
        return len(seen)

    said(square.clerk, square.council, "会議です")
    once = statements()
    for _number in range(20):
        said(square.clerk, square.council, "会議です")
    assert statements() == once


def test_nobody_else_may_read_what_the_search_reads(square: Square) -> None:
    """The function's owner sees no text, and the program does not see other towns' messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_column_privilege('kairan_search', 'talk_message', name, 'select')) "
            "FROM unnest(ARRAY['text', 'stamp', 'mentions', 'longitude']) AS name"
        )
        assert cursor.fetchone() == (False,)


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/community/talk/search/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_marks_the_words_and_leads_to_the_message(square: Square, sign_in: SignIn) -> None:
    said(square.clerk, square.council, "明日のｺﾞﾐ拾いは<b>中止</b>です")
    page = page_of(sign_in(square.chair), "?q=ゴミ+中止")
    assert "明日の<mark>ｺﾞﾐ</mark>拾いは&lt;b&gt;<mark>中止</mark>&lt;/b&gt;です" in page
    assert f'href="/community/talk/{square.council.pk}/?message=1"' in page
    assert "自治推進課（土木 健）" in page
    assert "自治連合協議会" in page


def test_the_page_offers_only_ones_own_rooms_and_speakers(square: Square, sign_in: SignIn) -> None:
    page = page_of(sign_in(square.chair))
    assert "自治連合協議会" in page
    assert "若松台校区 会長" in page
    assert "防災委員会" not in page
    a_seat("隣校区 会長", a_person("隣 三郎"))
    assert "隣校区" not in page_of(sign_in(square.chair))


def test_a_room_alone_is_where_to_look_and_no_search(square: Square, sign_in: SignIn) -> None:
    said(square.clerk, square.council, "明日は晴れです")
    page = page_of(sign_in(square.chair), f"?room={square.council.pk}")
    assert "明日は晴れです" not in page
    assert f'<option value="{square.council.pk}" selected>' in page
    assert '<details class="disclosure" open>' in page


@pytest.mark.parametrize(
    "query",
    [
        "?room=x&who=y:z&since=1&until=&kind=q&before=-1",
        "?q=%E2%80%AE%F0%9F%8E%8C",
        "?since=2030-01-01&until=2020-01-01",
    ],
)
def test_a_crooked_address_opens_the_page(square: Square, sign_in: SignIn, query: str) -> None:
    said(square.clerk, square.council, "明日")
    assert "<mark>" not in page_of(sign_in(square.chair), query)


def test_without_a_seat_there_is_no_search(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.roads_manager).get("/community/talk/search/")
    assert answer.status_code == 302
    assert "/community/sign-in/" in answer["Location"]


def test_photos_and_files_of_a_room_lead_to_message_and_download(
    square: Square, sign_in: SignIn
) -> None:
    photo = attach(square.clerk, stored=store_photo(acting=PROGRAM, content=jpeg()))
    said(square.clerk, square.council, "一つ目")
    said(square.clerk, square.council, kind="photos", attachments=[photo])
    client = sign_in(square.chair)
    page = client.get(f"/community/talk/{square.council.pk}/files/").content.decode()
    assert f"/community/talk/api/files/{photo}/thumbnail" in page
    assert f'href="/community/talk/{square.council.pk}/?message=2"' in page
    files = client.get(f"/community/talk/{square.council.pk}/files/?kind=files&before=x")
    assert photo not in files.content.decode()
    assert client.get(f"/community/talk/{square.committee.pk}/files/").status_code == 404


def test_photos_of_recalled_messages_and_from_before_ones_time_are_not_kept(
    square: Square, sign_in: SignIn
) -> None:
    keys = []
    for _number in range(3):
        keys.append(attach(square.clerk, stored=store_photo(acting=PROGRAM, content=jpeg())))
        said(square.clerk, square.council, kind="photos", attachments=keys[-1:])
    Member.objects.filter(position=square.chair_seat).update(sees_after=1)
    Message.objects.filter(room=square.council, number=2).update(recalled_at=timezone.now())
    page = sign_in(square.chair).get(f"/community/talk/{square.council.pk}/files/")
    assert [key in page.content.decode() for key in keys] == [False, False, True]
