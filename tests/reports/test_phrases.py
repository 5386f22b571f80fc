# SPDX-License-Identifier: Apache-2.0
"""Ready texts in the residents' languages, and seeing a text before it is sent."""

from __future__ import annotations

import pytest
from django.test import Client

from kairan.deliveries.models import Delivery
from kairan.lib.language import speaking
from kairan.line.models import LineChannel
from kairan.reports.models import AnswerTemplate, Case, CaseEntry
from kairan.reports.wording import Said
from kairan.residents.models import Friend, Resident
from tests.cast import Cast
from tests.reports.factories import SignIn, report


@pytest.fixture
def mended() -> AnswerTemplate:
    return AnswerTemplate.objects.create(
        title="直りました",
        text="{受付番号}は直りました。",
        texts={"en": "{受付番号} has been mended.", "ja-simple": "なおりました。"},
    )


@pytest.fixture
def linh(hole: Case) -> Resident:
    """Reads Vietnamese, and has reported something of the same kind."""
    resident = Resident.objects.create(language="vi")
    channel = LineChannel.objects.get()
    Friend.objects.create(resident=resident, channel=channel, user_id="U" + "b" * 32)
    report(hole.kind, resident=resident, text="hố", east=True)
    return resident


def told(resident: Resident) -> str:
    friend = resident.friends.get()
    rows = Delivery.objects.filter(recipient__endswith=friend.user_id)
    return str(list(rows.values_list("payload", flat=True)))


def case_of(resident: Resident) -> Case:
    return resident.reports.get().case


def send(client: Client, case: Case, text: str, template: object = "") -> int:
    given = {"text": text, "template": template}
    return client.post(f"/console/cases/{case.pk}/message/", given).status_code


@pytest.mark.parametrize(
    ("language", "chosen"),
    [("ja", "ja"), ("en", "en"), ("en-GB", "en"), ("vi", "en"), ("ja-simple", "ja-simple")],
)
def test_each_reader_gets_the_nearest_language(language: str, chosen: str) -> None:
    assert Said("直った", {"en": "mended", "ja-simple": "なおった"}).chosen(language) == chosen
    assert Said("直った").chosen(language) == "ja"


def test_a_ready_text_reaches_each_in_their_own_language(
    roads_client: Client, mended: AnswerTemplate, linh: Resident
) -> None:
    case = case_of(linh)
    filled = f"{case.number}は直りました。"
    assert send(roads_client, case, filled, mended.pk) == 302
    assert f"{case.number} has been mended." in told(linh)
    entry = CaseEntry.objects.get(case=case, kind="message_out")
    assert (entry.text, entry.data["texts"]["en"]) == (filled, f"{case.number} has been mended.")


def test_words_that_a_clerk_changed_go_as_they_are(
    roads_client: Client, mended: AnswerTemplate, linh: Resident
) -> None:
    case = case_of(linh)
    assert send(roads_client, case, "あすまた見ます。", mended.pk) == 302
    assert "あすまた見ます。" in told(linh)
    assert "mended" not in told(linh)


@pytest.mark.parametrize("template", ["", "x", "9" * 40, "-1", "999999"])
def test_a_strange_template_is_no_template(roads_client: Client, hole: Case, template: str) -> None:
    assert send(roads_client, hole, "見ます", template) == 302


def test_an_unknown_placeholder_is_refused_beside_its_field(
    roads_client: Client, hole: Case
) -> None:
    response = roads_client.post(f"/console/cases/{hole.pk}/message/", {"text": "{氏名}さん"})
    body = response.content.decode()
    assert response.status_code == 422
    assert 'id="message_text_error"' in body
    assert "「{氏名}」という差し込みはありません。" in body


def preview(client: Client, case: Case, **given: object) -> str:
    return client.post(f"/console/cases/{case.pk}/preview/", given).content.decode()


def test_a_text_is_seen_as_its_readers_will_before_anything_is_sent(
    roads_client: Client, mended: AnswerTemplate, linh: Resident
) -> None:
    case, before = case_of(linh), Delivery.objects.count()
    text = f"{case.number}は直りました。"
    seen = preview(
        roads_client, case, about="status", to="resolved", message=text, template=mended.pk
    )
    assert f"{case.number} has been mended." in seen
    assert "English（英語）で届きます" in seen
    assert "Resolved" in seen or "Completed" in seen or "seen__status" in seen
    assert "{氏名}" in preview(roads_client, case, about="message", text="{氏名}")
    assert Delivery.objects.count() == before


def test_a_preview_is_for_those_who_may_write(
    hinokuni: Cast, sign_in: SignIn, hole: Case, waste_client: Client
) -> None:
    address = f"/console/cases/{hole.pk}/preview/"
    assert sign_in(hinokuni.viewer).post(address).status_code == 403
    assert waste_client.post(address).status_code == 404


def test_managers_write_other_languages_and_see_what_is_missing(
    hinokuni: Cast, sign_in: SignIn, linh: Resident, mended: AnswerTemplate
) -> None:
    manager = sign_in(hinokuni.roads_manager)
    assert "vi なし" in manager.get("/console/templates/").content.decode()
    page = f"/console/templates/{mended.pk}/"
    given = {"title": "直りました", "text": "直りました", "text_vi": "Đã sửa {受付番号}"}
    assert manager.post(page, given | {"text_en": "{name}"}).status_code == 422
    assert manager.post(page, given).status_code == 302
    mended.refresh_from_db()
    assert mended.texts == {"vi": "Đã sửa {受付番号}"}
    example = manager.post("/console/templates/example/", given).content.decode()
    assert f"Đã sửa {case_of(linh).number}" in example


def test_the_residents_own_page_speaks_their_language(
    roads_client: Client, mended: AnswerTemplate, linh: Resident
) -> None:
    case = case_of(linh)
    send(roads_client, case, f"{case.number}は直りました。", mended.pk)
    entry = CaseEntry.objects.get(case=case, kind="message_out")
    with speaking("en"):
        assert entry.said_here == f"{case.number} has been mended."
    with speaking():
        assert entry.said_here == f"{case.number}は直りました。"
