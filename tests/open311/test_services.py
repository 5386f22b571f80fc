# SPDX-License-Identifier: Apache-2.0
"""Discovery, services and their definitions."""

from __future__ import annotations

from kairan.audit.actors import PROGRAM
from kairan.reports.models import ReportKind
from kairan.scenarios.actions import publish
from kairan.scenarios.definition import Definition
from kairan.scenarios.models import Scenario
from tests.cast import Cast
from tests.open311.other_system import OtherSystem, refused

FIELDS = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]


def test_discovery_leads_to_the_endpoint(app: OtherSystem) -> None:
    found = app.ask("discovery")
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert "096-000-0000" in found["key_service"]


def test_discovery_says_the_same_in_xml(app: OtherSystem) -> None:
    found = app.ask_xml("discovery")
    assert found.tag == "discovery"
    assert [f.text for f in found.iter("format")] == ["text/xml", "application/json"]
    assert found.findtext("endpoints/endpoint/url", "").endswith("/open311/v2")


def test_every_kind_that_is_taken_is_a_service(app: OtherSystem) -> None:
    ReportKind.objects.filter(key="park").update(is_active=False)
    codes = [one["service_code"] for one in app.ask("services")]
    assert "street_light" in codes
    assert "park" not in codes


def test_services_have_the_specification_s_fields_in_both_forms(app: OtherSystem) -> None:
    tree = app.ask_xml("services")
    assert tree.tag == "services"
    assert [[field.tag for field in one] for one in tree] == [FIELDS] * 6
    assert [list(one) for one in app.ask("services")] == [FIELDS] * 6
    assert {one.findtext("type") for one in tree} == {"realtime"}


def test_the_questions_of_the_published_scenario_are_attributes(app: OtherSystem) -> None:
    found = app.ask("services/street_light")
    state = found["attributes"][0]
    assert (state["code"], state["datatype"], state["required"]) == (
        "state",
        "singlevaluelist",
        True,
    )
    assert {"key": "dark", "name": "つかない"} in state["values"]
    orders = [one["order"] for one in found["attributes"]]
    assert orders == list(range(1, len(orders) + 1))


def test_a_definition_in_xml(app: OtherSystem) -> None:
    tree = app.ask_xml("services/street_light")
    assert tree.tag == "service_definition"
    assert tree.findtext("service_code") == "street_light"
    first = tree.find("attributes/attribute")
    assert first is not None
    assert first.findtext("variable") == "true"
    assert first.findtext("values/value/key") == "dark"


def test_each_type_of_question_has_its_datatype(app: OtherSystem, town: Cast) -> None:
    ask_all_types()
    attributes = {one["code"]: one for one in app.ask("services/street_light")["attributes"]}
    assert {code: one["datatype"] for code, one in attributes.items()} == {
        "state": "singlevaluelist",
        "pole": "text",
        "lamps": "number",
        "seen": "datetime",
        "only_dark": "text",
    }
    assert attributes["lamps"]["datatype_description"] == "灯"


def test_what_is_asked_on_some_ways_only_is_not_required(app: OtherSystem, town: Cast) -> None:
    ask_all_types()
    required = {
        one["code"]: one["required"] for one in app.ask("services/street_light")["attributes"]
    }
    assert required == {
        "state": True, "pole": False, "lamps": True, "seen": False, "only_dark": False,
    }  # fmt: skip


def test_an_unknown_service_is_404_in_the_form_asked_for(app: OtherSystem) -> None:
    refused(app.get("services/ufo.json"), 404, "ufo")
    response = app.get("services/ufo.xml")
    assert response.status_code == 404
    assert b"<errors><error><code>404</code><description>" in response.content


def test_the_town_s_own_jurisdiction_and_no_other(app: OtherSystem) -> None:
    assert app.ask("services", jurisdiction_id="localhost")
    assert app.ask("services", jurisdiction_id="")
    refused(app.get("services.json", jurisdiction_id="tonari.localhost"), 404, "jurisdiction_id")


def test_other_forms_and_other_ways_are_refused(app: OtherSystem) -> None:
    assert app.get("services.yaml").status_code == 400
    assert b"<errors>" in app.get("services").content
    assert app.client.delete("/open311/v2/requests.json").status_code == 400
    refused(app.get("nonsense.json"), 404)


def test_a_neighbour_sees_its_own_services(app: OtherSystem, cast: Cast) -> None:
    app.client.defaults["HTTP_HOST"] = "tonari.localhost"
    assert app.ask("services") == []


def ask_all_types() -> None:
    """A scenario with each type of question; the last of them for lamps that are dark."""
    steps = [
        {
            "type": "choice", "id": "state", "text": "どうなっていますか",
            "options": [
                {"value": "dark", "label": "つかない"},
                {"value": "off", "label": "昼もつく", "next": "pole"},
            ],
        },
        {"type": "text", "id": "only_dark", "text": "いつから暗いですか", "max_length": 50},
        {"type": "text", "id": "pole", "text": "柱の番号", "required": False, "max_length": 20,
         "pattern": "[0-9]+"},
        {"type": "number", "id": "lamps", "text": "いくつですか", "unit": "灯", "min": 1, "max": 9},
        {"type": "datetime", "id": "seen", "text": "いつ見ましたか", "required": False,
         "max": "now"},
        {"type": "position", "id": "place", "text": "どこですか"},
        {"type": "text", "id": "words", "text": "くわしく", "required": False, "max_length": 500},
        {"type": "confirm", "id": "sure"},
        {"type": "end", "id": "done", "outcome": {"type": "report", "kind": "street_light"}},
    ]  # fmt: skip
    definition = Definition.model_validate(
        {"key": "street_light", "title": "照明灯", "steps": steps}
    )
    publish(
        acting=PROGRAM,
        scenario=Scenario.objects.get(key="street_light"),
        definition=definition,
    )
