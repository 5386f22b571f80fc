# SPDX-License-Identifier: Apache-2.0
"""What a mail is probably about. Only ever a suggestion: a clerk sees and corrects it."""

from __future__ import annotations

import re
import unicodedata

from kairan.mail.reading import ReadMail
from kairan.reports.models import Report, ReportKind
from kairan.residents.queries import contact_about, contact_for

# Words by the keys of the shipped kinds; a town's own kinds are found by their names.
WORDS: dict[str, str] = {
    "road": "道路 歩道 車道 穴 陥没 舗装 白線 側溝 段差 ガードレール カーブミラー 街路樹",
    "street_light": "街灯 外灯 照明 電灯 防犯灯 電球 ランプ 真っ暗 点滅",
    "park": "公園 遊具 ベンチ ブランコ すべり台 広場",
    "river": "川 河川 水路 用水路 堤防 護岸 あふれ",
    "recyclables_theft": "資源 空き缶 アルミ缶 古紙 持ち去り 抜き取り",
}
_RECEIPT = re.compile(r"\b[A-Z]\d{1,2}-\d{6,}\b")
_PLACE = re.compile(
    r"^[ \t　]*(?:発生)?(?:場所|住所|所在地)[ \t　]*[:：は][ \t　]*(\S[^\n]{1,150})", re.M
)


def kind_of(mail: ReadMail) -> ReportKind | None:
    """The active kind whose words stand in the mail most often, the subject counting thrice."""
    said = unicodedata.normalize("NFKC", f"{mail.subject}\n" * 3 + mail.text)
    scored = [(_score(kind, said), kind) for kind in ReportKind.objects.active().in_order()]
    best, kind = max(scored, key=lambda pair: pair[0], default=(0, None))
    return kind if best else None


def _score(kind: ReportKind, said: str) -> int:
    words = {*WORDS.get(kind.key, "").split(), kind.name}
    return sum(said.count(word) for word in words)


def place_of(text: str) -> str:
    """What stands behind 「場所：」 or 「住所：」."""
    found = _PLACE.search(text)
    return found[1].strip() if found else ""


def report_of(mail: ReadMail) -> Report | None:
    """The report whose number the mail names, if its writer is the one who left this address."""
    numbers = _RECEIPT.findall(unicodedata.normalize("NFKC", f"{mail.subject}\n{mail.text}"))
    for report in Report.objects.filter(receipt_number__in=numbers[:20]).order_by("id"):
        about = contact_about(run_key=report.run_key, report_id=report.pk)
        contact = contact_for(about)
        if contact is not None and mail.sender and _same(contact.email, mail.sender):
            return report
    return None


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()
