# SPDX-License-Identifier: Apache-2.0
"""What a resident leaves on our own page reaches those who handle the case, and nobody else."""

from __future__ import annotations

import pytest

from kairan.reports.models import Case
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about
from tests.cast import Cast
from tests.reports.factories import SOMEBODY, SignIn

PHONE = "090-0000-1234"


@pytest.fixture
def known(hole: Case) -> Case:
    report = hole.reports.get()
    about = contact_about(run_key=report.run_key, report_id=report.pk)
    keep_contact(acting=SOMEBODY, about=about, name="山田", phone=PHONE, email="")
    return hole


def test_the_department_can_call_back(hinokuni: Cast, known: Case, sign_in: SignIn) -> None:
    page = sign_in(hinokuni.roads_clerk).get(f"/console/cases/{known.pk}/").content.decode()
    assert f"tel:{PHONE}" in page


def test_who_only_looks_does_not_see_it(hinokuni: Cast, known: Case, sign_in: SignIn) -> None:
    page = sign_in(hinokuni.viewer).get(f"/console/cases/{known.pk}/").content.decode()
    assert PHONE not in page
