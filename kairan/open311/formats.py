# SPDX-License-Identifier: Apache-2.0
"""XML and JSON of the same data, by the Spark convention: arrays lose the names of their items."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse

XML, JSON = "xml", "json"
CONTENT_TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What each item of an array is called in XML.
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# XML 1.0 has no way at all to write these.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def answer(
    form: str, root: str, data: Mapping[str, Any] | list[Any], *, status: int = 200
) -> HttpResponse:
    """``root`` names the outermost element; JSON does not have it."""
    body = as_xml(root, data) if form == XML else json.dumps(data, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPES[form])


def as_xml(root: str, data: Mapping[str, Any] | list[Any]) -> str:
    parts = [DECLARATION]
    _element(parts, root, data)
    return "".join(parts)


def _element(parts: list[str], name: str, value: Any) -> None:
    if value in (None, "", []):
        parts.append(f"<{name}/>")
        return
    parts.append(f"<{name}>")
    if isinstance(value, Mapping):
        _children(parts, value.items())
    elif isinstance(value, list):
        _children(parts, ((ITEMS[name], item) for item in value))
    else:
        parts.append(_text(value))
    parts.append(f"</{name}>")


def _children(parts: list[str], children: Iterable[tuple[str, Any]]) -> None:
    for name, value in children:
        _element(parts, name, value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_NOT_XML.sub("", str(value)))
