# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_initial")]
    operations = [ProtectTown("residents_resident", "residents_friend", "residents_contactdetails")]
