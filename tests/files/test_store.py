# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kairan.files.actions import FileRefused, erase, store_photo
from kairan.files.models import StoredFile
from kairan.files.sweep import sweep
from kairan.files.tasks import remove_bytes
from kairan.municipalities.tenancy import town
from tests.cast import Cast
from tests.files import pictures

pytestmark = pytest.mark.usefixtures("store")


def kept(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())


def stored(cast: Cast, **options: object) -> StoredFile:
    given = {"content": pictures.jpeg(), "acting": cast.roads_clerk, **options}
    return store_photo(**given)  # type: ignore[arg-type]


def test_a_photo_is_kept_under_a_name_nobody_can_guess(hinokuni: Cast, store: Path) -> None:
    first, second = stored(hinokuni, name="lamp.jpg"), stored(hinokuni, name="lamp.jpg")
    assert first.key != second.key
    assert len(kept(store)) == 4
    assert all("lamp" not in str(path) for path in kept(store))
    assert (first.name, first.given_by_kind, first.given_by_id) == (
        "lamp.jpg",
        "person",
        hinokuni.roads_clerk.pk,
    )


def test_the_store_has_no_address_on_the_web() -> None:
    assert not settings.MEDIA_URL.strip("/")


def test_what_the_sender_called_it_is_made_harmless(hinokuni: Cast) -> None:
    assert stored(hinokuni, name="..\\..\\etc/passwd\r\n\0.jpg").name == "passwd.jpg"


def test_a_refused_file_leaves_nothing(hinokuni: Cast, store: Path) -> None:
    with pytest.raises(FileRefused):
        stored(hinokuni, content=b"<svg/>")
    assert kept(store) == []
    assert not StoredFile.objects.exists()


def test_the_same_photo_sent_again_gives_the_same_row(hinokuni: Cast, store: Path) -> None:
    first = stored(hinokuni, once="line:1:msg:9")
    assert stored(hinokuni, once="line:1:msg:9") == first
    assert len(kept(store)) == 2


def test_an_erased_photo_does_not_come_back_by_being_sent_again(hinokuni: Cast) -> None:
    first = stored(hinokuni, once="line:1:msg:9")
    erase(acting=hinokuni.roads_clerk, stored=first)
    assert not stored(hinokuni, once="line:1:msg:9").is_stored


def test_erasing_forgets_and_has_the_bytes_removed(hinokuni: Cast, store: Path) -> None:
    given = pictures.exif(latitude=(32.0, 48.0, 11.0), longitude=(130.0, 42.0, 27.0))
    photo = stored(hinokuni, name="my house.jpg", content=pictures.jpeg(exif=given))
    before = photo.position
    erase(acting=hinokuni.roads_clerk, stored=photo)
    assert before is not None
    assert (photo.is_stored, photo.name, photo.longitude) == (False, "", None)
    job = ProcrastinateJob.objects.get(task_name=remove_bytes.name)
    assert job.args["key"] == str(photo.key)
    remove_bytes.task.func(**job.args)
    assert kept(store) == []


def test_erasing_twice_does_nothing_more(hinokuni: Cast) -> None:
    photo = stored(hinokuni)
    erase(acting=hinokuni.roads_clerk, stored=photo)
    first = photo.erased_at
    erase(acting=hinokuni.roads_clerk, stored=photo)
    assert photo.erased_at == first


def test_another_town_does_not_see_it(hinokuni: Cast) -> None:
    photo = stored(hinokuni)
    with town(hinokuni.neighbour):
        assert not StoredFile.objects.filter(pk=photo.pk).exists()


def store_and_fail(cast: Cast) -> None:
    with transaction.atomic():
        stored(cast)
        raise RuntimeError


def test_bytes_of_a_rolled_back_transaction_are_swept_after_a_day(
    hinokuni: Cast, store: Path
) -> None:
    stays = stored(hinokuni)
    with pytest.raises(RuntimeError):
        store_and_fail(hinokuni)
    assert len(kept(store)) == 4
    assert sweep() == 0
    for path in kept(store):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert sweep() == 1
    assert [path.parent.name for path in kept(store)] == [stays.key.hex] * 2
