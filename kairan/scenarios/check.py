# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a definition whose form is right. Linear in its size.

A definition without errors never makes the engine raise: every jump has a target, no loop is
without a question, every way can come to an end. Warnings may be published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from kairan.line import limits
from kairan.line.limits import grapheme_length, utf16_length
from kairan.scenarios import words
from kairan.scenarios.conditions import (
    AllOf,
    AnswerIs,
    AnyOf,
    Condition,
    NotSo,
    steps_named,
)
from kairan.scenarios.definition import (
    HEADING_GRAPHEMES,
    MAX_STEPS,
    AnyStep,
    Asking,
    Branch,
    Choice,
    DateTimeQuestion,
    Definition,
    End,
    HandedOver,
    Message,
    NumberQuestion,
    Photos,
    TextQuestion,
    Urgent,
)
from kairan.scenarios.findings import Finding, error, warning
from kairan.scenarios.flow import Flow
from kairan.scenarios.moments import bound, is_before
from kairan.scenarios.prompts import CALLED, NOT_URGENT
from kairan.scenarios.reading import pattern_check
from kairan.scenarios.wording import UNWRITTEN, Text

# Left free in a question's message: what the engine adds, and the numbered list of options.
ROOM_FOR_THE_ENGINE = 1_000
# Left free in LINE's postback data: the channel's own keys, the run, the nonce.
ROOM_FOR_THE_CHANNEL = 80
# Quick replies that are left for options: 「戻る」 and 「中止」 have theirs.
ROOM_FOR_OPTIONS = limits.QUICK_REPLIES - 2
# Five messages go out at once: a notice about the answer, these, and the question.
MESSAGES_IN_A_ROW = 3
_SOME_MOMENT = datetime(2026, 4, 1, 12)  # noqa: DTZ001 — the town's clock is naive here


def check(definition: Definition) -> list[Finding]:
    """In the order of the steps, errors of the whole (step "") first."""
    if len(definition.steps) > MAX_STEPS:
        return [error("", "too_many_steps", count=len(definition.steps), limit=MAX_STEPS)]
    found = [*_whole(definition), *_flow(definition)]
    languages = _languages(definition)
    for step in definition.steps:
        found += [*_texts(step, languages), *_conditions(step, definition), *_own_rules(step)]
    order = {step.id: index for index, step in enumerate(definition.steps)}
    return sorted(found, key=lambda finding: order.get(finding.step, -1))


def errors(definition: Definition) -> list[Finding]:
    return [finding for finding in check(definition) if finding.severity == "error"]


# ── the whole ─────────────────────────────────────────────────────────────────────────────────


def _whole(definition: Definition) -> Iterator[Finding]:
    for step_id, count in Counter(step.id for step in definition.steps).items():
        if count > 1:
            yield error(step_id, "duplicate_step", id=step_id)
    if definition.entry and definition.entry not in definition.by_id:
        yield error("", "missing_entry", id=definition.entry)
    for language, text in definition.title.by_language.items():
        if grapheme_length(text) > limits.LABEL:
            yield error("", "title_too_long", language=language, limit=limits.LABEL)
    ends = [step for step in definition.steps if isinstance(step, End)]
    results = {end.outcome.type for end in ends}
    wanted = "report" if definition.outcome == "report" else "answers"
    if wanted not in results:
        yield error("", "no_result")
    for language in sorted(_languages(definition) - definition.title.by_language.keys()):
        yield warning("", "missing_translation", language=language)


def _languages(definition: Definition) -> frozenset[str]:
    used = {language for s in definition.steps for t in _texts_of(s) for language in t.by_language}
    return frozenset({*definition.languages, *definition.title.by_language, *used})


def _flow(definition: Definition) -> Iterator[Finding]:
    flow = Flow.of(definition)
    for step_id, target in flow.missing:
        yield error(step_id, "missing_step", id=target)
    for step_id in flow.dead_ends:
        yield error(step_id, "dead_end")
    for step_id in flow.unreachable():
        yield warning(step_id, "unreachable_step")
    for step_id in flow.silent_loops():
        yield error(step_id, "silent_loop")
    for step_id in flow.endless():
        yield error(step_id, "no_way_to_the_end")
    for step_id in flow.ends_without_confirm():
        yield error(step_id, "report_without_confirm")
    for step_id in flow.message_chains_over(MESSAGES_IN_A_ROW):
        yield warning(step_id, "many_messages", limit=MESSAGES_IN_A_ROW)


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def _texts_of(step: AnyStep) -> Iterator[Text]:
    """Every text of a step that a resident reads."""
    for name in ("text", "heading", "hint", "outside", "unit"):
        if isinstance(text := getattr(step, name, None), Text):
            yield text
    if isinstance(step, Choice):
        yield from (option.label for option in step.options)
    if isinstance(step, Urgent):
        yield from (contact.name for contact in step.contacts)
    if isinstance(step, End) and isinstance(step.outcome, HandedOver):
        yield step.outcome.authority


def _texts(step: AnyStep, languages: frozenset[str]) -> Iterator[Finding]:
    missing = {
        language for text in _texts_of(step) for language in languages - text.by_language.keys()
    }
    for language in sorted(missing):
        yield warning(step.id, "missing_translation", language=language)
    if any(text.said("ja") == UNWRITTEN for text in _texts_of(step)):
        yield error(step.id, "unwritten")
    yield from _too_long(step)
    if isinstance(heading := getattr(step, "heading", None), Text):
        yield from _labels(step.id, "heading_too_long", heading, HEADING_GRAPHEMES)
    if isinstance(step, Choice):
        for option in step.options:
            yield from _labels(step.id, "label_too_long", option.label, limits.LABEL)
    if isinstance(step, Urgent):
        for contact in step.contacts:
            yield from _labels(step.id, "name_too_long", contact.name, limits.LABEL)
    if isinstance(step, End) and isinstance(step.outcome, HandedOver):
        yield from _labels(step.id, "name_too_long", step.outcome.authority, limits.LABEL)


