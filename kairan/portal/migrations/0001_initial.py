# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import kairan.municipalities.tenancy


def _town() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        default=kairan.municipalities.tenancy.entered_town_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="municipalities.municipality",
    )


def _id() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("line", "0003_menus"),
        ("municipalities", "0002_protect"),
        ("reports", "0011_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="MiniApp",
            fields=[
                ("id", _id()),
                (
                    "login_channel_id",
                    models.CharField(max_length=20, verbose_name="LINEログインのチャネルID"),
                ),
                ("liff_id", models.CharField(blank=True, max_length=40, verbose_name="LIFF ID")),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="line.linechannel",
                    ),
                ),
                ("municipality", _town()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="IncomingPhoto",
            fields=[
                ("id", _id()),
                ("run", models.UUIDField()),
                ("photo", models.UUIDField()),
                ("size", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("municipality", _town()),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["municipality", "created_at"], name="incoming_photo_by_age"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "run", "photo"), name="incoming_photo_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedToken",
            fields=[
                ("id", _id()),
                ("digest", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("municipality", _town()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "digest"), name="id_token_used_once"
                    )
                ],
            },
        ),
    ]
