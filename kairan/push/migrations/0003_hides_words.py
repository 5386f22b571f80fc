# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("push", "0002_protect")]
    operations = [
        migrations.AddField("pushsetting", "hides_words", models.BooleanField(default=False)),
    ]
