# SPDX-License-Identifier: Apache-2.0
from kairan.people.positions.office import Office, office_of

__all__ = ["Office", "office_of"]
