# SPDX-License-Identifier: Apache-2.0
"""POST requests: what was sent, checked as a whole, and the report it becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from kairan.audit.actors import Actor, NamedActor
from kairan.files.actions import FileRefused, store_photo
from kairan.files.limits import MAX_BYTES
from kairan.files.models import StoredFile
from kairan.lib.plain import plain
from kairan.municipalities.places import is_inside_town, is_position
from kairan.open311.answers import read_attributes
from kairan.open311.errors import Refused, missing, wrong
from kairan.open311.kept import forget
from kairan.open311.models import ApiKey
from kairan.open311.services import Service, service
from kairan.reports.actions import submit_outcome
from kairan.reports.actions.from_outcome import FALLBACK_KIND
from kairan.reports.models import Report
from kairan.reports.models.cases import MAX_ADDRESS_LENGTH, Channel
from kairan.reports.towns_context import context
from kairan.residents.actions import keep_contact
from kairan.residents.queries import contact_about
from kairan.scenarios.definition import Definition, End, ReportResult, TextQuestion
from kairan.scenarios.outcome import GivenAnswer, Outcome
from kairan.scenarios.state import Place
from kairan.scenarios.wording import Text

# The specification's own limit.
MAX_DESCRIPTION = 4_000
MAX_MEDIA_URL = 2_000
MAX_PHOTOS = 5
_LINK, _DESCRIPTION = "media-url", "description"
T = TypeVar("T")


@dataclass(frozen=True)
class Contact:
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Request:
    """A whole and valid request, not yet kept."""

    service: Service
    place: Place
    answers: tuple[GivenAnswer, ...]
    contact: Contact


def read_request(sent: QueryDict) -> Request:
    """Raises ``Refused``: 404 for an unknown service, else 400 with everything that is wrong."""
    code = _one(sent, "service_code")
    if not code:
        raise wrong(_("service_code が要ります。"))
    found = service(code)
    if found is None:
        raise missing(_("service_code「{code}」はありません。").format(code=code[:60]))
    checks = _Checks()
    place = checks.run(lambda: _place(sent, found)) or Place(typed="-")
    answers = checks.run(lambda: read_attributes(found, sent, context())) or []
    words = checks.run(lambda: _words(sent, found)) or []
    contact = checks.run(lambda: _contact(sent)) or Contact("", "", "")
    if checks.problems:
        raise wrong(*checks.problems)
    return Request(found, place, (*answers, *words), contact)


def keep_photos(
    acting: Actor, files: Sequence[UploadedFile[bytes]], once: str | None
) -> list[StoredFile]:
    """Decoded in another process, so before any transaction. Raises ``Refused``."""
    if len(files) > MAX_PHOTOS:
        raise wrong(_("写真は{count}枚までです。").format(count=MAX_PHOTOS))
    kept = []
    for place, file in enumerate(files):
        if (file.size or 0) > MAX_BYTES:
            raise wrong(_("{name}: ファイルが大きすぎます。").format(name=file.name))
        name = file.name or "photo"
        part = f"{once}:{place}" if once else None
        try:
            kept.append(store_photo(acting=acting, content=file.read(), name=name, once=part))
        except FileRefused as refused:
            raise wrong(f"{name}: {refused.reason}") from refused
    return kept


def submit(
    request: Request, *, key: ApiKey, run_key: str | None, photos: Sequence[StoredFile]
) -> Report:
    """The report; the same ``run_key`` again gives that of the first time."""
    acting = actor_of(key)
    asked = request.service.definition
    definition = asked if asked and request.service.described else _bare(request.service)
    outcome = Outcome(
        kind="report",
        scenario=definition.key,
        purpose="report",
        ended_by=_end_of(definition, request.service.code),
        language="ja",
        report_kind=request.service.code,
        answers=request.answers,
        position=request.place,
        photos=tuple(str(photo.key) for photo in photos),
    )
    with transaction.atomic():
        report = submit_outcome(
            acting=acting,
            outcome=outcome,
            definition=definition,
            channel=Channel.OPEN311,
            run_key=run_key,
            said_by=Report.PositionSource.MAP,
        )
        given = request.contact
        if given.name or given.phone or given.email:
            about = contact_about(run_key=report.run_key, report_id=report.pk)
            keep_contact(acting=acting, about=about, **vars(given))
    forget()  # who sent it looks for it in the next list
    return report


def actor_of(key: ApiKey) -> Actor:
    return NamedActor("program", _("他システム（{name}）").format(name=key.name))


def run_key_of(key: ApiKey, header: str) -> str | None:
    """``Idempotency-Key``, of one api key: the same again is the same request."""
    return f"open311:{key.pk}:{sha256(header.encode()).hexdigest()[:40]}" if header else None


class _Checks:
    """Everything that is wrong is said at once."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def run(self, check: Callable[[], T]) -> T | None:
        try:
            return check()
        except Refused as refused:
            self.problems += refused.problems
            return None


