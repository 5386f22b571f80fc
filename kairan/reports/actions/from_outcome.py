# SPDX-License-Identifier: Apache-2.0
"""A scenario has come to its end, on whichever channel: its outcome becomes a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kairan.audit.actors import Actor
from kairan.files.models import StoredFile
from kairan.reports.actions.submitting import Answer, GivenPhoto, Position, submit_report
from kairan.reports.models import Case, Report, ReportKind
from kairan.reports.models.cases import Priority
from kairan.residents.models import Resident
from kairan.scenarios.definition import Definition, TextQuestion
from kairan.scenarios.outcome import GivenAnswer, Outcome

# A question that gives so much room is the description; a shorter one asks for a detail.
DESCRIPTION_LENGTH = 200
FALLBACK_KIND = "other"
_NOT_AMONG_ANSWERS = {"photos", "position", "contact"}


def submit_outcome(
    *,
    acting: Actor,
    outcome: Outcome,
    definition: Definition,
    channel: str,
    resident: Resident | None = None,
    run_key: str | None = None,
    sources: Mapping[str, str] | None = None,
    said_by: str = Report.PositionSource.LINE,
    submitted_at: datetime | None = None,
    join: Case | None = None,
) -> Report:
    """The report of an outcome whose ``kind`` is "report"; ``definition`` is what was asked.

    ``sources``: step id or photo key → the message that said it. ``said_by``: where a position
    that was not typed comes from. The same ``run_key`` again gives the first report. ``join``: see
    ``submit_report``.
    Raises ``LookupError`` when the town has no kind of report at all.
    """
    sources = sources or {}
    described = _descriptions(definition, outcome)
    place = outcome.position
    return submit_report(
        acting=acting,
        kind=kind_named(outcome.report_kind),
        channel=channel,
        answers=[
            Answer(given.heading, given.shown, sources.get(given.step, ""))
            for given in outcome.answers
            if given.type not in _NOT_AMONG_ANSWERS and given not in described
        ],
        text="\n".join(given.shown for given in described),
        text_source=sources.get(described[0].step, "") if described else "",
        position=_position(outcome, sources, said_by),
        address=place.shown if place and place.is_named else "",
        address_source=_source_of_place(outcome, sources),
        photos=_photos(outcome, sources),
        resident=resident,
        run_key=run_key,
        # An urgent gate was passed: whether they called or not, it must not lie below the rest.
        priority=Priority.HIGH if outcome.urgent else Priority.NORMAL,
        submitted_at=submitted_at,
        join=join,
    )


def kind_named(key: str) -> ReportKind:
    """The kind asked for, else 「その他」, else any: a report is never lost for want of a kind.

    Raises ``LookupError``.
    """
    kinds = list(ReportKind.objects.in_order())
    by_key = {kind.key: kind for kind in kinds}
    found = by_key.get(key) or by_key.get(FALLBACK_KIND) or next(iter(kinds), None)
    if found is None:
        raise LookupError("the town has no kind of report")
    return found


def _descriptions(definition: Definition, outcome: Outcome) -> list[GivenAnswer]:
    def describes(given: GivenAnswer) -> bool:
        step = definition.by_id.get(given.step)
        return isinstance(step, TextQuestion) and step.max_length >= DESCRIPTION_LENGTH

    return [given for given in outcome.answers if describes(given) and given.value is not None]


def _position(outcome: Outcome, sources: Mapping[str, str], said_by: str) -> Position | None:
    place = outcome.position
    if place is None or place.lon is None or place.lat is None:
        return None
    source = _source_of_place(outcome, sources)
    said_by = Report.PositionSource.TYPED if place.typed else said_by
    return Position(place.lon, place.lat, said_by=said_by, source=source)


def _source_of_place(outcome: Outcome, sources: Mapping[str, str]) -> str:
    place = outcome.position
    step = next((given.step for given in outcome.answers if given.value == place), "")
    return sources.get(step, "")


def _photos(outcome: Outcome, sources: Mapping[str, str]) -> list[GivenPhoto]:
    rows = StoredFile.objects.filter(key__in=outcome.photos, state=StoredFile.State.STORED)
    by_key = {str(stored.key): stored for stored in rows}
    kept = [by_key[ref] for ref in outcome.photos if ref in by_key]
    return [GivenPhoto(stored, sources.get(str(stored.key), "")) for stored in kept]
