# SPDX-License-Identifier: Apache-2.0
"""What was done out of doors, each thing once."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kairan.municipalities.tenancy
from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0009_shown"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="FieldEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "メモ"),
                            ("photo", "写真"),
                            ("status", "対応状況"),
                            ("position", "場所"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("done", "反映しました"),
                            ("conflict", "ほかの人の変更とぶつかりました"),
                            ("refused", "反映できませんでした"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "key"), name="field_edit_once")
                ],
            },
        ),
        ProtectTown("reports_fieldedit"),
    ]
