# SPDX-License-Identifier: Apache-2.0
"""What cannot be done, as the specification wants it said: a status, and codes with words.

404 for what does not exist, 403 for a wrong or missing key, 400 for everything else. Beyond the
specification stands 429 (RFC 6585): a client must be able to tell «later» from «never».
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse

from kairan.open311.formats import answer


class Refused(Exception):
    """``problems`` are for the one who reads them, one for each thing that is wrong."""

    def __init__(self, status: int, *problems: str) -> None:
        super().__init__(*problems)
        self.status = status
        self.problems = problems


def wrong(*problems: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, *problems)


def missing(problem: str) -> Refused:
    """There is no such thing."""
    return Refused(HTTPStatus.NOT_FOUND, problem)


def forbidden(problem: str) -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, problem)


def too_many(problem: str) -> Refused:
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, problem)


def refusal(form: str, refused: Refused) -> HttpResponse:
    status = int(refused.status)
    errors = [{"code": status, "description": str(problem)} for problem in refused.problems]
    response = answer(form, "errors", errors, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "60"
    return response
