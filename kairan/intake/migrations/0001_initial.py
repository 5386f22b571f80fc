# SPDX-License-Identifier: Apache-2.0

import django.db.models.deletion
import django.utils.timezone
import kairan.lib.sealed_field
import kairan.municipalities.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0002_protect'),
        ('municipalities', '0002_protect'),
        ('reports', '0006_other_ways_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('sender_digest', models.CharField(blank=True, max_length=64)),
                ('sender', kairan.lib.sealed_field.SealedTextField(blank=True, verbose_name='差出人のアドレス')),
                ('sender_name', kairan.lib.sealed_field.SealedTextField(blank=True, verbose_name='差出人')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='件名')),
                ('text', models.TextField(blank=True, verbose_name='本文')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='届いた日時')),
                ('state', models.CharField(choices=[('new', '未処理'), ('done', '受付済み'), ('aside', '除いたもの')], default='new', max_length=10)),
                ('why', models.CharField(blank=True, choices=[('spam', '迷惑メール'), ('not_ours', '市の担当ではない'), ('twice', 'もう受け付けている'), ('other', 'その他'), ('bounce', '届かなかった知らせ'), ('auto_reply', '自動の返信'), ('bulk', '一斉メール'), ('own', 'この市から出たメール'), ('too_many', '同じ人から短い間に多すぎる'), ('too_big', '大きすぎる'), ('unreadable', '読めないメール')], max_length=20, verbose_name='理由')),
                ('may_answer', models.BooleanField(default=False)),
                ('left_out', models.JSONField(default=list)),
                ('handled_at', models.DateTimeField(null=True)),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reports.report')),
                ('handled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reports.reportkind')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('report', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='reports.report')),
            ],
        ),
        migrations.CreateModel(
            name='IncomingPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='intake.incomingmail')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(fields=['municipality', 'state', '-received_at', '-id'], name='mail_in_by_state'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(fields=['municipality', 'sender_digest', 'received_at'], name='mail_in_of_sender'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.UniqueConstraint(fields=('municipality', 'digest'), name='mail_comes_in_once'),
        ),
        migrations.AddConstraint(
            model_name='incomingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'aside'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='mail_aside_says_why'),
        ),
        migrations.AddConstraint(
            model_name='incomingphoto',
            constraint=models.UniqueConstraint(fields=('mail', 'position'), name='mail_photo_has_one_place'),
        ),
    ]
