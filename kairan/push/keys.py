# SPDX-License-Identifier: Apache-2.0
"""The installation's VAPID keys (RFC 8292): by them a push host knows who sends."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.utils import parseaddr

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection, transaction
from py_vapid import Vapid02

from kairan.push.models import PushKey

_LOCK = 0x6B61_7075
_RAW = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


def public_key() -> str:
    """What a browser subscribes with (base64url, without padding)."""
    return key_pair().public


def key_pair() -> PushKey:
    """The newest pair; made when there is none, or none that our secret opens.

    Whoever subscribed with an older one is asked by their own browser to subscribe anew.
    """
    return _newest() or _make()


def signer() -> Vapid02:
    return Vapid02.from_raw(key_pair().private.encode())


def contact() -> str:
    """Whom a push host may write to when something is wrong with what we send."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"mailto:{address}" if address else str(settings.PUBLIC_URL)


def _newest() -> PushKey | None:
    pair = PushKey.objects.order_by("-id").first()
    return pair if pair is not None and pair.private else None


def _make() -> PushKey:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if (pair := _newest()) is not None:
            return pair
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_numbers().private_value.to_bytes(32, "big")
        public = key.public_key().public_bytes(*_RAW)
        return PushKey.objects.create(private=encoded(private), public=encoded(public))


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Raises ``ValueError``."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
