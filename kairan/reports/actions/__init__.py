# SPDX-License-Identifier: Apache-2.0
"""Every verb of this room: coming in (also out of a scenario), handling, sorting, closing with a
second person, handing over between departments, many at once, talking, setting up."""

from kairan.reports.actions.closing import confirm, send_back
from kairan.reports.actions.errors import (
    AlreadyProposed,
    CaseChanged,
    MessageMissing,
    MoveNotAllowed,
    NobodyReachable,
    NothingHandedOver,
    NothingProposed,
    NothingToUndo,
    NotTheCloser,
    ReasonMissing,
    Refused,
    SamePerson,
    WrongAssignee,
)
from kairan.reports.actions.from_outcome import submit_outcome
from kairan.reports.actions.handing import hand_back, take
from kairan.reports.actions.handling import (
    assign,
    change_status,
    mark_viewed,
    move_department,
    move_open_cases,
    refer,
    refine_position,
    set_due,
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
from kairan.reports.actions.sorting import (
    change_tags,
    delete_tag,
    merge_tags,
    rename_tag,
    set_defect,
    set_priority,
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
from kairan.reports.actions.undoing import undo

__all__ = [
    "AlreadyProposed",
    "Answer",
    "CaseChanged",
    "GivenPhoto",
    "MessageMissing",
    "MoveNotAllowed",
    "NobodyReachable",
    "NotTheCloser",
    "NothingHandedOver",
    "NothingProposed",
    "NothingToUndo",
    "Position",
    "ReasonMissing",
    "Refused",
    "SamePerson",
    "WrongAssignee",
    "add_note",
    "assign",
    "change_status",
    "change_tags",
    "confirm",
    "delete_tag",
    "delete_template",
    "delete_view",
    "erase_photo",
    "hand_back",
    "install_kinds",
    "mark_viewed",
    "merge_tags",
    "move_department",
    "move_open_cases",
    "receive_from_resident",
    "refer",
    "refine_position",
    "rename_tag",
    "reopen",
    "save_authority",
    "save_kind",
    "save_settings",
    "save_template",
    "save_view",
    "send_back",
    "set_defect",
    "set_due",
    "set_notice_preferences",
    "set_priority",
    "set_route",
    "submit_outcome",
    "submit_report",
    "take",
    "undo",
    "withdraw_message",
    "write_to_resident",
]
