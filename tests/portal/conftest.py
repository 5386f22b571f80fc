# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.talking import Talk
from tests.talking import line as bare_line

__all__ = ["bare_line"]


@pytest.fixture
def line(bare_line: Talk) -> Talk:
    return bare_line
