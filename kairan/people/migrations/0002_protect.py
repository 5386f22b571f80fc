# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [ProtectTown("people_person", "people_membership")]
