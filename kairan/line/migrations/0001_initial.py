# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
import kairan.lib.sealed_field
import kairan.line.models
import kairan.municipalities.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('municipalities', '0002_protect'),
    ]

    operations = [
        migrations.CreateModel(
            name='LineChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='名前')),
                ('key', models.CharField(default=kairan.line.models.new_key, editable=False, max_length=60, unique=True)),
                ('channel_id', models.CharField(max_length=20, verbose_name='チャネルID')),
                ('secret', kairan.lib.sealed_field.SealedTextField(verbose_name='チャネルシークレット')),
                ('token', kairan.lib.sealed_field.SealedTextField(verbose_name='チャネルアクセストークン')),
                ('bot_user_id', models.CharField(blank=True, max_length=64)),
                ('basic_id', models.CharField(blank=True, max_length=50)),
                ('state', models.CharField(choices=[('unchecked', '未確認'), ('ok', 'つながっています'), ('revoked', 'トークンが使えません')], default='unchecked', max_length=20)),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_training', models.BooleanField(default=False, verbose_name='練習用')),
                ('registering_since', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.CreateModel(
            name='RichMenu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300)),
                ('definition', models.JSONField()),
                ('state', models.CharField(choices=[('draft', '下書き'), ('shown', '表示中'), ('replaced', '以前のもの')], default='draft', max_length=20)),
                ('line_id', models.CharField(blank=True, max_length=100)),
                ('alias', models.CharField(default='kairan-default', max_length=32)),
                ('image', models.BinaryField(null=True)),
                ('registered_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='menus', to='line.linechannel')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.AddConstraint(
            model_name='linechannel',
            constraint=models.UniqueConstraint(fields=('municipality', 'channel_id'), name='line_channel_once_in_town'),
        ),
        migrations.AddConstraint(
            model_name='richmenu',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'replaced'), _negated=True), fields=('channel', 'alias', 'state'), name='one_draft_and_one_shown_rich_menu'),
        ),
    ]
