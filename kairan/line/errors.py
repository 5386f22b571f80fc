# SPDX-License-Identifier: Apache-2.0

"""What can go wrong with LINE, each named and judged once, at the door.

A sender asks two things of an error: its `verdict` (give up, try again, wait first), and whether
LINE may have taken the message all the same (`maybe_accepted`). With a retry key an uncertain
message is simply sent again; a reply has no retry key and must not be.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Verdict(StrEnum):
    PERMANENT = "permanent"  # the same request will never succeed
    TEMPORARY = "temporary"  # try again, with back-off and the same retry key
    WAIT = "wait"  # LINE asks us to slow down or stop for a while


@dataclass(frozen=True, slots=True)
class Detail:
    """One of LINE's `details`: which property is wrong, and why."""

    property: str
    message: str

    def __str__(self) -> str:
        return f"{self.property}: {self.message}" if self.property else self.message


class LineError(Exception):
    """`status` is 0 when no answer came; `retry_after` is in seconds, when LINE named a time."""

    verdict: ClassVar[Verdict] = Verdict.PERMANENT
    maybe_accepted: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        request_id: str = "",
        retry_after: float | None = None,
        details: tuple[Detail, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.details = details

    def __str__(self) -> str:
        said = "; ".join([self.message, *map(str, self.details)])
        return f"{type(self).__name__} {self.status} {said} (request {self.request_id or '-'})"


class BadRequest(LineError):
    """LINE refuses the request as it is (400 and other 4xx); `details` say where."""


class InvalidReplyToken(BadRequest):
    """The reply token was used, is older than a minute, or never was one: nothing was sent."""


class TokenRevoked(LineError):
    """401: the channel access token is wrong, expired or revoked; an administrator must act."""


class Forbidden(LineError):
    """403: this account or plan may not use that function."""


class NotFound(LineError):
    """404: no such friend, rich menu or alias."""


class ContentGone(LineError):
    """LINE no longer has the photo or video (404, 410), or could not prepare it."""


class ContentTooLarge(LineError):
    """The file is larger than the caller allowed; reading stopped there."""


class InvalidIdToken(LineError):
    """The ID token of a page inside LINE is forged, expired or meant for another channel."""


class QuotaUsedUp(LineError):
    """The month's messages are used up: pushes wait for the next month or a larger plan."""

    verdict = Verdict.WAIT


class RateLimited(LineError):
    """429 for speed (or for the quota, until `LineClient.told_apart` has looked)."""

    verdict = Verdict.WAIT


class ContentNotReady(LineError):
    """202: LINE is still preparing the video or audio."""

    verdict = Verdict.WAIT


class Unreachable(LineError):
    """No connection came about: LINE surely has not seen the request."""

    verdict = Verdict.TEMPORARY


class NoAnswer(LineError):
    """The request left, and no answer came: LINE may have accepted it."""

    verdict = Verdict.TEMPORARY
    maybe_accepted = True


class ServerError(LineError):
    """5xx: LINE may have accepted the request all the same."""

    verdict = Verdict.TEMPORARY
    maybe_accepted = True


class BrokenAnswer(LineError):
    """An answer that is not LINE's (a redirect, not JSON, a field missing)."""

    verdict = Verdict.TEMPORARY
