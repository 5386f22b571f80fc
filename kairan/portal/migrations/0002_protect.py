# SPDX-License-Identifier: Apache-2.0
from django.db import migrations

from kairan.municipalities.rls import ProtectTown


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [ProtectTown("portal_incomingphoto", "portal_miniapp", "portal_usedtoken")]
