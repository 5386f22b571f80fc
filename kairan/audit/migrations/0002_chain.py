# SPDX-License-Identifier: Apache-2.0
"""The chain lives in the database: no writer, this program included, can skip or change a link."""

from django.db import migrations

from kairan.municipalities.rls import ProtectTown

CHAIN = """
CREATE FUNCTION audit_digest(e audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(e.previous_digest || convert_to(jsonb_build_array(
        e.municipality_id, e.number, extract(epoch FROM e.at), e.actor_kind, e.actor_id,
        e.actor_name, e.verb, e.target_kind, e.target_id, e.summary, e.changes
    )::text, 'UTF8'))
$$;

CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    -- One writer a town at a time, until its transaction ends: numbers leave no gaps.
    PERFORM pg_advisory_xact_lock(hashtext('audit'), NEW.municipality_id::int);
    SELECT number, digest INTO last FROM audit_entry
        WHERE municipality_id = NEW.municipality_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous_digest := coalesce(last.digest, ''::bytea);
    NEW.digest := audit_digest(NEW);
    RETURN NEW;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_link BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_link();
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
UNCHAIN = """
DROP TRIGGER audit_no_truncate ON audit_entry;
DROP TRIGGER audit_no_change ON audit_entry;
DROP TRIGGER audit_link ON audit_entry;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_link();
DROP FUNCTION audit_digest(audit_entry);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNCHAIN), ProtectTown("audit_entry")]
