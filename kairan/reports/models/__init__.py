# SPDX-License-Identifier: Apache-2.0
"""The facts, in three modules: what can be reported, what was, and the clerk's own desk."""

from kairan.reports.models.cases import Case, CaseEntry, CaseQuerySet, Report, ReportPhoto
from kairan.reports.models.desk import AnswerTemplate, NoticePreference, SavedView, WaitingNotice
from kairan.reports.models.kinds import (
    Authority,
    ReceiptCounter,
    ReportKind,
    ReportSettings,
    RoutingRule,
)

__all__ = [
    "AnswerTemplate",
    "Authority",
    "Case",
    "CaseEntry",
    "CaseQuerySet",
    "NoticePreference",
    "ReceiptCounter",
    "Report",
    "ReportKind",
    "ReportPhoto",
    "ReportSettings",
    "RoutingRule",
    "SavedView",
    "WaitingNotice",
]
