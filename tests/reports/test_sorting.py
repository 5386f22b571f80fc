# SPDX-License-Identifier: Apache-2.0
"""Priority, kind of defect and tags: on the case, in filters, in exports."""

from __future__ import annotations

import pytest
from django.test import Client

from kairan.reports import actions
from kairan.reports.actions import Answer, submit_outcome
from kairan.reports.models import Case, CaseEntry, DefectKind, ReportKind, Tag
from kairan.scenarios.definition import Definition
from kairan.scenarios.outcome import Outcome, UrgentGate
from tests.cast import Cast
from tests.reports.factories import SOMEBODY, SignIn, report

LIST = "/console/cases/"


def numbers(client: Client, query: str) -> set[str]:
    body = client.get(f"{LIST}?{query}").content.decode()
    return {case.number for case in Case.objects.all() if f">{case.number}</a>" in body}


def send(client: Client, case: Case, panel: str, **given: object) -> int:
    return client.post(f"{LIST}{case.pk}/{panel}/", given).status_code


@pytest.fixture
def hollow(road: ReportKind) -> DefectKind:
    return DefectKind.objects.create(kind=road, name="穴ぼこ", words="穴があいている\nへこみ")


@pytest.mark.parametrize(("gates", "priority"), [((), "normal"), (("gate",), "high")])
def test_an_urgent_gate_makes_it_high(
    road: ReportKind, gates: tuple[str, ...], priority: str
) -> None:
    outcome = Outcome(
        kind="report", scenario="road", purpose="report", ended_by="end", language="ja",
        report_kind=road.key, urgent=tuple(UrgentGate(step=gate, called=True) for gate in gates),
    )  # fmt: skip
    definition = Definition.model_construct(steps=())
    made = submit_outcome(acting=SOMEBODY, outcome=outcome, definition=definition, channel="line")
    assert made.case.priority == priority


@pytest.mark.parametrize("answer", ["穴があいている", "ヘコミ", "穴ぼこ"])
def test_an_answer_that_names_a_defect_fills_it_in(
    road: ReportKind, hollow: DefectKind, answer: str
) -> None:
    case = report(road, answers=[Answer("どうなっていますか", answer)]).case
    assert case.defect_kind == hollow
    assert report(road, answers=[Answer("どうなっていますか", "ほか")]).case.defect_kind is None


def test_staff_set_priority_and_defect_and_filter_by_them(
    roads_client: Client, hole: Case, hollow: DefectKind
) -> None:
    assert send(roads_client, hole, "priority", priority="urgent") == 302
    assert send(roads_client, hole, "defect", defect=hollow.pk) == 302
    assert numbers(roads_client, "priority=high,urgent") == {hole.number}
    assert numbers(roads_client, f"defect={hollow.pk}") == {hole.number}
    assert numbers(roads_client, "priority=low&defect=999999") == set()
    assert send(roads_client, hole, "priority", priority="sofort") == 422


def test_another_kinds_defect_is_refused(hinokuni: Cast, hole: Case, theft: ReportKind) -> None:
    can = DefectKind.objects.create(kind=theft, name="缶")
    with pytest.raises(actions.Refused):
        actions.set_defect(acting=hinokuni.roads_clerk, case=hole, to=can)


def test_tags_are_made_while_typing_and_taken_off(roads_client: Client, hole: Case) -> None:
    send(roads_client, hole, "tags", add="#台風１０号、側溝,台風10号, ")
    assert set(Tag.objects.values_list("name", flat=True)) == {"台風１０号", "側溝"}
    tag = Tag.objects.get(name="側溝")
    assert numbers(roads_client, f"tag={tag.pk}") == {hole.number}
    send(roads_client, hole, "tags", remove="側溝")
    assert numbers(roads_client, f"tag={tag.pk}") == set()
    said = CaseEntry.objects.filter(case=hole, kind="tags").values_list("data__to_name", flat=True)
    assert list(said) == ["側溝、台風１０号", "台風１０号"]


