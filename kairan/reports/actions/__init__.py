# SPDX-License-Identifier: Apache-2.0
"""Every verb of this room, in five modules: coming in (also out of a scenario), handling, talking,
setting up."""

from kairan.reports.actions.errors import (
    CaseChanged,
    MessageMissing,
    MoveNotAllowed,
    NobodyReachable,
    NothingToUndo,
    Refused,
    WrongAssignee,
)
from kairan.reports.actions.from_outcome import submit_outcome
from kairan.reports.actions.handling import (
    assign,
    change_status,
    mark_viewed,
    move_department,
    move_open_cases,
    refer,
    refine_position,
    set_due,
    undo,
)
from kairan.reports.actions.ready import install_kinds
from kairan.reports.actions.setting_up import (
    delete_template,
    delete_view,
    save_authority,
    save_kind,
    save_settings,
    save_template,
    save_view,
    set_notice_preferences,
    set_route,
)
from kairan.reports.actions.submitting import Answer, GivenPhoto, Position, submit_report
from kairan.reports.actions.talking import (
    add_note,
    erase_photo,
    receive_from_resident,
    reopen,
    withdraw_message,
    write_to_resident,
)

__all__ = [
    "Answer",
    "CaseChanged",
    "GivenPhoto",
    "MessageMissing",
    "MoveNotAllowed",
    "NobodyReachable",
    "NothingToUndo",
    "Position",
    "Refused",
    "WrongAssignee",
    "add_note",
    "assign",
    "change_status",
    "delete_template",
    "delete_view",
    "erase_photo",
    "install_kinds",
    "mark_viewed",
    "move_department",
    "move_open_cases",
    "receive_from_resident",
    "refer",
    "refine_position",
    "reopen",
    "save_authority",
    "save_kind",
    "save_settings",
    "save_template",
    "save_view",
    "set_due",
    "set_notice_preferences",
    "set_route",
    "submit_outcome",
    "submit_report",
    "undo",
    "withdraw_message",
    "write_to_resident",
]
