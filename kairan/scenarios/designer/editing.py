# SPDX-License-Identifier: Apache-2.0
"""Changes to a definition, pure: definition in, definition out.

A step without `next` goes on to the step below it. That makes the order of the list the flow where
nothing else is said; these functions keep the rest of the flow as it was when steps come and go:
ways to a step that leaves are led on to where it went, a step that comes takes over the way of the
step above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kairan.scenarios.definition import (
    AnyStep,
    Branch,
    Choice,
    Definition,
    End,
    Urgent,
)
from kairan.scenarios.wording import Text


class NoSuchStep(Exception):
    """Somebody else has removed it meanwhile."""


def with_steps(definition: Definition, steps: Iterable[AnyStep], **more: Any) -> Definition:
    """A new object: `model_copy` would carry the old one's `by_id` along."""
    fields = {name: getattr(definition, name) for name in Definition.model_fields}
    return Definition(**{**fields, **more, "steps": tuple(steps)})


def with_fields(definition: Definition, **fields: Any) -> Definition:
    return with_steps(definition, definition.steps, **fields)


def step_of(definition: Definition, step_id: str) -> AnyStep:
    step = definition.by_id.get(step_id)
    if step is None:
        raise NoSuchStep(step_id)
    return step


def free_id(definition: Definition, wanted: str) -> str:
    """`wanted`, or with a number behind it."""
    return free_name(wanted, definition.by_id)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    used = set(taken)
    number, name = 2, wanted
    while name in used:
        tail = f"_{number}"
        name, number = wanted[: 60 - len(tail)] + tail, number + 1
    return name


def replace_step(definition: Definition, step: AnyStep) -> Definition:
    """Put `step` where the one of its name stands."""
    step_of(definition, step.id)
    return with_steps(definition, [step if old.id == step.id else old for old in definition.steps])


def add_step(definition: Definition, step: AnyStep, *, after: str) -> Definition:
    """Below `after` (at the top: ""), and into its way: what followed `after` follows `step`."""
    steps = list(definition.steps)
    place = _place_below(definition, after)
    above = steps[place - 1] if place else None
    if isinstance(step, End):
        if above and _falls(above) and place < len(steps):
            steps[place - 1] = _going(above, steps[place].id)
    elif above is not None and not isinstance(above, End):
        step = _going(step, above.next)
        steps[place - 1] = _going(above, None)
    else:
        step = _going(step, None)
    entry = definition.entry if place else None
    return with_steps(definition, [*steps[:place], step, *steps[place:]], entry=entry)


def add_branch_step(definition: Definition, step: AnyStep, *, under: str) -> Definition:
    """Below `under`, but beside its way: reached only by a way that names it, and leading back to
    where `under` goes on."""
    steps = list(definition.steps)
    place = _place_below(definition, under)
    source = steps[place - 1]
    onward = definition.onward(source)
    steps[place - 1] = _going(source, onward)
    return with_steps(definition, [*steps[:place], _going(step, onward), *steps[place:]])


def delete_step(definition: Definition, step_id: str) -> Definition:
    """Ways to it lead on to where it went. Ways to an end that goes lead nowhere: the check says
    so. The last step cannot go."""
    detached = _detached(definition, step_id)
    return with_steps(detached, [step for step in detached.steps if step.id != step_id])


def move_step(definition: Definition, step_id: str, *, after: str) -> Definition:
    """Below `after`, in the list and in the way."""
    step = step_of(definition, step_id)
    if after == step_id or (after and after not in definition.by_id):
        raise NoSuchStep(after)
    detached = _detached(definition, step_id)
    rest = with_steps(detached, [other for other in detached.steps if other.id != step_id])
    return add_step(rest, step, after=after)


def duplicate_step(definition: Definition, step_id: str) -> tuple[Definition, str]:
    """The copy stands below and is asked next; its name comes back."""
    step = step_of(definition, step_id)
    new_id = free_id(definition, step_id)
    copy = step.model_copy(update={"id": new_id})
    return add_step(definition, copy, after=step_id), new_id


