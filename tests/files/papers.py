# SPDX-License-Identifier: Apache-2.0
"""Documents as offices and attackers make them."""

from __future__ import annotations

import io
import struct
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}


def types(kind: str = "docx", *, macros: bool = False) -> bytes:
    main, name = _MAIN[kind]
    typ = f"application/vnd.openxmlformats-officedocument.{name}.main+xml"
    if macros:
        typ = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return f'<Types><Override PartName="/{main}" ContentType="{typ}"/></Types>'.encode()


def office(kind: str = "docx", *, index: bytes | None = None, **parts: bytes) -> bytes:
    """``parts``: more of them; «__» in a name stands for a slash, «_0» for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types(kind) if index is None else index)
        archive.writestr(_MAIN[kind][0], "<document>回覧</document>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_0", "."), content)
    return out.getvalue()


def encrypted(document: bytes) -> bytes:
    """The same archive, each part of which says that it needs a password."""
    changed = bytearray(document)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            struct.pack_into("<H", changed, at + flags, 0x1)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def lying(document: bytes) -> bytes:
    """The last part unfolds to more than the archive's directory says."""
    changed = bytearray(document)
    struct.pack_into("<I", changed, changed.rfind(b"PK\x01\x02") + 24, 10)
    return bytes(changed)


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.exe", b"MZ")
    return out.getvalue()
