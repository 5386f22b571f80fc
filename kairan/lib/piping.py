# SPDX-License-Identifier: Apache-2.0
"""A file that is read while it is written."""

from __future__ import annotations

import io


class Pipe(io.RawIOBase):
    """What a zip file is written into: no seeking, and emptied while it grows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        self.waiting += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces, self.waiting = self._pieces, [], 0
        return b"".join(pieces)
