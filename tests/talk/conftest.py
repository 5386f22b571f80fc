# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.talk.ward import Enter, Ward, build


@pytest.fixture
def ward(hinokuni: Cast, sign_in: Enter) -> Ward:
    return build(hinokuni, sign_in)
