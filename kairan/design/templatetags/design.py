# SPDX-License-Identifier: Apache-2.0
"""Components as template tags: `{% load design %}`. The guide is kairan/design/README.md."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kairan.design import dates, fields, icons, statuses, text_size
from kairan.design.toasts import UNDO_PREFIX

register = template.Library()


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An icon for the eyes only; a word stands beside it. KeyError for a name we have not drawn."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        f" {css_class}" if css_class else "",
        icons.PATHS[name],
    )


# What the modules of forms draw for themselves, beside a word.
_FORM_ICONS = (
    "back", "next", "send", "edit", "trash", "camera", "photo", "locate", "search", "phone",
    "error", "check", "people",
)  # fmt: skip


@register.simple_tag
def form_icons() -> SafeString:
    """For a `<template>`: each icon in a span named `data-icon`."""
    return format_html_join(
        "", '<span data-icon="{}">{}</span>', ((name, icon(name)) for name in _FORM_ICONS)
    )


@register.simple_tag
def badge(
    words: str, tone: str = "gray", icon_name: str = "info", strong: bool = False
) -> SafeString:
    """A word with an icon on a tint: gray blue cyan green yellow orange red purple."""
    strength = " badge--strong" if strong else ""
    return format_html(
        '<span class="badge tone-{}{}">{}{}</span>', tone, strength, icon(icon_name), words
    )


@register.simple_tag
def status_badge(state: object, words: object, strong: bool = False) -> SafeString:
    """`{% status_badge case.status case.get_status_display %}`: the look comes from the state."""
    look = statuses.look_of(state)
    return badge(str(words), look.tone, look.icon, strong)


@register.inclusion_tag("design/_field.html")
def field(bound: BoundField, **options: Any) -> dict[str, object]:
    """Label, hint, error and control of `form.x`.

    Options: `label`, `hint`, `need` ("required", "optional", "" for no word), `hide_label`,
    `css_class` (on the control), `field_class` (on the whole), `row` (tiles side by side),
    `suffix` (a unit behind the control); `attr_NAME` puts an attribute on the control
    (`attr_autocomplete="tel"`, `attr_data_draft="case-1"`).
    """
    attrs = {
        key.removeprefix("attr_").replace("_", "-"): str(value)
        for key, value in options.items()
        if key.startswith("attr_")
    }
    shown = fields.shown(
        bound,
        label=options.get("label", ""),
        hint=options.get("hint"),
        css_class=options.get("css_class", ""),
        need=options.get("need", fields.need_of(bound)),
        attrs=attrs,
    )
    return {"field": shown, **options}


@register.inclusion_tag("design/_error_summary.html")
def error_summary(form: BaseForm, focus: bool = True) -> dict[str, object]:
    """What is wrong with a form, each line leading to its field; nothing when all is well."""
    wrong = [bound for bound in form if bound.errors]
    return {"form": form, "wrong": wrong, "count": len(wrong), "focus": focus}


@register.inclusion_tag("design/_notification.html")
def notification(
    title: str, text: str = "", kind: str = "info", action: str = "", url: str = ""
) -> dict[str, str]:
    """A banner: info, success, warning or error; `action` and `url` lead to what one can do."""
    tone, icon_name = {
        "info": ("blue", "info"),
        "success": ("green", "done"),
        "warning": ("yellow", "warning"),
        "error": ("red", "error"),
    }[kind]
    return {
        "title": title,
        "text": text,
        "tone": tone,
        "icon_name": icon_name,
        "action": action,
        "url": url,
        "role": "alert" if kind == "error" else "",
    }


@register.inclusion_tag("design/_empty_state.html")
def empty_state(
    title: str, text: str = "", icon_name: str = "inbox", action: str = "", url: str = ""
) -> dict[str, str]:
    """What to say where nothing is: why, and what one can do."""
    return {"title": title, "text": text, "icon_name": icon_name, "action": action, "url": url}


@register.inclusion_tag("design/_progress.html")
def progress(value: int, maximum: int, label: str, note: str = "") -> dict[str, object]:
    """A bar with its count in words; `note` for the rate and the time that is left."""
    share = round(100 * value / maximum) if maximum else 100
    words = f"{value:,} / {maximum:,}"
    return {"value": value, "maximum": maximum, "label": label, "note": note} | {
        "share": share,
        "words": words,
    }


@register.simple_tag
def when(
    moment: date | datetime | None, style: str = "long", now: datetime | None = None
) -> SafeString:
    """A moment or a day as `<time>`, its full words as title; empty for None.

    `style`: "full" 令和8年（2026年）7月1日（水）14:05 · "long" 7月1日（水）14:05（3分前）·
    "short" 7月1日（水）14:05 · "date" 7月1日（水） · "table" 7/1（水）14:05 ·
    "day" 7/1（水） · "ago" 3分前.
    """
    if moment is None:
        return SafeString("")
    now = now or timezone.now()
    today = dates.local(now).date()
    if not isinstance(moment, datetime):
        return _when(moment, "", style, today, dates.ago_in_days(moment, today=today))
    at = dates.local(moment)
    compared = now if timezone.is_aware(moment) else dates.local(now).replace(tzinfo=None)
    ago = dates.ago(moment, now=compared)
    return _when(at.date(), dates.clock_time(at), style, today, ago, at.isoformat("T", "minutes"))


def _when(
    day: date, clock: str, style: str, today: date, ago: str, machine: str = ""
) -> SafeString:
    full = dates.full_date(day) + clock
    tail = _("（%(ago)s）") % {"ago": ago} if ago and style == "long" else ""
    return format_html(
        '<time datetime="{}" title="{}">{}{}</time>',
        machine or day.isoformat(),
        full,
        _styled(day, clock, style, today, ago) or full,
        format_html('<span class="when__ago">{}</span>', tail) if tail else "",
    )


def _styled(day: date, clock: str, style: str, today: date, ago: str) -> str:
    """Only what is shown is put into words; a list has hundreds of moments. Empty for "full"."""
    if style == "full":
        return ""
    if style == "ago" and ago:
        return ago
    if style in {"table", "day", "ago"}:
        return dates.day_in_table(day, today=today) + (clock if style == "table" else "")
    return dates.short_date(day, today=today) + ("" if style == "date" else clock)


@register.inclusion_tag("design/_pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any], unit: str = "", label: str = "", parameter: str = "page"
) -> dict[str, object]:
    """Pages of a Django paginator, keeping the rest of the address; nothing for a single page."""
    return {
        "page": page,
        "unit": unit or _("件"),
        "label": label or _("ページ"),
        "total": f"{page.paginator.count:,}",
        "start": f"{page.start_index():,}",
        "end": f"{page.end_index():,}",
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "ellipsis": page.paginator.ELLIPSIS,
        "request": context.get("request"),
        "parameter": parameter,
        "previous": page.number - 1,
        "following": page.number + 1,
    }


@register.simple_tag(takes_context=True)
def design_query(context: Context, key: str, value: object) -> str:
    """The page's own address with one parameter changed; None takes it away."""
    return _address(context.get("request"), {key: value})


