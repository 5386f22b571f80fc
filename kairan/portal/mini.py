# SPDX-License-Identifier: Apache-2.0
"""Residents who come through LINE's mini-app: who they are, as LINE itself says.

The page posts the ID token that LINE gave it; a user id that a page posts is never believed.
A token opens one browser's session: shown again by another browser it is refused.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from kairan.audit.actions import record
from kairan.line import errors
from kairan.line.answers import IdToken
from kairan.line.connection import client_for
from kairan.municipalities.tenancy import current_town_id
from kairan.portal.models import MiniApp, UsedToken
from kairan.residents.actions import meet
from kairan.residents.models import Resident

SESSION_KEY = "mini_resident"
NONCE_KEY = "mini_nonce"
SESSION_SECONDS = 12 * 3600
LONGEST_TOKEN = 4096


class Refused(Exception):
    """No token of ours: forged, run out, another channel's, or used by another browser."""


class NotNow(Exception):
    """LINE could not be asked."""


def resident_of(request: HttpRequest) -> Resident | None:
    """Whom the browser's session belongs to; None for everybody else. No query for those."""
    kept = request.session.get(SESSION_KEY)
    if not isinstance(kept, dict) or kept.get("town") != current_town_id():
        return None
    return Resident.objects.filter(pk=int(kept.get("resident") or 0)).first()


def new_nonce(request: HttpRequest) -> str:
    """For pages that ask LINE for a token themselves; it must stand in the token then."""
    nonce: str = request.session.setdefault(NONCE_KEY, secrets.token_urlsafe(16))
    return nonce


def open_session(request: HttpRequest, token: str) -> Resident:
    """The resident whom LINE vouches for; the session is theirs from now on.

    Asks LINE: never inside a transaction. Raises ``Refused``, ``NotNow``.
    """
    claims = _claims(token)
    app = (
        MiniApp.objects.select_related("channel")
        .filter(login_channel_id=str(claims.get("aud", "")))
        .first()
    )
    if app is None:
        raise Refused
    told = _vouched(app, token)
    nonce = claims.get("nonce")
    if nonce is not None and nonce != request.session.get(NONCE_KEY):
        raise Refused
    with transaction.atomic():
        resident = meet(channel_id=app.channel_id, user_id=told.user_id).resident
        _use_up(request, token, told, resident)
        record(acting=resident, verb="resident.mini_opened", target=resident)
    request.session.cycle_key()
    request.session[SESSION_KEY] = {"town": current_town_id(), "resident": resident.pk}
    request.session.set_expiry(SESSION_SECONDS)
    return resident


def _claims(token: str) -> dict[str, Any]:
    """What the token says of itself: to choose whom to ask, believed only once LINE agrees."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3:
        raise Refused
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except ValueError as error:
        raise Refused from error
    if not isinstance(claims, dict):
        raise Refused
    return claims


def _vouched(app: MiniApp, token: str) -> IdToken:
    try:
        client = client_for(app.channel)
        return client.verify_id_token(token, login_channel_id=app.login_channel_id)
    except errors.InvalidIdToken as error:
        raise Refused from error
    except errors.LineError as error:
        raise NotNow from error


def _use_up(request: HttpRequest, token: str, told: IdToken, resident: Resident) -> None:
    """LINE gives a page the same token until it runs out: its own browser may show it again."""
    known = request.session.get(SESSION_KEY)
    own = isinstance(known, dict) and known.get("resident") == resident.pk
    digest = sha256(f"{settings.SECRET_KEY}:{token}".encode()).hexdigest()
    if own and UsedToken.objects.filter(digest=digest).exists():
        return
    try:
        with transaction.atomic():
            expires_at = datetime.fromtimestamp(told.expires_at, UTC)
            UsedToken.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError as error:
        raise Refused from error
