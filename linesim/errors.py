# SPDX-License-Identifier: Apache-2.0
"""LINE's refusals, worded as LINE words them."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer that is not 2xx: status, message, details, extra headers and body fields."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message}
        if details:
            self.body["details"] = details
        self.body.update(extra or {})
        self.headers = headers or {}


def unauthorized() -> ApiError:
    return ApiError(
        401,
        "Authentication failed. Confirm that the access token in the authorization header is"
        " valid.",
    )


def not_found() -> ApiError:
    return ApiError(404, "Not found")


def too_many() -> ApiError:
    """Rate and monthly quota read the same: only quota/consumption tells them apart."""
    return ApiError(429, "The API rate limit has been exceeded. Try again later.")


def invalid_to() -> ApiError:
    return ApiError(400, "The property, 'to', in the request body is invalid (line: -, column: -)")


def broken(details: list[dict[str, str]]) -> ApiError:
    return ApiError(400, f"The request body has {len(details)} error(s)", details=details)
