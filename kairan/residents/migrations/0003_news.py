# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_protect")]

    operations = [
        migrations.AddField(
            model_name="contactdetails",
            name="language",
            field=models.CharField(default="ja", max_length=20, verbose_name="言語"),
        ),
        migrations.AddField(
            model_name="contactdetails",
            name="news",
            field=models.BooleanField(default=False, verbose_name="メールで知らせる"),
        ),
    ]
