# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations


class MailError(Exception):
    """The mail was not accepted. The text says what the server or the network said."""


class MailDelayed(MailError):
    """Temporary, or not this mail's fault (network, time-out, 4xx, sign-in): try again later."""


class MailRefused(MailError):
    """Permanent: this mail to this address will never be accepted."""
