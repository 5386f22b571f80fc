# SPDX-License-Identifier: Apache-2.0
"""An edition's way into LINE: for each tab create → picture, then the aliases.

Every step is written down when it is done, and looked up at LINE where its answer was lost: the
work can be killed anywhere and begun again. Nothing that residents see changes before the aliases.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum

from django.utils import timezone

from kairan.line import errors
from kairan.line.client import LineClient
from kairan.line.menus.models import MenuEdition, MenuPage

MARK = "[kairan-"


class Step(StrEnum):
    CREATE = "create"
    IMAGE = "image"
    ALIAS = "alias"


class Refused(Exception):
    """LINE will never take the edition as it is; the former one is shown as before."""

    def __init__(self, step: Step, page: MenuPage, cause: errors.LineError) -> None:
        super().__init__(f"{step}: {cause}")
        self.step, self.page, self.cause = step, page, cause


# These say something of the account, not of the menu: the edition waits for the administrator.
OF_THE_ACCOUNT = (errors.TokenRevoked, errors.Forbidden)


def marked(name: str, mark: str) -> str:
    """The name at LINE: what staff call it, and our mark."""
    return f"{name[:200]} {MARK}{mark}]"


def register(client: LineClient, edition: MenuEdition, known: dict[str, str]) -> None:
    """Brings the edition to LINE. `known`: names at LINE → ids. Raises Refused, or a LineError
    after which it can be called again. No transaction may be open."""
    pages = list(edition.pages.order_by("position"))
    for page in pages:
        try:
            _page(client, page, known)
        except errors.LineError as error:
            if error.verdict != errors.Verdict.PERMANENT or isinstance(error, OF_THE_ACCOUNT):
                raise
            step = Step.IMAGE if page.line_id else Step.CREATE
            _take_back(client, pages)
            raise Refused(step, page, error) from error
    _point(client, edition, pages)


def _page(client: LineClient, page: MenuPage, known: dict[str, str]) -> None:
    name = str(page.body["name"])
    if page.line_id and page.line_id not in known.values():  # somebody has removed it at LINE
        page.line_id, page.has_image = "", False
    if not page.line_id:
        page.line_id = (page.asked_at and known.get(name)) or _create(client, page)
        page.save(update_fields=["line_id", "has_image"])
        known[name] = page.line_id
    if not page.has_image:
        _upload(client, page)
        page.has_image = True
        page.save(update_fields=["has_image"])


def _create(client: LineClient, page: MenuPage) -> str:
    page.asked_at = timezone.now()
    page.save(update_fields=["asked_at"])
    return client.create_rich_menu(page.body)


def _upload(client: LineClient, page: MenuPage) -> None:
    try:
        client.upload_rich_menu_image(page.line_id, bytes(page.image), page.content_type)
    except errors.BadRequest as error:
        if "already" not in error.message:  # an earlier try had come through, unanswered
            raise


def _point(client: LineClient, edition: MenuEdition, pages: list[MenuPage]) -> None:
    """The aliases, which the tabs switch by. Refused on the way, they go back."""
    for page in pages:
        try:
            client.put_rich_menu_alias(page.alias, page.line_id)
        except errors.LineError as error:
            if error.verdict != errors.Verdict.PERMANENT or isinstance(error, OF_THE_ACCOUNT):
                raise
            _point_back(client, edition)
            _take_back(client, pages)
            raise Refused(Step.ALIAS, page, error) from error


def _point_back(client: LineClient, edition: MenuEdition) -> None:
    before = edition.menu.edition
    for page in before.pages.all() if before else ():
        with suppress(errors.LineError):
            client.put_rich_menu_alias(page.alias, page.line_id)


def _take_back(client: LineClient, pages: list[MenuPage]) -> None:
    """As well as it goes; what stays is swept later."""
    for page in pages:
        if page.line_id:
            with suppress(errors.LineError):
                client.delete_rich_menu(page.line_id)
            page.line_id, page.has_image = "", False
            page.save(update_fields=["line_id", "has_image"])
