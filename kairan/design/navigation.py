# SPDX-License-Identifier: Apache-2.0
"""What frames are given to link to. Doors fill it in; the design knows no feature."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NavEntry:
    """One line of the console's navigation: `icon` of icons.py; a `count` of None is not shown."""

    label: str
    url: str
    icon: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class MenuEntry:
    """One line of the person's menu; `post` makes it a button that posts (signing out)."""

    label: str
    url: str
    icon: str
    post: bool = False
