# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one table. A role counts in its department and everything below it."""

from __future__ import annotations

from enum import StrEnum

from kairan.people.models import Role


class Permission(StrEnum):
    SEE_CASES = "see_cases"
    HANDLE_CASES = "handle_cases"
    EXPORT_CASES = "export_cases"
    # Closing cases of kinds that only managers may close.
    CLOSE_ANY = "close_any"
    MANAGE_TEMPLATES = "manage_templates"
    MANAGE_KINDS = "manage_kinds"
    MANAGE_SCENARIOS = "manage_scenarios"
    MANAGE_DEPARTMENTS = "manage_departments"
    MANAGE_AREAS = "manage_areas"
    MANAGE_PEOPLE = "manage_people"
    # Seats of the neighbourhood leaders: who holds them, and how they come in.
    MANAGE_POSITIONS = "manage_positions"
    MANAGE_LINE = "manage_line"
    # Rooms and rules of the talk, and their export for the record.
    MANAGE_TALK = "manage_talk"
    SEE_AUDIT = "see_audit"
    SEE_MAIL_TRAY = "see_mail_tray"


_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_MANAGERS = _ADMINISTRATORS | {Role.MANAGER}
_CLERKS = _MANAGERS | {Role.CLERK}
_EVERYONE = _CLERKS | {Role.VIEWER}

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_CASES: _EVERYONE,
    Permission.HANDLE_CASES: _CLERKS,
    Permission.EXPORT_CASES: _CLERKS,
    Permission.CLOSE_ANY: _MANAGERS,
    Permission.MANAGE_TEMPLATES: _MANAGERS,
    Permission.MANAGE_KINDS: _ADMINISTRATORS,
    Permission.MANAGE_SCENARIOS: _ADMINISTRATORS,
    Permission.MANAGE_DEPARTMENTS: _ADMINISTRATORS,
    Permission.MANAGE_AREAS: _ADMINISTRATORS,
    Permission.MANAGE_PEOPLE: _ADMINISTRATORS,
    Permission.MANAGE_POSITIONS: _MANAGERS,
    Permission.MANAGE_LINE: _ADMINISTRATORS,
    Permission.MANAGE_TALK: _MANAGERS,
    Permission.SEE_AUDIT: _ADMINISTRATORS,
    Permission.SEE_MAIL_TRAY: _ADMINISTRATORS,
}
