# SPDX-License-Identifier: Apache-2.0
"""Bytes that somebody's mail program wrote → text. Never raises; what nobody can read becomes �."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header

_NAMES = {
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "ms_kanji": "cp932", "windows-31j": "cp932", "x-ms-cp932": "cp932",
    "euc-jp": "euc_jis_2004", "x-euc-jp": "euc_jis_2004", "eucjp": "euc_jis_2004",
    "iso-2022-jp": "iso2022_jp_ext", "gb2312": "gb18030", "ks_c_5601-1987": "cp949",
}  # fmt: skip
_GUESSES = ("utf-8", "cp932")
_ESCAPES = re.compile(rb"\x1b(\$[@B]|\(B|\(J|\(I|\$\([A-Z]|\([A-Z])")


def text_of(data: bytes, charset: str = "") -> str:
    """By the declared charset; where that cannot be right, by what the bytes look like."""
    named = charset.strip().strip("\"'").lower()
    declared = _NAMES.get(named, named)
    # ASCII is what programs declare that do not know; JIS is ASCII to them.
    tried = [] if declared in ("", "us-ascii", "ascii", "unknown-8bit") else [declared]
    if b"\x1b" in data and not declared.startswith("iso2022_jp"):
        tried.insert(0, "iso2022_jp_ext")
    for name in [*tried, *_GUESSES]:
        # JIS bytes are valid UTF-8: with escapes in them they were nevertheless meant as JIS.
        if name == "utf-8" and b"\x1b" in data:
            return _jis(data)
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8", "replace")


def header_of(raw: str) -> str:
    """A header as it came (``surrogateescape``): encoded words, and bytes that should not be."""
    if not raw.isascii():
        return _one_line(text_of(raw.encode("utf-8", "surrogateescape")))
    if "\x1b" in raw:
        return _one_line(text_of(raw.encode(), "iso-2022-jp"))
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _one_line(raw)
    return _one_line("".join(_part(part, charset) for part, charset in parts))


def _part(part: bytes | str, charset: str | None) -> str:
    return part if isinstance(part, str) else text_of(part, charset or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _jis(data: bytes) -> str:
    """ISO-2022-JP with the makers' own letters (①, ㈱, half-width kana), which codecs refuse."""
    pieces = _ESCAPES.split(data)
    said = [pieces[0].decode("ascii", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece)
        if escape.startswith(b"$"):
            said.append(high.decode("euc_jis_2004", "replace"))
        elif escape == b"(I":
            said.append(high.decode("cp932", "replace"))
        else:
            said.append(piece.decode("ascii", "replace"))
    return "".join(said)
