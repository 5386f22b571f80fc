# SPDX-License-Identifier: Apache-2.0
"""Writes `definition.schema.json` from the code: python -m kairan.scenarios.schema"""

from __future__ import annotations

import json
from pathlib import Path

from kairan.scenarios.definition import json_schema

PUBLISHED = Path(__file__).with_name("definition.schema.json")


def publish() -> None:
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    PUBLISHED.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    publish()
