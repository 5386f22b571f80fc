# SPDX-License-Identifier: Apache-2.0
"""The talk page: what it brings along, and that its scripts find what they draw with."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.template import Context, Template
from django.test import Client

from kairan.people.models import Person
from kairan.talk.actions import rooms
from kairan.talk.stamps import REACTIONS, STAMPS
from kairan.talk.words import WORDS
from tests.talk.ward import Ward

STATIC = Path(__file__).parents[2] / "kairan/talk/static/talk"
SCRIPTS = "".join(path.read_text() for path in sorted(STATIC.glob("*.js")))
CSS = "".join(path.read_text() for path in STATIC.parents[2].glob("*/static/**/*.css"))
WORD = re.compile(r"(?<![.\w])say\(\"(\w+)\"")


def block(page: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page, re.S)
    return json.loads(found[1]) if found else None


def look(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_the_list_comes_with_the_page(ward: Ward) -> None:
    ward.said(ward.clerk, "明日の会議")
    page = look(ward.enter(ward.hana), "/community/")
    given = block(page, "talk-data")
    assert [room["last"]["text"] for room in given["rooms"]] == ["明日の会議"]
    assert given["me"]["person"]["name"] == "山田 ハナ"
    assert given["stream"].startswith("/streams/?ticket=")


def test_a_room_comes_with_its_page(ward: Ward) -> None:
    said = ward.said(ward.clerk, "明日の会議")
    page = look(ward.enter(ward.hana), f"/community/talk/{ward.council.pk}/")
    given = block(page, "talk-data")["room"]
    assert given["messages"][-1]["text"] == "明日の会議"
    assert given["first_unread"] == said.number


def test_a_room_of_others_is_not_there(ward: Ward) -> None:
    ward.said(ward.clerk, "内緒の話")
    page = look(ward.enter(ward.ume), f"/community/talk/{ward.council.pk}/", status=404)
    assert block(page, "talk-data")["room"] is None
    assert "内緒の話" not in page
    assert "会長会" not in page


def test_nobody_gets_a_page_without_a_seat(client: Client, ward: Ward) -> None:
    assert client.get("/community/").headers["Location"].startswith("/community/sign-in/")
    somebody = ward.enter(Person.objects.create_user("", name="席のない人"))
    assert somebody.get(f"/community/talk/{ward.council.pk}/").status_code == 302


def test_the_shell_brings_nothing_of_anybody(ward: Ward) -> None:
    ward.said(ward.clerk, "明日の会議")
    page = look(ward.enter(ward.hana), "/community/talk/shell/")
    assert block(page, "talk-data") is None
    for words in ("明日の会議", "会長会", "山田 ハナ", "ticket="):
        assert words not in page


def test_a_name_does_not_end_the_block_it_stands_in(ward: Ward) -> None:
    name = "</script><script>alert(1)</script>"
    rooms.make_group(
        acting=ward.clerk, name=name, positions=[ward.hana_seat.pk], managers=[ward.desk.pk]
    )
    page = look(ward.enter(ward.hana), "/community/")
    assert name not in page
    assert name in {room["name"] for room in block(page, "talk-data")["rooms"]}


def test_the_same_number_of_queries_for_one_room_and_many(
    ward: Ward, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        rooms.make_group(
            acting=ward.clerk,
            name=f"部会{number}",
            positions=[ward.hana_seat.pk],
            managers=[ward.desk.pk],
        )
    client = ward.enter(ward.hana)
    with django_assert_max_num_queries(20):
        look(client, f"/community/talk/{ward.council.pk}/")


def test_a_fresh_ticket_and_the_ground_of_a_map(ward: Ward) -> None:
    client = ward.enter(ward.hana)
    assert client.get("/community/talk/here/").json()["stream"].startswith("/streams/")
    assert "tiles" in client.get("/community/talk/map/").json()


def test_every_word_of_the_scripts_stands_in_the_page() -> None:
    quoted = set(re.findall(r"\"(\w+)\"", SCRIPTS))
    assert set(WORD.findall(SCRIPTS)) - set(WORDS) == set()
    assert set(WORDS) - quoted == set()


def test_every_class_of_the_scripts_has_a_rule() -> None:
    used: set[str] = set()
    for value in re.findall(r"class: [\"`]([^\"`]*)", SCRIPTS):
        used |= set(re.sub(r"\S*\$\{.*?\}\S*", "", value).split())
    assert used - set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS)) == set()


def test_every_icon_of_the_scripts_is_drawn() -> None:
    drawn = Template("{% load talk_page %}{% talk_icons %}").render(Context())
    names = set(re.findall(r'data-icon="([\w-]+)"', drawn))
    used = set(re.findall(r"icon\(\"([\w-]+)\"", SCRIPTS))
    assert used - names == set()
    assert {f"mark-{mark}" for mark in REACTIONS} <= names


def test_every_stamp_is_drawn_with_its_words() -> None:
    drawings = {path.stem: path.read_text() for path in (STATIC / "stamps").glob("*.svg")}
    assert set(drawings) == set(STAMPS)
    for name, drawing in drawings.items():
        assert re.sub(r"<[^>]+>|\s", "", drawing) == str(STAMPS[name])
        assert not re.search(r"<script|\son\w+=|href", drawing)


def test_no_script_makes_html_of_data() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", SCRIPTS)
