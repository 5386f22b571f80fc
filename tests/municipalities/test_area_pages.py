# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kairan.municipalities.models import Area, AreaDraft
from kairan.municipalities.places import areas_at
from kairan.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]
PAGE = "/console/areas/"


def ward(code: str, name: str, west: float = 131) -> dict[str, Any]:
    ring = [[west, 34], [west + 1, 34], [west + 1, 35], [west, 35], [west, 34]]
    return {
        "type": "Feature",
        "properties": {"N03_001": "県", "N03_004": name, "N03_007": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def upload(client: Client, *features: dict[str, Any], content: bytes | None = None) -> Any:
    whole = content or json.dumps({"features": features}, ensure_ascii=False).encode()
    file = SimpleUploadedFile("wards.geojson", whole)
    return client.post(f"{PAGE}upload/", {"kind": "ward", "file": file})


def test_the_list_shows_areas_by_kind_with_a_map(hinokuni: Cast, sign_in: SignIn) -> None:
    page = sign_in(hinokuni.administrator).get(PAGE)
    text = page.content.decode()
    assert "西区" in text
    assert "西区土木センター" in text
    names = [f["properties"]["name"] for f in page.context["map_data"]["areas"]["features"]]
    assert names == ["西区", "東区"]


def test_an_upload_only_shows_what_it_would_do(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    answer = upload(client, ward("9", "北区"), ward("101", "新西区"), ward("", "無名"))
    page = client.get(answer["Location"])
    plan = page.context["plan"]
    assert [new.name for new in plan.added] == ["北区"]
    assert [(old.name, new.name) for old, new in plan.changed] == [("西区", "新西区")]
    assert "コード（N03_007）がありません" in page.content.decode()
    assert not Area.objects.filter(code="9").exists()


def test_confirming_imports_it_once(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    upload(client, ward("9", "北区"))
    chosen = {"name_property": "N03_004", "code_property": "N03_007"}
    assert client.post(f"{PAGE}import/", chosen)["Location"] == PAGE
    assert [area.name for area in areas_at(131.5, 34.5)] == ["北区"]
    assert client.post(f"{PAGE}import/", chosen)["Location"] == f"{PAGE}upload/"
    assert not AreaDraft.objects.exists()


def test_other_properties_can_be_chosen(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    upload(client, ward("9", "北区"))
    wanted = {"name_property": "N03_001", "code_property": "N03_004"}
    plan = client.get(f"{PAGE}import/", wanted).context["plan"]
    assert [(new.code, new.name) for new in plan.added] == [("北区", "県")]


@pytest.mark.parametrize("content", [b"not json", b"{}", b'{"features": []}', b"\xff\xfe"])
def test_an_unreadable_file_is_refused_in_words(
    hinokuni: Cast, sign_in: SignIn, content: bytes
) -> None:
    answer = upload(sign_in(hinokuni.administrator), content=content)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not AreaDraft.objects.exists()


def test_a_newer_upload_takes_the_place_of_the_older(hinokuni: Cast, sign_in: SignIn) -> None:
    client = sign_in(hinokuni.administrator)
    upload(client, ward("9", "北区"))
    upload(client, ward("8", "南区"))
    [draft] = AreaDraft.objects.all()
    assert draft.content["features"][0]["properties"]["N03_004"] == "南区"
