# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0003_designer")]

    operations: list[migrations.operations.base.Operation] = []
