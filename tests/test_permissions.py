# SPDX-License-Identifier: Apache-2.0
"""URL × role × town: every address answers everybody as the table in ``addresses`` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kairan.municipalities.tenancy import town
from kairan.people.models import Person
from tests.addresses import ADDRESSES, ROLES
from tests.cast import Cast
from tests.visiting import answer_of, visit

SignIn = Callable[[Person], Client]
VISITS = [
    pytest.param(name, method, id=f"{name}-{method}")
    for name, address in ADDRESSES.items()
    for method in address.methods
]


def names_in(
    patterns: list[URLPattern | URLResolver], space: tuple[str, ...] = ()
) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*space, pattern.namespace) if pattern.namespace else space
            yield from names_in(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            yield ":".join([*space, pattern.name])


def test_every_address_stands_in_the_table() -> None:
    """Missing: add a line to tests/addresses.py. Left over: take its line away."""
    known = set(names_in(get_resolver().url_patterns))
    assert known - ADDRESSES.keys() == set()
    assert ADDRESSES.keys() - known == set()


@pytest.mark.parametrize(("name", "method"), VISITS)
def test_everybody_is_answered_as_the_table_says(
    cast: Cast, sign_in: SignIn, name: str, method: str
) -> None:
    address = ADDRESSES[name]
    with town(cast.hinokuni):
        url = reverse(name, kwargs=dict(address.ids(cast)))
    answers = {}
    for role in ROLES:
        client = Client() if role == "nobody" else sign_in(getattr(cast, role))
        with transaction.atomic():
            answers[role] = answer_of(visit(client, method, url))
            transaction.set_rollback(True)
    assert answers == dict(zip(ROLES, address.answers.split(), strict=True))
