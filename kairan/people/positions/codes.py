# SPDX-License-Identifier: Apache-2.0
"""One-time codes: a long secret for the QR, eight digits to type. Of both only hashes are kept.

The verbs (issue, redeem, withdraw) are in ``actions``.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kairan.lib.sealing import Unreadable, seal, unseal
from kairan.municipalities.links import public_link
from kairan.people.positions.models import DeviceRequest, SignInCode

LIFETIME = timedelta(days=7)
# Made by somebody for another device of their own, and typed there at once.
OWN_LIFETIME = timedelta(minutes=10)
DIGITS = 8
SECRET_BYTES = 24
_SALT = "kairan.people.positions.codes"
_NOT_DIGITS = re.compile(r"[\s\-‐-―−ー・.,、。]")


@dataclass(frozen=True)
class FreshCode:
    """A code while it can still be shown: at the moment when it is made."""

    position_id: int | None
    person_id: int
    secret: str
    digits: str
    expires_at: datetime

    @property
    def spaced(self) -> str:
        """「1234 5678」, as it is read out and typed."""
        return f"{self.digits[:4]} {self.digits[4:]}"

    @property
    def path(self) -> str:
        return reverse("community:secret", args=[self.secret])

    @property
    def url(self) -> str:
        """What the QR says: a page of the town's own address. One query."""
        return public_link(self.path)


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def new_digits() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def hash_of(value: str) -> str:
    """How a secret or the digits are kept: an HMAC with the installation's secret key."""
    return hashes_of(value)[0]


def hashes_of(value: str) -> list[str]:
    """All hashes under which it may have been kept: those of retired secret keys too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(_SALT, value, secret=key, algorithm="sha256").hexdigest() for key in keys]


def read_digits(typed: str) -> str:
    """What was typed, in plain digits: full-width, spaces and hyphens are fine. "" if no code."""
    plain = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", typed))
    return plain if re.fullmatch(rf"[0-9]{{{DIGITS}}}", plain) else ""


STATES: dict[str, tuple[Promise, str, str]] = {
    "sent": (_("まだ使っていません"), "yellow", "hourglass"),
    "used": (_("使いました"), "green", "check"),
    "expired": (_("期限が切れました"), "red", "clock"),
    "withdrawn": (_("取り消しました"), "gray", "ban"),
}


def state_of(code: SignInCode, now: datetime | None = None) -> str:
    """A key of ``STATES``."""
    if code.used_at:
        return "used"
    if code.withdrawn_at:
        return "withdrawn"
    return "expired" if code.expires_at <= (now or timezone.now()) else "sent"


def forget_old() -> None:
    """What only helped a device in, a month ago. Codes of a tenure stay with its history."""
    before = timezone.now() - timedelta(days=30)
    DeviceRequest.objects.filter(asked_at__lt=before).delete()
    SignInCode.objects.filter(tenure=None, issued_at__lt=before).delete()


_FRESH = "fresh_codes"
_FRESH_FOR = timedelta(minutes=30)
_MOST_FRESH = 5


def keep_fresh(request: HttpRequest, code: FreshCode) -> None:
    """Let whoever made the code see and print it for half an hour: sealed, in their session."""
    kept = request.session.get(_FRESH, [])[-_MOST_FRESH + 1 :]
    content = asdict(code) | {"expires_at": code.expires_at.isoformat()}
    until = (timezone.now() + _FRESH_FOR).timestamp()
    request.session[_FRESH] = [*kept, {"until": until, "code": seal(json.dumps(content))}]


def fresh_code(request: HttpRequest, position_id: int) -> FreshCode | None:
    """The newest code of the position that this session made just now and nobody has used yet."""
    for kept in reversed(request.session.get(_FRESH, [])):
        code = _opened(kept)
        if code is not None and code.position_id == position_id:
            living = SignInCode.objects.filter(
                secret_hash=hash_of(code.secret), used_at=None, withdrawn_at=None
            )
            return code if living.exists() else None
    return None


def _opened(kept: dict[str, object]) -> FreshCode | None:
    if float(str(kept["until"])) < timezone.now().timestamp():
        return None
    try:
        content = json.loads(unseal(str(kept["code"])))
    except Unreadable:
        return None
    expires_at = datetime.fromisoformat(content.pop("expires_at"))
    return FreshCode(**content, expires_at=expires_at)
