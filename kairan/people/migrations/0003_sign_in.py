# SPDX-License-Identifier: Apache-2.0
"""What the sign-in keeps: its tables belong to the town of their person; its cache is shared."""

from django.core.management import call_command
from django.db import migrations

from kairan.municipalities.rls import ProtectTown

OWN_PERSON = "EXISTS (SELECT 1 FROM people_person p WHERE p.id = user_id)"
OWN_ADDRESS = "EXISTS (SELECT 1 FROM account_emailaddress a WHERE a.id = email_address_id)"
OWN_ACCOUNT = "EXISTS (SELECT 1 FROM socialaccount_socialaccount a WHERE a.id = account_id)"


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", verbosity=0, database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_protect"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [
        ProtectTown(
            "account_emailaddress",
            "mfa_authenticator",
            "usersessions_usersession",
            "socialaccount_socialaccount",
            rule=OWN_PERSON,
        ),
        ProtectTown("account_emailconfirmation", rule=OWN_ADDRESS),
        ProtectTown("socialaccount_socialtoken", rule=OWN_ACCOUNT),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
