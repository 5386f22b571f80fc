# SPDX-License-Identifier: Apache-2.0
"""Cases at work: what is urgent, what waits for a second person, what another department sent."""

from __future__ import annotations

from kairan.audit.actors import CLOCK, PROGRAM, NamedActor
from kairan.municipalities.models import Department
from kairan.people.models import Person
from kairan.reports import actions
from kairan.reports.actions import bulk
from kairan.reports.actions.forgetting import ask_erasure, erase_case
from kairan.reports.actions.setting_up import save_defects, save_template
from kairan.reports.escalation import escalate_overdue
from kairan.reports.models import (
    AnswerTemplate,
    Authority,
    Case,
    CaseQuerySet,
    Erasure,
    Part,
    Report,
    ReportKind,
)

# Kind → its defects, each with the answers that mean it.
DEFECTS = {
    "road": [("穴ぼこ", "穴があいている"), ("段差", "段差がある"), ("側溝", ""), ("区画線", "")],
    "street_light": [("不点灯", "つかない"), ("点滅", "ちかちかする"), ("昼も点灯", "")],
    "park": [("遊具", ""), ("樹木", ""), ("便所", ""), ("水道", "")],
}
TEXTS = {
    "直りました": {
        "en": "We have mended it. Thank you for letting us know.",
        "ja-simple": "なおしました。おしえてくれて、ありがとうございます。",
    },
    "現地を確認します": {"en": "Thank you. We are going to have a look."},
}
TAGS = ["台風10号", "通学路", "祭り準備"]


def make_work() -> None:
    """Inside the entered town, after its cases have been made. Residents hear of none of it."""
    kinds = {kind.key: kind for kind in ReportKind.objects.all()}
    for key, defects in DEFECTS.items():
        save_defects(acting=PROGRAM, kind=kinds[key], defects=defects)
    ReportKind.objects.filter(key="park").update(four_eyes=True)
    ReportKind.objects.filter(key="river").update(closers=ReportKind.Closers.MANAGER)
    ReportKind.objects.filter(key="road").update(escalate_days=3, escalate_more_days=10)
    Authority.objects.filter(phone="096-000-7000").update(
        contact="維持係 山本さん", email="road@kokudo.example.jp"
    )
    for template in AnswerTemplate.objects.filter(title__in=TEXTS):
        template.texts = TEXTS[template.title]
        save_template(acting=PROGRAM, template=template)
    _sort()
    _propose()
    _hand_over()
    _many()
    forget_some()
    escalate_overdue(acting=CLOCK)


def _quiet() -> CaseQuerySet:
    """Open cases of which nobody on LINE would hear."""
    return Case.objects.open().filter(reports__resident=None, joined_into=None).newest_first()


def _sort() -> None:
    clerk = Person.objects.get(name="道野 健")
    for number, case in enumerate(Case.objects.open().newest_first()[:18]):
        if number % 6 == 1:
            to = "urgent" if number == 1 else "high"
            actions.set_priority(acting=clerk, case=case, to=to)
        if number % 3 == 0:
            actions.change_tags(acting=clerk, case=case, add=[TAGS[number // 3 % len(TAGS)]])
        defect = case.kind.defects.order_by("position").first()
        if defect is not None and number % 2:
            actions.set_defect(acting=clerk, case=case, to=defect)


def _propose() -> None:
    clerk = Person.objects.get(name="道野 健")
    for case in _quiet().filter(kind__key="park")[:2]:
        actions.change_status(
            acting=clerk, case=case, to="resolved", message="{受付番号}の遊具を直しました。"
        )


def _many() -> None:
    chief = Person.objects.get(name="市川 あかり")
    cases = list(_quiet().filter(kind__key="street_light").values_list("id", "version")[:3])
    given = {"tags": ["点検2026"]}
    bulk.start(acting=chief, verb="tag", given=given, cases=cases, summary="点検2026")


def _hand_over() -> None:
    clerk = Person.objects.get(name="縁 結")
    roads = Department.objects.get(name="土木総務課")
    for case in Case.objects.open().filter(kind__key="other", joined_into=None)[:1]:
        words = "現地を見たところ、市道のことでした。対応をお願いします。"
        actions.move_department(acting=clerk, case=case, to=roads, reason=words, collect=True)


def forget_some() -> None:
    """Somebody asks to be forgotten; of somebody else the name and number went already."""
    clerk = Person.objects.get(name="道野 健")
    done = Case.objects.filter(status="resolved", reports__resident=None, joined_into=None)
    asked, erased = done.select_related("kind").newest_first()[:2]
    said_by = NamedActor("resident", "通報した方")
    report = Report.objects.select_related("case").filter(case=asked).earliest("id")
    ask_erasure(acting=said_by, report=report, words="引っ越すので、消してください。")
    reason = "本人から電話で求めがありました。"
    erase_case(acting=clerk, case=erased, part=Part.CONTACT, why=Erasure.Why.STAFF, reason=reason)
