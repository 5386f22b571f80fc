# SPDX-License-Identifier: Apache-2.0
"""LINE's own OpenAPI files and sample webhook, which lie beside the project and not in it."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "contracts" / "line"


def need_folder() -> None:
    if not (FOLDER / "line_contract.py").exists():
        pytest.skip("LINE's OpenAPI files are not beside the project (../shared/contracts/line)")


@lru_cache
def _contract(filename: str) -> Any:
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    from line_contract import Contract

    return Contract(filename)


def messaging_api() -> Any:
    need_folder()
    return _contract("messaging-api.yml")


def webhook() -> Any:
    need_folder()
    return _contract("webhook.yml")


def sample_webhook() -> dict[str, Any]:
    need_folder()
    samples: dict[str, Any] = json.loads((FOLDER / "webhook-samples.json").read_bytes())
    return samples
