# SPDX-License-Identifier: Apache-2.0
"""What everybody may see in the demo town: a few lamps and holes that staff have gone over."""

from __future__ import annotations

from kairan.files.redaction import Box
from kairan.people.models import Membership, Role
from kairan.reports.actions.showing import show_case, show_photo
from kairan.reports.models import Case, ReportKind, ReportPhoto
from kairan.reports.models.shown import ShownCase

KINDS = ("road", "street_light", "park")
SHOWN = 12
TEXTS = {
    "road": ("道路の穴", "舗装を直します。通るときは気をつけてください。"),
    "street_light": ("消えている街灯", "電球を取りかえます。"),
    "park": ("公園の遊具の不具合", "直すまで使えません。"),
}


def make_shown() -> None:
    """Needs cases and an administrator."""
    ReportKind.objects.filter(key__in=KINDS).update(shows_cases=True)
    member = Membership.objects.select_related("person").filter(role=Role.ADMINISTRATOR).first()
    cases = Case.objects.standing().filter(kind__key__in=KINDS, longitude__isnull=False)
    if member is None:
        return
    for place, case in enumerate(cases.select_related("kind").newest_first()[:SHOWN]):
        title, text = TEXTS[case.kind.key]
        photo = ReportPhoto.objects.select_related("stored").filter(report__case=case).first()
        if photo is not None and place < 4:
            box = Box(0.05, 0.7, 0.3, 0.25)
            show_photo(acting=member.person, case=case, photo=photo, boxes=[box])
        rough = ShownCase.Precision.ROUGH
        show_case(acting=member.person, case=case, title=title, text=text, precision=rough)
