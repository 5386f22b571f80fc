# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_search")]

    operations: list[migrations.operations.base.Operation] = []
