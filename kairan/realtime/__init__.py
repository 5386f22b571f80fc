# SPDX-License-Identifier: Apache-2.0
from kairan.realtime.publishing import publish

__all__ = ["publish"]
