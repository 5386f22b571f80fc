# SPDX-License-Identifier: Apache-2.0
"""``attribute[code]=value``: each read by the engine's own rules for its question.

Another system sees the questions all at once and without their conditions, so each answer is read
by itself, and only what is always asked may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kairan.open311.errors import Refused, wrong
from kairan.open311.moments import read_moment
from kairan.open311.services import Asked, Attribute, Service
from kairan.scenarios.context import Context
from kairan.scenarios.definition import Choice, DateTimeQuestion, Definition
from kairan.scenarios.inputs import DateTimePicked, TypedText
from kairan.scenarios.outcome import GivenAnswer
from kairan.scenarios.reading import read
from kairan.scenarios.readings import Accepted, Told
from kairan.scenarios.readings import Refused as NotRead
from kairan.scenarios.showing import heading, question_text, shown
from kairan.scenarios.state import Answer, State
from kairan.scenarios.turn import Turn
from kairan.scenarios.wording import SOURCE_LANGUAGE

_PARAMETER = re.compile(r"attribute\[([^\[\]]+)\](\[\])?")


def read_attributes(service: Service, sent: QueryDict, context: Context) -> list[GivenAnswer]:
    """In the order of the questions. Raises ``Refused`` with everything that is wrong."""
    given = _given(sent)
    known = {attribute.step.id for attribute in service.attributes}
    problems = [
        _("attribute[{code}] は、この service_code にはありません。").format(code=code)
        for code in given
        if code not in known
    ]
    answers: list[GivenAnswer] = []
    for attribute in service.attributes:
        try:
            answers += _answered(attribute, given, service.definition, context)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise wrong(*problems)
    return answers


def _given(sent: QueryDict) -> dict[str, list[str]]:
    """Empty values are none at all, as the specification says."""
    found: dict[str, list[str]] = {}
    for name, values in sent.lists():
        parameter = _PARAMETER.fullmatch(name)
        if parameter:
            found.setdefault(parameter[1], []).extend(v for v in values if v.strip())
        elif name.startswith("attribute"):
            raise wrong(_("{name} は attribute[code]=値 の形で書いてください。").format(name=name))
    return {code: values for code, values in found.items() if values}


def _answered(
    attribute: Attribute,
    given: Mapping[str, list[str]],
    definition: Definition | None,
    context: Context,
) -> Iterable[GivenAnswer]:
    code, step = attribute.step.id, attribute.step
    values = given.get(code, [])
    if not values:
        if attribute.required:
            raise wrong(_("attribute[{code}] が要ります。").format(code=code))
        return []
    if len(values) > 1:
        raise wrong(_("attribute[{code}] は1つだけ送ってください。").format(code=code))
    if definition is None:
        return []
    turn = Turn.at(definition, context, timezone.now())
    answer = Answer(value=_value(step, values[0], turn))
    return [
        GivenAnswer(
            step=code,
            type=step.type,
            question=question_text(step, SOURCE_LANGUAGE),
            heading=heading(step, SOURCE_LANGUAGE),
            shown=shown(step, answer, SOURCE_LANGUAGE),
            said=shown(step, answer, turn.language),
            value=answer.value,
        )
    ]


def _value(step: Asked, written: str, turn: Turn) -> str | int | float:
    if isinstance(step, Choice):
        if step.option(written) is None:
            words = _("attribute[{code}] に「{value}」という選択肢はありません。")
            raise wrong(words.format(code=step.id, value=written[:60]))
        return written
    told = _moment(step, written) if isinstance(step, DateTimeQuestion) else TypedText(written)
    reading = read(step, _nowhere(turn), told, turn)
    if isinstance(reading, Accepted) and isinstance(reading.value, str | int | float):
        return reading.value
    problem = reading.problem if isinstance(reading, NotRead) else ""
    raise wrong(f"attribute[{step.id}]: {problem}")


def _moment(step: DateTimeQuestion, written: str) -> Told:
    """A moment must say its offset; a mere day or hour has none."""
    if step.mode == "datetime" or "T" in written:
        local: datetime = timezone.localtime(read_moment(f"attribute[{step.id}]", written))
        text = local.replace(tzinfo=None).isoformat(timespec="minutes")
        parts = {"date": text[:10], "time": text[11:], "datetime": text}
        return DateTimePicked(parts[step.mode])
    return DateTimePicked(written.strip())


def _nowhere(turn: Turn) -> State:
    return State(context=turn.context, step=turn.definition.first, mark="open311")
