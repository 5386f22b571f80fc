# SPDX-License-Identifier: Apache-2.0
"""How long things are kept, who asked to be forgotten, and what was erased."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import kairan.municipalities.tenancy
from django.conf import settings
from django.db import migrations, models

from kairan.municipalities.rls import ProtectTown

# As before, and what names the messages may be emptied with the rest.
KEEP_REPORTS = """
CREATE OR REPLACE FUNCTION reports_keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb;
    emptied boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report is never deleted';
    END IF;
    SELECT coalesce(jsonb_object_agg(n.key, n.value), '{}') INTO changed
      FROM jsonb_each(to_jsonb(NEW)) n
     WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key
       AND n.key NOT IN ('case_id', 'resident_id', 'erased_at');
    IF changed = '{}' THEN
        RETURN NEW;
    END IF;
    IF NEW.erased_at IS NULL OR NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    SELECT bool_and(
        CASE
        WHEN c.key = 'answers' THEN
            jsonb_array_length(NEW.answers) = jsonb_array_length(OLD.answers)
            AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(NEW.answers) WITH ORDINALITY a(said, place)
                JOIN jsonb_array_elements(OLD.answers) WITH ORDINALITY b(said, place) USING (place)
                WHERE a.said - 'answer' IS DISTINCT FROM b.said - 'answer'
                   OR (a.said IS DISTINCT FROM b.said AND a.said ->> 'answer' <> '')
            )
        WHEN c.key = 'areas' THEN c.value = '[]'
        WHEN c.key = 'sources' THEN c.value = '{}'
        WHEN c.key IN ('text', 'address', 'position_source') THEN c.value = '""'
        WHEN c.key IN ('longitude', 'latitude', 'accuracy') THEN c.value = 'null'
        ELSE false
        END
    ) INTO emptied FROM jsonb_each(changed) c;
    IF NOT emptied THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    RETURN NEW;
END $$;
"""
KEPT_REPORTS = """
CREATE OR REPLACE FUNCTION reports_keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb;
    emptied boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report is never deleted';
    END IF;
    SELECT coalesce(jsonb_object_agg(n.key, n.value), '{}') INTO changed
      FROM jsonb_each(to_jsonb(NEW)) n
     WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key
       AND n.key NOT IN ('case_id', 'resident_id', 'erased_at');
    IF changed = '{}' THEN
        RETURN NEW;
    END IF;
    IF NEW.erased_at IS NULL OR NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    SELECT bool_and(
        CASE
        WHEN c.key = 'answers' THEN
            jsonb_array_length(NEW.answers) = jsonb_array_length(OLD.answers)
            AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(NEW.answers) WITH ORDINALITY a(said, place)
                JOIN jsonb_array_elements(OLD.answers) WITH ORDINALITY b(said, place) USING (place)
                WHERE a.said - 'answer' IS DISTINCT FROM b.said - 'answer'
                   OR (a.said IS DISTINCT FROM b.said AND a.said ->> 'answer' <> '')
            )
        WHEN c.key = 'areas' THEN c.value = '[]'
        WHEN c.key IN ('text', 'address', 'position_source') THEN c.value = '""'
        WHEN c.key IN ('longitude', 'latitude', 'accuracy') THEN c.value = 'null'
        ELSE false
        END
    ) INTO emptied FROM jsonb_each(changed) c;
    IF NOT emptied THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_handed_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="KeepingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contact_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36500),
                        ],
                        verbose_name="連絡先",
                    ),
                ),
                (
                    "photo_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36500),
                        ],
                        verbose_name="写真",
                    ),
                ),
                (
                    "all_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(36500),
                        ],
                        verbose_name="すべて",
                    ),
                ),
                (
                    "kind",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keeping",
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
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("contact", "連絡先"),
                            ("photos", "写真"),
                            ("all", "通報とやりとりのすべて"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("period", "保存期間が過ぎた"),
                            ("resident", "本人の求め"),
                            ("staff", "職員の判断"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
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
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["municipality", "-at"], name="erasure_recent")],
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=500, verbose_name="理由・伝えたいこと"),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked_by", models.CharField(max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("erased", "消去しました"), ("refused", "お断りしました")],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="お断りする理由"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_requests",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("report",),
                        name="one_waiting_erasure_request_per_report",
                    )
                ],
            },
        ),
        ProtectTown("reports_keepingrule", "reports_erasure", "reports_erasurerequest"),
        migrations.RunSQL(KEEP_REPORTS, KEPT_REPORTS),
    ]
