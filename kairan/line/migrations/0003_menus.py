# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import kairan.line.menus.models
import kairan.municipalities.tenancy
from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [
        ("line", "0002_protect"),
        ("municipalities", "0002_protect"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="linechannel",
            name="registering_since",
        ),
        migrations.CreateModel(
            name="MenuDesk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("disaster_since", models.DateTimeField(null=True)),
                ("disaster_by", models.CharField(blank=True, max_length=200)),
                ("applied", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("done", "済み"),
                            ("working", "LINEに伝えています"),
                            ("waiting", "もう一度ためすのを待っています"),
                            ("stopped", "止まっています"),
                        ],
                        default="done",
                        max_length=10,
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=100)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("touched_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_desk",
                        to="line.linechannel",
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MenuEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "LINEに送っています"),
                            ("ready", "LINEにあります"),
                            ("refused", "LINEが受け付けませんでした"),
                            ("replaced", "以前のもの"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("problem", models.TextField(blank=True)),
                ("made_by", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ready_at", models.DateTimeField(null=True)),
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
            name="FriendMenu",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.CharField(max_length=64)),
                ("areas", models.JSONField(default=list)),
                ("is_applied", models.BooleanField(default=False)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="friend_menus",
                        to="line.linechannel",
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
                    "edition",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="line.menuedition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MenuPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("alias", models.CharField(max_length=32)),
                ("body", models.JSONField()),
                ("image", models.BinaryField()),
                ("content_type", models.CharField(max_length=20)),
                ("spoken", models.TextField(blank=True)),
                (
                    "mark",
                    models.CharField(default=kairan.line.menus.models.new_mark, max_length=20),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("line_id", models.CharField(blank=True, max_length=100)),
                ("has_image", models.BooleanField(default=False)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="line.menuedition",
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
            name="MenuPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("image", models.BinaryField()),
                ("content_type", models.CharField(max_length=20)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_pictures",
                        to="line.linechannel",
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MenuSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                (
                    "mode",
                    models.CharField(
                        choices=[("normal", "ふだんのメニュー"), ("disaster", "災害用メニュー")],
                        default="normal",
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=20, verbose_name="ことば")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="いつから")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="いつまで")),
                ("draft", models.JSONField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_offered", models.BooleanField(default=False)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.area",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="menu_sets",
                        to="line.linechannel",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="line.menuedition",
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
            model_name="menuedition",
            name="menu",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="editions",
                to="line.menuset",
            ),
        ),
        migrations.DeleteModel(
            name="RichMenu",
        ),
        migrations.AddConstraint(
            model_name="friendmenu",
            constraint=models.UniqueConstraint(
                fields=("municipality", "channel", "user_id"), name="one_menu_per_friend"
            ),
        ),
        migrations.AddConstraint(
            model_name="menupage",
            constraint=models.UniqueConstraint(
                fields=("edition", "position"), name="menu_page_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="menuset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_at__isnull", True),
                    ("ends_at__isnull", True),
                    ("starts_at__lt", models.F("ends_at")),
                    _connector="OR",
                ),
                name="menu_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="menuedition",
            constraint=models.UniqueConstraint(
                fields=("menu", "number"), name="menu_edition_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="menuedition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("menu",),
                name="one_waiting_menu_edition",
            ),
        ),
        ProtectTown(
            "line_menudesk",
            "line_menuset",
            "line_menuedition",
            "line_menupage",
            "line_menupicture",
            "line_friendmenu",
        ),
    ]
