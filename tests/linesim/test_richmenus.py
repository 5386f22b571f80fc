# SPDX-License-Identifier: Apache-2.0
"""Rich menus: create, picture, alias, default, link."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from linesim.testing import Line
from tests.line import contract
from tests.linesim.bodies import POSTBACK, say
from tests.linesim.conftest import user_id

MENU = "/v2/bot/richmenu"
DEFAULT = "/v2/bot/user/all/richmenu"
AREA = {"bounds": {"x": 0, "y": 0, "width": 400, "height": 300}, "action": say("市民レポート")}
SWITCH = {"type": "richmenuswitch", "label": "次", "richMenuAliasId": "more", "data": "to=more"}


def body(**changes: Any) -> dict[str, Any]:
    menu = {
        "size": {"width": 1200, "height": 810},
        "selected": True,
        "name": "標準",
        "chatBarText": "メニュー",
        "areas": [AREA],
    }
    return {**menu, **changes}


def area(**bounds: int) -> list[Any]:
    return [{**AREA, "bounds": {**AREA["bounds"], **bounds}}]  # type: ignore[dict-item]


def picture(size: tuple[int, int] = (1200, 810), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def create(town: httpx.Client, **changes: Any) -> str:
    return str(town.post(MENU, json=body(**changes)).raise_for_status().json()["richMenuId"])


def upload(
    town: httpx.Client, menu: str, data: bytes | None = None, kind: str = "image/png"
) -> int:
    content = picture() if data is None else data
    headers = {"content-type": kind}
    return town.post(f"{MENU}/{menu}/content", content=content, headers=headers).status_code


def ready(town: httpx.Client, **changes: Any) -> str:
    menu = create(town, **changes)
    assert upload(town, menu) == 200
    return menu


def test_a_default_menu_is_shown_to_all(line: Line, town: httpx.Client) -> None:
    menu = ready(town)
    assert town.post(f"{DEFAULT}/{menu}").status_code == 200
    assert town.get(DEFAULT).json() == {"richMenuId": menu}
    assert line.talk("花子")["menu"]["id"] == menu
    assert line.tap("花子", "市民レポート")["events"][0]["message"]["text"] == "市民レポート"


def test_a_menu_is_read_as_it_was_made(town: httpx.Client) -> None:
    menu = ready(town)
    assert town.get(f"{MENU}/{menu}").json() == {"richMenuId": menu, **body()}
    assert town.get(f"{MENU}/list").json()["richmenus"] == [{"richMenuId": menu, **body()}]
    assert town.get(f"{MENU}/{menu}/content").content == picture()


@pytest.mark.parametrize(
    "changes",
    [
        {"size": {"width": 799, "height": 400}},
        {"size": {"width": 2501, "height": 1000}},
        {"size": {"width": 800, "height": 249}},
        {"size": {"width": 1000, "height": 700}},
        {"selected": "yes"},
        {"name": "あ" * 301},
        {"chatBarText": "あ" * 15},
        {"areas": [AREA] * 21},
        {"areas": area(x=801)},
        {"areas": area(height=811)},
        {"areas": [{**AREA, "action": {"type": "camera", "label": "撮る"}}]},
    ],
)
def test_a_menu_that_line_refuses(town: httpx.Client, changes: dict[str, Any]) -> None:
    assert town.post(f"{MENU}/validate", json=body()).status_code == 200
    assert town.post(f"{MENU}/validate", json=body(**changes)).status_code == 400
    assert town.post(MENU, json=body(**changes)).status_code == 400


@pytest.mark.parametrize("missing", ["size", "selected", "name", "chatBarText", "areas"])
def test_the_openapi_agrees_on_what_is_needed(town: httpx.Client, missing: str) -> None:
    given = {key: value for key, value in body().items() if key != missing}
    api = contract.messaging_api()
    assert api.request_errors("POST", MENU, body()) == []
    assert api.request_errors("POST", MENU, given)
    assert town.post(MENU, json=given).status_code == 400


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (picture(kind="JPEG"), "image/jpeg", 200),
        (picture(kind="GIF"), "image/gif", 415),
        (picture(kind="JPEG"), "image/png", 400),
        (picture((1200, 800)), "image/png", 400),
        (b"no picture", "image/png", 400),
        (picture() + b"\0" * 1024 * 1024, "image/png", 413),
    ],
)
def test_a_picture_fits_its_menu(town: httpx.Client, data: bytes, kind: str, status: int) -> None:
    assert upload(town, create(town), data, kind) == status


def test_a_picture_is_never_replaced(town: httpx.Client) -> None:
    assert upload(town, ready(town)) == 400


def test_a_menu_without_picture_cannot_be_shown(town: httpx.Client) -> None:
    assert town.post(f"{DEFAULT}/{create(town)}").status_code == 400


def test_a_resident_s_own_menu_wins(line: Line, town: httpx.Client) -> None:
    town.post(f"{DEFAULT}/{ready(town)}")
    own = ready(town, name="花子だけ")
    link = f"/v2/bot/user/{user_id(line)}/richmenu"
    assert town.get(link).status_code == 404
    assert town.post(f"{link}/{own}").status_code == 200
    assert town.get(link).json() == {"richMenuId": own}
    assert line.talk("花子")["menu"]["name"] == "花子だけ"
    town.delete(link)
    assert line.talk("花子")["menu"]["name"] == "標準"


def test_many_are_linked_at_once(line: Line, town: httpx.Client) -> None:
    people, menu = [user_id(line), user_id(line, "太郎")], ready(town)
    linked = town.post(f"{MENU}/bulk/link", json={"richMenuId": menu, "userIds": people})
    assert linked.status_code == 202
    assert line.talk("太郎")["menu"]["id"] == menu
    town.post(f"{MENU}/bulk/unlink", json={"userIds": people})
    assert line.talk("太郎")["menu"] is None


def test_an_alias_is_made_moved_and_deleted(town: httpx.Client) -> None:
    first, second = ready(town), ready(town)
    alias = {"richMenuAliasId": "main", "richMenuId": first}
    assert town.post(f"{MENU}/alias", json=alias).status_code == 200
    assert town.post(f"{MENU}/alias", json=alias).json()["message"] == "conflict richmenu alias id"
    assert town.post(f"{MENU}/alias/main", json={"richMenuId": second}).status_code == 200
    assert town.get(f"{MENU}/alias/main").json()["richMenuId"] == second
    assert len(town.get(f"{MENU}/alias/list").json()["aliases"]) == 1
    assert town.delete(f"{MENU}/alias/main").status_code == 200
    assert town.get(f"{MENU}/alias/main").status_code == 404


@pytest.mark.parametrize("name", ["Main", "a" * 33, "", "あ"])
def test_an_alias_is_small_letters_and_figures(town: httpx.Client, name: str) -> None:
    alias = {"richMenuAliasId": name, "richMenuId": ready(town)}
    assert town.post(f"{MENU}/alias", json=alias).status_code == 400


def test_switching_changes_the_menu_and_tells_the_town(line: Line, town: httpx.Client) -> None:
    more = ready(town, name="つづき")
    town.post(f"{MENU}/alias", json={"richMenuAliasId": "more", "richMenuId": more})
    town.post(f"{DEFAULT}/{ready(town, areas=[{**AREA, 'action': SWITCH}])}")
    (event,) = line.tap("花子", "次")["events"]
    assert event["postback"]["params"] == {"newRichMenuAliasId": "more", "status": "SUCCESS"}
    assert line.talk("花子")["menu"]["name"] == "つづき"


def test_a_deleted_menu_leaves_nothing_behind(line: Line, town: httpx.Client) -> None:
    menu = ready(town, areas=[{**AREA, "action": POSTBACK}])
    town.post(f"{DEFAULT}/{menu}")
    assert town.delete(f"{MENU}/{menu}").status_code == 200
    assert line.talk("花子")["menu"] is None
    assert town.get(f"{MENU}/{menu}").status_code == 404


def test_a_hundred_menus_an_hour(line: Line, town: httpx.Client) -> None:
    statuses = [town.post(MENU, json=body()).status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    line.advance(3600)
    assert town.post(MENU, json=body()).status_code == 200


# ── many residents at once ───────────────────────────────────────────────────────────────────

BATCH = f"{MENU}/batch"


def test_whoever_is_linked_to_one_menu_gets_another(line: Line, town: httpx.Client) -> None:
    first, second = ready(town, name="前"), ready(town, name="次")
    town.post(f"/v2/bot/user/{user_id(line)}/richmenu/{first}")
    body = {"operations": [{"type": "link", "from": first, "to": second}]}
    assert contract.messaging_api().request_errors("POST", BATCH, body) == []
    answer = town.post(BATCH, json=body)
    assert answer.status_code == 202
    assert line.talk("花子")["menu"]["name"] == "次"
    assert line.talk("太郎")["menu"] is None
    asked = town.get(
        f"{MENU}/progress/batch", params={"requestId": answer.headers["x-line-request-id"]}
    )
    assert asked.json()["phase"] == "succeeded"


def test_all_links_go_at_once(line: Line, town: httpx.Client) -> None:
    town.post(f"/v2/bot/user/{user_id(line)}/richmenu/{ready(town)}")
    assert town.post(BATCH, json={"operations": [{"type": "unlinkAll"}]}).status_code == 202
    assert line.talk("花子")["menu"] is None


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [{"type": "unlink"}],
        [{"type": "link", "from": "a"}],
        [{"type": "burn"}],
        [{"type": "unlinkAll"}] * 2,
        [{"type": "unlinkAll"}] * 1001,
    ],
)
def test_a_batch_that_line_refuses(town: httpx.Client, operations: list[Any]) -> None:
    asked = town.post(f"{MENU}/validate/batch", json={"operations": operations})
    assert asked.status_code == 400


def test_three_batches_an_hour(town: httpx.Client) -> None:
    body = {"operations": [{"type": "unlinkAll"}]}
    assert [town.post(BATCH, json=body).status_code for _ in range(4)] == [202] * 3 + [429]
