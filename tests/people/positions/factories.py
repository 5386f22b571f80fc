# SPDX-License-Identifier: Apache-2.0
"""Seats and who sits there, made by the verbs; inside the entered town."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.test import Client

from kairan.audit.actors import PROGRAM
from kairan.people.models import Person
from kairan.people.positions.actions import add_holder, appoint, create_position
from kairan.people.positions.codes import FreshCode
from kairan.people.positions.models import Position, Tenure

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
TABLET = "Mozilla/5.0 (Linux; Android 15; SM-X200) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
HOME = "/community/"


class Chair(NamedTuple):
    position: Position
    person: Person
    tenure: Tenure
    code: FreshCode


def a_post(name: str = "つきのき校区 会長", **fields: Any) -> Position:
    return create_position(acting=PROGRAM, kind=Position.Kind.POST, name=name, **fields)


def a_desk(name: str = "自治推進課", *clerks: Person) -> Position:
    desk = create_position(acting=PROGRAM, kind=Position.Kind.DESK, name=name)
    for clerk in clerks:
        appoint(acting=PROGRAM, position=desk, person=clerk)
    return desk


def a_chair(name: str = "月木 正", position: str = "つきのき校区 会長") -> Chair:
    """A post with a holder who has a code and has not used it."""
    seat = a_post(position)
    person = add_holder(acting=PROGRAM, name=name)
    tenure, code = appoint(acting=PROGRAM, position=seat, person=person)
    assert code is not None
    return Chair(seat, person, tenure, code)


def come_in(code: FreshCode, user_agent: str = PHONE, **extra: Any) -> Client:
    """A phone on which the sheet's QR was scanned and the button pressed."""
    client = Client(headers={"User-Agent": user_agent})
    answer = client.post(code.path, **extra)
    assert answer.status_code == 302, answer.content.decode()
    return client


def type_digits(digits: str, **extra: Any) -> Any:
    return Client().post("/community/sign-in/", {"digits": digits}, **extra)


def is_in(client: Client, **extra: Any) -> bool:
    """Whether a page of the leaders opens."""
    return bool(client.get("/community/devices/", **extra).status_code == 200)


def wrong_digits(code: FreshCode, number: int = 1) -> str:
    return f"{(int(code.digits) + number) % 10**8:08d}"


def digits_on(page: str) -> str:
    """The eight digits that a page shows."""
    found = re.search(r"(\d{4}) (\d{4})", page)
    assert found, page
    return found[1] + found[2]
