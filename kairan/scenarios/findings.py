# SPDX-License-Identifier: Apache-2.0
"""What the check finds, in words for the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_lazy as _

from kairan.scenarios.languages import language_name

Severity = Literal["error", "warning"]

MESSAGES = {
    "too_many_steps": _("ステップが%(count)s個あります。%(limit)s個までにしてください。"),
    "duplicate_step": _("「%(id)s」という名前のステップが2つ以上あります。名前を変えてください。"),
    "another_key": _("名前が「%(key)s」のシナリオのデータです。別のシナリオには使えません。"),
    "missing_entry": _("はじめのステップ「%(id)s」がありません。"),
    "title_too_long": _("題名(%(language)s)が長すぎます。%(limit)s文字までにしてください。"),
    "no_result": _("シナリオの結果になる「終わり」がありません。「終わり」を加えてください。"),
    "missing_translation": _("%(language)sの文がありません。日本語で表示されます。"),
    "missing_step": _("進む先「%(id)s」がありません。ほかのステップを選んでください。"),
    "dead_end": _("次に進む先がありません。次のステップか「終わり」を置いてください。"),
    "unreachable_step": _("どの道からもここに来ません。つなぐか、消してください。"),
    "silent_loop": _("質問のないまま、同じところを回り続けます。進む先を変えてください。"),
    "no_way_to_the_end": _("ここからは「終わり」に着けません。進む先を変えてください。"),
    "report_without_confirm": _(
        "確認を通らずに送られる道があります。前に「確認」を置いてください。"
    ),
    "many_messages": _("メッセージが%(limit)s件より多く続きます。まとめてください。"),
    "text_too_long": _("文(%(language)s)が長すぎます。%(length)s文字あります。%(limit)sまでです。"),
    "label_too_long": _("選択肢「%(label)s」が長すぎます。%(limit)s文字までです。"),
    "name_too_long": _("電話のボタンの名前「%(label)s」が長すぎます。%(limit)s文字までです。"),
    "heading_too_long": _("見出し「%(label)s」が長すぎます。%(limit)s文字までです。"),
    "postback_too_long": _("選択肢の値「%(value)s」が長すぎます。短くしてください。"),
    "duplicate_value": _("同じ値「%(value)s」の選択肢が2つ以上あります。"),
    "same_labels": _("同じ言葉「%(label)s」の選択肢が2つ以上あります。文字で選べません。"),
    "label_is_a_number": _("選択肢「%(label)s」は番号と間違えられます。言葉を足してください。"),
    "label_is_a_command": _("選択肢「%(label)s」は「戻る」「中止」と間違えられます。"),
    "condition_on_nothing": _("条件が、答えのないステップ「%(id)s」を見ています。"),
    "condition_on_unknown_value": _("条件の値「%(value)s」は「%(id)s」の選択肢にありません。"),
    "urgent_without_number": _("いつでもつながる電話番号がありません。1つ以上加えてください。"),
    "unwritten": _("文がまだ書かれていません。書いてください。"),
    "many_options": _(
        "選択肢が%(count)s個あります。LINEでは一度に%(limit)s個までなので、"
        "「次へ」で%(pages)s回に分けて出します。"
    ),
    "unknown_kind": _("通報の種類「%(kind)s」がありません。種類を選ぶか、作ってください。"),
    "bad_pattern": _("書き方の決まり(正規表現)が正しくありません。"),
    "bounds_crossed": _("下限が上限より大きくなっています。"),
    "bound_of_another_kind": _("下限か上限の書き方が、日付・時刻の種類と合いません。"),
}


@dataclass(frozen=True)
class Finding:
    """`step` is "" for the whole definition."""

    severity: Severity
    step: str
    code: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """In the language of the staff member who asks."""
        details = dict(self.details)
        if "language" in details:
            details["language"] = language_name(str(details["language"]))
        return str(MESSAGES[self.code]) % details


def error(step: str, code: str, **details: object) -> Finding:
    return Finding("error", step, code, details)


def warning(step: str, code: str, **details: object) -> Finding:
    return Finding("warning", step, code, details)
