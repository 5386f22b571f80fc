# SPDX-License-Identifier: Apache-2.0
"""Cases handed to other systems; reports that come from them."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import kairan.lib.sealed_field
import kairan.municipalities.tenancy
import kairan.reports.models.handovers
import uuid
from django.db import migrations, models

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0002_protect"),
        ("reports", "0006_other_ways_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("none", "つながない（電話や書面で引き継ぐ）"),
                            ("open311", "Open311（GeoReport v2）"),
                            ("webhook", "署名つきWebhook"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="つなぎ方",
                    ),
                ),
                (
                    "url",
                    models.CharField(blank=True, max_length=500, verbose_name="送り先のアドレス"),
                ),
                (
                    "secret",
                    kairan.lib.sealed_field.SealedTextField(
                        blank=True, verbose_name="APIキー・署名の鍵"
                    ),
                ),
                (
                    "jurisdiction_id",
                    models.CharField(blank=True, max_length=100, verbose_name="jurisdiction_id"),
                ),
                (
                    "service_code",
                    models.CharField(blank=True, max_length=100, verbose_name="service_code"),
                ),
                ("service_codes", models.JSONField(blank=True, default=dict)),
                (
                    "answers",
                    models.TextField(blank=True, verbose_name="いつも答えておく項目"),
                ),
                (
                    "poll_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="相手の状況を見にいく間隔（分）",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=kairan.reports.models.handovers.new_address_key,
                        max_length=40,
                        unique=True,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("none", "つながない（電話や書面で引き継ぐ）"),
                            ("open311", "Open311（GeoReport v2）"),
                            ("webhook", "署名つきWebhook"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("payload", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "送信待ち"),
                            ("sending", "送信中"),
                            ("delivered", "届きました"),
                            ("failed", "送れませんでした"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("planned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("failed_reason", models.CharField(blank=True, max_length=300)),
                ("remote_id", models.CharField(blank=True, max_length=200)),
                ("remote_token", models.CharField(blank=True, max_length=200)),
                ("remote_status", models.CharField(blank=True, max_length=60)),
                ("remote_notes", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("poll_at", models.DateTimeField(null=True)),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="HandoverAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.AlterField(
            model_name="case",
            name="channel",
            field=models.CharField(
                choices=[
                    ("line", "LINE"),
                    ("web", "ウェブ"),
                    ("phone", "電話"),
                    ("counter", "窓口"),
                    ("mail", "メール"),
                    ("open311", "他システム"),
                ],
                max_length=10,
                verbose_name="受付方法",
            ),
        ),
        migrations.AlterField(
            model_name="caseentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "通報を受け付けました"),
                    ("viewed", "はじめて開きました"),
                    ("status", "対応状況を変えました"),
                    ("reopened", "再開しました"),
                    ("referred", "他機関へ引き継ぎました"),
                    ("assigned", "担当を変えました"),
                    ("department", "担当課を変えました"),
                    ("due", "期限を変えました"),
                    ("position", "場所を直しました"),
                    ("priority", "優先度を変えました"),
                    ("defect", "不具合の種類を変えました"),
                    ("tags", "札を変えました"),
                    ("proposed", "完了の確認を頼みました"),
                    ("sent_back", "差し戻しました"),
                    ("taken", "引き継ぎを受け取りました"),
                    ("escalated", "期限を過ぎたので上に知らせました"),
                    ("partner", "他機関とのやりとり"),
                    ("note", "メモ"),
                    ("message_out", "通報者へ"),
                    ("message_in", "通報者から"),
                    ("erased", "取り消されました"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="channel",
            field=models.CharField(
                choices=[
                    ("line", "LINE"),
                    ("web", "ウェブ"),
                    ("phone", "電話"),
                    ("counter", "窓口"),
                    ("mail", "メール"),
                    ("open311", "他システム"),
                ],
                max_length=10,
                verbose_name="受付方法",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["municipality", "-submitted_at", "-id"], name="report_recent"
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="authority",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="connection",
                to="reports.authority",
            ),
        ),
        migrations.AddField(
            model_name="connection",
            name="municipality",
            field=models.ForeignKey(
                db_index=False,
                default=kairan.municipalities.tenancy.entered_town_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="authority",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.authority",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers",
                to="reports.case",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="municipality",
            field=models.ForeignKey(
                db_index=False,
                default=kairan.municipalities.tenancy.entered_town_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="handoverattempt",
            name="handover",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="reports.handover",
            ),
        ),
        migrations.AddField(
            model_name="handoverattempt",
            name="municipality",
            field=models.ForeignKey(
                db_index=False,
                default=kairan.municipalities.tenancy.entered_town_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "sending"])),
                fields=["municipality", "due_at"],
                name="handover_due",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("poll_at__isnull", False)),
                fields=["municipality", "poll_at"],
                name="handover_to_poll",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["municipality", "state", "-id"], name="handover_by_state"),
        ),
        migrations.AddIndex(
            model_name="handoverattempt",
            index=models.Index(
                fields=["municipality", "handover", "id"], name="attempt_of_handover"
            ),
        ),
        ProtectTown("reports_connection", "reports_handover", "reports_handoverattempt"),
    ]
