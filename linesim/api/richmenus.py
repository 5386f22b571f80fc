# SPDX-License-Identifier: Apache-2.0
"""Rich menus: create → picture → alias → default or link. A picture is never replaced."""

from __future__ import annotations

from starlette.routing import Route

from linesim import ids
from linesim.api.gate import MOST_JSON_BYTES, Answer, Call, line_route
from linesim.checks.nodes import Node
from linesim.checks.richmenus import check_picture, check_rich_menu
from linesim.errors import ApiError
from linesim.rates import RICH_MENU
from linesim.state import Channel, Friend, RichMenu
from linesim.talks import tell

MOST_MENUS = 1000
_ALIAS = r"[a-z0-9_-]{1,32}"


def create(call: Call) -> Answer:
    check_rich_menu(call.node)
    call.refuse_if_broken()
    if len(call.channel.menus) >= MOST_MENUS:
        raise ApiError(400, "The number of rich menus has reached the limit")
    menu = RichMenu(ids.rich_menu_id(), call.body)
    call.channel.menus[menu.id] = menu
    call.sim.touch()
    return Answer({"richMenuId": menu.id})


def validate(call: Call) -> Answer:
    check_rich_menu(call.node)
    call.refuse_if_broken()
    return Answer()


def read(call: Call) -> Answer:
    return Answer(_as_json(_menu(call)))


def listed(call: Call) -> Answer:
    return Answer({"richmenus": [_as_json(menu) for menu in call.channel.menus.values()]})


def delete(call: Call) -> Answer:
    menu = _menu(call)
    channel = call.channel
    del channel.menus[menu.id]
    channel.aliases = {k: v for k, v in channel.aliases.items() if v != menu.id}
    if channel.default_menu == menu.id:
        channel.default_menu = None
    for friend in channel.friends.values():
        if friend.menu_id == menu.id:
            friend.menu_id = None
    _tell_everybody(call)
    return Answer()


def upload(call: Call) -> Answer:
    menu = _menu(call)
    kind = call.request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ("image/jpeg", "image/png"):
        raise ApiError(415, f"The content type, {kind}, is not supported")
    if menu.image is not None:
        raise ApiError(400, "An image has already been uploaded to the richmenu")
    check_picture(call.raw, kind, menu.body["size"])
    menu.image, menu.content_type = call.raw, kind
    call.sim.touch()
    return Answer()


def download(call: Call) -> Answer:
    menu = _menu(call)
    if menu.image is None:
        raise ApiError(404, "Not found")
    return Answer(f"({len(menu.image)} bytes)", raw=menu.image, content_type=menu.content_type)


def set_default(call: Call) -> Answer:
    call.channel.default_menu = _usable(call, call.path["menu_id"]).id
    _tell_everybody(call)
    return Answer()


def read_default(call: Call) -> Answer:
    if call.channel.default_menu is None:
        raise ApiError(404, "no default richmenu")
    return Answer({"richMenuId": call.channel.default_menu})


def clear_default(call: Call) -> Answer:
    call.channel.default_menu = None
    _tell_everybody(call)
    return Answer()


def link(call: Call) -> Answer:
    menu = _usable(call, call.path["menu_id"])
    friend = _friend(call)
    _show(call, [friend], menu.id)
    return Answer()


def linked(call: Call) -> Answer:
    friend = _friend(call)
    if friend.menu_id is None:
        raise ApiError(404, "the user has no richmenu")
    return Answer({"richMenuId": friend.menu_id})


def unlink(call: Call) -> Answer:
    _show(call, [_friend(call)], None)
    return Answer()


def bulk_link(call: Call) -> Answer:
    node = call.node
    menu_id = node.text("richMenuId", 100)
    friends = _friends(call, node)
    call.refuse_if_broken()
    _show(call, friends, _usable(call, menu_id or "").id)
    return Answer(status=202)


def bulk_unlink(call: Call) -> Answer:
    friends = _friends(call, call.node)
    call.refuse_if_broken()
    _show(call, friends, None)
    return Answer(status=202)


def create_alias(call: Call) -> Answer:
    node = call.node
    alias = node.text("richMenuAliasId", 32, pattern=_ALIAS) or ""
    menu_id = node.text("richMenuId", 100) or ""
    node.close()
    call.refuse_if_broken()
    if alias in call.channel.aliases:
        raise ApiError(400, "conflict richmenu alias id")
    _point_alias(call, alias, menu_id)
    return Answer()


def update_alias(call: Call) -> Answer:
    node = call.node
    menu_id = node.text("richMenuId", 100) or ""
    call.refuse_if_broken()
    _alias(call)
    _point_alias(call, call.path["alias"], menu_id)
    return Answer()


