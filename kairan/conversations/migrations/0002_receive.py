# SPDX-License-Identifier: Apache-2.0
"""One statement takes in a whole call of LINE's: events stored once, a job for each resident."""

from django.db import migrations

from kairan.municipalities.rls import ProtectTown

RECEIVE = """
-- Looked up for every event; procrastinate itself asks for the waiting jobs of a lock as well.
CREATE INDEX conversations_waiting_jobs ON procrastinate_jobs (lock) WHERE status = 'todo';

CREATE FUNCTION conversations_receive(_town bigint, _channel bigint, _events jsonb)
    RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    fresh text[];
BEGIN
    WITH stored AS (
        INSERT INTO conversations_inboundevent (
            municipality_id, channel_id, event_id, user_id, kind, happened_at, payload,
            received_at, processed_at, outcome, tries, error
        )
        SELECT _town, _channel, e->>'id', e->>'user', e->>'kind', (e->>'at')::bigint, e->'raw',
               clock_timestamp(),
               -- Nobody to talk to: kept, and done with.
               CASE WHEN e->>'user' = '' THEN clock_timestamp() END,
               CASE WHEN e->>'user' = '' THEN 'ignored' ELSE '' END,
               0, ''
        FROM jsonb_array_elements(_events) AS e
        ORDER BY e->>'id'  -- two calls with the same events take their locks in one order
        ON CONFLICT DO NOTHING
        RETURNING user_id
    )
    SELECT array_agg(user_id) INTO fresh FROM stored;

    PERFORM procrastinate_defer_jobs_v1(array_agg(
        ROW('inbox', 'kairan.conversations.tasks.work_inbox', 20, who.lock, NULL,
            jsonb_build_object(
                'municipality_id', _town, 'channel_id', _channel, 'user_id', who.user_id
            ), NULL
        )::procrastinate_job_to_defer_v1
    ))
    FROM (
        SELECT DISTINCT u AS user_id, 'line:' || _channel || ':' || u AS lock
        FROM unnest(fresh) AS u WHERE u <> ''
    ) AS who
    -- One waiting job for a resident is enough: it will find these events too. Sharing its lock
    -- keeps it from starting before they are committed; one that has just started is passed by.
    WHERE NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS job
        WHERE job.lock = who.lock AND job.status = 'todo' AND job.scheduled_at IS NULL
          AND job.task_name = 'kairan.conversations.tasks.work_inbox'
        FOR SHARE SKIP LOCKED
    )
    HAVING count(*) > 0;

    IF fresh IS NOT NULL THEN
        -- A waiting job whose lock we shared was passed by if a worker looked just then.
        PERFORM pg_notify('procrastinate_any_queue_v1', '{"type": "job_inserted", "job_id": 0}');
    END IF;

    RETURN coalesce(array_length(fresh, 1), 0);
END $$;
"""
UNRECEIVE = """
DROP FUNCTION conversations_receive(bigint, bigint, jsonb);
DROP INDEX conversations_waiting_jobs;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunSQL(RECEIVE, UNRECEIVE),
        ProtectTown("conversations_inboundevent", "conversations_dialogue"),
    ]
