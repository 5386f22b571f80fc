# SPDX-License-Identifier: Apache-2.0
"""Typed readers for the environment: a wrong value stops the start with a plain sentence.

Every reader takes the value from ``NAME`` or, for secrets kept in files, from the file that
``NAME_FILE`` points to (docker and systemd credentials).
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path


class WrongSetting(Exception):
    """A setting is missing or cannot be read; the message says which, and how to mend it."""


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or of the file that ``name_FILE`` names; else ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE={path}: {error.strerror}") from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off and for an empty value."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name}={value!r}: say true or false")


def integer(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise WrongSetting(f"{name}={value!r}: not a whole number") from error


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated words of ``name``, without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str = "") -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Comma-separated networks such as 10.0.0.0/8."""
    try:
        return [ipaddress.ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise WrongSetting(f"{name}: {error}") from error


MIN_SECRET = 32


def secret_key(*, short_will_do: bool = False) -> str:
    """``KAIRAN_SECRET_KEY``, without which nothing starts, and which nobody may guess."""
    key = text("KAIRAN_SECRET_KEY")
    if not key:
        raise WrongSetting(
            "KAIRAN_SECRET_KEY is missing. Set it to a long random text and keep it: "
            "secrets in the database are encrypted with it."
        )
    if len(key) < MIN_SECRET and not short_will_do:
        raise WrongSetting(
            f"KAIRAN_SECRET_KEY has {len(key)} characters: take at least {MIN_SECRET} random ones, "
            "for sessions and links are signed with it."
        )
    return key
