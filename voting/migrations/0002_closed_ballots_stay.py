"""What a closed vote counted stays as it was, whoever holds the database connection of the application."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION voting_ballot_needs_an_open_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.entry_id ELSE NEW.entry_id END;
BEGIN
    PERFORM 1 FROM voting_rollentry r JOIN voting_vote v ON v.id = r.vote_id
        WHERE r.id = entry AND v.state = 'casting' AND NOT r.is_excluded;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ballots change only while their vote is open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER voting_ballot_needs_an_open_vote BEFORE INSERT OR UPDATE OR DELETE ON voting_openballot
    FOR EACH ROW EXECUTE FUNCTION voting_ballot_needs_an_open_vote();

CREATE FUNCTION voting_roll_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the roll of an announced vote is frozen' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_roll_is_frozen BEFORE UPDATE OR DELETE ON voting_rollentry
    FOR EACH ROW EXECUTE FUNCTION voting_roll_is_frozen();
"""

BACKWARDS = """
DROP TRIGGER voting_roll_is_frozen ON voting_rollentry;
DROP FUNCTION voting_roll_is_frozen();
DROP TRIGGER voting_ballot_needs_an_open_vote ON voting_openballot;
DROP FUNCTION voting_ballot_needs_an_open_vote();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
