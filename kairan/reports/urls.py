# SPDX-License-Identifier: Apache-2.0
from django.urls import path

from kairan.reports import (
    bulk_views,
    case_views,
    desk_views,
    handover_views,
    keeping_views,
    list_views,
    work_views,
)

app_name = "reports"
urlpatterns = [
    path("console/cases/", list_views.case_list, name="list"),
    path("console/cases/counts/", list_views.counts, name="counts"),
    path("console/cases/points/", list_views.points, name="points"),
    path("console/cases/export/<slug:form>/", list_views.export, name="export"),
    path("console/cases/bulk/", bulk_views.jobs, name="bulk_jobs"),
    path("console/cases/bulk/start/", bulk_views.start, name="bulk"),
    path("console/cases/bulk/count/", bulk_views.count, name="bulk_count"),
    path("console/cases/bulk/<int:job_id>/", bulk_views.job, name="bulk_job"),
    path("console/cases/bulk/<int:job_id>/stop/", bulk_views.stop, name="stop_bulk"),
    path("console/cases/bulk/<int:job_id>/undo/", bulk_views.undo, name="undo_bulk"),
    path("console/cases/views/", list_views.save_this_view, name="save_view"),
    path(
        "console/cases/views/<int:view_id>/delete/",
        list_views.delete_this_view,
        name="delete_view",
    ),
    path("console/cases/<int:case_id>/", case_views.case, name="case"),
    path("console/cases/<int:case_id>/erase/", keeping_views.erase, name="erase"),
    path(
        "console/cases/<int:case_id>/reports/<int:report_id>/erasure/",
        keeping_views.ask,
        name="ask_erasure",
    ),
    path("console/keeping/", keeping_views.keeping, name="keeping"),
    path("console/erasures/", keeping_views.erasures, name="erasures"),
    path("console/erasures/<int:request_id>/", keeping_views.decide, name="decide_erasure"),
    path("console/cases/<int:case_id>/preview/", work_views.preview, name="preview"),
    path("console/cases/<int:case_id>/<slug:panel>/", case_views.act, name="act"),
    path("console/cases/<int:case_id>/undo/<int:entry_id>/", case_views.undo, name="undo"),
    path(
        "console/cases/<int:case_id>/photos/<int:photo_id>/erase/",
        case_views.erase_photo,
        name="erase_photo",
    ),
    path(
        "console/cases/<int:case_id>/photos/<int:photo_id>/<slug:variant>/",
        case_views.photo,
        name="photo",
    ),
    path("console/kinds/", desk_views.kinds, name="kinds"),
    path("console/kinds/new/", desk_views.kind, name="new_kind"),
    path("console/kinds/<int:kind_id>/", desk_views.kind, name="kind"),
    path("console/authorities/new/", desk_views.authority, name="new_authority"),
    path("console/authorities/<int:authority_id>/", desk_views.authority, name="authority"),
    path(
        "console/authorities/<int:authority_id>/connection/",
        handover_views.connection,
        name="connection",
    ),
    path(
        "console/authorities/<int:authority_id>/connection/check/",
        handover_views.check_connection,
        name="check_connection",
    ),
    path("console/handovers/", handover_views.handover_list, name="handovers"),
    path(
        "console/handovers/<int:handover_id>/again/",
        handover_views.send_again,
        name="handover_again",
    ),
    path("console/routing/", desk_views.routing, name="routing"),
    path("console/templates/", desk_views.templates, name="templates"),
    path("console/templates/new/", desk_views.template, name="new_template"),
    path("console/templates/<int:template_id>/", desk_views.template, name="template"),
    path(
        "console/templates/<int:template_id>/delete/",
        desk_views.delete_template,
        name="delete_template",
    ),
    path("console/notices/", desk_views.notice_preferences, name="notices"),
]
