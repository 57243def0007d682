"""A decision's text and a board's answer do not change once they are written: triggers refuse it for every role."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION decisions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% does not change once it is written', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER decisions_decision_text_stays BEFORE UPDATE ON decisions_decision FOR EACH ROW
    WHEN ((OLD.number, OLD.kind, OLD.binding, OLD.binding_document, OLD.resolution_date, OLD.resolution_item,
           OLD.title, OLD.text, OLD.reasons, OLD.adopted_on, OLD.content, OLD.content_hash, OLD.public_id)
          IS DISTINCT FROM
          (NEW.number, NEW.kind, NEW.binding, NEW.binding_document, NEW.resolution_date, NEW.resolution_item,
           NEW.title, NEW.text, NEW.reasons, NEW.adopted_on, NEW.content, NEW.content_hash, NEW.public_id))
    EXECUTE FUNCTION decisions_refuse_change();
CREATE TRIGGER decisions_statement_stays BEFORE UPDATE OR DELETE ON decisions_statement
    FOR EACH ROW EXECUTE FUNCTION decisions_refuse_change();
"""
BACKWARD = """
DROP TRIGGER decisions_statement_stays ON decisions_statement;
DROP TRIGGER decisions_decision_text_stays ON decisions_decision;
DROP FUNCTION decisions_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0002_frozen_content_and_answers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
