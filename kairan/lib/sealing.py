# SPDX-License-Identifier: Apache-2.0
"""Secrets at rest: sealed with the installation's secret key, and with old keys still opened."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed with a key that is neither the secret key nor one of its fallbacks."""


def seal(text: str) -> str:
    return _box(*_keys()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; raises ``Unreadable``."""
    try:
        return _box(*_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _box(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    material = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kairan.lib.sealing")
    return base64.urlsafe_b64encode(material.derive(key.encode()))
