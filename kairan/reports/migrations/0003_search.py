# SPDX-License-Identifier: Apache-2.0
"""Free-text search that an index answers, under row-level security.

A trap: below a policy the planner may use an index only for operators that are marked leakproof,
and ``tsvector @@ tsquery`` is not; a search would read every row of the town. So one function,
owned by a role that sees the search column of all towns and nothing else, filters by the entered
town itself and returns ids. Each lexeme begins with its town's number, so that neighbours neither
answer nor slow it down.
"""

from django.db import migrations

# Lexemes: «12:道路» pairs of neighbouring characters, a word's last character alone, and marks such
# as «12s:received» for what lists are filtered by. ``folded`` comes folded (kairan.lib.folding).
LEXEMES = """
CREATE FUNCTION reports_lexemes(
    town bigint, folded text, status text, kind bigint, department bigint, area bigint, channel text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(
        array_agg(town || ':' || rtrim(here || next))
        || (town || 's:' || status)
        || (town || 'k:' || kind)
        || (town || 'd:' || coalesce(department, 0))
        || (town || 'a:' || coalesce(area, 0))
        || (town || 'c:' || channel)
    )
    FROM (
        SELECT here, lead(here, 1, ' ') OVER (ORDER BY place) AS next
        FROM unnest(string_to_array(folded || ' ', NULL)) WITH ORDINALITY AS letters(here, place)
    ) AS pairs
    WHERE here <> ' '
$$;
ALTER TABLE reports_case ADD COLUMN search tsvector GENERATED ALWAYS AS (
    reports_lexemes(
        municipality_id, search_text, status, kind_id, department_id, area_id, channel
    )
) STORED;
CREATE INDEX case_search ON reports_case USING gin (search) WITH (gin_pending_list_limit = 512);
"""
NO_LEXEMES = """
ALTER TABLE reports_case DROP COLUMN search;
DROP FUNCTION reports_lexemes;
"""

# enable_seqscan off: without knowing the words the planner would guess that reading all is faster.
SEARCH = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kairan_search') THEN
        RAISE EXCEPTION 'the role kairan_search is missing' USING HINT =
            'As a superuser: CREATE ROLE kairan_search NOLOGIN NOSUPERUSER NOBYPASSRLS; '
            'GRANT kairan_search TO ' || quote_ident(current_user) || ' WITH INHERIT FALSE, SET TRUE;';
    END IF;
END $$;
CREATE POLICY search_all ON reports_case FOR SELECT TO kairan_search USING (true);
GRANT SELECT (id, municipality_id, search) ON reports_case TO kairan_search;
CREATE FUNCTION reports_search(query tsquery, most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET enable_seqscan = off
SET enable_indexscan = off
SET enable_indexonlyscan = off AS $$
    SELECT id FROM public.reports_case
    WHERE search @@ query
      -- The addition keeps an index on the town out of this: the words name the town already.
      AND municipality_id + 0 = NULLIF(current_setting('kairan.municipality', true), '')::bigint
    LIMIT most
$$;
GRANT USAGE, CREATE ON SCHEMA public TO kairan_search;
ALTER FUNCTION reports_search OWNER TO kairan_search;
REVOKE CREATE ON SCHEMA public FROM kairan_search;
DO $$ DECLARE program name := current_user; BEGIN
    SET LOCAL ROLE kairan_search;
    REVOKE ALL ON FUNCTION reports_search FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION reports_search TO %I', program);
    EXECUTE format('SET LOCAL ROLE %I', program);
END $$;
"""
NO_SEARCH = """
DO $$ DECLARE program name := current_user; BEGIN
    SET LOCAL ROLE kairan_search;
    DROP FUNCTION reports_search;
    EXECUTE format('SET LOCAL ROLE %I', program);
END $$;
REVOKE SELECT (id, municipality_id, search) ON reports_case FROM kairan_search;
DROP POLICY search_all ON reports_case;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_protect")]
    operations = [
        migrations.RunSQL(LEXEMES, NO_LEXEMES),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
