# SPDX-License-Identifier: Apache-2.0
"""One statement stores what waits to be said: numbered, addressed to who is there, and told."""

from django.db import migrations

from kairan.municipalities.rls import ProtectTown

# Pairs of neighbouring characters as in the search for cases, and the room as a mark.
LEXEMES = """
CREATE FUNCTION talk_lexemes(town bigint, room bigint, folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(
        coalesce(array_agg(town || ':' || rtrim(here || next)), '{}') || (town || 'r:' || room)
    )
    FROM (
        SELECT here, lead(here, 1, ' ') OVER (ORDER BY place) AS next
        FROM unnest(string_to_array(folded || ' ', NULL)) WITH ORDINALITY AS letters(here, place)
    ) AS pairs
    WHERE here <> ' '
$$;
ALTER TABLE talk_message ADD COLUMN search tsvector;
"""
NO_LEXEMES = """
ALTER TABLE talk_message DROP COLUMN search;
DROP FUNCTION talk_lexemes(bigint, bigint, text);
"""

STORE = """
CREATE FUNCTION talk_store(_town bigint, _messages jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    said jsonb;
    answers jsonb := '[]';
    known record;
    here record;
    who record;
    files integer;
    new_id bigint;
    at timestamptz := clock_timestamp();
BEGIN
    -- In the order of rooms, so that two batches take their locks in one order.
    FOR said IN
        SELECT one FROM jsonb_array_elements(_messages) WITH ORDINALITY AS given(one, place)
        ORDER BY (one->>'room')::bigint, place
    LOOP
        SELECT id, last_number, kind, closed_at INTO here FROM talk_room
        WHERE id = (said->>'room')::bigint FOR NO KEY UPDATE;

        SELECT id, room_id, number, person_id, sent_at INTO known FROM talk_message
        WHERE municipality_id = _town AND client_id = (said->>'client_id')::uuid;
        IF FOUND THEN
            answers := answers || CASE
                WHEN known.person_id = (said->>'person')::bigint THEN jsonb_build_object(
                    'client_id', said->>'client_id', 'state', 'again', 'room', known.room_id,
                    'id', known.id, 'number', known.number, 'sent_at', known.sent_at)
                ELSE jsonb_build_object(
                    'client_id', said->>'client_id', 'state', 'refused', 'reason', 'taken')
            END;
            CONTINUE;
        END IF;

        -- Read after the room has been locked: who was removed before that is not here any more.
        SELECT member.position_id, member.sees_after, seat.kind INTO who
        FROM talk_member AS member
        JOIN people_position AS seat ON seat.id = member.position_id AND seat.closed_at IS NULL
        JOIN people_tenure AS tenure
            ON tenure.position_id = member.position_id AND tenure.ended_at IS NULL
        JOIN people_person AS person ON person.id = tenure.person_id AND person.is_active
        WHERE member.room_id = here.id AND member.left_at IS NULL
          AND person.id = (said->>'person')::bigint
          AND (said->>'position' IS NULL OR member.position_id = (said->>'position')::bigint)
          AND (said->>'seal' IS NULL
               OR person.session_epoch || ':' || md5(person.password) = said->>'seal')
          AND (said->>'session' IS NULL OR EXISTS (
                SELECT FROM django_session
                WHERE session_key = said->>'session' AND expire_date > at))
        ORDER BY seat.place, member.id LIMIT 1;
        IF NOT FOUND THEN
            answers := answers || jsonb_build_object(
                'client_id', said->>'client_id', 'state', 'refused', 'reason', 'not_here');
            CONTINUE;
        END IF;
        IF here.closed_at IS NOT NULL THEN
            answers := answers || jsonb_build_object(
                'client_id', said->>'client_id', 'state', 'refused', 'reason', 'closed');
            CONTINUE;
        END IF;
        IF here.kind = 'announcement' AND who.kind <> 'desk' THEN
            answers := answers || jsonb_build_object(
                'client_id', said->>'client_id', 'state', 'refused', 'reason', 'office_only');
            CONTINUE;
        END IF;

        IF jsonb_array_length(said->'attachments') > 0 THEN
            PERFORM id FROM talk_attachment
            WHERE key IN (SELECT k::uuid FROM jsonb_array_elements_text(said->'attachments') AS k)
              AND person_id = (said->>'person')::bigint AND message_id IS NULL
              AND (said->>'kind' <> 'photos' OR stored_id IS NOT NULL)
            FOR UPDATE;
            GET DIAGNOSTICS files = ROW_COUNT;
            IF files <> jsonb_array_length(said->'attachments') THEN
                answers := answers || jsonb_build_object(
                    'client_id', said->>'client_id', 'state', 'refused', 'reason', 'attachment');
                CONTINUE;
            END IF;
        END IF;

        UPDATE talk_room SET last_number = last_number + 1, last_message_at = at
        WHERE id = here.id RETURNING last_number INTO here.last_number;

        INSERT INTO talk_message (
            municipality_id, room_id, number, client_id, position_id, person_id, kind, text, stamp,
            longitude, latitude, answers_id, forwarded_from_id, mentions, importance,
            must_confirm, sent_at, search
        ) VALUES (
            _town, here.id, here.last_number, (said->>'client_id')::uuid, who.position_id,
            (said->>'person')::bigint, said->>'kind', said->>'text', said->>'stamp',
            (said->>'longitude')::float8, (said->>'latitude')::float8,
            (SELECT id FROM talk_message
             WHERE id = (said->>'answers')::bigint AND room_id = here.id
               AND number > who.sees_after),
            (said->>'forwarded_from')::bigint,
            CASE WHEN said->'mentions' IN ('[]', '[0]') THEN said->'mentions' ELSE (
                SELECT coalesce(jsonb_agg(one), '[]')
                FROM jsonb_array_elements(said->'mentions') AS one
                JOIN talk_member AS named ON named.room_id = here.id AND named.left_at IS NULL
                    AND named.position_id = one::bigint)
            END,
            (said->>'importance')::smallint,
            (said->>'must_confirm')::boolean, at, talk_lexemes(_town, here.id, said->>'folded')
        ) RETURNING id INTO new_id;

        INSERT INTO talk_recipient (
            municipality_id, message_id, room_id, position_id, number, reminders
        )
        SELECT _town, new_id, here.id, position_id, here.last_number, 0
        FROM talk_member
        WHERE room_id = here.id AND left_at IS NULL AND position_id <> who.position_id
        ORDER BY position_id;

        IF jsonb_array_length(said->'attachments') > 0 THEN
            UPDATE talk_attachment SET message_id = new_id, place = given.place
            FROM jsonb_array_elements_text(said->'attachments') WITH ORDINALITY AS given(k, place)
            WHERE talk_attachment.key = given.k::uuid;
        END IF;

        UPDATE talk_roomsetting SET draft = '', draft_at = NULL
        WHERE room_id = here.id AND person_id = (said->>'person')::bigint AND draft <> '';

        PERFORM pg_notify('kairan_notices', json_build_object(
            'town', _town, 'topics', json_build_array('room:' || here.id),
            'kind', 'talk.message', 'room', here.id, 'message', new_id,
            'number', here.last_number)::text);

        -- Push and mail wait two seconds: who is looking has read it by then. One waiting job of a
        -- room is enough; sharing its lock keeps it from starting before this is committed.
        IF NOT EXISTS (
            SELECT FROM procrastinate_jobs
            WHERE queueing_lock = 'talk:' || here.id AND status = 'todo'
            FOR SHARE SKIP LOCKED
        ) THEN
            BEGIN
                PERFORM procrastinate_defer_jobs_v1(ARRAY[
                    ROW('talk', 'kairan.talk.tasks.tell', 10, NULL, 'talk:' || here.id,
                        jsonb_build_object('municipality_id', _town, 'room_id', here.id),
                        at + interval '2 seconds')::procrastinate_job_to_defer_v1
                ]);
            EXCEPTION WHEN unique_violation THEN
                NULL;  -- it is being taken at this moment, and looks again when it is done
            END;
        END IF;

        answers := answers || jsonb_build_object(
            'client_id', said->>'client_id', 'state', 'stored', 'room', here.id, 'id', new_id,
            'number', here.last_number, 'sent_at', at);
    END LOOP;
    RETURN answers;
END $$;
"""
UNSTORE = "DROP FUNCTION talk_store(bigint, jsonb);"


class Migration(migrations.Migration):
    dependencies = [
        ("talk", "0001_initial"),
        ("people", "0004_positions"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunSQL(LEXEMES, NO_LEXEMES),
        migrations.RunSQL(STORE, UNSTORE),
        ProtectTown(
            "talk_room",
            "talk_member",
            "talk_message",
            "talk_attachment",
            "talk_recipient",
            "talk_reaction",
            "talk_pin",
            "talk_roomsetting",
            "talk_talkrules",
        ),
    ]
