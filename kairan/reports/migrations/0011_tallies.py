# SPDX-License-Identifier: Apache-2.0
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_field_work")]

    operations: list[migrations.operations.base.Operation] = []
