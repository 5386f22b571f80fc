# SPDX-License-Identifier: Apache-2.0
"""One request to another system: guarded, timed, no redirects, and no more bytes than we want."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from django.utils.translation import gettext as _

from kairan.partners.errors import Permanent, Temporary
from kairan.partners.guard import target_of

TIMEOUT = httpx.Timeout(10.0)
LONGEST_SECONDS = 30.0
MOST_BYTES = 1024 * 1024
AGENT = "Kairan"
# Too slow, too early, too many: it may do later.
_LATER = {408, 421, 425, 429}
_NOT_LET_IN = {401, 403}
_NOT_THERE = {404, 410}
_MOST_WAIT = 3600.0


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes
    content_type: str


def call(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Answered:
    """A 2xx answer. Raises ``Permanent`` and ``Temporary``. Never inside a transaction."""
    to = target_of(address)
    sent = {"User-Agent": AGENT, **(headers or {}), "Host": to.host}
    url = to.url.copy_merge_params(dict(params)) if params else to.url
    try:
        with (
            httpx.Client(timeout=TIMEOUT, trust_env=False) as client,
            client.stream(
                method, url, headers=sent, content=content, extensions={"sni_hostname": to.name}
            ) as response,
        ):
            return _judged(response, _body(response))
    except httpx.TimeoutException as error:
        raise Temporary(_("時間内に返事がありませんでした。")) from error
    except httpx.HTTPError as error:
        raise Temporary(
            _("つながりませんでした（{error}）。").format(error=type(error).__name__)
        ) from error


def _body(response: httpx.Response) -> bytes:
    body, deadline = b"", time.monotonic() + LONGEST_SECONDS
    for part in response.iter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise Permanent(_("返事が大きすぎます。"), status=response.status_code)
        if time.monotonic() > deadline:
            raise Temporary(_("時間内に返事がありませんでした。"), status=response.status_code)
    return body


def _judged(response: httpx.Response, body: bytes) -> Answered:
    status = response.status_code
    if response.is_success:
        return Answered(status, body, response.headers.get("content-type", ""))
    reason = reason_of(status, body[:200].decode("utf-8", "replace"))
    if status >= 500 or status in _LATER:
        raise Temporary(reason, status=status, after=_wait(response))
    raise Permanent(reason, status=status)


def reason_of(status: int, said: str) -> str:
    """What it means and what to do; then the other side's own words, for those who mend it."""
    if status >= 500 or status in _LATER:
        meant = _("相手のシステムが、いまは受け取れません。")
    elif status in _NOT_LET_IN:
        meant = _("相手のシステムに断られました。鍵（APIキー・署名の鍵）を確かめてください。")
    elif status in _NOT_THERE:
        meant = _("送り先が見つかりません。アドレスを確かめてください。")
    elif 300 <= status < 400:
        meant = _("送り先が、別のアドレスへ移っています。アドレスを確かめてください。")
    else:
        meant = _("相手のシステムが、内容を受け付けませんでした。")
    own = " ".join([f"HTTP {status}", *said.split()])
    return _("{meant}（相手の返事: {own}）").format(meant=meant, own=own)


def _wait(response: httpx.Response) -> float | None:
    written = response.headers.get("retry-after", "")
    return min(float(written), _MOST_WAIT) if written.isdigit() else None
