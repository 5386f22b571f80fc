# SPDX-License-Identifier: Apache-2.0
"""Cases joined into others, and how near and recent «the same thing» is for each kind."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

FILTERED = ("status", "kind", "area", "department", "assignee", "channel", "joined_into")
NEWEST = ["municipality", "-opened_at", "-id"]

# Lists leave joined cases out, so that the indexes they are read from must know of those; and one
# index of facets takes the place of three ordered ones (``walking``).
INDEXES = (
    models.Index(fields=NEWEST, include=FILTERED, name="case_recent"),
    models.Index(
        fields=["municipality", "department", "kind", "area", "status", "channel", *NEWEST[1:]],
        include=("assignee", "joined_into"),
        name="case_facets",
    ),
    models.Index(
        condition=models.Q(("assignee__isnull", False)),
        fields=["municipality", "assignee", *NEWEST[1:]],
        include=("status", "kind", "area", "department", "channel", "joined_into"),
        name="case_by_assignee",
    ),
    models.Index(
        condition=models.Q(("status__in", ("received", "under_review", "in_progress"))),
        fields=NEWEST,
        include=(*FILTERED, "due_on", "tile", "longitude", "latitude"),
        name="case_open",
    ),
    models.Index(
        condition=models.Q(("priority", "normal"), _negated=True),
        fields=["municipality", "priority", *NEWEST[1:]],
        include=FILTERED,
        name="case_by_priority",
    ),
    models.Index(
        condition=models.Q(("defect_kind__isnull", False)),
        fields=["municipality", "defect_kind", *NEWEST[1:]],
        include=FILTERED,
        name="case_by_defect",
    ),
    models.Index(
        condition=models.Q(("tile__isnull", False)),
        fields=["municipality", "tile", *NEWEST[1:]],
        include=(*FILTERED, "longitude", "latitude"),
        name="case_by_tile",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_at_work")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="joined_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="joined",
                to="reports.case",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="join_distance_m",
            field=models.PositiveSmallIntegerField(
                default=50,
                validators=[django.core.validators.MaxValueValidator(1000)],
                verbose_name="同じ件とみなす距離（m）",
            ),
        ),
        migrations.AddField(
            model_name="reportkind",
            name="join_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="同じ件とみなす日数",
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
                    ("joined", "ほかの案件に統合しました"),
                    ("took_in", "ほかの案件を統合しました"),
                    ("split", "ほかの案件から分けました"),
                    ("gave_off", "通報を分けました"),
                    ("note", "メモ"),
                    ("message_out", "通報者へ"),
                    ("message_in", "通報者から"),
                    ("erased", "取り消されました"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("joined_into__isnull", False)),
                fields=["municipality", "joined_into"],
                name="case_joined",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("joined_into__isnull", True),
                    models.Q(
                        ("status", "no_action"),
                        models.Q(("joined_into", models.F("id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_joined_is_closed_and_elsewhere",
            ),
        ),
        *(
            migrations.RemoveIndex(model_name="case", name=name)
            for name in (
                "case_recent",
                "case_by_department",
                "case_by_kind",
                "case_by_area",
                "case_by_assignee",
                "case_open",
                "case_by_priority",
                "case_by_defect",
                "case_by_tile",
            )
        ),
        *(migrations.AddIndex(model_name="case", index=index) for index in INDEXES),
    ]
