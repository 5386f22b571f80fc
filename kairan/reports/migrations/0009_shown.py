# SPDX-License-Identifier: Apache-2.0
"""What everybody may see of a case."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kairan.municipalities.tenancy
from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_retention"),
        ("files", "0002_protect"),
        ("municipalities", "0002_protect"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="reportkind",
            name="shows_cases",
            field=models.BooleanField(default=False, verbose_name="案件を公開の地図に載せられる"),
        ),
        migrations.CreateModel(
            name="ShownCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="見出し")),
                ("text", models.TextField(blank=True, max_length=500, verbose_name="説明")),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "そのままの場所"),
                            ("rough", "約100mに丸めた場所"),
                            ("none", "場所を出さない"),
                        ],
                        default="rough",
                        max_length=10,
                        verbose_name="場所",
                    ),
                ),
                ("shown_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown",
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
                    "shown_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShownPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "shown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="reports.showncase",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reports.reportphoto",
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="showncase",
            index=models.Index(
                condition=models.Q(("hidden_at__isnull", True), ("shown_at__isnull", False)),
                fields=["municipality", "-shown_at"],
                name="case_shown",
            ),
        ),
        ProtectTown("reports_showncase", "reports_shownphoto"),
    ]
