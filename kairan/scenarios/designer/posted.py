# SPDX-License-Identifier: Apache-2.0
"""What a form with rows sends, as nested data: 「options.0.label」 → ["options"][0]["label"].

A list's rows are added, moved and taken away on the server (`do`), so that nothing of it needs a
script, and what is typed so far stays.
"""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

Sheet = dict[str, Any]
DEEPEST = 6
MAX_ROWS = 300


def sheet_of(posted: QueryDict) -> Sheet:
    """Names ending in [] are lists of values. What does not fit together is left out."""
    found: Sheet = {}
    for name in posted:
        if name in ("csrfmiddlewaretoken", "do", "seen"):
            continue
        value: Any = posted.getlist(name) if name.endswith("[]") else posted[name]
        _put(found, name.removesuffix("[]").split("."), value)
    return {key: _listed(value) for key, value in found.items()}


def _put(found: Sheet, path: list[str], value: Any) -> None:
    if len(path) > DEEPEST:
        return
    for part in path[:-1]:
        below = found.setdefault(part, {})
        if not isinstance(below, dict):
            return
        found = below
    found[path[-1]] = value


def _listed(value: Any) -> Any:
    """Mappings of numbers become lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(part) for key, part in value.items()}
    if inner and all(key.isascii() and key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)][:MAX_ROWS]
    return inner


def rows(sheet: Sheet, *path: str | int) -> list[Sheet]:
    """The rows of a list in the sheet; made when there is none yet."""
    at: Any = sheet
    for part, following in zip(path, [*path[1:], 0], strict=True):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(at, list):
            at = at[int(part)]
            continue
        if not isinstance(at.get(str(part)), type(empty)):
            at[str(part)] = empty
        at = at[str(part)]
    at[:] = [row for row in at if isinstance(row, dict)]
    return at  # type: ignore[no-any-return]


def arrange(sheet: Sheet, do: str, new_row: dict[str, Sheet]) -> bool:
    """Carry out 「add:options」 「delete:options.2」 「up:options.2」 「down:options.2」.

    False for anything else. `new_row`: list's name → an empty row.
    """
    verb, _, where = do.partition(":")
    path: list[str | int] = [int(p) if p.isdecimal() else p for p in where.split(".") if p]
    try:
        if verb == "add" and isinstance(path[-1], str):
            kept = rows(sheet, *path)
            kept.append(dict(new_row[path[-1]]))
        elif verb in ("delete", "up", "down") and isinstance(path[-1], int):
            _rearrange(rows(sheet, *path[:-1]), verb, path[-1])
        else:
            return False
    except (KeyError, IndexError, TypeError, AttributeError, ValueError):
        return False
    return True


def _rearrange(kept: list[Sheet], verb: str, index: int) -> None:
    row = kept.pop(index)
    if verb == "up":
        kept.insert(max(0, index - 1), row)
    elif verb == "down":
        kept.insert(index + 1, row)
