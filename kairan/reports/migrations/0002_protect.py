# SPDX-License-Identifier: Apache-2.0
"""Row-level security, and what a resident said stays as it was said."""

from django.db import migrations

from kairan.municipalities.rls import ProtectTown

# Joining another case is allowed. So is emptying what the resident took back, while erased_at
# moves; putting other words in their place is not.
KEEP_REPORTS = """
CREATE FUNCTION reports_keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb;
    emptied boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report is never deleted';
    END IF;
    SELECT coalesce(jsonb_object_agg(n.key, n.value), '{}') INTO changed
      FROM jsonb_each(to_jsonb(NEW)) n
     WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key
       AND n.key NOT IN ('case_id', 'resident_id', 'erased_at');
    IF changed = '{}' THEN
        RETURN NEW;
    END IF;
    IF NEW.erased_at IS NULL OR NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    SELECT bool_and(
        CASE
        WHEN c.key = 'answers' THEN
            jsonb_array_length(NEW.answers) = jsonb_array_length(OLD.answers)
            AND NOT EXISTS (
                SELECT FROM jsonb_array_elements(NEW.answers) WITH ORDINALITY a(said, place)
                JOIN jsonb_array_elements(OLD.answers) WITH ORDINALITY b(said, place) USING (place)
                WHERE a.said - 'answer' IS DISTINCT FROM b.said - 'answer'
                   OR (a.said IS DISTINCT FROM b.said AND a.said ->> 'answer' <> '')
            )
        WHEN c.key = 'areas' THEN c.value = '[]'
        WHEN c.key IN ('text', 'address', 'position_source') THEN c.value = '""'
        WHEN c.key IN ('longitude', 'latitude', 'accuracy') THEN c.value = 'null'
        ELSE false
        END
    ) INTO emptied FROM jsonb_each(changed) c;
    IF NOT emptied THEN
        RAISE EXCEPTION 'a report is never rewritten';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_report BEFORE UPDATE OR DELETE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_keep_report();
"""
LET_REPORTS = """
DROP TRIGGER keep_report ON reports_report;
DROP FUNCTION reports_keep_report;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        ProtectTown(
            "reports_answertemplate",
            "reports_authority",
            "reports_case",
            "reports_caseentry",
            "reports_noticepreference",
            "reports_receiptcounter",
            "reports_report",
            "reports_reportkind",
            "reports_reportphoto",
            "reports_reportsettings",
            "reports_routingrule",
            "reports_savedview",
            "reports_waitingnotice",
        ),
        migrations.RunSQL(KEEP_REPORTS, LET_REPORTS),
    ]
