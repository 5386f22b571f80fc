# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from kairan.municipalities.links import public_link
from kairan.municipalities.tenancy import town
from tests.cast import Cast


def test_a_link_leads_to_the_towns_own_host(hinokuni: Cast) -> None:
    with town(hinokuni.neighbour):
        assert public_link("/r/abc/") == "http://tonari.localhost:8000/r/abc/"


def test_a_town_without_a_host_is_reached_at_the_public_address(hinokuni: Cast) -> None:
    assert public_link("/r/abc/") == "http://localhost:8000/r/abc/"
