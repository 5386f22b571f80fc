# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_at_work")]

    operations: list[migrations.operations.base.Operation] = []
