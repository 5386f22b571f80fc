# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Path:
    """An empty store of files, which goes with the test."""
    changed = deepcopy(settings.STORAGES)
    changed["default"]["OPTIONS"] = {"location": str(tmp_path)}
    settings.STORAGES = changed
    return tmp_path
