# SPDX-License-Identifier: Apache-2.0
"""Questions asked step by step, on any channel: a pure engine over versioned definitions.

For the builder of a channel
----------------------------
    from kairan.scenarios.context import Context, OfficeHours, PhoneEntry
    from kairan.scenarios.engine import Step, advance, expects_place, start
    from kairan.scenarios.inputs import (
        Back, DateTimePicked, Leave, PhotosDone, PhotosGiven, PlaceTyped, PositionGiven,
        PositionRefined, Resume, Tapped, TypedText, Unusable,
    )
    from kairan.scenarios.state import State

    step = start(definition, context, now)                     # now is aware
    step = advance(definition, step.state, given, now)         # context=… replaces the run's
    step.state     # State; keep state.model_dump(mode="json"), read State.model_validate(json)
    step.prompts   # at least one Prompt, in order
    step.outcome   # Outcome exactly once in a run, else None

`state.status` is running, finished, left or expired. A finished run answers politely and never
gives a second outcome; a left one goes on after Resume() (or the word 「続きから」); Resume(
expired=True) ends it for good. Nothing that a resident can send raises; `WrongDefinition` means
that the state was made with another definition, or that the definition was not checked.

A Prompt (`prompts.py`) is one message:
    texts      bubbles, in order; `numbered` is the list of options for those who type (LINE on a
               PC); `full_text()` joins everything, phone numbers included
    options    answers to tap, `controls` 「とばす」「戻る」「中止」 and paging. Together with what
               `expects` wants they fit LINE's 13 quick replies. Send back what was tapped as
               Tapped(step=prompt.step, value=option.value, nonce=prompt.nonce)
    expects    None: a notice. Else kind, and camera/camera_roll/location wanted, or for dates
               mode/minimum/maximum/initial as LINE's datetimepicker takes them
    phones     numbers to show as tel: links; web_page: a page of ours to link (purpose "contact"
               or "refine_position"; the caller makes the address)
    is_summary, is_problem, offers_way_out, page, image (key)

Inputs (`inputs.py`): give typed text as TypedText, whatever it says — 「戻る」「中止」「なし」,
numbers and words are understood here. Where `expects_place(definition, state, text)` says so, look
the text up first and give PlaceTyped(text, candidates) (no candidates: not found). Photos that LINE
sends as one set are best given together in one PhotosGiven; they may also come singly, early, or
late. A position from the map page is PositionRefined(step, PositionGiven(…)).

The Outcome (`outcome.py`) has kind, report_kind, answers (question, what was shown, value),
position, photos (the refs given), wants_contact, urgent gates, authority when handed over.

Definitions: `definition.py` (the form, `definition.schema.json` its JSON schema), `check.py` (what
is wrong with one), `loader.py` (the shipped ones, foreign JSON).
Keeping runs: `models.py`, `actions.py`, `queries.py`.
"""
