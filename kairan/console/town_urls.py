# SPDX-License-Identifier: Apache-2.0
"""Departments, areas, the mail tray and the record; included by the console's own addresses."""

from django.urls import path

from kairan.console import areas, audit, departments, mail_tray, passing

urlpatterns = [
    path("console/departments/", departments.departments, name="departments"),
    path("console/departments/new/", departments.new_department, name="new_department"),
    path("console/departments/<int:department_id>/", departments.department, name="department"),
    path(
        "console/departments/<int:department_id>/close/",
        departments.close_department,
        name="close_department",
    ),
    path("console/areas/", areas.areas, name="areas"),
    path("console/areas/upload/", areas.upload_areas, name="upload_areas"),
    path("console/areas/import/", areas.import_areas, name="import_areas"),
    path("console/mail/", mail_tray.tray, name="mails"),
    path("console/mail/<int:mail_id>/", mail_tray.tray_mail, name="mail"),
    path("console/talk/pass/", passing.pass_on, name="pass_on"),
    path("console/audit/", audit.audit, name="audit"),
    path("console/audit/verdict/", audit.audit_verdict, name="audit_verdict"),
    path("console/audit/audit.csv", audit.audit_csv, name="audit_csv"),
]
