# SPDX-License-Identifier: Apache-2.0
"""Which addresses we call at all."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from kairan.partners.errors import NotAllowed
from kairan.partners.guard import target_of
from kairan.partners.http import call
from tests.partners.partner import Answer, Partner


def outside(settings: Any) -> None:
    """As it is anywhere but in the demo."""
    settings.DEMO = False
    settings.PARTNER_NETWORKS = []


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://localhost/", "https://x.localhost/", "https://10.0.0.8/",
        "https://192.168.1.1/", "https://169.254.169.254/latest/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/",
        "https://100.64.0.1/", "https://224.0.0.1/", "https://2130706433/",
        "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
    ],
)  # fmt: skip
def test_inner_networks_are_not_called(settings: Any, address: str) -> None:
    outside(settings)
    with pytest.raises(NotAllowed):
        target_of(address)


@pytest.mark.parametrize(
    "address", ["http://8.8.8.8/", "ftp://8.8.8.8/", "https://a:b@8.8.8.8/", "https:///x", "x"]
)
def test_only_https_and_plain_addresses(settings: Any, address: str) -> None:
    outside(settings)
    with pytest.raises(NotAllowed):
        target_of(address)


def test_a_name_that_leads_inside_is_not_called(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside(settings)
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kw: inner)
    with pytest.raises(NotAllowed):
        target_of("https://city.example.jp/open311/v2")
    settings.PARTNER_NETWORKS = [ipaddress.ip_network("10.0.0.0/8")]
    to = target_of("https://city.example.jp:8443/open311/v2")
    assert (str(to.url), to.host) == ("https://10.1.2.3:8443/open311/v2", "city.example.jp:8443")


def test_the_address_that_was_judged_is_the_one_that_is_called(
    partner: Partner, settings: Any
) -> None:
    call("GET", f"http://town.localhost:{partner.port}/x", params={"a": "あ"})
    (got,) = partner.got
    assert got.headers["Host"] == f"town.localhost:{partner.port}"
    assert got.path == "/x?a=%E3%81%82"


def test_too_large_an_answer_is_not_read(partner: Partner) -> None:
    from kairan.partners.errors import Permanent

    partner.will(Answer(body="x" * (1024 * 1024 + 1)))
    with pytest.raises(Permanent):
        call("GET", partner.url)
