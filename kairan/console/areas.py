# SPDX-License-Identifier: Apache-2.0
"""区域: the list with its map, and the import of a GeoJSON file in two steps."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kairan.municipalities import actions
from kairan.municipalities.forms import AreaFileForm, AreaPropertiesForm
from kairan.municipalities.geojson import GeoJSONRefused, samples_of
from kairan.municipalities.maps import tiles
from kairan.municipalities.models import Area, AreaDraft
from kairan.people.access import StaffRequest, posted, staff
from kairan.people.permissions import Permission

# More polygons than this make the page heavy; the list shows them all.
MOST_DRAWN = 200


@require_safe
@staff(Permission.MANAGE_AREAS)
def areas(request: StaffRequest) -> HttpResponse:
    found = list(Area.objects.in_order().prefetch_related("departments"))
    context = {
        "kinds": [(Area.Kind(kind).label, list(of)) for kind, of in groupby(found, _kind)],
        "map_data": _map([(area.name, area.geometry) for area in found if area.geometry]),
        "form": AreaFileForm(),
        "credit": request.town.area_credit,  # type: ignore[attr-defined]
    }
    return render(request, "console/areas/list.html", context)


@staff(Permission.MANAGE_AREAS)
def upload_areas(request: StaffRequest) -> HttpResponseBase:
    form = AreaFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.keep_draft(
                geojson=file.read(), kind=form.cleaned_data["kind"], file_name=file.name
            )
        except GeoJSONRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("console:import_areas")
    status = 422 if form.errors else 200
    return render(request, "console/areas/upload.html", {"form": form}, status=status)


@staff(Permission.MANAGE_AREAS)
def import_areas(request: StaffRequest) -> HttpResponseBase:
    """GET shows what the kept file would do; POST does it."""
    draft = AreaDraft.objects.first()
    if draft is None:
        return redirect("console:upload_areas")
    form = AreaPropertiesForm(
        posted(request) or (request.GET if "name_property" in request.GET else None),
        samples=samples_of(draft.content["features"]),
    )
    wanted = {"geojson": draft.content, "kind": draft.kind, **form.chosen()}
    if request.method == "POST" and form.is_valid():
        result = actions.import_areas(acting=request.person, **wanted)
        draft.delete()
        messages.success(
            request,
            _("区域を%(added)d件加え、%(changed)d件変えました。")
            % {"added": result.added, "changed": result.changed},
        )
        return redirect("console:areas")
    plan = actions.plan_import(**wanted)
    context = {
        "form": form,
        "draft": draft,
        "plan": plan,
        "chosen": form.chosen(),
        "map_data": _map([(new.name, new.geometry) for new in plan.drawn]),
    }
    return render(request, "console/areas/import.html", context)


def _kind(area: Area) -> str:
    return area.kind


def _map(shapes: list[tuple[str, object]]) -> dict[str, object]:
    """For ``map_view``: the polygons with their names, on the town's tiles."""
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
        for name, geometry in shapes[:MOST_DRAWN]
    ]
    data: dict[str, object] = {"tiles": tiles()}
    if features:
        data["areas"] = {"type": "FeatureCollection", "features": features}
    return data
