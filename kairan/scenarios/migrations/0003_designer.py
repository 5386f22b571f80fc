# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
import django.utils.timezone
import kairan.municipalities.tenancy
from django.db import migrations, models

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):

    dependencies = [
        ('municipalities', '0002_protect'),
        ('scenarios', '0002_protect'),
    ]

    operations = [
        migrations.AddField(
            model_name='scenarioversion',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='scenarioversion',
            name='changed_by',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='変更した人'),
        ),
        migrations.AddField(
            model_name='scenarioversion',
            name='place',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='scenarioversion',
            name='revision',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='DraftRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('revision', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('summary', models.CharField(blank=True, max_length=500)),
                ('changed_by', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='scenarios.scenario')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scenario', 'place'), name='draft_revision_unique')],
            },
        ),
        ProtectTown("scenarios_draftrevision"),
    ]
