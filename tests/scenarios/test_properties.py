# SPDX-License-Identifier: Apache-2.0
"""Whatever sound definition and whatever input: the engine answers, and ends at most once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kairan.line import limits
from kairan.scenarios import inputs, words
from kairan.scenarios.check import errors
from kairan.scenarios.context import Context, PhoneEntry
from kairan.scenarios.definition import Definition
from kairan.scenarios.engine import Step, advance, expects_place, start
from kairan.scenarios.inputs import Given
from kairan.scenarios.moments import parse_typed
from kairan.scenarios.prompts import Prompt
from kairan.scenarios.state import State

NAMES = [f"s{n}" for n in range(8)]
KINDS = [
    "message", "choice", "text", "number", "datetime", "photos", "position", "contact", "branch",
    "urgent", "confirm",
]  # fmt: skip
LABELS = st.sampled_from(["東", "西", "なし", "はい", "戻る", "3", "木が倒れている", "その他"])
TARGETS = st.none() | st.sampled_from([*NAMES, "end"])
CONTEXTS = st.builds(
    Context,
    language=st.sampled_from(["ja", "ja-simple", "en", "vi"]),
    directory=st.sampled_from([{}, {"town": PhoneEntry(name="市役所", number="096-000-0000")}]),
)
NOWS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 — hypothesis adds the zone
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    simple = st.one_of(
        st.builds(lambda s: {"type": "answered", "step": s}, st.sampled_from(NAMES)),
        st.builds(lambda s: {"type": "number", "step": s, "min": 1}, st.sampled_from(NAMES)),
        st.just({"type": "office_hours"}),
        st.just({"type": "holiday"}),
        st.just({"type": "area", "codes": ["101"]}),
        st.just({"type": "time", "from": "22:00", "to": "06:00"}),
        st.just({"type": "weekday", "days": ["sat", "sun"]}),
    )
    both = st.lists(simple, min_size=1, max_size=2)
    return st.one_of(
        simple,
        simple.map(lambda c: {"type": "not", "of": c}),
        both.map(lambda cs: {"type": "any", "of": cs}),
        both.map(lambda cs: {"type": "all", "of": cs}),
    )


@st.composite
def steps(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    step: dict[str, Any] = {"id": name, "type": kind, "next": draw(TARGETS)}
    if kind not in {"branch", "confirm"}:
        step["text"] = draw(st.sampled_from(["どうですか。", "{braces} %s"]))
    more = _MORE.get(kind)
    return step | (draw(more) if more is not None else {})


def _options(labels: list[str], nexts: list[str | None]) -> list[dict[str, Any]]:
    return [
        {"value": f"v{n}", "label": label, "next": target}
        for n, (label, target) in enumerate(zip(labels, nexts, strict=False))
    ]


_MANY = st.integers(1, 20)
_MORE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "choice": st.builds(
        lambda labels, nexts, required: {"options": _options(labels, nexts), "required": required},
        _MANY.flatmap(lambda n: st.lists(LABELS, min_size=n, max_size=n)),
        st.lists(TARGETS, min_size=20, max_size=20),
        st.booleans(),
    ),
    "text": st.fixed_dictionaries(
        {"required": st.booleans(), "pattern": st.sampled_from([None, "[a-z]+", ".{2,5}"])}
    ),
    "number": st.fixed_dictionaries(
        {"required": st.booleans(), "decimals": st.booleans(), "max": st.sampled_from([None, 9])}
    ),
    "datetime": st.fixed_dictionaries(
        {
            "required": st.booleans(),
            "mode": st.sampled_from(["date", "time", "datetime"]),
            "max": st.sampled_from([None, "now"]),
            "min": st.sampled_from([None, "now", "-30d"]),
        }
    ),
    "photos": st.fixed_dictionaries({"min": st.integers(0, 2), "max": st.integers(2, 4)}),
    "position": st.fixed_dictionaries(
        {"required": st.booleans(), "typed": st.booleans(), "accept_outside": st.booleans()}
    ),
    "branch": st.builds(
        lambda when, target: {"ways": [{"when": when, "next": target}]},
        conditions(),
        st.sampled_from([*NAMES, "end"]),
    ),
    "urgent": st.builds(
        lambda when, target: {
            "contacts": [
                {"name": "消防", "number": "119"},
                {"name": "道路", "directory": "town", "hours": "office", "when": when},
            ],
            "called_next": target,
        },
        conditions(),
        TARGETS,
    ),
}


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    count = draw(st.integers(1, len(NAMES)))
    every = [draw(steps(name)) for name in NAMES[:count]]
    end = {"type": "end", "id": "end", "outcome": {"type": "answers"}}
    definition = Definition.model_validate(
        {"key": "trial", "title": "試し", "outcome": "survey", "steps": [*every, end]}
    )
    assume(not errors(definition))
    return definition


POSITIONS = st.builds(
    inputs.PositionGiven,
    st.floats(),
    st.floats(),
    address=st.text(max_size=10),
    areas=st.sampled_from([(), ("101",), ("102", "9")]),
    inside_town=st.booleans(),
)
WORDS = st.sampled_from(
    [
        "なし",
        "戻る",
        "中止",
        "続きから",
        "はい",
        "いいえ",
        "直す",
        "送信",
        "昨日",
        "8/1 2時",
        "撮れない",
        "1",
        "２",
        "3",
    ]
)
ANY_TEXT = WORDS | st.text(alphabet=st.characters(), max_size=30)
BLIND: st.SearchStrategy[Given] = st.one_of(
    st.builds(inputs.TypedText, ANY_TEXT),
    st.builds(inputs.Tapped, st.sampled_from(NAMES), st.text(max_size=10), st.text(max_size=10)),
    st.builds(inputs.PhotosGiven, st.lists(st.sampled_from("abcdef"), max_size=4).map(tuple)),
    st.just(inputs.PhotosDone()),
    POSITIONS,
    st.builds(inputs.PlaceTyped, ANY_TEXT, st.lists(POSITIONS, max_size=7).map(tuple)),
    st.builds(inputs.PositionRefined, st.sampled_from([*NAMES, "x"]), POSITIONS),
    st.builds(
        inputs.DateTimePicked, st.sampled_from(["2026-07-01", "10:00", "x", "2026-07-01T10:00"])
    ),
    st.builds(inputs.Unusable, st.sampled_from(["sticker", "audio", "video", "file", "unknown"])),
    st.sampled_from([inputs.Back(), inputs.Leave(), inputs.Resume()]),
)


def sensible(prompt: Prompt) -> st.SearchStrategy[Given]:
    """A tap on what is shown, or its number typed."""
    shown = [*prompt.options, *prompt.controls]
    if not shown:
        return BLIND
    taps = st.sampled_from(shown).map(lambda o: inputs.Tapped(prompt.step, o.value, prompt.nonce))
    typed = st.sampled_from(shown).map(lambda o: inputs.TypedText(str(o.number or o.label)))
    return taps | typed


def reread(state: State) -> State:
    """Through JSON as a database keeps it: no NUL, no lone surrogate."""
    written = json.dumps(state.model_dump(mode="json"), ensure_ascii=False, allow_nan=False)
    assert "\x00" not in written
    assert "\\u0000" not in written
    again = State.model_validate(json.loads(written.encode("utf-8")))
    assert again == state
    return again


def sound(step: Step) -> None:
    assert step.prompts
    for prompt in step.prompts:
        assert prompt.full_text().strip()
        assert limits.utf16_length(prompt.full_text()) <= limits.TEXT
        assert len(prompt.options) + len(prompt.controls) <= limits.QUICK_REPLIES
        for option in (*prompt.options, *prompt.controls):
            assert 0 < limits.grapheme_length(option.label) <= limits.LABEL
            assert limits.utf16_length(prompt.step + option.value) <= limits.POSTBACK_DATA - 80
    running = step.state.status == "running"
    assert step.prompts[-1].is_question is running
    assert (step.outcome is not None) <= (step.state.status == "finished")


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), CONTEXTS, NOWS, st.data())
def test_every_input_is_answered_and_a_run_ends_once(
    definition: Definition, context: Context, now: datetime, data: st.DataObject
) -> None:
    step = start(definition, context, now)
    sound(step)
    outcomes = [step.outcome] if step.outcome else []
    for number in range(data.draw(st.integers(1, 25))):
        finished = step.state.status == "finished"
        given_ = data.draw(sensible(step.prompts[-1]) | BLIND)
        step = advance(definition, reread(step.state), given_, now + timedelta(minutes=number))
        sound(step)
        outcomes += [step.outcome] if step.outcome else []
        if finished:
            assert not any(prompt.is_question for prompt in step.prompts)
    assert len(outcomes) <= 1
    assert bool(outcomes) == (step.state.status == "finished")


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), CONTEXTS, NOWS, st.data())
def test_the_same_input_gives_the_same_answer(
    definition: Definition, context: Context, now: datetime, data: st.DataObject
) -> None:
    state = start(definition, context, now).state
    given_ = data.draw(BLIND.filter(lambda g: "nan" not in repr(g)))
    assert advance(definition, state, given_, now) == advance(definition, state, given_, now)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), CONTEXTS, NOWS, st.data())
def test_an_outcome_holds_only_the_way_that_was_gone(
    definition: Definition, context: Context, now: datetime, data: st.DataObject
) -> None:
    step = start(definition, context, now)
    for _ in range(30):
        if step.outcome or step.state.status != "running":
            break
        step = advance(definition, step.state, data.draw(sensible(step.prompts[-1]) | BLIND), now)
    if step.outcome:
        given_steps = [answer.step for answer in step.outcome.answers]
        assert given_steps == list(step.state.trail)
        assert len(set(given_steps)) == len(given_steps)
        type(step.outcome).model_validate_json(step.outcome.model_dump_json())


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60), NOWS, st.booleans())
def test_any_text_can_be_read_as_a_moment(typed: str, now: datetime, past: bool) -> None:
    for mode in ("date", "time", "datetime"):
        parse_typed(typed, mode, now.replace(tzinfo=None), past=past)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_cleaned_text_can_be_stored_and_is_clean_at_once(typed: str) -> None:
    cleaned = words.clean(typed)
    cleaned.encode("utf-8")
    assert words.clean(cleaned) == cleaned


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), CONTEXTS, NOWS, ANY_TEXT)
def test_asking_whether_a_place_is_meant_never_fails(
    definition: Definition, context: Context, now: datetime, typed: str
) -> None:
    expects_place(definition, start(definition, context, now).state, typed)
