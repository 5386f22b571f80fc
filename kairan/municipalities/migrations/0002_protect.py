# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0001_initial")]
    operations = [
        ProtectTown(
            "municipalities_area",
            "municipalities_areadraft",
            "municipalities_department",
            "municipalities_coverage",
        )
    ]