def _too_long(step: AnyStep) -> Iterator[Finding]:
    limit = limits.TEXT - (0 if isinstance(step, Message) else ROOM_FOR_THE_ENGINE)
    parts = [
        text for name in ("text", "hint") if isinstance(text := getattr(step, name, None), Text)
    ]
    for language in sorted({language for text in parts for language in text.by_language}):
        length = sum(utf16_length(text.said(language)) for text in parts)
        if length > limit:
            yield error(step.id, "text_too_long", language=language, length=length, limit=limit)


def _labels(step_id: str, code: str, text: Text, limit: int) -> Iterator[Finding]:
    for label in text.by_language.values():
        if grapheme_length(label) > limit:
            yield error(step_id, code, label=label[:40], limit=limit)


# ── conditions ────────────────────────────────────────────────────────────────────────────────


def _conditions(step: AnyStep, definition: Definition) -> Iterator[Finding]:
    for condition in _conditions_of(step):
        for name in sorted(steps_named(condition)):
            if not isinstance(definition.by_id.get(name), Asking):
                yield error(step.id, "condition_on_nothing", id=name)
        for answer in _answers_asked(condition):
            known = _known_values(definition.by_id.get(answer.step))
            for value in answer.values:
                if known is not None and value not in known:
                    yield error(step.id, "condition_on_unknown_value", id=answer.step, value=value)


def _conditions_of(step: AnyStep) -> Iterator[Condition]:
    if isinstance(step, Branch):
        yield from (way.when for way in step.ways)
    if isinstance(step, Urgent):
        yield from (contact.when for contact in step.contacts if contact.when)


def _answers_asked(condition: Condition) -> Iterator[AnswerIs]:
    match condition:
        case AnswerIs():
            yield condition
        case AllOf() | AnyOf():
            for part in condition.of:
                yield from _answers_asked(part)
        case NotSo():
            yield from _answers_asked(condition.of)
        case _:
            return


def _known_values(step: AnyStep | None) -> set[str] | None:
    """The values an answer of this step can have; None where anything may be written."""
    match step:
        case Choice():
            return {option.value for option in step.options}
        case Urgent():
            return {CALLED, NOT_URGENT}
        case _:
            return None


# ── rules of one kind of step ─────────────────────────────────────────────────────────────────


def _own_rules(step: AnyStep) -> Iterator[Finding]:
    match step:
        case Choice():
            yield from _choice(step)
        case Urgent():
            if not any(c.number and c.hours == "always" and c.when is None for c in step.contacts):
                yield error(step.id, "urgent_without_number")
        case TextQuestion():
            yield from _text_question(step)
        case NumberQuestion():
            if step.min is not None and step.max is not None and step.min > step.max:
                yield error(step.id, "bounds_crossed")
        case Photos():
            if step.min > step.max:
                yield error(step.id, "bounds_crossed")
        case DateTimeQuestion():
            yield from _moment(step)
        case _:
            return


def _choice(step: Choice) -> Iterator[Finding]:
    count = len(step.options) + (not step.required)
    if count > ROOM_FOR_OPTIONS:
        pages = -(-count // (ROOM_FOR_OPTIONS - 2))  # 「次へ」 and 「前へ」 want room too
        yield warning(step.id, "many_options", count=count, limit=ROOM_FOR_OPTIONS, pages=pages)
    for value, count in Counter(option.value for option in step.options).items():
        if count > 1:
            yield error(step.id, "duplicate_value", value=value)
        room = limits.POSTBACK_DATA - ROOM_FOR_THE_CHANNEL
        if utf16_length(step.id) + utf16_length(value) > room:
            yield error(step.id, "postback_too_long", value=value[:40])
    reserved = {words.normalised(word) for word in (*words.BACK_WORDS, *words.LEAVE_WORDS)}
    for index, option in enumerate(step.options):
        for label in option.label.by_language.values():
            number = words.typed_number(label)
            if number is not None and number != index + 1:
                yield warning(step.id, "label_is_a_number", label=label)
            if words.normalised(label) in reserved:
                yield warning(step.id, "label_is_a_command", label=label)
    names = [name for o in step.options for name in {words.normalised(o.label.said("ja"))}]
    for name, count in Counter(names).items():
        if count > 1:
            yield warning(step.id, "same_labels", label=name)


def _text_question(step: TextQuestion) -> Iterator[Finding]:
    if step.min_length > step.max_length:
        yield error(step.id, "bounds_crossed")
    if step.pattern is not None:
        try:
            pattern_check(step.pattern)
        except Exception:
            yield error(step.id, "bad_pattern")


def _moment(step: DateTimeQuestion) -> Iterator[Finding]:
    low = bound(step.min, step.mode, _SOME_MOMENT)
    high = bound(step.max, step.mode, _SOME_MOMENT)
    if (step.min and low is None) or (step.max and high is None):
        yield error(step.id, "bound_of_another_kind")
    elif low is not None and high is not None and is_before(high, low):
        yield error(step.id, "bounds_crossed")
