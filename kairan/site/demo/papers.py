# SPDX-License-Identifier: Apache-2.0
"""Documents for the demo's talk: a letter of Word, a table of Excel, a text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from kairan.lib.sheets import as_xlsx

_FORMATS = "http://schemas.openxmlformats.org/"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_FORMATS}package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)
_TO_MAIN = (
    f'{_HEAD}<Relationships xmlns="{_FORMATS}package/2006/relationships">'
    f'<Relationship Id="r1" Target="word/document.xml" '
    f'Type="{_FORMATS}officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
MINUTES = [
    "自治連合会長会　定例会　議事録",
    "1　夏の防犯パトロール　各校区で週2回行う。反射ベストは窓口で貸し出す。",
    "2　総合防災訓練　役割分担は窓口で案を作り、トークで送る。",
    "3　敬老会の補助金　実績報告書は月末までに出す。",
]
STEPS = "炊き出しの手順（案）\r\n1　水をくむ\r\n2　米を洗う\r\n3　火を見る人を決める\r\n"
TASKS = ("受付", "炊き出し", "見回り", "物資", "救護")


def minutes() -> bytes:
    """A letter of Word."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in MINUTES)
    document = (
        f'{_HEAD}<w:document xmlns:w="{_FORMATS}wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _TO_MAIN)
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def tasks_of(names: Sequence[str]) -> bytes:
    """A table of Excel: who does what."""
    rows = [(name, TASKS[place % len(TASKS)]) for place, name in enumerate(names)]
    return b"".join(as_xlsx([("校区", "役割"), *rows], sheet="役割分担"))


def steps() -> bytes:
    return STEPS.encode("cp932")
