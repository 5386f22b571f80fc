# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_other_ways_in")]

    operations: list[migrations.operations.base.Operation] = []
