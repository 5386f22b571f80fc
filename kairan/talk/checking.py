# SPDX-License-Identifier: Apache-2.0
"""What a device wants to say, as it came: fit to be stored, or the reason why not."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kairan.lib.plain import plain
from kairan.talk.limits import MAX_FILES, MAX_MENTIONS, MAX_PHOTOS, MAX_TEXT
from kairan.talk.models import Importance, Message
from kairan.talk.stamps import STAMPS
from kairan.talk.storing import Said

_BIGGEST = 2**63 - 1
_SAYABLE = {
    Message.Kind.TEXT,
    Message.Kind.PHOTOS,
    Message.Kind.FILE,
    Message.Kind.PLACE,
    Message.Kind.STAMP,
}
_MOST_ATTACHMENTS = {Message.Kind.PHOTOS: MAX_PHOTOS, Message.Kind.FILE: MAX_FILES}


class Unfit(ValueError):
    """The argument is the reason, for people."""


def fit(raw: Any) -> Said | str:
    """What is to be said, without the person; or the reason for people why it cannot be.

    Who may say it, and whether room, quotation, mentions and attachments are the sender's to use,
    is for ``talk_store``. A message is forwarded by a verb of its own, so that is not taken here.
    """
    try:
        return _said(raw)
    except Unfit as unfit:
        return str(unfit)


def fit_text(text: object) -> str:
    """Without what controls or turns the text, at most ``MAX_TEXT``. Raises ``Unfit``."""
    if not isinstance(text, str):
        raise Unfit(_damaged())
    # Half as much again is room enough for what is taken out.
    kept = plain(text[: MAX_TEXT * 2], MAX_TEXT + 1)
    if len(kept) > MAX_TEXT or len(text) > MAX_TEXT * 2:
        raise Unfit(
            _("文章が長すぎます。%(most)s文字までです。いくつかに分けて送ってください。")
            % {"most": f"{MAX_TEXT:,}"}
        )
    return kept


def _said(raw: Any) -> Said:
    if not isinstance(raw, Mapping):
        raise Unfit(_damaged())
    kind = raw.get("kind", Message.Kind.TEXT)
    if not isinstance(kind, str) or kind not in _SAYABLE:
        raise Unfit(_damaged())
    longitude, latitude = _place(raw) if kind == Message.Kind.PLACE else (None, None)
    said = Said(
        room=_id(raw.get("room")),
        client_id=_uuid(raw.get("client_id")),
        kind=kind,
        text=fit_text(raw.get("text") or ""),
        stamp=_stamp(raw) if kind == Message.Kind.STAMP else "",
        longitude=longitude,
        latitude=latitude,
        position=_id_or_none(raw.get("position")),
        answers=_id_or_none(raw.get("answers")),
        mentions=_mentions(raw.get("mentions") or []),
        importance=_importance(raw.get("importance") or 0),
        must_confirm=raw.get("must_confirm") is True,
        attachments=_attachments(raw.get("attachments") or [], kind),
    )
    if kind == Message.Kind.TEXT and not said.text:
        raise Unfit(_("文章が空です。何か書いてから送ってください。"))
    return said


def _damaged() -> str:
    return _("送る内容を読めませんでした。画面を開き直して、もう一度送ってください。")


def _id(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _BIGGEST:
        raise Unfit(_damaged())
    return value


def _id_or_none(value: object) -> int | None:
    return None if value is None else _id(value)


def _uuid(value: object) -> str:
    """In the one spelling in which the database gives it back."""
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError as error:
        raise Unfit(_damaged()) from error


def _stamp(raw: Mapping[str, Any]) -> str:
    stamp = raw.get("stamp")
    if not isinstance(stamp, str) or stamp not in STAMPS:
        raise Unfit(_("そのスタンプはありません。画面を開き直してください。"))
    return stamp


def _place(raw: Mapping[str, Any]) -> tuple[float, float]:
    return _degrees(raw.get("longitude"), 180), _degrees(raw.get("latitude"), 90)


def _degrees(value: object, most: int) -> float:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    if not known or abs(value) > most or not math.isfinite(value):  # type: ignore[arg-type]
        raise Unfit(_("地図の場所を読めませんでした。もう一度選んでください。"))
    return float(value)  # type: ignore[arg-type]


def _mentions(value: object) -> list[int]:
    """Positions, each once; 0 alone where everybody is meant."""
    if not isinstance(value, list) or len(value) > MAX_MENTIONS:
        raise Unfit(_("あて先の数が多すぎます。全員にあてるときは「全員」を選んでください。"))
    if any(one == 0 and isinstance(one, int) for one in value):
        return [0]
    return list(dict.fromkeys(_id(one) for one in value))


def _importance(value: object) -> int:
    if value not in Importance.values or isinstance(value, bool):
        raise Unfit(_damaged())
    return int(value)


def _attachments(value: object, kind: str) -> list[str]:
    most = _MOST_ATTACHMENTS.get(Message.Kind(kind), 0)
    if not isinstance(value, list) or (value and not most):
        raise Unfit(_damaged())
    if most and not value:
        raise Unfit(_("写真やファイルが選ばれていません。選んでから送ってください。"))
    if len(value) > most:
        raise Unfit(
            _("一度に送れるのは%(most)s個までです。分けて送ってください。") % {"most": most}
        )
    return list(dict.fromkeys(_uuid(one) for one in value))
