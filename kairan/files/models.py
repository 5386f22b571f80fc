# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kairan.files.limits import MAX_NAME_LENGTH
from kairan.municipalities.models import TownModel
from kairan.municipalities.tenancy import current_town_id

LARGE, THUMBNAIL = "large", "thumbnail"
DOCUMENTS = "documents"


class StoredFile(TownModel):
    """A photo that we keep: two JPEGs in the store, and here what is known about them.

    ``key`` is a secret name. It opens nothing by itself: bytes leave only through a view that has
    authorised the person and calls ``responses.photo_response``.
    """

    class State(models.TextChoices):
        STORED = "stored", _("保管中")
        ERASED = "erased", _("消去済み")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # The caller's own name for this file: storing the same thing twice gives the same row.
    once = models.CharField(max_length=200, null=True, blank=True)
    name = models.CharField(_("ファイル名"), max_length=MAX_NAME_LENGTH, blank=True)
    content_type = models.CharField(max_length=100, default="image/jpeg")
    size = models.PositiveIntegerField(_("大きさ（バイト）"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # From the photo's own metadata, which the stored pictures no longer carry. Degrees.
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    given_by_kind = models.CharField(max_length=20)
    given_by_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "once"], name="file_stored_once"),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="file_position_whole_and_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.key)

    @property
    def is_stored(self) -> bool:
        return self.state == self.State.STORED

    @property
    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, as the photo's metadata said."""
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    def path(self, variant: str) -> str:
        """Where the store keeps it."""
        return photo_path(self.key, variant)


def photo_path(key: uuid.UUID, variant: str) -> str:
    """In the entered town's folder; two digits of the key split it, so that none grows endless."""
    return f"{current_town_id()}/{key.hex[:2]}/{key.hex}/{variant}.jpg"


class StoredDocument(TownModel):
    """A file that is no photo, kept as it was sent after its content was looked at.

    ``key`` is a secret name and opens nothing by itself; bytes leave as downloads only.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("ファイル名"), max_length=MAX_NAME_LENGTH)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    sha256 = models.CharField(max_length=64)
    given_by_kind = models.CharField(max_length=20)
    given_by_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=StoredFile.State.choices, default=StoredFile.State.STORED
    )
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_stored(self) -> bool:
        return self.state == StoredFile.State.STORED

    def path(self) -> str:
        """Where the store keeps it."""
        return document_path(self.key)


def document_path(key: uuid.UUID) -> str:
    """In the entered town's folder, apart from the photos."""
    return f"{current_town_id()}/{DOCUMENTS}/{key.hex[:2]}/{key.hex}"
