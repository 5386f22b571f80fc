# SPDX-License-Identifier: Apache-2.0
from django import template
from django.utils.safestring import SafeString

from kairan.design.templatetags.design import badge
from kairan.people.positions.codes import state_of
from kairan.people.positions.models import Tenure
from kairan.people.positions.queries import way_in_of

register = template.Library()


@register.simple_tag
def way_in(tenure: Tenure) -> SafeString:
    """A badge: how far the holder of a ``queries.sitting`` tenure has come in."""
    words, tone, icon = way_in_of(tenure)
    return badge(str(words), tone, icon)


@register.filter
def has_living_code(tenure: Tenure) -> bool:
    """Whether a sheet is under way that still lets in."""
    return any(state_of(code) == "sent" for code in tenure.newest_codes)  # type: ignore[attr-defined]
