# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from PIL import Image

from kairan.files.actions import erase, store_photo
from kairan.files.models import StoredFile
from kairan.files.responses import Variant, photo_response
from tests.cast import Cast
from tests.files import pictures


@pytest.fixture
def photo(hinokuni: Cast, store: Path) -> StoredFile:
    return store_photo(
        acting=hinokuni.roads_clerk, content=pictures.jpeg((800, 600)), name='a".html'
    )


def answered(photo: StoredFile, variant: Variant) -> HttpResponse:
    response = photo_response(photo, variant)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(("variant", "width"), [("large", 800), ("thumbnail", 320)])
def test_each_variant_is_served(photo: StoredFile, variant: Variant, width: int) -> None:
    response = answered(photo, variant)
    assert Image.open(io.BytesIO(response.content)).width == width
    assert response["Content-Type"] == "image/jpeg"


def test_a_browser_is_told_to_trust_nothing_in_it(photo: StoredFile) -> None:
    response = answered(photo, "large")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Disposition"].startswith("inline;")
    assert "html" not in response["Content-Disposition"]


def test_a_download_is_an_attachment(photo: StoredFile) -> None:
    assert answered(photo, "original")["Content-Disposition"].startswith("attachment;")


def test_what_the_browser_has_is_not_sent_again(photo: StoredFile) -> None:
    etag = answered(photo, "large")["ETag"]
    request = RequestFactory().get("/", headers={"If-None-Match": etag})
    again = photo_response(photo, "large", request=request)
    assert again.status_code == 304
    assert photo_response(photo, "thumbnail", request=request).status_code == 200


def test_an_erased_photo_is_not_found(photo: StoredFile, hinokuni: Cast) -> None:
    erase(acting=hinokuni.roads_clerk, stored=photo)
    with pytest.raises(Http404):
        photo_response(photo, "large")


def test_bytes_that_are_missing_are_not_found(photo: StoredFile) -> None:
    default_storage.delete(photo.path("large"))
    with pytest.raises(Http404):
        photo_response(photo, "large")
