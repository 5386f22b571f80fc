# SPDX-License-Identifier: Apache-2.0

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.math
import kairan.municipalities.tenancy
import kairan.reports.models.cases
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0002_protect'),
        ('municipalities', '0002_protect'),
        ('residents', '0002_protect'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('received', '受付'), ('under_review', '確認中'), ('in_progress', '対応中'), ('resolved', '完了'), ('no_action', '対応不要'), ('referred', '他機関へ引継')], default='received', max_length=20, verbose_name='対応状況')),
                ('due_on', models.DateField(null=True, verbose_name='期限')),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('tile', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.math.Floor(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('latitude'), '+', models.Value(90.0)), '*', models.Value(100.0))), '*', models.Value(36000.0)), '+', django.db.models.functions.math.Floor(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('longitude'), '+', models.Value(180.0)), '*', models.Value(100.0)))), output_field=models.BigIntegerField(null=True))),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='場所')),
                ('title', models.CharField(max_length=80, verbose_name='件名')),
                ('number', models.CharField(max_length=20, verbose_name='受付番号')),
                ('channel', models.CharField(choices=[('line', 'LINE'), ('web', 'ウェブ'), ('phone', '電話'), ('counter', '窓口'), ('mail', 'メール')], max_length=10, verbose_name='受付方法')),
                ('opened_at', models.DateTimeField(verbose_name='受付日時')),
                ('closed_at', models.DateTimeField(null=True)),
                ('reopened_count', models.PositiveSmallIntegerField(default=0)),
                ('first_answered_at', models.DateTimeField(null=True)),
                ('viewed_at', models.DateTimeField(null=True)),
                ('waiting_since', models.DateTimeField(null=True)),
                ('search_text', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('area', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.area')),
                ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.department')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipt_number', models.CharField(max_length=20, verbose_name='受付番号')),
                ('answers', models.JSONField(default=list)),
                ('text', models.TextField(blank=True, verbose_name='内容')),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('accuracy', models.FloatField(null=True, verbose_name='誤差（m）')),
                ('position_source', models.CharField(blank=True, choices=[('line', 'LINEの位置情報'), ('map', '地図で指定'), ('typed', '住所・目印の入力'), ('photo', '写真の位置情報'), ('staff', '職員が指定')], max_length=10)),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='場所')),
                ('areas', models.JSONField(default=list)),
                ('channel', models.CharField(choices=[('line', 'LINE'), ('web', 'ウェブ'), ('phone', '電話'), ('counter', '窓口'), ('mail', 'メール')], max_length=10, verbose_name='受付方法')),
                ('token', models.CharField(default=kairan.reports.models.cases.new_token, max_length=40, unique=True)),
                ('run_key', models.CharField(max_length=80, null=True)),
                ('sources', models.JSONField(default=dict)),
                ('submitted_at', models.DateTimeField(verbose_name='受付日時')),
                ('erased_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reports.case')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='residents.resident')),
            ],
        ),
        migrations.CreateModel(
            name='CaseEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submitted', '通報を受け付けました'), ('viewed', 'はじめて開きました'), ('status', '対応状況を変えました'), ('reopened', '再開しました'), ('referred', '他機関へ引き継ぎました'), ('assigned', '担当を変えました'), ('department', '担当課を変えました'), ('due', '期限を変えました'), ('position', '場所を直しました'), ('note', 'メモ'), ('message_out', '通報者へ'), ('message_in', '通報者から'), ('erased', '取り消されました')], max_length=20)),
                ('actor_kind', models.CharField(max_length=20)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('text', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField()),
                ('source', models.CharField(blank=True, max_length=80)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='reports.case')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('report', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.report')),
            ],
        ),
        migrations.CreateModel(
            name='ReportKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(verbose_name='キー')),
                ('name', models.CharField(max_length=60, verbose_name='名前')),
                ('icon', models.CharField(blank=True, max_length=40, verbose_name='アイコン')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='並び順')),
                ('target_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='対応の目標（日数）')),
                ('counts_working_days', models.BooleanField(default=True, verbose_name='開庁日で数える')),
                ('closed_hours', models.CharField(choices=[('wait', '開庁したら知らせる'), ('at_once', '夜間・休日もすぐ知らせる'), ('duty', '夜間・休日は当直へ知らせる')], default='wait', max_length=10, verbose_name='閉庁時間の通知')),
                ('duty_email', models.EmailField(blank=True, max_length=254, verbose_name='当直のメール')),
                ('duty_phone', models.CharField(blank=True, max_length=20, verbose_name='当直の電話')),
                ('is_active', models.BooleanField(default=True, verbose_name='受け付ける')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.reportkind'),
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('at_once', 'そのつど'), ('digest', '1日1回まとめて'), ('none', '受け取らない')], max_length=10)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to=settings.AUTH_USER_MODEL)),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.reportkind')),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.reportkind'),
        ),
        migrations.CreateModel(
            name='AnswerTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='名前')),
                ('status', models.CharField(blank=True, choices=[('received', '受付'), ('under_review', '確認中'), ('in_progress', '対応中'), ('resolved', '完了'), ('no_action', '対応不要'), ('referred', '他機関へ引継')], max_length=20, verbose_name='対応状況')),
                ('text', models.TextField(max_length=2000, verbose_name='文面')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.reportkind')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReportPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(blank=True, max_length=80)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='reports.caseentry')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='reports.report')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='ReportSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.TimeField(default=datetime.time(8, 30), verbose_name='開庁')),
                ('closes_at', models.TimeField(default=datetime.time(17, 15), verbose_name='閉庁')),
                ('closed_days', models.JSONField(blank=True, default=list, verbose_name='市の休み')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.department')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.area')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.department')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='routes', to='reports.reportkind')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名前')),
                ('query', models.CharField(max_length=1000)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WaitingNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('summary', models.CharField(max_length=200)),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.case')),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='名前')),
                ('phone', models.CharField(max_length=20, verbose_name='電話')),
                ('hours', models.CharField(blank=True, max_length=100, verbose_name='受付時間')),
                ('looks_after', models.CharField(blank=True, max_length=200, verbose_name='担当するもの')),
                ('is_active', models.BooleanField(default=True)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'name'), name='authority_name_unique')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.CharField(max_length=6)),
                ('last', models.PositiveIntegerField(default=0)),
                ('municipality', models.ForeignKey(db_index=False, default=kairan.municipalities.tenancy.entered_town_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('municipality', 'fiscal_year'), name='one_counter_per_fiscal_year')],
            },
        ),
        migrations.AddIndex(
            model_name='caseentry',
            index=models.Index(fields=['municipality', 'case', 'id'], name='entry_of_case'),
        ),
        migrations.AddIndex(
            model_name='caseentry',
            index=models.Index(condition=models.Q(('source', ''), _negated=True), fields=['municipality', 'source'], name='entry_by_source'),
        ),
        migrations.AddConstraint(
            model_name='reportkind',
            constraint=models.UniqueConstraint(fields=('municipality', 'key'), name='report_kind_key_unique'),
        ),
        migrations.AddConstraint(
            model_name='reportkind',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_hours', 'duty'), _negated=True), models.Q(('duty_email', ''), _negated=True), _connector='OR'), name='duty_rule_needs_an_address', violation_error_message='当直へ知らせるには、当直のメールが要ります。'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('municipality', 'receipt_number'), name='receipt_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('municipality', 'run_key'), name='one_report_per_run'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='report_position_whole_and_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='noticepreference',
            constraint=models.UniqueConstraint(fields=('person', 'kind'), name='one_notice_preference_per_kind', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['municipality', '-opened_at', '-id'], include=('status', 'kind', 'area', 'department', 'assignee', 'channel'), name='case_recent'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['municipality', 'department', '-opened_at', '-id'], include=('status', 'kind', 'area', 'assignee', 'channel'), name='case_by_department'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['municipality', 'kind', '-opened_at', '-id'], include=('status', 'area', 'department', 'assignee', 'channel'), name='case_by_kind'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['municipality', 'area', '-opened_at', '-id'], include=('status', 'kind', 'department', 'assignee', 'channel'), name='case_by_area'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('assignee__isnull', False)), fields=['municipality', 'assignee', '-opened_at', '-id'], include=('status', 'kind', 'area', 'department', 'channel'), name='case_by_assignee'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ('received', 'under_review', 'in_progress'))), fields=['municipality', '-opened_at', '-id'], include=('status', 'kind', 'area', 'department', 'assignee', 'channel', 'due_on', 'tile', 'longitude', 'latitude'), name='case_open'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['municipality', '-opened_at', '-id'], name='case_waiting'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('tile__isnull', False)), fields=['municipality', 'tile', '-opened_at', '-id'], include=('status', 'kind', 'area', 'department', 'assignee', 'channel', 'longitude', 'latitude'), name='case_by_tile'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('municipality', 'number'), name='case_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='case_position_whole_and_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('status__in', ('received', 'under_review', 'in_progress'))), models.Q(('closed_at__isnull', False), models.Q(('status__in', ('received', 'under_review', 'in_progress')), _negated=True)), _connector='OR'), name='case_closed_at_follows_status'),
        ),
        migrations.AddIndex(
            model_name='reportphoto',
            index=models.Index(condition=models.Q(('source', ''), _negated=True), fields=['municipality', 'source'], name='photo_by_source'),
        ),
        migrations.AddConstraint(
            model_name='reportsettings',
            constraint=models.UniqueConstraint(fields=('municipality',), name='one_report_settings_per_town'),
        ),
        migrations.AddConstraint(
            model_name='reportsettings',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='town_hall_opens_before_it_closes'),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=models.UniqueConstraint(fields=('municipality', 'kind', 'area'), name='one_route_per_kind_and_area', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('person', 'name'), name='saved_view_name_unique'),
        ),
        migrations.AddIndex(
            model_name='waitingnotice',
            index=models.Index(condition=models.Q(('sent_at__isnull', True)), fields=['municipality', 'due_at'], name='waiting_notice_due'),
        ),
    ]