def _one(sent: QueryDict, name: str) -> str:
    return (sent.get(name) or "").strip()


def _place(sent: QueryDict, to: Service) -> Place:
    """From ``lat`` and ``long``, or else from words; with both, the words stand beside the pin."""
    words = plain(_one(sent, "address_string"), MAX_ADDRESS_LENGTH)
    if number := plain(_one(sent, "address_id"), 60):
        words = _("{words}（住所ID {number}）").format(words=words, number=number)
    lat, long = _one(sent, "lat"), _one(sent, "long")
    if not lat and not long:
        if not words:
            raise wrong(
                _("場所が要ります。lat と long か、address_string、address_id を送ってください。")
            )
        return Place(typed=words[:MAX_ADDRESS_LENGTH])
    if not lat or not long:
        raise wrong(_("lat と long は、両方とも送ってください。"))
    latitude, longitude = _degrees("lat", lat), _degrees("long", long)
    if not is_position(longitude, latitude):
        raise wrong(_("lat は -90 から 90、long は -180 から 180 です。"))
    if not to.accepts_outside and not is_inside_town(longitude, latitude):
        raise wrong(_("lat と long の場所は、市の外です。"))
    return Place(lon=longitude, lat=latitude, address=words[:MAX_ADDRESS_LENGTH])


def _degrees(name: str, written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in written:
        raise wrong(_("{name} は数で書いてください。").format(name=name))
    return value


def _words(sent: QueryDict, to: Service) -> list[GivenAnswer]:
    """``description`` and ``media_url``; the link is kept as words, and never followed."""
    description = sent.get("description") or ""
    if len(description) > MAX_DESCRIPTION:
        raise wrong(_("description は{count}文字までです。").format(count=MAX_DESCRIPTION))
    found = []
    if text := plain(description, MAX_DESCRIPTION):
        step = to.described.id if to.described else _DESCRIPTION
        found.append(_said(step, _("内容"), text))
    if link := _one(sent, "media_url"):
        if len(link) > MAX_MEDIA_URL or not _is_web(link):
            raise wrong(_("media_url は http か https のアドレスにしてください。"))
        found.append(_said(_LINK, _("写真などのリンク（開く前に確かめてください）"), link))
    return found


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _said(step: str, heading: str, text: str) -> GivenAnswer:
    return GivenAnswer(
        step=step,
        type="text",
        question=heading,
        heading=heading,
        shown=text,
        said=text,
        value=text,
    )


def _contact(sent: QueryDict) -> Contact:
    """Kept sealed, beside the report, for the department alone.

    ``device_id`` and ``account_id`` would follow a person around, and nothing here needs them.
    """
    email = _one(sent, "email")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise wrong(_("email はメールアドレスではありません。")) from error
    name = " ".join(part for part in (_one(sent, "last_name"), _one(sent, "first_name")) if part)
    return Contact(plain(name, 60), plain(_one(sent, "phone"), 20), email[:254])


def _end_of(definition: Definition, kind: str) -> str:
    ends = (s for s in definition.steps if isinstance(s, End))
    fitting = (s.id for s in ends if isinstance(s.outcome, ReportResult) and s.outcome.kind == kind)
    return next(fitting, "end")


def _bare(one: Service) -> Definition:
    """A kind whose scenario asks for no words of one's own, or that has none."""
    return Definition(
        key="open311",
        title=Text(one.kind.name),
        steps=(
            TextQuestion(id=_DESCRIPTION, text=Text(_("内容")), max_length=MAX_DESCRIPTION),
            End(id="end", outcome=ReportResult(kind=FALLBACK_KIND)),
        ),
    )
