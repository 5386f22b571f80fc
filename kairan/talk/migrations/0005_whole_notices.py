# SPDX-License-Identifier: Apache-2.0
"""A notice carries its message whole, so that nobody has to read again what was just written.

That is done where the message says all of itself: no quotation (whether one may be seen depends on
who reads it), nothing forwarded, no attachment. Such notices, and those that would be longer than
PostgreSQL takes, carry the id, and every web process reads the message as it always has.
"""

from importlib import import_module

from django.db import migrations

# As ``talk.shape`` makes it of what is stored; a test holds the two together.
STORE = """
CREATE OR REPLACE FUNCTION talk_store(_town bigint, _messages jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    said record;
    answers jsonb := '[]';
    known record;
    here record;
    who record;
    files integer;
    has_files boolean;
    new_id bigint;
    named jsonb;
    recipients bigint;
    notice text;
    at timestamptz := clock_timestamp();
BEGIN
    -- In the order of rooms, so that two batches take their locks in one order.
    FOR said IN
        SELECT * FROM ROWS FROM (jsonb_to_recordset(_messages) AS (
            room bigint, client_id uuid, person bigint, kind text, text text, stamp text,
            longitude float8, latitude float8, position bigint, answers bigint,
            forwarded_from bigint, mentions jsonb, importance smallint, must_confirm boolean,
            attachments jsonb, folded text, session text, seal text
        )) WITH ORDINALITY ORDER BY room, ordinality
    LOOP
        SELECT id, last_number, kind, closed_at INTO here FROM talk_room
        WHERE id = said.room FOR NO KEY UPDATE;

        SELECT id, room_id, number, person_id, sent_at INTO known FROM talk_message
        WHERE municipality_id = _town AND client_id = said.client_id;
        IF FOUND THEN
            answers := answers || CASE
                WHEN known.person_id = said.person THEN jsonb_build_object(
                    'client_id', said.client_id, 'state', 'again', 'room', known.room_id,
                    'id', known.id, 'number', known.number, 'sent_at', known.sent_at)
                ELSE jsonb_build_object(
                    'client_id', said.client_id, 'state', 'refused', 'reason', 'taken')
            END;
            CONTINUE;
        END IF;

        -- Read after the room has been locked: who was removed before that is not here any more.
        -- From the person's few seats to the room, never from all who are in it (``OFFSET 0``).
        SELECT member.position_id, member.sees_after, seat.kind, seat.name,
            person.name AS person_name
        INTO who
        FROM people_person AS person
        CROSS JOIN LATERAL (
            SELECT position_id FROM people_tenure
            WHERE person_id = person.id AND ended_at IS NULL OFFSET 0
        ) AS held
        CROSS JOIN LATERAL (
            SELECT id, position_id, sees_after FROM talk_member
            WHERE room_id = here.id AND position_id = held.position_id AND left_at IS NULL OFFSET 0
        ) AS member
        JOIN people_position AS seat ON seat.id = member.position_id AND seat.closed_at IS NULL
        WHERE person.id = said.person AND person.is_active
          AND (said.position IS NULL OR member.position_id = said.position)
          AND (said.seal IS NULL
               OR person.session_epoch || ':' || md5(person.password) = said.seal)
          AND (said.session IS NULL OR EXISTS (
                SELECT FROM django_session
                WHERE session_key = said.session AND expire_date > at))
        ORDER BY seat.place, member.id LIMIT 1;
        IF NOT FOUND THEN
            answers := answers || jsonb_build_object(
                'client_id', said.client_id, 'state', 'refused', 'reason', 'not_here');
            CONTINUE;
        END IF;
        IF here.closed_at IS NOT NULL THEN
            answers := answers || jsonb_build_object(
                'client_id', said.client_id, 'state', 'refused', 'reason', 'closed');
            CONTINUE;
        END IF;
        IF here.kind = 'announcement' AND who.kind <> 'desk' THEN
            answers := answers || jsonb_build_object(
                'client_id', said.client_id, 'state', 'refused', 'reason', 'office_only');
            CONTINUE;
        END IF;

        has_files := jsonb_array_length(said.attachments) > 0;
        IF has_files THEN
            PERFORM id FROM talk_attachment
            WHERE key IN (SELECT k::uuid FROM jsonb_array_elements_text(said.attachments) AS k)
              AND person_id = said.person AND message_id IS NULL
              AND (said.kind <> 'photos' OR stored_id IS NOT NULL)
            FOR UPDATE;
            GET DIAGNOSTICS files = ROW_COUNT;
            IF files <> jsonb_array_length(said.attachments) THEN
                answers := answers || jsonb_build_object(
                    'client_id', said.client_id, 'state', 'refused', 'reason', 'attachment');
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
            _town, here.id, here.last_number, said.client_id, who.position_id,
            said.person, said.kind, said.text, said.stamp, said.longitude, said.latitude,
            (SELECT id FROM talk_message
             WHERE id = said.answers AND room_id = here.id AND number > who.sees_after),
            said.forwarded_from,
            CASE WHEN said.mentions IN ('[]', '[0]') THEN said.mentions ELSE (
                SELECT coalesce(jsonb_agg(one), '[]')
                FROM jsonb_array_elements(said.mentions) AS one
                JOIN talk_member AS member ON member.room_id = here.id
                    AND member.left_at IS NULL AND member.position_id = one::bigint)
            END,
            said.importance, said.must_confirm, at,
            talk_lexemes(_town, here.id, said.folded)
        ) RETURNING id, mentions INTO new_id, named;

        INSERT INTO talk_recipient (
            municipality_id, message_id, room_id, position_id, number, reminders
        )
        SELECT _town, new_id, here.id, position_id, here.last_number, 0
        FROM talk_member
        WHERE room_id = here.id AND left_at IS NULL AND position_id <> who.position_id
        ORDER BY position_id;
        GET DIAGNOSTICS recipients = ROW_COUNT;

        IF has_files THEN
            UPDATE talk_attachment SET message_id = new_id, place = given.place
            FROM jsonb_array_elements_text(said.attachments) WITH ORDINALITY AS given(k, place)
            WHERE talk_attachment.key = given.k::uuid;
        END IF;

        UPDATE talk_roomsetting SET draft = '', draft_at = NULL
        WHERE room_id = here.id AND person_id = said.person AND draft <> '';

        notice := NULL;
        IF said.answers IS NULL AND said.forwarded_from IS NULL AND NOT has_files THEN
            notice := json_build_object(
                'town', _town, 'topics', json_build_array('room:' || here.id),
                'kind', 'talk.message', 'room', here.id, 'number', here.last_number,
                'whole', true, 'message', json_build_object(
                    'id', new_id, 'room', here.id, 'number', here.last_number,
                    'kind', said.kind, 'client_id', said.client_id,
                    'position', json_build_object('id', who.position_id, 'name', who.name),
                    'person', json_build_object('id', said.person, 'name', who.person_name),
                    'text', said.text, 'stamp', said.stamp,
                    'place', CASE WHEN said.longitude IS NOT NULL THEN json_build_object(
                        'longitude', said.longitude, 'latitude', said.latitude) END,
                    'answers', NULL, 'forwarded', NULL,
                    'mentions', named, 'importance', said.importance,
                    'must_confirm', said.must_confirm, 'sent_at', at, 'recalled', false,
                    'attachments', '[]'::json, 'reactions', '[]'::json, 'pinned', false,
                    'recipients', recipients, 'read', 0, 'confirmed', 0))::text;
        END IF;
        IF notice IS NULL OR octet_length(notice) >= 8000 THEN
            notice := json_build_object(
                'town', _town, 'topics', json_build_array('room:' || here.id),
                'kind', 'talk.message', 'room', here.id, 'message', new_id,
                'number', here.last_number)::text;
        END IF;
        PERFORM pg_notify('kairan_notices', notice);

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
            'client_id', said.client_id, 'state', 'stored', 'room', here.id, 'id', new_id,
            'number', here.last_number, 'sent_at', at);
    END LOOP;
    RETURN answers;
END $$;
"""
BEFORE = import_module("kairan.talk.migrations.0002_storing").STORE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("talk", "0004_search")]
    operations = [migrations.RunSQL(STORE, BEFORE)]