def neighbour(definition: Definition, step_id: str, direction: str) -> str | None:
    """`after` for moving one place up or down; None where that is the end of the list."""
    ids = [step.id for step in definition.steps]
    if step_id not in ids:
        raise NoSuchStep(step_id)
    place = ids.index(step_id)
    if direction == "up":
        return None if place == 0 else (ids[place - 2] if place > 1 else "")
    return None if place == len(ids) - 1 else ids[place + 1]


def without_language(definition: Definition, language: str) -> Definition:
    """The definition with no text of `language` left in it."""
    data = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
    data["languages"] = [one for one in data["languages"] if one != language]
    return Definition.model_validate(_stripped(data, language))


def _stripped(value: Any, language: str) -> Any:
    if isinstance(value, Mapping):
        kept = {k: _stripped(v, language) for k, v in value.items()}
        if "ja" in kept and language != "ja" and isinstance(kept.get(language), str):
            del kept[language]
        return kept
    return [_stripped(part, language) for part in value] if isinstance(value, list) else value


def _place_below(definition: Definition, after: str) -> int:
    if not after:
        return 0
    for place, step in enumerate(definition.steps, 1):
        if step.id == after:
            return place
    raise NoSuchStep(after)


def _falls(step: AnyStep) -> bool:
    """Goes on to the step below, because nothing else is said."""
    return not isinstance(step, End) and step.next is None


def _going(step: AnyStep, target: str | None) -> AnyStep:
    return step if isinstance(step, End) else step.model_copy(update={"next": target})


def _detached(definition: Definition, step_id: str) -> Definition:
    """Nobody leads to the step any more, but for ways to an end."""
    gone = step_of(definition, step_id)
    place = _place_below(definition, step_id) - 1
    steps = list(definition.steps)
    above = steps[place - 1] if place else None
    if isinstance(gone, End):
        if above and _falls(above) and place + 1 < len(steps):
            steps[place - 1] = _going(above, gone.id)
        return with_steps(definition, steps)
    if above and _falls(above) and gone.next is not None and gone.next != above.id:
        steps[place - 1] = _going(above, gone.next)
    onward = definition.onward(gone)
    onward = None if onward == step_id else onward
    steps = [step if step.id == step_id else retargeted(step, step_id, onward) for step in steps]
    entry = onward if definition.entry == step_id else definition.entry
    return with_steps(definition, steps, entry=entry)


def retargeted(step: AnyStep, old: str, new: str | None) -> AnyStep:
    """Every way of `step` that led to `old` leads to `new`."""
    changes: dict[str, Any] = {}
    if not isinstance(step, End) and step.next == old:
        changes["next"] = new
    match step:
        case Choice() if any(option.next == old for option in step.options):
            changes["options"] = tuple(
                o.model_copy(update={"next": new}) if o.next == old else o for o in step.options
            )
        case Branch() if any(way.next == old for way in step.ways):
            if new is None:
                return step
            changes["ways"] = tuple(
                w.model_copy(update={"next": new}) if w.next == old else w for w in step.ways
            )
        case Urgent() if step.called_next == old:
            changes["called_next"] = new
    return step.model_copy(update=changes) if changes else step


def with_kind(definition: Definition, kind: str) -> Definition:
    """Every report it ends in is of this kind."""
    steps = [
        step.model_copy(update={"outcome": step.outcome.model_copy(update={"kind": kind})})
        if isinstance(step, End) and step.outcome.type == "report"
        else step
        for step in definition.steps
    ]
    return with_steps(definition, steps)


def with_languages(
    definition: Definition, titles: Mapping[str, str], languages: Iterable[str]
) -> Definition:
    """Titles as given, and exactly these languages beside Japanese: others lose their texts."""
    wanted = list(dict.fromkeys(["ja", *languages]))
    for language in [*definition.languages, *definition.title.by_language]:
        if language not in wanted:
            definition = without_language(definition, language)
    return with_fields(definition, title=Text(dict(titles)), languages=tuple(wanted))
