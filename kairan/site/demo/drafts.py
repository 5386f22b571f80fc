# SPDX-License-Identifier: Apache-2.0
"""A draft that somebody has begun, so that the designer has something to show and to publish."""

from __future__ import annotations

from kairan.people.models import Person
from kairan.scenarios.definition import Definition
from kairan.scenarios.designer import editing
from kairan.scenarios.designer.actions import change_draft
from kairan.scenarios.models import Scenario
from kairan.scenarios.wording import Text

HINT = Text(
    {
        "ja": "近くからと遠くからの2枚があると、早く直せます。",
        "ja-simple": "近くと 遠くの 写真が あると、早く なおせます。",
        "en": "One from near and one from afar help us most.",
    }
)


def begin_drafts() -> None:
    """道路の損傷 with a hint at its photos. The town is entered."""
    administrator = Person.objects.get(email="admin@hinokuni.example.jp")
    change_draft(
        acting=administrator,
        scenario=Scenario.objects.get(key="road"),
        edit=_with_hint,
        summary="写真(写真のお願い)を変更",
    )


def _with_hint(definition: Definition) -> Definition:
    photos = editing.step_of(definition, "photos")
    return editing.replace_step(definition, photos.model_copy(update={"hint": HINT}))
