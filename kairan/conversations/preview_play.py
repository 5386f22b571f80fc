# SPDX-License-Identifier: Apache-2.0
"""The preview's talk: what was said so far, played again on the definition as it is now.

Nothing is stored. What was said is kept by step, so that after an edit the same answers lead to
the same place: a question that is new is asked, and the answers after it wait for it; answers to
questions that are gone are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args

from django.core import signing
from django.utils.translation import gettext as _
from pydantic_core import SchemaError

from kairan.municipalities.models import Area, Municipality
from kairan.municipalities.places import as_polygons
from kairan.municipalities.tenancy import current_town_id
from kairan.scenarios import prompts
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Definition
from kairan.scenarios.engine import Step, advance, expects_place, start
from kairan.scenarios.inputs import (
    DateTimePicked,
    Given,
    PhotosGiven,
    PlaceTyped,
    PositionGiven,
    Tapped,
    TypedText,
    Unusable,
)
from kairan.scenarios.located import placed
from kairan.scenarios.state import State
from kairan.scenarios.turn import WrongDefinition

SALT = "kairan.conversations.preview"
MOST_SAID = 150
LONGEST = 1_000
# Out at sea, south of Japan: in no town.
NOWHERE = (135.0, 30.0)
# Where a town has drawn no areas.
SOMEWHERE = (139.767, 35.681)

How = Literal["tap", "old", "text", "photo", "place", "outside", "pick", "sticker"]
When = Literal["", "day", "night"]
# What a definition that the check would refuse can do to the engine.
BROKEN = (WrongDefinition, SchemaError, LookupError, ValueError, RecursionError)


@dataclass(frozen=True)
class Said:
    """One input of the person at the preview, at the step where it was given."""

    step: str
    how: How
    value: str = ""


@dataclass(frozen=True)
class Sitting:
    """All that the preview remembers; it travels with the page, signed."""

    begun: int  # milliseconds
    language: str = "ja"
    entry: str = ""
    when: When = ""
    version: int = 0
    said: tuple[Said, ...] = ()

    def written(self, scenario_id: int) -> str:
        said = [[one.step, one.how, one.value] for one in self.said]
        plain = [self.begun, self.language, self.entry, self.when, self.version, said]
        return signing.dumps(plain, salt=_salt(scenario_id), compress=True)


def read_sitting(written: str, scenario_id: int) -> Sitting | None:
    """None for what was tampered with, or belongs to another scenario or town."""
    try:
        begun, language, entry, when, version, said = signing.loads(
            written, salt=_salt(scenario_id)
        )
        return Sitting(begun, language, entry, when, version, tuple(Said(*one) for one in said))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _salt(scenario_id: int) -> str:
    return f"{SALT}:{current_town_id()}:{scenario_id}"


@dataclass(frozen=True)
class Heard:
    """What the person at the preview said, as it stands in the talk."""

    how: How
    words: str


@dataclass
class Played:
    """`turns`: the talk so far, the town's and the person's. `used`: what of the sitting was taken,
    `waiting` what waits for a new question before it. `broken`: why it does not go on after
    `breaking`."""

    definition: Definition
    moment: datetime
    turns: list[Step | Heard] = field(default_factory=list)
    step: Step | None = None
    used: list[Said] = field(default_factory=list)
    waiting: list[Said] = field(default_factory=list)
    broken: str = ""
    breaking: Said | None = None
    entry_is_gone: bool = False

    @property
    def state(self) -> State | None:
        return self.step.state if self.step else None

    @property
    def kept(self) -> tuple[Said, ...]:
        """What is to be played again: once the definition is mended, `breaking` may lead on."""
        return (*self.used, *([self.breaking] if self.breaking else []), *self.waiting)


def play(definition: Definition, sitting: Sitting, context: Context, now: datetime) -> Played:
    """Never raises for what a definition or a sitting holds."""
    entry = sitting.entry if sitting.entry in definition.by_id else ""
    shown = definition.model_copy(update={"entry": entry}) if entry else definition
    moment = moment_of(sitting.when, now, context)
    played = Played(shown, moment, entry_is_gone=entry != sitting.entry)
    try:
        step = start(shown, context, _begun(sitting, moment))
    except BROKEN as error:
        played.broken = _why(error, definition)
    else:
        _go_on(played, step, list(sitting.said))
    return played


def speak(played: Played, said: Said) -> Played:
    """One more input where the talk stands; what waited for it follows."""
    if played.step is None:
        return played
    if isinstance(played.turns[-1], Heard):  # it led nowhere, and is taken back
        played.turns.pop()
    played.broken, played.breaking = "", None
    step = played.step
    played.turns.pop()
    _go_on(played, step, [said, *played.waiting])
    return played


def _begun(sitting: Sitting, moment: datetime) -> datetime:
    """The mark of the run comes of it: taps fit again after each turn. The clock is `moment`'s."""
    if sitting.when:
        return moment.replace(microsecond=(sitting.begun % 1000) * 1000)
    return datetime.fromtimestamp(sitting.begun / 1000, tz=UTC)


