# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("line", "0002_protect")]

    operations: list[migrations.operations.base.Operation] = []
