# SPDX-License-Identifier: Apache-2.0
"""Other towns see nothing; a published version stays as it was, whoever writes."""

from django.db import migrations

from kairan.municipalities.rls import ProtectTown

KEEP = """
CREATE FUNCTION scenarios_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published scenario version is never changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER scenarios_version_stays BEFORE UPDATE OR DELETE ON scenarios_scenarioversion
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION scenarios_refuse();
"""
UNKEEP = """
DROP TRIGGER scenarios_version_stays ON scenarios_scenarioversion;
DROP FUNCTION scenarios_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0001_initial")]
    operations = [
        migrations.RunSQL(KEEP, UNKEEP),
        ProtectTown("scenarios_scenario", "scenarios_scenarioversion", "scenarios_run"),
    ]
