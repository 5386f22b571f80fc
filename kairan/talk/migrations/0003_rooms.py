# SPDX-License-Identifier: Apache-2.0
"""Mentions are found by room; rooms whose members follow the town are told when it changes."""

import django.db.models.deletion
from django.db import migrations, models

MENTIONS = """
CREATE INDEX message_mentions ON talk_message (room_id, number) WHERE mentions <> '[]';
"""
NO_MENTIONS = "DROP INDEX message_mentions;"

# People stand below the talk and know nothing of it, so the tables tell. One waiting job of a town
# is enough; sharing its lock keeps it from starting before this is committed.
FOLLOW = """
CREATE FUNCTION talk_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    town bigint := coalesce(NEW.municipality_id, OLD.municipality_id);
BEGIN
    IF NOT EXISTS (
        SELECT FROM procrastinate_jobs
        WHERE queueing_lock = 'talk-members:' || town AND status = 'todo'
        FOR SHARE SKIP LOCKED
    ) THEN
        BEGIN
            PERFORM procrastinate_defer_jobs_v1(ARRAY[
                ROW('talk', 'kairan.talk.tasks.follow_town', 0, 'talk-members:' || town,
                    'talk-members:' || town, jsonb_build_object('municipality_id', town),
                    NULL)::procrastinate_job_to_defer_v1
            ]);
        EXCEPTION WHEN unique_violation THEN
            NULL;  -- it is being taken at this moment; the clock comes round as well
        END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER talk_follow_position_made AFTER INSERT ON people_position
    FOR EACH ROW EXECUTE FUNCTION talk_follow();
CREATE TRIGGER talk_follow_position AFTER UPDATE ON people_position FOR EACH ROW
    WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id OR OLD.closed_at IS DISTINCT FROM NEW.closed_at)
    EXECUTE FUNCTION talk_follow();
CREATE TRIGGER talk_follow_group AFTER INSERT OR DELETE ON people_groupmember
    FOR EACH ROW EXECUTE FUNCTION talk_follow();
CREATE TRIGGER talk_follow_tree AFTER UPDATE OF parent_id ON municipalities_area
    FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id)
    EXECUTE FUNCTION talk_follow();
"""
UNFOLLOW = """
DROP TRIGGER talk_follow_tree ON municipalities_area;
DROP TRIGGER talk_follow_group ON people_groupmember;
DROP TRIGGER talk_follow_position ON people_position;
DROP TRIGGER talk_follow_position_made ON people_position;
DROP FUNCTION talk_follow();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("talk", "0002_storing"),
        ("municipalities", "0001_initial"),
        ("people", "0004_positions"),
    ]
    operations = [
        migrations.AlterField(
            "message",
            "room",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="talk.room",
            ),
        ),
        migrations.AlterField(
            "recipient",
            "message",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recipients",
                to="talk.message",
            ),
        ),
        migrations.RunSQL(MENTIONS, NO_MENTIONS),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