def test_a_slip_with_tags_is_undone(hinokuni: Cast, hole: Case) -> None:
    clerk = hinokuni.roads_clerk
    case = actions.change_tags(acting=clerk, case=hole, add=["春"])
    case = actions.change_tags(acting=clerk, case=case, add=["夏"], remove=["春"])
    entry = CaseEntry.objects.filter(case=case).latest("id")
    actions.undo(acting=clerk, case=case, entry_id=entry.pk)
    assert [kept.tag.name for kept in hole.tagged.all()] == ["春"]


def test_a_case_holds_no_more_than_twenty(hinokuni: Cast, hole: Case) -> None:
    with pytest.raises(actions.Refused, match="20枚"):
        actions.change_tags(
            acting=hinokuni.roads_clerk, case=hole, add=[f"札{n}" for n in range(21)]
        )


def test_tags_are_renamed_merged_and_deleted_by_managers(
    hinokuni: Cast, sign_in: SignIn, roads_client: Client, hole: Case, theft_case: Case
) -> None:
    for case, names in ((hole, ["台風", "嵐"]), (theft_case, ["嵐"])):
        actions.change_tags(acting=hinokuni.administrator, case=case, add=names)
    manager = sign_in(hinokuni.roads_manager)
    storm, typhoon = Tag.objects.get(name="嵐"), Tag.objects.get(name="台風")
    assert roads_client.get("/console/tags/").status_code == 403
    taken = manager.post(f"/console/tags/{storm.pk}/rename/", {"name": "台風"})
    assert (taken.status_code, "もうあります" in taken.content.decode()) == (422, True)
    assert manager.post(f"/console/tags/{storm.pk}/merge/", {"into": storm.pk}).status_code == 422
    manager.post(f"/console/tags/{storm.pk}/merge/", {"into": typhoon.pk})
    assert typhoon.cases.count() == 2
    manager.post(f"/console/tags/{typhoon.pk}/delete/")
    assert not Tag.objects.exists()
    assert hole.tagged.count() == 0


def test_all_of_it_is_exported_and_nothing_is_executed(
    roads_client: Client, hinokuni: Cast, hole: Case, hollow: DefectKind
) -> None:
    actions.set_defect(acting=hinokuni.roads_clerk, case=hole, to=hollow)
    actions.change_tags(acting=hinokuni.roads_clerk, case=hole, add=["=HYPERLINK(1)"])
    export = roads_client.get(f"{LIST}export/csv/")
    body = b"".join(export.streaming_content).decode()  # type: ignore[attr-defined]
    assert "優先度,不具合の種類,札" in body
    assert "通常,穴ぼこ,'=HYPERLINK(1)" in body


def test_the_kinds_page_keeps_what_cases_have(
    hinokuni: Cast, sign_in: SignIn, hole: Case, hollow: DefectKind
) -> None:
    actions.set_defect(acting=hinokuni.roads_clerk, case=hole, to=hollow)
    page = f"/console/kinds/{hole.kind_id}/"
    given = {
        "name": "道路", "key": "test-road", "position": 0, "target_days": 7,
        "closed_hours": "wait", "closers": "manager", "four_eyes": "on",
        "escalate_days": 3, "escalate_more_days": 10, "is_active": "on",
        "join_distance_m": 50, "join_days": 60,
        "defects": "段差: 段になっている、つまずく\n側溝",
    }  # fmt: skip
    administrator = sign_in(hinokuni.administrator)
    assert administrator.post(page, given).status_code == 302
    rows = DefectKind.objects.filter(kind=hole.kind_id, is_active=True).order_by("position")
    assert [(row.name, row.words) for row in rows] == [
        ("段差", "段になっている\nつまずく"),
        ("側溝", ""),
    ]
    assert Case.objects.get(pk=hole.pk).defect_kind == hollow
    assert ReportKind.objects.get(pk=hole.kind_id).four_eyes
    assert administrator.post(page, given | {"escalate_more_days": 2}).status_code == 422
    assert administrator.post(page, given | {"defects": "段差\n段差"}).status_code == 422
