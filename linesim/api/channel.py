# SPDX-License-Identifier: Apache-2.0
"""The channel itself: its webhook address, and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs

from starlette.routing import Route

from linesim import ids
from linesim.api.gate import Answer, Call, line_route
from linesim.clock import iso
from linesim.errors import ApiError
from linesim.rates import WEBHOOK_SETTING, WEBHOOK_TEST
from linesim.state import Channel, Sim
from linesim.webhooks import Postman, encode

TOKEN_SECONDS = 30 * 24 * 60 * 60
ID_TOKEN_SECONDS = 60 * 60
ISSUER = "https://access.line.me"
_JWT_HEADER = b'{"typ":"JWT","alg":"HS256"}'


def read_endpoint(call: Call) -> Answer:
    if not call.channel.webhook_url:
        raise ApiError(404, "Not found")
    active = call.channel.webhook_active
    return Answer({"endpoint": call.channel.webhook_url, "active": active})


def set_endpoint(call: Call) -> Answer:
    url = call.node.url("endpoint", 500)
    if call.problems.errors:
        raise ApiError(400, "Invalid webhook endpoint URL")
    call.channel.webhook_url = url
    call.sim.touch()
    return Answer()


async def test_endpoint(call: Call) -> Answer:
    """Sends ``events: []``; the answer is 200 whatever came of it."""
    url = call.node.url("endpoint", 500, required=False) or call.channel.webhook_url
    call.refuse_if_broken()
    if not url:
        raise ApiError(404, "Not found")
    postman: Postman = call.request.app.state.postman
    delivery = await postman.post(call.channel, encode(call.channel, []), url=url)
    return Answer(
        {
            "success": delivery.ok,
            "timestamp": iso(call.sim.clock.now()),
            "statusCode": delivery.status or 0,
            "reason": delivery.reason,
            "detail": delivery.detail,
        }
    )


def issue_token(call: Call) -> Answer:
    """A short-lived channel access token for client_id and client_secret."""
    form = _form(call)
    channel = call.sim.channels.get(form.get("client_id", ""))
    if channel is None or form.get("client_secret") != channel.secret:
        raise ApiError(400, "invalid_client", extra={"error": "invalid_client"})
    token = ids.access_token()
    channel.short_tokens[token] = call.sim.clock.now() + TOKEN_SECONDS
    return Answer({"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})


def verify_token(call: Call) -> Answer:
    """Both forms: POST /v2/oauth/verify and GET /oauth2/v2.1/verify."""
    token = call.query("access_token") or _form(call).get("access_token", "")
    channel = call.sim.channel_by_token(token)
    if channel is None:
        raise ApiError(400, "invalid_request", extra={"error": "invalid_request"})
    return Answer({"client_id": channel.id, "expires_in": TOKEN_SECONDS, "scope": "P CM"})


def verify_id_token(call: Call) -> Answer:
    """The claims of an ID token that this simulator signed for this client_id."""
    form = _form(call)
    channel = call.sim.channels.get(form.get("client_id", ""))
    claims = _claims(channel, form.get("id_token", "")) if channel else None
    if channel is None or claims is None:
        raise _bad_id_token("Invalid IdToken.")
    if claims["exp"] < call.sim.clock.now():
        raise _bad_id_token("IdToken expired.")
    if claims["aud"] != channel.id or form.get("user_id") not in (None, claims["sub"]):
        raise _bad_id_token("Invalid IdToken Audience.")
    return Answer(claims)


def id_token(sim: Sim, channel: Channel, user_id: str) -> str:
    """What LIFF's getIDToken() gives a page: a JWT signed with the channel secret (HS256)."""
    now = int(sim.clock.now())
    claims = {
        "iss": ISSUER,
        "sub": user_id,
        "aud": channel.id,
        "exp": now + ID_TOKEN_SECONDS,
        "iat": now,
        "amr": ["linesso"],
        "name": sim.residents[user_id].name,
    }
    signed = f"{_b64(_JWT_HEADER)}.{_b64(json.dumps(claims).encode())}"
    return f"{signed}.{_sign(channel, signed)}"


def _claims(channel: Channel, token: str) -> dict[str, Any] | None:
    signed, _, given = token.rpartition(".")
    if not hmac.compare_digest(_sign(channel, signed).encode(), given.encode()):
        return None
    payload = signed.partition(".")[2]
    padded = payload + "=" * (-len(payload) % 4)
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return claims


def _sign(channel: Channel, text: str) -> str:
    return _b64(hmac.new(channel.secret.encode(), text.encode(), hashlib.sha256).digest())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bad_id_token(words: str) -> ApiError:
    return ApiError(400, words, extra={"error": "invalid_request", "error_description": words})


def _form(call: Call) -> dict[str, str]:
    given = parse_qs(call.raw.decode(errors="replace"))
    return {key: values[0] for key, values in given.items()}


_HOOK = "/v2/bot/channel/webhook"
ROUTES: list[Route] = [
    line_route("GET", f"{_HOOK}/endpoint", read_endpoint),
    line_route("PUT", f"{_HOOK}/endpoint", set_endpoint, json=True, rate=WEBHOOK_SETTING),
    line_route("POST", f"{_HOOK}/test", test_endpoint, json=True, optional=True, rate=WEBHOOK_TEST),
    line_route("POST", "/v2/oauth/accessToken", issue_token, token=False, form=True),
    line_route("POST", "/v2/oauth/verify", verify_token, token=False, form=True),
    line_route("GET", "/oauth2/v2.1/verify", verify_token, token=False),
    line_route("POST", "/oauth2/v2.1/verify", verify_id_token, token=False, form=True),
]
