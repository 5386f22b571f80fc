# SPDX-License-Identifier: Apache-2.0
"""Another system at our Open311 door: it knows the specification and nothing of Kairan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.test import Client

BASE = "/open311/v2/"
# In 西区 of the cast.
LAMP = {"service_code": "street_light", "lat": "32.7", "long": "130.2"}


@dataclass
class OtherSystem:
    key: str
    client: Client = field(default_factory=Client)

    def ask(self, path: str, **params: Any) -> Any:
        """JSON's data of a good answer."""
        response = self.get(f"{path}.json", **params)
        assert response.status_code == 200, response.content.decode()
        assert response["Content-Type"] == "application/json; charset=utf-8"
        return response.json()

    def ask_xml(self, path: str, **params: Any) -> ElementTree.Element:
        response = self.get(f"{path}.xml", **params)
        assert response.status_code == 200, response.content.decode()
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
        return read_xml(response)

    def get(self, path: str, **params: Any) -> HttpResponse:
        return self.client.get(BASE + path, params)

    def post(
        self, form: str = "json", headers: dict[str, str] | None = None, **sent: Any
    ) -> HttpResponse:
        """A report of a lamp that is dark, with what is said otherwise; None takes a thing away."""
        whole = {"api_key": self.key, **LAMP, "attribute[state]": "dark", **sent}
        data = {name: value for name, value in whole.items() if value is not None}
        return self.client.post(f"{BASE}requests.{form}", data, headers=headers)

    def report(self, **sent: Any) -> str:
        """The service_request_id of a new report."""
        response = self.post(**sent)
        assert response.status_code == 200, response.content.decode()
        (created,) = response.json()
        return str(created["service_request_id"])


def read_xml(response: HttpResponse) -> ElementTree.Element:
    return ElementTree.fromstring(response.content)  # noqa: S314  (our own server's answer)


def refused(response: HttpResponse, status: int, *words: str) -> None:
    """The specification's errors in JSON, with these words somewhere in them."""
    assert response.status_code == status, response.content.decode()
    errors = response.json()
    assert errors
    assert all(set(one) == {"code", "description"} for one in errors)
    assert all(one["code"] == status for one in errors)
    said = " ".join(one["description"] for one in errors)
    assert all(word in said for word in words), said
