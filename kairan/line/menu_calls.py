# SPDX-License-Identifier: Apache-2.0
"""LINE's calls for rich menus. https://developers.line.biz/en/reference/messaging-api/#rich-menu"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kairan.line import errors
from kairan.line.answers import Accepted, RichMenuAnswer
from kairan.line.http import Caller, body_of, request_id, segment

MENUS = "/v2/bot/richmenu"
DEFAULT = "/v2/bot/user/all/richmenu"


class RichMenuCalls(Caller):
    def create_rich_menu(self, definition: Mapping[str, Any]) -> str:
        """The new menu's id. It shows nothing until it has an image. 100 an hour."""
        body = body_of(self._call("POST", MENUS, json=definition))
        line_id = body.get("richMenuId")
        if not isinstance(line_id, str):
            raise errors.BrokenAnswer("no richMenuId")
        return line_id

    def validate_rich_menu(self, definition: Mapping[str, Any]) -> Accepted:
        return self._done("POST", f"{MENUS}/validate", json=definition)

    def upload_rich_menu_image(self, line_id: str, image: bytes, content_type: str) -> Accepted:
        """Once per menu: LINE cannot replace an image. At most 1 MB."""
        response = self._call(
            "POST",
            f"{MENUS}/{segment(line_id)}/content",
            data_host=True,
            content=image,
            headers={"Content-Type": content_type},
        )
        return Accepted(request_id(response))

    def rich_menu(self, line_id: str) -> RichMenuAnswer:
        return _menu(body_of(self._call("GET", f"{MENUS}/{segment(line_id)}")))

    def rich_menus(self) -> tuple[RichMenuAnswer, ...]:
        """Those made through the Messaging API; menus made in LINE's own manager are not listed."""
        return tuple(_menu(menu) for menu in self._listed(f"{MENUS}/list", "richmenus"))

    def delete_rich_menu(self, line_id: str) -> Accepted:
        return self._done("DELETE", f"{MENUS}/{segment(line_id)}")

    def default_rich_menu(self) -> str | None:
        """The default menu's id; None when there is none."""
        try:
            return str(body_of(self._call("GET", DEFAULT)).get("richMenuId") or "") or None
        except errors.NotFound:
            return None

    def set_default_rich_menu(self, line_id: str) -> Accepted:
        return self._done("POST", f"{DEFAULT}/{segment(line_id)}")

    def cancel_default_rich_menu(self) -> Accepted:
        return self._done("DELETE", DEFAULT)

    def link_rich_menu(self, user_id: str, line_id: str) -> Accepted:
        return self._done("POST", f"/v2/bot/user/{segment(user_id)}/richmenu/{segment(line_id)}")

    def unlink_rich_menu(self, user_id: str) -> Accepted:
        return self._done("DELETE", f"/v2/bot/user/{segment(user_id)}/richmenu")

    def link_rich_menu_in_bulk(self, user_ids: Sequence[str], line_id: str) -> Accepted:
        """Up to 500 residents; LINE does it within a few seconds, unseen (202)."""
        body = {"richMenuId": line_id, "userIds": list(user_ids)}
        return self._done("POST", f"{MENUS}/bulk/link", json=body)

    def unlink_rich_menus_in_bulk(self, user_ids: Sequence[str]) -> Accepted:
        return self._done("POST", f"{MENUS}/bulk/unlink", json={"userIds": list(user_ids)})

    def create_rich_menu_alias(self, alias: str, line_id: str) -> Accepted:
        body = {"richMenuAliasId": alias, "richMenuId": line_id}
        return self._done("POST", f"{MENUS}/alias", json=body)

    def update_rich_menu_alias(self, alias: str, line_id: str) -> Accepted:
        return self._done("POST", f"{MENUS}/alias/{segment(alias)}", json={"richMenuId": line_id})

    def put_rich_menu_alias(self, alias: str, line_id: str) -> Accepted:
        """Points the alias at the menu, whether the alias was there before or not."""
        try:
            return self.update_rich_menu_alias(alias, line_id)
        except (errors.NotFound, errors.BadRequest):
            return self.create_rich_menu_alias(alias, line_id)

    def delete_rich_menu_alias(self, alias: str) -> Accepted:
        return self._done("DELETE", f"{MENUS}/alias/{segment(alias)}")

    def rich_menu_aliases(self) -> dict[str, str]:
        """alias → menu id."""
        listed = self._listed(f"{MENUS}/alias/list", "aliases")
        return {str(one.get("richMenuAliasId")): str(one.get("richMenuId")) for one in listed}

    def _listed(self, path: str, name: str) -> list[dict[str, Any]]:
        listed = body_of(self._call("GET", path)).get(name)
        if not isinstance(listed, list):
            raise errors.BrokenAnswer(f"{name} is missing")
        return [one for one in listed if isinstance(one, dict)]

    def _done(self, method: str, path: str, *, json: object = None) -> Accepted:
        return Accepted(request_id(self._call(method, path, json=json)))


def _menu(raw: Mapping[str, Any]) -> RichMenuAnswer:
    return RichMenuAnswer(str(raw.get("richMenuId", "")), str(raw.get("name", "")), raw)