def read_alias(call: Call) -> Answer:
    return Answer({"richMenuAliasId": call.path["alias"], "richMenuId": _alias(call)})


def list_aliases(call: Call) -> Answer:
    pairs = call.channel.aliases.items()
    return Answer({"aliases": [{"richMenuAliasId": a, "richMenuId": m} for a, m in pairs]})


def delete_alias(call: Call) -> Answer:
    _alias(call)
    del call.channel.aliases[call.path["alias"]]
    return Answer()


def shown_menu(channel: Channel, friend: Friend) -> RichMenu | None:
    """The menu a resident sees: their own, else the default; none without its picture."""
    menu = channel.menus.get(friend.menu_id or channel.default_menu or "")
    return menu if menu and menu.image is not None else None


def _point_alias(call: Call, alias: str, menu_id: str) -> None:
    menu = call.channel.menus.get(menu_id)
    if menu is None:
        raise ApiError(400, "richmenu not found")
    if menu.image is None:
        raise ApiError(400, "must upload richmenu image before applying it to user")
    call.channel.aliases[alias] = menu_id
    call.sim.touch()


def _alias(call: Call) -> str:
    menu_id = call.channel.aliases.get(call.path["alias"])
    if menu_id is None:
        raise ApiError(404, "richmenu alias not found")
    return menu_id


def _menu(call: Call) -> RichMenu:
    menu = call.channel.menus.get(call.path["menu_id"])
    if menu is None:
        raise ApiError(404, "richmenu not found")
    return menu


def _usable(call: Call, menu_id: str) -> RichMenu:
    menu = call.channel.menus.get(menu_id)
    if menu is None:
        raise ApiError(404, "richmenu not found")
    if menu.image is None:
        raise ApiError(400, "must upload richmenu image before applying it to user")
    return menu


def _friend(call: Call) -> Friend:
    friend = call.channel.friends.get(call.path["user_id"])
    if friend is None:
        raise ApiError(400, "The user ID is invalid")
    return friend


def _friends(call: Call, node: Node) -> list[Friend]:
    known = call.channel.friends
    return [known[u] for u in node.strings("userIds", 1, 500) if u in known]


def _show(call: Call, friends: list[Friend], menu_id: str | None) -> None:
    for friend in friends:
        friend.menu_id = menu_id
        tell(call.sim, friend, "menu")
    call.sim.touch()


def _tell_everybody(call: Call) -> None:
    for friend in call.channel.friends.values():
        tell(call.sim, friend, "menu")
    call.sim.touch()


def _as_json(menu: RichMenu) -> dict[str, object]:
    return {"richMenuId": menu.id, **menu.body}


_MENU = "/v2/bot/richmenu"
ROUTES: list[Route] = [
    line_route("POST", _MENU, create, json=True, rate=RICH_MENU),
    line_route("POST", f"{_MENU}/validate", validate, json=True),
    line_route("GET", f"{_MENU}/list", listed),
    line_route("POST", f"{_MENU}/bulk/link", bulk_link, json=True),
    line_route("POST", f"{_MENU}/bulk/unlink", bulk_unlink, json=True),
    line_route("GET", f"{_MENU}/alias/list", list_aliases),
    line_route("POST", f"{_MENU}/alias", create_alias, json=True),
    line_route("GET", f"{_MENU}/alias/{{alias}}", read_alias),
    line_route("POST", f"{_MENU}/alias/{{alias}}", update_alias, json=True),
    line_route("DELETE", f"{_MENU}/alias/{{alias}}", delete_alias),
    line_route("POST", f"{_MENU}/{{menu_id}}/content", upload, most_bytes=4 * MOST_JSON_BYTES),
    line_route("GET", f"{_MENU}/{{menu_id}}/content", download),
    line_route("GET", f"{_MENU}/{{menu_id}}", read),
    line_route("DELETE", f"{_MENU}/{{menu_id}}", delete, rate=RICH_MENU),
    line_route("POST", "/v2/bot/user/all/richmenu/{menu_id}", set_default),
    line_route("GET", "/v2/bot/user/all/richmenu", read_default),
    line_route("DELETE", "/v2/bot/user/all/richmenu", clear_default),
    line_route("POST", "/v2/bot/user/{user_id}/richmenu/{menu_id}", link),
    line_route("GET", "/v2/bot/user/{user_id}/richmenu", linked),
    line_route("DELETE", "/v2/bot/user/{user_id}/richmenu", unlink),
]
