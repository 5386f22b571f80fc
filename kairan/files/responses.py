# SPDX-License-Identifier: Apache-2.0
"""A stored photo or document as an answer. The caller has authorised the person; this does not."""

from __future__ import annotations

from typing import Literal

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from kairan.files.models import LARGE, THUMBNAIL, StoredDocument, StoredFile

Variant = Literal["large", "thumbnail", "original"]
_MAX_AGE = 600
_HEADERS = {
    # For this person's browser alone, and not for long: a photo may be erased.
    "Cache-Control": f"private, max-age={_MAX_AGE}",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def photo_response(
    stored: StoredFile, variant: Variant, *, request: HttpRequest | None = None
) -> HttpResponseBase:
    """The picture as JPEG; 404 once it has been erased.

    ``original`` is the large picture as a download: what the sender sent is never kept, because
    it carries metadata and whatever else was hidden in it. With ``request`` a browser that has
    the picture already gets 304.
    """
    if not stored.is_stored:
        raise Http404
    kept = THUMBNAIL if variant == "thumbnail" else LARGE
    etag = f'"{stored.sha256[:32]}-{kept}"'
    if request is not None:
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None and unchanged.status_code == 304:
            return _with_headers(unchanged, etag)
    try:
        with default_storage.open(stored.path(kept)) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=stored.content_type)
    kind = "attachment" if variant == "original" else "inline"
    response["Content-Disposition"] = f'{kind}; filename="{stored.created_at:%Y%m%d-%H%M%S}.jpg"'
    return _with_headers(response, etag)


def document_response(document: StoredDocument) -> HttpResponseBase:
    """The file as it came, always as a download; 404 once it has been erased."""
    if not document.is_stored:
        raise Http404
    try:
        file = default_storage.open(document.path())
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    return _with_headers(response, f'"{document.sha256[:32]}"')


def _with_headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    for name, value in _HEADERS.items():
        response[name] = value
    return response
