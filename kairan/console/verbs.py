# SPDX-License-Identifier: Apache-2.0
"""The record's verbs in people's words; a verb without words is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "areas.imported": _("区域を取りこんだ"),
    "audit.exported": _("記録を書き出した"),
    "case.assigned": _("担当を決めた"),
    "case.message_out": _("住民に送った"),
    "case.message_withdrawn": _("住民あての文を取り消した"),
    "case.moved": _("担当の課を変えた"),
    "case.noted": _("メモを書いた"),
    "case.photo_erased": _("写真を消した"),
    "case.reopened": _("案件を再開した"),
    "case.status_changed": _("対応状況を変えた"),
    "cases.exported": _("案件を書き出した"),
    "cases.moved": _("案件をまとめて移した"),
    "delivery.cancelled": _("送信を取りやめた"),
    "department.changed": _("課・センターを変えた"),
    "department.closed": _("課・センターを閉じた"),
    "department.created": _("課・センターを作った"),
    "line_channel.added": _("LINEのチャネルを加えた"),
    "line_channel.changed": _("LINEの設定を変えた"),
    "line_channel.token_revoked": _("LINEのトークンが使えなくなった"),
    "line_channel.webhook_set": _("LINEの受け口を設定した"),
    "line_channel.works": _("LINEがつながった"),
    "line_menu.drafted": _("リッチメニューを作った"),
    "line_menu.failed": _("リッチメニューの登録に失敗した"),
    "line_menu.registered": _("リッチメニューを登録した"),
    "person.changed": _("職員の役割や氏名を変えた"),
    "person.changed_self": _("自分の設定を変えた"),
    "person.invitation_accepted": _("招待を受けた"),
    "person.invited": _("職員を招待した"),
    "person.invited_again": _("招待をもう一度送った"),
    "person.passkey_added": _("パスキーを加えた"),
    "person.passkey_removed": _("パスキーを外した"),
    "person.password_changed": _("パスワードを変えた"),
    "person.provider_added": _("外部のサインインをつないだ"),
    "person.provider_removed": _("外部のサインインを外した"),
    "person.recovery_codes_made": _("予備のコードを作った"),
    "person.restored": _("職員の利用を再開した"),
    "person.second_factor_reset": _("職員の二段階認証を外した"),
    "person.signed_in": _("サインインした"),
    "person.suspended": _("職員の利用を停止した"),
    "person.totp_added": _("確認アプリを登録した"),
    "person.totp_removed": _("確認アプリを外した"),
    "person.unlocked": _("職員のロックを解除した"),
    "report.submitted": _("通報を受けた"),
    "resident.erasure_asked": _("住民が情報を消すよう求めた"),
    "resident.language_set": _("住民が言語をえらんだ"),
    "scenario.published": _("シナリオを公開した"),
    "town.created": _("自治体を作った"),
}


def words_of(verb: str) -> str:
    return str(_WORDS.get(verb, verb))
