# SPDX-License-Identifier: Apache-2.0
"""Photos and files: in, before they are sent, and out, to whoever may see their message."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from kairan.files.responses import document_response, photo_response
from kairan.people.positions.holding import CommunityRequest, writing_seats
from kairan.talk import uploads
from kairan.talk.access import ask, find_attachment
from kairan.talk.api import api
from kairan.talk.checking import Unfit


@api("POST")
def upload(request: CommunityRequest) -> dict[str, Any]:
    """One file in the field ``file``; ``key``: the device's own name for it (a UUID), so that it is
    there once even when it is sent twice."""
    ask(bool(writing_seats(request.seats)), _("前の役職では、送ることはできません。"))
    file = request.FILES.get("file")
    if file is None:
        raise Unfit(_("ファイルが選ばれていません。選んでから送ってください。"))
    attachment = uploads.take_in(
        acting=request.person,
        content=file,
        name=file.name or "",
        key=_key(request.POST.get("key")),
    )
    return uploads.shape_of(attachment)


@api("GET")
def file(
    request: CommunityRequest, key: uuid.UUID, variant: Literal["large", "thumbnail", "original"]
) -> HttpResponseBase:
    """A photo to look at, anything else as a download."""
    attachment = find_attachment(request.person.pk, request.seats, key)
    if attachment.stored is not None:
        return photo_response(attachment.stored, variant, request=request)
    assert attachment.document is not None  # noqa: S101  (attachment_is_photo_or_document)
    return document_response(attachment.document)


def _key(given: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(given) if given else None
    except ValueError as error:
        raise Unfit(_("画面を開き直して、もう一度お試しください。")) from error
