# SPDX-License-Identifier: Apache-2.0
"""Where the town's endpoints are, and who gives keys. https://wiki.open311.org/Service_Discovery"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.municipalities.links import address_of, public_link
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import current_town
from kairan.open311.formats import CONTENT_TYPES, JSON, XML
from kairan.open311.moments import write_moment
from kairan.scenarios.models import Scenario

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def endpoint() -> str:
    return public_link(reverse("open311:root"))


def jurisdiction_of(town: Municipality) -> str:
    """The town's address without «www», as the specification suggests."""
    host = urlsplit(address_of(town)).hostname or ""
    return host.removeprefix("www.")


def discovery() -> dict[str, Any]:
    town = current_town()
    changed = write_moment(_changed_at(town))
    formats = [CONTENT_TYPES[form].partition(";")[0] for form in (XML, JSON)]
    return {
        "changeset": changed,
        "contact": f"{town.name} {town.phone}".strip(),
        "key_service": _("APIキーは{town}が発行します。お電話ください: {phone}").format(
            town=town.name, phone=town.phone
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": endpoint().rstrip("/"),
                "changeset": changed,
                "type": "test" if settings.DEMO else "production",
                "formats": formats,
            }
        ],
    }


def _changed_at(town: Municipality) -> datetime:
    """When the services or their questions last changed."""
    offered = Scenario.objects.offered()
    last: datetime | None = offered.aggregate(last=Max("published__published_at"))["last"]
    return max(filter(None, (last, town.created_at)), default=timezone.now())