def _address(request: HttpRequest | None, changes: Mapping[str, object]) -> str:
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("design/_steps.html")
def page_steps(
    previous: str = "", following: str = "", words: str = "", first: str = "", label: str = ""
) -> dict[str, str]:
    """For long lists paged by key: addresses of first, previous and following page, "" for none."""
    addresses = {"previous": previous, "following": following, "first": first}
    return {"words": words, "label": label or _("ページ"), **addresses}


@register.inclusion_tag("design/_sort_header.html", takes_context=True)
def sort_header(
    context: Context, words: str, key: str, parameter: str = "order", css_class: str = ""
) -> dict[str, object]:
    """A `<th>` that sorts by `key` and back by `-key`, kept in the address."""
    request = context.get("request")
    current = request.GET.get(parameter, "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    turned = f"-{key}" if direction == "ascending" else key
    return {
        "words": words,
        "direction": direction,
        "address": _address(request, {parameter: turned, "page": None}),
        "css_class": css_class,
        "icon_name": {"ascending": "up", "descending": "down"}.get(direction, "sort"),
    }


@register.simple_tag(takes_context=True)
def chosen_text_size(context: Context) -> str:
    """The reader's text size, for `<html data-text-size>`."""
    return text_size.chosen(context.get("request"))


@register.filter
def undo_url(extra_tags: str | None) -> str:
    """Where a message's 「元に戻す」 posts; empty when there is no way back."""
    tags = extra_tags or ""
    return tags.removeprefix(UNDO_PREFIX) if tags.startswith(UNDO_PREFIX) else ""


@register.simple_tag
def map_assets() -> SafeString:
    """Leaflet and our map style: in `{% block head %}` of a page with a map."""
    sheets = ("leaflet/leaflet.css", "design/css/map.css")
    links = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(s),) for s in sheets)
    )
    return format_html('{}\n<script src="{}" defer></script>', links, static("leaflet/leaflet.js"))


@register.inclusion_tag("design/_data.html")
def page_data(data: Mapping[str, object], name: str) -> dict[str, str]:
    """A hidden block of JSON for a module to read.

    Not a script block as of ``json_script``: htmx takes all of those out of what it swaps in.
    """
    return {"name": name, "json": json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)}


@register.inclusion_tag("design/_map.html")
def map_view(
    data: Mapping[str, object], name: str, label: str, kind: str = "view", css_class: str = ""
) -> dict[str, object]:
    """A map; `kind` "list" (pins and rows), "view" (one place) or "picker". The data: README.md."""
    own = {"id": name, "id_data": f"{name}-data"}
    return {"data": data, "label": label, "kind": kind, "css_class": css_class, **own}


@register.inclusion_tag("design/_position_picker.html")
def position_picker(
    latitude: BoundField, longitude: BoundField, data: Mapping[str, object], name: str = "position"
) -> dict[str, object]:
    """A map to set a place on: by tap, by buttons, by the device; two number fields without JS."""
    own = {"id": name, "id_data": f"{name}-data"}
    return {"latitude": latitude, "longitude": longitude, "data": data, **own}
