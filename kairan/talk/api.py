# SPDX-License-Identifier: Apache-2.0
"""The frame of every address that answers in JSON: who asks, what they sent, what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from kairan.people.positions.holding import CommunityRequest, Hindrance, admit
from kairan.talk.checking import Unfit
from kairan.talk.troubles import Trouble

P = ParamSpec("P")
# Of a row; an address may name a larger number.
BIGGEST_ID = 2**63 - 1
ApiView = Callable[Concatenate[CommunityRequest, P], HttpResponseBase | dict[str, Any]]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def api(*methods: str) -> Callable[[ApiView[P]], View[P]]:
    """``request.person`` and ``request.seats`` are set; a dict that comes back is sent as JSON.

    Not signed in: 401 with ``{"reason": "signed_out"}``; signed in without a seat: 403. What a view
    or verb raises is answered as ``{"error": words}``.
    """

    def decorate(view: ApiView[P]) -> View[P]:
        @wraps(view)
        def answered(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method not in methods:
                return _error(405, _("この操作はできません。"))
            hindrance = admit(request)
            if hindrance == Hindrance.NO_SEAT:
                words = _("トークを使える役職がありません。")
                return JsonResponse({"error": words, "reason": "no_seat"}, status=403)
            if hindrance is not None:
                return JsonResponse({"reason": "signed_out"}, status=401)
            return _answer(lambda: view(request, *args, **kwargs))  # type: ignore[arg-type]

        return answered

    return decorate


def _answer(call: Callable[[], HttpResponseBase | dict[str, Any]]) -> HttpResponseBase:
    try:
        found = call()
    except Http404:
        return _error(404, _("見つかりません。トークから外れたか、取り消されたかもしれません。"))
    except PermissionDenied as denied:
        return _error(403, str(denied) or _("この操作は、あなたの役職ではできません。"))
    except Unfit as unfit:
        return _error(422, str(unfit))
    except Trouble as trouble:
        return _error(trouble.status, str(trouble))
    if not isinstance(found, dict):
        return found
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def body_of(request: HttpRequest) -> dict[str, Any]:
    """What was sent as JSON; an empty body is an empty one. Raises ``Unfit``."""
    try:
        content = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Unfit(_damaged()) from error
    if not isinstance(content, dict):
        raise Unfit(_damaged())
    return content


def number_of(value: object) -> int:
    """A whole number that fits a row's id. Raises ``Unfit``."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= BIGGEST_ID:
        raise Unfit(_damaged())
    return value


def numbers_of(value: object, most: int) -> list[int]:
    if not isinstance(value, list) or len(value) > most:
        raise Unfit(_damaged())
    return [number_of(one) for one in value]


def words_of(value: object) -> str:
    """Raises ``Unfit``."""
    if not isinstance(value, str):
        raise Unfit(_damaged())
    return value


def _damaged() -> str:
    return _("送られた内容を読めませんでした。画面を開き直して、もう一度お試しください。")


def _error(status: int, words: str) -> JsonResponse:
    return JsonResponse({"error": words}, status=status, json_dumps_params={"ensure_ascii": False})
