# SPDX-License-Identifier: Apache-2.0
"""The demo: ひのくに市 with five wards, 隣町 beside it. Made once per data directory."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kairan.audit.actors import PROGRAM
from kairan.line.actions import save_channel, test_connection
from kairan.line.models import LineChannel
from kairan.municipalities.actions import import_areas
from kairan.municipalities.models import Area, Coverage, Department, Municipality
from kairan.municipalities.tenancy import town
from kairan.people.models import Membership, Person, Role
from kairan.reports.actions import install_kinds
from kairan.reports.actions.setting_up import (
    save_authority,
    save_settings,
    save_template,
    set_route,
)
from kairan.reports.models import AnswerTemplate, Authority, ReportKind, ReportSettings
from kairan.reports.tallying import tally_what_changed
from kairan.reports.workflow import Status
from kairan.residents.actions import follow, meet
from kairan.site.demo.menus import make_menus
from kairan.site.demo.positions import make_positions, ready_codes

WARDS = Path(__file__).parent / "wards.geojson"
CREDIT = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"

# (name, parent, phone, wards it looks after)
DEPARTMENTS: list[tuple[str, str | None, str, list[str]]] = [
    ("土木総務課", None, "096-000-1000", []),
    ("中央区土木センター", "土木総務課", "096-000-1010", ["中央区"]),
    ("東区土木センター", "土木総務課", "096-000-1020", ["東区"]),
    ("西区土木センター", "土木総務課", "096-000-1030", ["西区"]),
    ("南区土木センター", "土木総務課", "096-000-1040", ["南区"]),
    ("北区土木センター", "土木総務課", "096-000-1050", ["北区"]),
    ("ごみ減量推進課", None, "096-000-2000", []),
    ("自治推進課", None, "096-000-3000", []),
]
# (role said in the ready file, role, name, mail address, department)
STAFF: list[tuple[str, Role, str, str, str | None]] = [
    ("administrator", Role.ADMINISTRATOR, "市川 あかり", "admin@hinokuni.example.jp", None),
    ("manager", Role.MANAGER, "土田 課長", "manager@hinokuni.example.jp", "土木総務課"),
    ("clerk", Role.CLERK, "道野 健", "roads@hinokuni.example.jp", "土木総務課"),
    ("clerk", Role.CLERK, "西 さくら", "nishi@hinokuni.example.jp", "西区土木センター"),
    ("clerk", Role.CLERK, "森 みどり", "waste@hinokuni.example.jp", "ごみ減量推進課"),
    ("clerk", Role.CLERK, "縁 結", "jichi@hinokuni.example.jp", "自治推進課"),
    ("viewer", Role.VIEWER, "見田 しおり", "viewer@hinokuni.example.jp", None),
]
# (name, phone, what it looks after)
AUTHORITIES = [
    ("国土交通省 ひのくに国道維持出張所", "096-000-7000", "国道"),
    ("県 ひのくに土木事務所", "096-000-7100", "県道、県が管理する川"),
    ("電力会社 お客さま窓口", "096-000-7200", "電柱、電線"),
]
# (name, status it is offered for, text)
TEMPLATES = [
    (
        "現地を確認します",
        Status.UNDER_REVIEW,
        "お知らせありがとうございます。担当が現地を確認します。",
    ),
    (
        "工事の予定",
        Status.IN_PROGRESS,
        "現地を確認しました。近いうちに直します。もうしばらくお待ちください。",
    ),
    ("直りました", Status.RESOLVED, "直しました。お知らせいただき、ありがとうございました。"),
    ("異常なし", Status.NO_ACTION, "現地を確認しましたが、異常は見つかりませんでした。"),
]
RESIDENTS = ["花子", "太郎", "一郎", "さくら", "健太", "美咲", "正雄", "和子"]
NEIGHBOURS: list[tuple[str, Role, str, str, str | None]] = [
    ("neighbour_administrator", Role.ADMINISTRATOR, "隣 花代", "admin@tonari.example.jp", None),
    ("neighbour_clerk", Role.CLERK, "隣 太一", "clerk@tonari.example.jp", "建設課"),
]


def prepare(data: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the towns where they are missing; the addresses and sign-ins of the ready file."""
    notes = data / "demo.json"
    if not notes.exists():
        made = _make(say)
        notes.touch(mode=0o600)
        notes.write_text(json.dumps(made, ensure_ascii=False))
    result: dict[str, Any] = json.loads(notes.read_text())
    _connect(result, notes)
    with town(Municipality.objects.get(is_default=True)):
        result["community"] = ready_codes()
    return result


def _connect(made: dict[str, Any], notes: Path) -> None:
    """Doors for other systems, also where the towns are older than these."""
    from kairan.site.demo.open311 import move_neighbour, open_doors

    hinokuni = Municipality.objects.get(is_default=True)
    neighbour = Municipality.objects.get(host="tonari.localhost")
    if "open311_key" not in made:
        made["open311_key"] = open_doors(hinokuni, neighbour)
        notes.write_text(json.dumps(made, ensure_ascii=False))
    with town(hinokuni):
        move_neighbour(neighbour)


