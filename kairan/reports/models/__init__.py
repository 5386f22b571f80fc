# SPDX-License-Identifier: Apache-2.0
"""The facts, in three modules: what can be reported, what was, and the clerk's own desk."""

from kairan.reports.models.callbacks import CallBack
from kairan.reports.models.cases import Case, CaseEntry, CaseQuerySet, Report, ReportPhoto
from kairan.reports.models.desk import AnswerTemplate, NoticePreference, SavedView, WaitingNotice
from kairan.reports.models.field import FieldEdit
from kairan.reports.models.handovers import Connection, Handover, HandoverAttempt
from kairan.reports.models.keeping import Erasure, ErasureRequest, KeepingRule, Part
from kairan.reports.models.kinds import (
    Authority,
    DefectKind,
    ReceiptCounter,
    ReportKind,
    ReportSettings,
    RoutingRule,
)
from kairan.reports.models.shown import ShownCase, ShownPhoto
from kairan.reports.models.tallies import ClerkTally, MonthTally, PlaceTally, StaleTally
from kairan.reports.models.work import BulkItem, BulkJob, CaseTag, ClosingProposal, Tag

__all__ = [
    "AnswerTemplate",
    "Authority",
    "BulkItem",
    "BulkJob",
    "CallBack",
    "Case",
    "CaseEntry",
    "CaseQuerySet",
    "CaseTag",
    "ClerkTally",
    "ClosingProposal",
    "Connection",
    "DefectKind",
    "Erasure",
    "ErasureRequest",
    "FieldEdit",
    "Handover",
    "HandoverAttempt",
    "KeepingRule",
    "MonthTally",
    "NoticePreference",
    "Part",
    "PlaceTally",
    "ReceiptCounter",
    "Report",
    "ReportKind",
    "ReportPhoto",
    "ReportSettings",
    "RoutingRule",
    "SavedView",
    "ShownCase",
    "ShownPhoto",
    "StaleTally",
    "Tag",
    "WaitingNotice",
]
