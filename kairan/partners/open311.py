# SPDX-License-Identifier: Apache-2.0
"""A client of GeoReport v2 servers. XML, which every server must have; JSON is optional there.

https://wiki.open311.org/GeoReport_v2
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as Xml

from django.utils.translation import gettext as _

from kairan.partners.errors import Permanent
from kairan.partners.http import call
from kairan.partners.webhook import IDEMPOTENCY

# Entities can make a short document endless; an honest answer has none.
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
MAX_DESCRIPTION = 4_000


@dataclass(frozen=True)
class Created:
    """Their number, or a token to ask for it with."""

    remote_id: str
    token: str
    notice: str


@dataclass(frozen=True)
class Remote:
    status: str
    notes: str

    @property
    def is_closed(self) -> bool:
        return self.status == "closed"


@dataclass(frozen=True)
class Client:
    """Raises ``Permanent`` and ``Temporary``. Never inside a transaction."""

    endpoint: str
    api_key: str
    jurisdiction_id: str = ""

    def create(self, fields: Mapping[str, str], *, key: str) -> Created:
        """``key``: servers that know ``Idempotency-Key`` take the same one once."""
        sent = {"api_key": self.api_key, **self._jurisdiction(), **fields}
        body = urlencode({name: value for name, value in sent.items() if value}).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            IDEMPOTENCY: key,
        }
        answered = call("POST", self._url("requests"), headers=headers, content=body)
        made = _request(answered.body)
        found = Created(
            _text(made, "service_request_id"), _text(made, "token"), _text(made, "service_notice")
        )
        if not found.remote_id and not found.token:
            raise Permanent(_("返事に受付番号がありません。"), status=answered.status)
        return found

    def request_id_of(self, token: str) -> str:
        """Empty as long as they have not given it a number."""
        url = self._url("tokens", token)
        return _text(_request(call("GET", url, params=self._jurisdiction()).body), _ID)

    def status_of(self, remote_id: str) -> Remote:
        url = self._url("requests", remote_id)
        found = _request(call("GET", url, params=self._jurisdiction()).body)
        return Remote(_text(found, "status").lower(), _text(found, "status_notes"))

    def service_codes(self) -> list[tuple[str, str]]:
        """(code, name) of everything that they take."""
        tree = _parsed(call("GET", self._url("services"), params=self._jurisdiction()).body)
        found = [(_text(one, "service_code"), _text(one, "service_name")) for one in tree]
        return [(code, name) for code, name in found if code]

    def _jurisdiction(self) -> dict[str, str]:
        return {"jurisdiction_id": self.jurisdiction_id} if self.jurisdiction_id else {}

    def _url(self, *parts: str) -> str:
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.endpoint.rstrip('/')}/{path}.xml"


_ID = "service_request_id"


def _request(body: bytes) -> Xml.Element:
    found = _parsed(body).find("request")
    if found is None:
        raise Permanent(_("返事がOpen311の形ではありません。"))
    return found


def _parsed(body: bytes) -> Xml.Element:
    if _DECLARES.search(body) or b"\x00" in body:
        raise Permanent(_("返事がOpen311の形ではありません。"))
    try:
        tree = Xml.fromstring(body)  # noqa: S314  (no entities, and 1 MB at most)
    except (Xml.ParseError, ValueError, LookupError) as error:
        raise Permanent(_("返事がOpen311の形ではありません。")) from error
    for element in tree.iter():  # some servers name a namespace
        element.tag = str(element.tag).rpartition("}")[2]
    return tree


def _text(element: Xml.Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