def introduce_residents(town_made: dict[str, Any], simulator: str) -> None:
    """Give the stand-in the residents who have reported: their phones get the answers."""
    for resident in town_made.get("residents", []):
        httpx.post(f"{simulator}/sim/residents", json=resident, timeout=10).raise_for_status()


def register_menu(say: Callable[[str], None]) -> None:
    """Put the rich menus on the stand-in, unless they are there; say we are up."""
    with town(Municipality.objects.get(is_default=True)):
        channel = LineChannel.objects.get()
        make_menus(channel, say)
        test_connection(acting=PROGRAM, channel=channel)


def _make(say: Callable[[str], None]) -> dict[str, Any]:
    from kairan.site.demo.at_work import make_work
    from kairan.site.demo.cases import make_cases
    from kairan.site.demo.drafts import begin_drafts
    from kairan.site.demo.intake import make_intake
    from kairan.site.demo.joining import make_joined
    from kairan.site.demo.passages import make_passages
    from kairan.site.demo.shown import make_shown
    from kairan.site.demo.talk import make_talk
    from kairan.site.demo.web import make_web

    password = f"demo-{secrets.token_hex(4)}"
    with transaction.atomic():
        hinokuni = Municipality.objects.create(
            name="ひのくに市",
            name_en="Hinokuni City",
            is_default=True,
            phone="096-000-0000",
            area_credit=CREDIT,
        )
        with town(hinokuni):
            _make_places()
            logins = [_make_person(*person, password) for person in STAFF]
            make_positions()
            _make_kinds()
            line = _make_channel()
            residents = _make_residents()
            make_cases(say)
            make_joined()
            make_work()
            make_intake()
            make_passages()
            begin_drafts()
            make_web()
            make_shown()
            make_talk()
            tally_what_changed()
        neighbour = Municipality.objects.create(name="隣町", host="tonari.localhost")
        with town(neighbour):
            Department.objects.create(name="建設課", phone="096-999-1000")
            logins += [_make_person(*person, password) for person in NEIGHBOURS]
    return {**line, "logins": logins, "residents": residents}


def _make_places() -> None:
    import_areas(
        acting=PROGRAM,
        geojson=WARDS.read_bytes(),
        kind=Area.Kind.WARD,
        name_property="N03_004",
        code_property="N03_007",
    )
    for position, (name, parent, phone, wards) in enumerate(DEPARTMENTS):
        department = Department.objects.create(
            name=name,
            parent=Department.objects.filter(name=parent).first(),
            phone=phone,
            position=position,
            email=f"dept{position}@hinokuni.example.jp",
        )
        for ward in Area.objects.filter(name__in=wards):
            Coverage.objects.create(department=department, area=ward)


def _make_kinds() -> None:
    """Wards go to their own centre; what is no matter of roads goes to its department."""
    kinds = {kind.key: kind for kind in install_kinds(acting=PROGRAM)}
    # Whoever tries it in the evening shall find the department's mail in the tray at once.
    ReportKind.objects.update(closed_hours=ReportKind.ClosedHours.AT_ONCE)
    departments = {row.name: row for row in Department.objects.all()}
    for covered in Coverage.objects.select_related("area", "department"):
        set_route(acting=PROGRAM, kind=None, area=covered.area, department=covered.department)
    for key, name in (("recyclables_theft", "ごみ減量推進課"), ("other", "自治推進課")):
        set_route(acting=PROGRAM, kind=kinds[key], area=None, department=departments[name])
    settings = ReportSettings(department=departments["土木総務課"])
    save_settings(acting=PROGRAM, settings=settings)
    for name, phone, what in AUTHORITIES:
        save_authority(
            acting=PROGRAM, authority=Authority(name=name, phone=phone, looks_after=what)
        )
    for title, status, text in TEMPLATES:
        save_template(
            acting=PROGRAM, template=AnswerTemplate(title=title, status=status, text=text)
        )


def _make_person(
    said: str, role: Role, name: str, email: str, department: str | None, password: str
) -> dict[str, str]:
    person = Person.objects.create_user(email, password, name=name)
    where = Department.objects.get(name=department) if department else None
    Membership.objects.create(person=person, role=role, department=where)
    return {"role": said, "name": name, "email": email, "password": password}


def _make_residents() -> list[dict[str, str]]:
    """Friends of the channel, each with a phone on the stand-in; it knows names, we do not."""
    channel = LineChannel.objects.get()
    made = [{"name": name, "user_id": f"U{secrets.token_hex(16)}"} for name in RESIDENTS]
    for one in made:
        friend = meet(channel_id=channel.pk, user_id=one["user_id"])
        follow(acting=PROGRAM, friend=friend, at=timezone.now())
    return made


def _make_channel() -> dict[str, Any]:
    line = {
        "channel_id": str(secrets.randbelow(10**9) + 10**9),
        "channel_secret": secrets.token_hex(16),
        "channel_access_token": secrets.token_urlsafe(64),
    }
    channel = save_channel(
        acting=PROGRAM,
        name="ひのくに市 公式LINE",
        channel_id=line["channel_id"],
        secret=line["channel_secret"],
        token=line["channel_access_token"],
    )
    path = reverse("conversations:webhook", args=[channel.key])
    return {"webhook_path": path, "line": line}
