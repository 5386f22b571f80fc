# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("push", "0001_initial")]
    operations = [ProtectTown("push_subscription", "push_pushsetting")]