def _go_on(played: Played, step: Step, left: list[Said]) -> None:
    try:
        _play_on(played, step, left)
    except BROKEN as error:
        played.broken = _why(error, played.definition)


def _play_on(played: Played, step: Step, left: list[Said]) -> None:
    definition = played.definition
    _hear(played, step)
    while left:
        here = step.state.step
        place = next((at for at, one in enumerate(left) if one.step == here), None)
        if place is None:
            break
        one, left = left[place], left[place + 1 :]
        if one.how == "tap" and not _is_offered(step, one.value):
            continue  # the option is gone
        played.turns.append(_heard(one, step))
        played.waiting, played.breaking = left, one
        step = advance(definition, step.state, _given(one, step.state, definition), played.moment)
        played.breaking = None
        played.used.append(one)
        _hear(played, step)
    played.waiting = left


def _hear(played: Played, step: Step) -> None:
    played.turns.append(step)
    played.step = step


def _is_offered(step: Step, value: str) -> bool:
    shown = step.prompts[-1]
    offered = {one.value for one in (*shown.options, *shown.controls)}
    return value in offered or value.startswith(prompts.PAGE)


def _heard(one: Said, step: Step) -> Heard:
    if one.how == "old":
        return Heard("old", _("(前のボタン)"))
    if one.how != "tap":
        return Heard(one.how, one.value)
    shown = step.prompts[-1]
    labels = {choice.value: choice.label for choice in (*shown.options, *shown.controls)}
    return Heard("tap", labels.get(one.value, one.value))


def _given(one: Said, state: State, definition: Definition) -> Given:  # noqa: PLR0911
    match one.how:
        case "tap":
            return Tapped(state.step, one.value, state.nonce)
        case "old":
            return Tapped("", one.value, f"{state.mark}.0")
        case "photo":
            return PhotosGiven((f"preview-{one.value}",))
        case "place":
            return sample_place()
        case "outside":
            return placed(*NOWHERE, title=_("市の外"))
        case "pick":
            return DateTimePicked(one.value)
        case "sticker":
            return Unusable("sticker")
        case "text":
            if expects_place(definition, state, one.value):
                found = sample_place(title=one.value)
                return PlaceTyped(one.value, (found,))
            return TypedText(one.value)


def is_how(value: str) -> bool:
    return value in get_args(How)


# ── samples ───────────────────────────────────────────────────────────────────────────────────


def sample_place(title: str = "") -> PositionGiven:
    """Somewhere inside the town."""
    town_id = current_town_id()
    version = Municipality.objects.values_list("areas_version", flat=True).get(pk=town_id)
    return placed(*_inside(town_id, version), title=title or _("見本の場所"))


@lru_cache(maxsize=64)
def _inside(town_id: int, version: int) -> tuple[float, float]:
    del town_id, version
    drawn = Area.objects.filter(geometry__isnull=False).in_order().first()
    if drawn is None:
        return SOMEWHERE
    point = as_polygons(drawn.geometry).representative_point()
    return float(point.x), float(point.y)


def moment_of(when: str, now: datetime, context: Context) -> datetime:
    """The next noon that is on a workday, the next two o'clock at night, or now."""
    if not when:
        return now
    local = context.local(now)
    if when == "night":
        return local.replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    for days in range(14):
        day = noon + timedelta(days=days)
        if context.is_office_open(day.replace(tzinfo=None)):
            return day
    return noon


def _why(error: Exception, definition: Definition) -> str:
    where = str(error.args[0]) if error.args else ""
    if isinstance(error, WrongDefinition) and where not in definition.by_id:
        return _("ここから先は表示できません。進む先「{id}」がありません。").format(id=where)
    return _("ここから先は表示できません。次に進む先や条件を見直してください。")
