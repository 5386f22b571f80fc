# SPDX-License-Identifier: Apache-2.0
"""Numbers that are ready before anybody asks, and how they learn that they are stale."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kairan.municipalities.tenancy
from kairan.municipalities.rls import ProtectTown

# Lines are added and never changed: nobody waits for another's transaction. The month is the
# town's (settings.TIME_ZONE).
MARK_STALE = """
CREATE FUNCTION reports_mark_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND
        (NEW.kind_id, NEW.area_id, NEW.department_id, NEW.assignee_id, NEW.tile, NEW.opened_at,
         NEW.first_answered_at, NEW.closed_at, NEW.due_on, NEW.reopened_count, NEW.joined_into_id)
        IS NOT DISTINCT FROM
        (OLD.kind_id, OLD.area_id, OLD.department_id, OLD.assignee_id, OLD.tile, OLD.opened_at,
         OLD.first_answered_at, OLD.closed_at, OLD.due_on, OLD.reopened_count, OLD.joined_into_id)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO reports_staletally (municipality_id, kind_id, month)
    VALUES (NEW.municipality_id, NEW.kind_id,
            date_trunc('month', NEW.opened_at AT TIME ZONE '{zone}')::date);
    RETURN NULL;
END $$;
CREATE TRIGGER mark_stale AFTER INSERT OR UPDATE ON reports_case
    FOR EACH ROW EXECUTE FUNCTION reports_mark_case();
CREATE FUNCTION reports_mark_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_staletally (municipality_id, kind_id, month)
    VALUES (NEW.municipality_id, NEW.kind_id,
            date_trunc('month', NEW.submitted_at AT TIME ZONE '{zone}')::date);
    RETURN NULL;
END $$;
CREATE TRIGGER mark_stale AFTER INSERT OR UPDATE OF case_id ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_mark_report();
""".replace("{zone}", settings.TIME_ZONE)
LET_GO = """
DROP TRIGGER mark_stale ON reports_report;
DROP TRIGGER mark_stale ON reports_case;
DROP FUNCTION reports_mark_report;
DROP FUNCTION reports_mark_case;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_field_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="StaleTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClerkTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("cases", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                (
                    "first_answers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                (
                    "completions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.department",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["municipality", "month"], name="clerk_tally_of_month")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("reports", models.PositiveIntegerField(default=0)),
                ("outside_hours", models.PositiveIntegerField(default=0)),
                ("channels", models.JSONField(default=dict)),
                (
                    "week",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=168
                    ),
                ),
                ("cases", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                ("promised", models.PositiveIntegerField(default=0)),
                ("kept_promises", models.PositiveIntegerField(default=0)),
                ("reopened", models.PositiveIntegerField(default=0)),
                (
                    "first_answers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                (
                    "completions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.department",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "month", "kind", "area", "department"),
                        name="one_tally_per_month_and_cell",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("tile", models.BigIntegerField()),
                ("cases", models.PositiveIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.department",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
            options={
                "indexes": [
                    models.Index(
                        fields=["municipality", "month"],
                        include=("kind", "area", "department", "tile", "cases"),
                        name="place_tally_of_month",
                    )
                ],
            },
        ),
        ProtectTown(
            "reports_staletally", "reports_monthtally", "reports_clerktally", "reports_placetally"
        ),
        migrations.RunSQL(MARK_STALE, LET_GO),
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
    ]
