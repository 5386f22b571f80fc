# SPDX-License-Identifier: Apache-2.0
"""Priorities, defects, tags, closing with four eyes, hand-overs, escalation, bulk work."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import kairan.municipalities.tenancy
from django.conf import settings
from django.db import migrations, models

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0002_protect"),
        ("reports", "0003_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="名前")),
            ],
        ),
        migrations.AddField(
            model_name="answertemplate",
            name="texts",
            field=models.JSONField(blank=True, default=dict, verbose_name="ほかの言葉の文面"),
        ),
        migrations.AddField(
            model_name="authority",
            name="contact",
            field=models.CharField(blank=True, max_length=100, verbose_name="担当者・窓口"),
        ),
        migrations.AddField(
            model_name="authority",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="メール"),
        ),
        migrations.AddField(
            model_name="case",
            name="confirm_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="escalation",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="handed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="handed_from",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.department",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="priority",
            field=models.CharField(
                choices=[("low", "低"), ("normal", "通常"), ("high", "高"), ("urgent", "緊急")],
                default="normal",
                max_length=10,
                verbose_name="優先度",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="closers",
            field=models.CharField(
                choices=[("clerk", "担当者と課長"), ("manager", "課長だけ")],
                default="clerk",
                max_length=10,
                verbose_name="終わらせることができる人",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="escalate_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="期限を過ぎたら課長に知らせる（開庁日）",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="escalate_more_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="さらに上の課に知らせる（開庁日）",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="four_eyes",
            field=models.BooleanField(
                default=False, verbose_name="終わらせるには、別の人の確認が要る"
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
                    ("note", "メモ"),
                    ("message_out", "通報者へ"),
                    ("message_in", "通報者から"),
                    ("erased", "取り消されました"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("status", "対応状況を変える"),
                            ("assign", "担当を決める"),
                            ("priority", "優先度を変える"),
                            ("tag", "札をつける"),
                            ("untag", "札を外す"),
                            ("department", "ほかの課へ引き継ぐ"),
                            ("confirm", "完了を確認する"),
                            ("undo", "元に戻す"),
                        ],
                        max_length=12,
                    ),
                ),
                ("given", models.JSONField(default=dict)),
                ("summary", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "順番を待っています"),
                            ("running", "進めています"),
                            ("stopped", "止めました"),
                            ("finished", "終わりました"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        default=kairan.municipalities.tenancy.entered_town_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="reports.bulkjob",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "これから"),
                            ("done", "できました"),
                            ("unchanged", "もとから同じ"),
                            ("refused", "できませんでした"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("entry_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.case",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        default=kairan.municipalities.tenancy.entered_town_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="reports.bulkjob",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="reports.case",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        default=kairan.municipalities.tenancy.entered_town_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClosingProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("received", "受付"),
                            ("under_review", "確認中"),
                            ("in_progress", "対応中"),
                            ("resolved", "完了"),
                            ("no_action", "対応不要"),
                            ("referred", "他機関へ引継"),
                        ],
                        max_length=20,
                    ),
                ),
                ("message", models.TextField(blank=True)),
                ("texts", models.JSONField(default=dict)),
                (
                    "proposed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "確認しました"),
                            ("sent_back", "差し戻しました"),
                            ("lapsed", "取りやめました"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.authority",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="reports.case",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        default=kairan.municipalities.tenancy.entered_town_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DefectKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                (
                    "words",
                    models.TextField(blank=True, max_length=1000, verbose_name="あてはまる回答"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="並び順")),
                ("is_active", models.BooleanField(default=True, verbose_name="使う")),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="defects",
                        to="reports.reportkind",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        default=kairan.municipalities.tenancy.entered_town_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="defect_kind",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.defectkind",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("confirm_since__isnull", False)),
                fields=["municipality", "-opened_at", "-id"],
                include=("department",),
                name="case_to_confirm",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("handed_at__isnull", False)),
                fields=["municipality", "-opened_at", "-id"],
                include=("department",),
                name="case_handed_over",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)),
                fields=["municipality", "-opened_at", "-id"],
                include=("department",),
                name="case_escalated",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("priority", "normal"), _negated=True),
                fields=["municipality", "priority", "-opened_at", "-id"],
                include=("status", "kind", "area", "department", "assignee", "channel"),
                name="case_by_priority",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("defect_kind__isnull", False)),
                fields=["municipality", "defect_kind", "-opened_at", "-id"],
                include=("status", "kind", "area", "department", "assignee", "channel"),
                name="case_by_defect",
            ),
        ),
        migrations.AddField(
            model_name="tag",
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
            model_name="casetag",
            name="tag",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cases",
                to="reports.tag",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(
                fields=("municipality", "job", "case"), name="case_once_per_bulk_job"
            ),
        ),
        migrations.AddConstraint(
            model_name="closingproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")),
                fields=("municipality", "case"),
                name="one_open_proposal_per_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="defectkind",
            constraint=models.UniqueConstraint(
                fields=("municipality", "kind", "name"), name="defect_kind_name_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("municipality", "name"), name="tag_once"),
        ),
        migrations.AddIndex(
            model_name="casetag",
            index=models.Index(fields=["municipality", "tag", "case"], name="cases_of_tag"),
        ),
        migrations.AddConstraint(
            model_name="casetag",
            constraint=models.UniqueConstraint(
                fields=("municipality", "case", "tag"), name="tagged_once"
            ),
        ),
        ProtectTown(
            "reports_bulkitem",
            "reports_bulkjob",
            "reports_casetag",
            "reports_closingproposal",
            "reports_defectkind",
            "reports_tag",
        ),
    ]
