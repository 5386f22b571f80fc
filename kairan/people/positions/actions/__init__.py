# SPDX-License-Identifier: Apache-2.0
"""Every verb about positions: who sits where, who comes next, and by what they come in."""

from kairan.people.actions import AddressTaken
from kairan.people.positions.actions.codes import (
    NoCodeNeeded,
    Spent,
    issue_code,
    issue_own_code,
    redeem,
    withdraw_code,
)
from kairan.people.positions.actions.devices import (
    ask_to_join,
    decide_joining,
    end_device,
    join,
)
from kairan.people.positions.actions.handing_over import (
    BadLastDay,
    HandedOver,
    NobodyThere,
    NotAPost,
    SameHolder,
    call_off,
    end_reading,
    hand_over,
    keep_plans,
)
from kairan.people.positions.actions.holders import (
    HasARole,
    add_holder,
    change_holder,
    choose_text_size,
    restore_holder,
    suspend_holder,
)
from kairan.people.positions.actions.positions import (
    FIELDS,
    NameTaken,
    change_position,
    close_position,
    create_position,
    reopen_position,
)
from kairan.people.positions.actions.seating import (
    AlreadyHeld,
    AlreadySits,
    NotStaff,
    PositionClosed,
    Seated,
    Suspended,
    appoint,
    release,
)

__all__ = [
    "FIELDS",
    "AddressTaken",
    "AlreadyHeld",
    "AlreadySits",
    "BadLastDay",
    "HandedOver",
    "HasARole",
    "NameTaken",
    "NoCodeNeeded",
    "NobodyThere",
    "NotAPost",
    "NotStaff",
    "PositionClosed",
    "SameHolder",
    "Seated",
    "Spent",
    "Suspended",
    "add_holder",
    "appoint",
    "ask_to_join",
    "call_off",
    "change_holder",
    "change_position",
    "choose_text_size",
    "close_position",
    "create_position",
    "decide_joining",
    "end_device",
    "end_reading",
    "hand_over",
    "issue_code",
    "issue_own_code",
    "join",
    "keep_plans",
    "redeem",
    "release",
    "reopen_position",
    "restore_holder",
    "suspend_holder",
    "withdraw_code",
]
