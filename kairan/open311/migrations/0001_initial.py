# SPDX-License-Identifier: Apache-2.0
import django.db.models.deletion
import django.utils.timezone
import kairan.municipalities.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('municipalities', '0002_protect'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='使う人・システム')),
                ('access', models.CharField(choices=[('read', '見るだけ'), ('write', '見る・通報を送る')], default='write', max_length=10, verbose_name='できること')),
                ('digest', models.CharField(max_length=64)),
                ('beginning', models.CharField(max_length=6)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'digest'), name='api_key_digest_unique')],
            },
        ),
    ]
