# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [ProtectTown("intake_incomingmail", "intake_incomingphoto")]
