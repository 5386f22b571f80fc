# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import kairan.municipalities.tenancy
from kairan.municipalities.rls import ProtectTown

# A tried version is as fixed as a published one; unlike it, it may go when nobody stands on it.
KEEP = """
CREATE TRIGGER scenarios_trial_stays BEFORE UPDATE ON scenarios_scenarioversion
    FOR EACH ROW WHEN (OLD.state = 'trial') EXECUTE FUNCTION scenarios_refuse();
"""
UNKEEP = "DROP TRIGGER scenarios_trial_stays ON scenarios_scenarioversion;"


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0002_protect"),
        ("residents", "0002_protect"),
        ("scenarios", "0003_designer"),
    ]

    operations = [
        migrations.CreateModel(
            name="StepVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=20)),
                ("run", models.UUIDField()),
                ("reached_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "回答待ち"),
                            ("answered", "回答"),
                            ("back", "戻った"),
                            ("gave_up", "やめた"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tester",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TrialCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=6)),
                ("made_by", models.CharField(max_length=200)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="scenarioversion",
            name="version_number_unique",
        ),
        migrations.RemoveConstraint(
            model_name="scenarioversion",
            name="published_version_has_its_time",
        ),
        migrations.AlterField(
            model_name="scenarioversion",
            name="state",
            field=models.CharField(
                choices=[("draft", "下書き"), ("published", "公開"), ("trial", "試用")],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "trial"), _negated=True),
                fields=("scenario", "number"),
                name="version_number_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("state__in", ["draft", "trial"])),
                    models.Q(("published_at__isnull", False), ("state", "published")),
                    _connector="OR",
                ),
                name="published_version_has_its_time",
            ),
        ),
        migrations.AddField(
            model_name="stepvisit",
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
            model_name="stepvisit",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="scenarios.scenarioversion",
            ),
        ),
        migrations.AddField(
            model_name="tester",
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
            model_name="tester",
            name="resident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="residents.resident",
            ),
        ),
        migrations.AddField(
            model_name="tester",
            name="scenario",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="testers",
                to="scenarios.scenario",
            ),
        ),
        migrations.AddField(
            model_name="trialcode",
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
            model_name="trialcode",
            name="scenario",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trial_codes",
                to="scenarios.scenario",
            ),
        ),
        migrations.AddIndex(
            model_name="stepvisit",
            index=models.Index(
                fields=["municipality", "version", "reached_at"], name="visits_of_version"
            ),
        ),
        migrations.AddIndex(
            model_name="stepvisit",
            index=models.Index(fields=["municipality", "run"], name="visits_of_run"),
        ),
        migrations.AddConstraint(
            model_name="tester",
            constraint=models.UniqueConstraint(fields=("resident", "scenario"), name="tester_once"),
        ),
        migrations.AddConstraint(
            model_name="trialcode",
            constraint=models.UniqueConstraint(
                fields=("municipality", "code"), name="trial_code_unique"
            ),
        ),
        migrations.RunSQL(KEEP, UNKEEP),
        ProtectTown("scenarios_stepvisit", "scenarios_trialcode", "scenarios_tester"),
    ]
