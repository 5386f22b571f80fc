# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0001_initial")]
    operations = [ProtectTown("deliveries_delivery", "deliveries_attempt")]
