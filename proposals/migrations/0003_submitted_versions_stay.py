"""A version that was submitted is never changed; only a draft's text may be edited or dropped."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION proposals_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM proposals_proposal p WHERE p.id = OLD.proposal_id AND p.stage = 'draft' AND p.submitted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a submitted version is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER proposals_version_stays BEFORE UPDATE OR DELETE ON proposals_proposalversion
    FOR EACH ROW EXECUTE FUNCTION proposals_version_stays();
"""

BACKWARDS = """
DROP TRIGGER proposals_version_stays ON proposals_proposalversion;
DROP FUNCTION proposals_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0002_search_and_threads")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
