# SPDX-License-Identifier: Apache-2.0
"""Messages found by their words, by an index that works under row-level security.

As for cases: one function, owned by a role that sees what a search needs and no text, returns the
newest ids. Ids are walked in windows from the newest down: of a common word the first few thousand
messages hold enough, and a rare one is found by its words in whichever window it stands.
"""

from django.db import migrations

# The days of large ranges of pages: nearly nothing to keep, and a search between two days reads
# no other pages. 必読 are few, and asked for by the console's list of rooms.
INDEXES = """
CREATE INDEX message_search ON talk_message
    USING gin (search) WITH (gin_pending_list_limit = 512);
CREATE INDEX message_days ON talk_message USING brin (sent_at) WITH (autosummarize = on);
CREATE INDEX message_must_confirm ON talk_message (room_id, number) WHERE must_confirm;
"""
NO_INDEXES = """
DROP INDEX message_search;
DROP INDEX message_days;
DROP INDEX message_must_confirm;
"""

# A file is found by its name, too; folded as kairan.lib.folding does it, as far as SQL can.
_KATAKANA = "".join(map(chr, range(ord("ァ"), ord("ヶ") + 1)))
_HIRAGANA = "".join(map(chr, range(ord("ァ") - 0x60, ord("ヶ") - 0x60 + 1)))
FILE_NAMES = """
CREATE FUNCTION talk_file_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.document_id IS NOT NULL AND NEW.message_id IS NOT NULL THEN
        UPDATE talk_message AS said
        SET search = array_to_tsvector(
            tsvector_to_array(said.search) || tsvector_to_array(talk_lexemes(
                said.municipality_id, said.room_id,
                translate(lower(normalize(file.name, NFKC)), 'KATAKANA', 'HIRAGANA')
            ))
        )
        FROM files_storeddocument AS file
        WHERE said.id = NEW.message_id AND file.id = NEW.document_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER file_words AFTER INSERT OR UPDATE OF message_id ON talk_attachment
    FOR EACH ROW EXECUTE FUNCTION talk_file_words();
""".replace("KATAKANA", _KATAKANA).replace("HIRAGANA", _HIRAGANA)
NO_FILE_NAMES = """
DROP TRIGGER file_words ON talk_attachment;
DROP FUNCTION talk_file_words();
"""

# Rooms come with the number after which each is shown. The conditions stand in the statement only
# where they are given, so that each statement is planned for what it asks.
SEARCH = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kairan_search') THEN
        RAISE EXCEPTION 'the role kairan_search is missing' USING HINT =
            'As a superuser: CREATE ROLE kairan_search NOLOGIN NOSUPERUSER NOBYPASSRLS; '
            'GRANT kairan_search TO ' || quote_ident(current_user)
            || ' WITH INHERIT FALSE, SET TRUE;';
    END IF;
END $$;
CREATE POLICY search_all ON talk_message FOR SELECT TO kairan_search USING (true);
GRANT SELECT (
    id, municipality_id, room_id, number, position_id, person_id, kind, sent_at, search
) ON talk_message TO kairan_search;
CREATE FUNCTION talk_search(
    query tsquery, rooms bigint[], after bigint[], position_of bigint, person_of bigint,
    kinds text[], since timestamptz, until timestamptz, below bigint, most integer
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET enable_seqscan = off AS $$
DECLARE
    top bigint := coalesce(below, (SELECT max(id) + 1 FROM public.talk_message));
    size bigint := 20000;
    found integer := 0;
    here integer;
    asked text := 'SELECT said.id FROM public.talk_message AS said'
        ' JOIN unnest($2, $3) AS seen(room, after)'
        '   ON seen.room = said.room_id AND said.number > seen.after'
        ' WHERE said.id >= $9 AND said.id < $10 AND said.room_id = ANY ($2)'
        -- The addition keeps an index on the town out of this: rooms and words name it already.
        '   AND said.municipality_id + 0'
        '       = NULLIF(current_setting(''kairan.municipality'', true), '''')::bigint'
        || CASE WHEN query IS NULL THEN '' ELSE ' AND said.search @@ $1' END
        || CASE WHEN position_of IS NULL THEN '' ELSE ' AND said.position_id = $4' END
        || CASE WHEN person_of IS NULL THEN '' ELSE ' AND said.person_id = $5' END
        || CASE WHEN kinds IS NULL THEN '' ELSE ' AND said.kind = ANY ($6)' END
        || CASE WHEN since IS NULL THEN '' ELSE ' AND said.sent_at >= $7' END
        || CASE WHEN until IS NULL THEN '' ELSE ' AND said.sent_at < $8' END
        || ' ORDER BY said.id DESC LIMIT $11';
BEGIN
    WHILE top > 0 AND found < most LOOP
        RETURN QUERY EXECUTE asked
            USING query, rooms, after, position_of, person_of, kinds, since, until,
                  top - size, top, most - found;
        GET DIAGNOSTICS here = ROW_COUNT;
        found := found + here;
        top := top - size;
        size := least(size * 4, 160000);
    END LOOP;
END $$;
GRANT USAGE, CREATE ON SCHEMA public TO kairan_search;
ALTER FUNCTION talk_search OWNER TO kairan_search;
REVOKE CREATE ON SCHEMA public FROM kairan_search;
DO $$ DECLARE program name := current_user; BEGIN
    SET LOCAL ROLE kairan_search;
    REVOKE ALL ON FUNCTION talk_search FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION talk_search TO %I', program);
    EXECUTE format('SET LOCAL ROLE %I', program);
END $$;
"""
NO_SEARCH = """
DO $$ DECLARE program name := current_user; BEGIN
    SET LOCAL ROLE kairan_search;
    DROP FUNCTION talk_search;
    EXECUTE format('SET LOCAL ROLE %I', program);
END $$;
REVOKE SELECT (
    id, municipality_id, room_id, number, position_id, person_id, kind, sent_at, search
) ON talk_message FROM kairan_search;
DROP POLICY search_all ON talk_message;
"""


class Migration(migrations.Migration):
    dependencies = [("talk", "0003_rooms")]
    operations = [
        migrations.RunSQL(INDEXES, NO_INDEXES),
        migrations.RunSQL(FILE_NAMES, NO_FILE_NAMES),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
