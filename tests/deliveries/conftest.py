# SPDX-License-Identifier: Apache-2.0
from tests.talking import line

__all__ = ["line"]
