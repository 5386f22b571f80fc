# SPDX-License-Identifier: Apache-2.0
"""The demo's other systems: an app that reports, 隣町 that takes cases over, one that cannot."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kairan.audit.actors import PROGRAM, NamedActor
from kairan.municipalities.links import address_of
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.open311.discovery import jurisdiction_of
from kairan.open311.keys import make_key
from kairan.partners.http import reason_of
from kairan.reports.actions import (
    Answer,
    Position,
    install_kinds,
    refer,
    save_connection,
    submit_report,
)
from kairan.reports.actions.partners import mark_failed
from kairan.reports.models import Authority, Connection, Handover, Report, ReportKind
from kairan.reports.models.cases import Channel
from kairan.reports.models.handovers import new_secret

NEIGHBOUR = "隣町 建設課"
COMPANY = "電力会社 お客さま窓口"
APP = NamedActor("program", "他システム（まちレポ）")
# (days ago, kind, text, longitude, latitude, place), all in ひのくに市
FROM_THE_APP = [
    (1, "street_light", "公園の入口の街灯がちかちかしています。", 130.7423, 32.7905, "東区"),
    (4, "road", "横断歩道の白線が消えかけています。", 130.7081, 32.8041, "中央区"),
]


def open_doors(hinokuni: Municipality, neighbour: Municipality) -> str:
    """The api key of the ready file. Once for a data directory."""
    with transaction.atomic():
        with town(neighbour):
            install_kinds(acting=PROGRAM)
            theirs = make_key(acting=PROGRAM, name="ひのくに市")[1]
        with town(hinokuni):
            ours = make_key(acting=PROGRAM, name="まちレポ（お試し）")[1]
            _report_from_the_app()
            _hand_over(neighbour, theirs)
    return ours


def move_neighbour(neighbour: Municipality) -> None:
    """The port may be another one at every start."""
    Connection.objects.filter(authority__name=NEIGHBOUR).update(url=_endpoint(neighbour))


def _endpoint(of: Municipality) -> str:
    return address_of(of) + reverse("open311:root")


def _report_from_the_app() -> None:
    kinds = {kind.key: kind for kind in ReportKind.objects.all()}
    for days, kind, text, longitude, latitude, place in FROM_THE_APP:
        submit_report(
            acting=APP,
            kind=kinds[kind],
            channel=Channel.OPEN311,
            answers=[Answer("写真などのリンク", "https://app.example.jp/p/1")],
            text=text,
            position=Position(longitude, latitude, said_by=Report.PositionSource.MAP),
            address=place,
            submitted_at=timezone.now() - timedelta(days=days, hours=2),
        )


def _hand_over(neighbour: Municipality, key: str) -> None:
    """One that 隣町's own Open311 door takes as soon as all is up, one that was refused."""
    next_door = Authority.objects.create(
        name=NEIGHBOUR, phone="096-999-1000", looks_after="町の境の道とあかり"
    )
    save_connection(
        acting=PROGRAM,
        connection=Connection(
            authority=next_door,
            way=Connection.Way.OPEN311,
            url=_endpoint(neighbour),
            secret=key,
            jurisdiction_id=jurisdiction_of(neighbour),
            service_code="other",
            service_codes={"street_light": "street_light", "road": "road"},
            answers="street_light state=other\nroad damage=other",
            poll_minutes=1,
        ),
    )
    _given_to(next_door, "町の境の街灯が消えています。柱に「隣町」と書いてあります。")
    company = Authority.objects.get(name=COMPANY)
    save_connection(
        acting=PROGRAM,
        connection=Connection(
            authority=company,
            way=Connection.Way.WEBHOOK,
            url="https://denryoku.example.jp/in/",
            secret=new_secret(),
        ),
    )
    refused = _given_to(company, "電柱の支線のカバーが外れています。")
    mark_failed(handover_id=refused.pk, reason=reason_of(403, "unknown sender"))


def _given_to(authority: Authority, text: str) -> Handover:
    report = submit_report(
        acting=PROGRAM,
        kind=ReportKind.objects.get(key="street_light"),
        channel=Channel.PHONE,
        text=text,
        position=Position(130.6571, 32.7712),
        address="隣町との境",
    )
    refer(acting=PROGRAM, case=report.case, authority=authority)
    return Handover.objects.get(case=report.case)
