# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import pytest

from kairan.reports.models import Authority, Case, Connection
from tests.cast import Cast
from tests.partners.partner import Partner, running
from tests.portal.factories import a_report


@pytest.fixture
def partner() -> Iterator[Partner]:
    """The other authority's server."""
    with running() as one:
        yield one


@pytest.fixture
def prefecture(hinokuni: Cast, partner: Partner) -> Authority:
    """Connected by a signed webhook."""
    authority = Authority.objects.create(name="県 土木事務所", phone="096-000-7100")
    Connection.objects.create(
        authority=authority, way="webhook", url=partner.url, secret="shared-secret"
    )
    return authority


@pytest.fixture
def company(hinokuni: Cast, partner: Partner) -> Authority:
    """Connected by Open311."""
    authority = Authority.objects.create(name="電力会社", phone="096-000-7200")
    Connection.objects.create(
        authority=authority,
        way="open311",
        url=partner.url,
        secret="their-api-key",
        jurisdiction_id="power.example",
        service_code="misc",
        service_codes={"street_light": "LAMP"},
        answers="LAMP state=other\nPOLE kind=wood",
    )
    return authority


@pytest.fixture
def lamp(hinokuni: Cast) -> Case:
    return a_report(hinokuni).case
