"""The rows of the sample move into a schema and under a role of their own (lottery/pool.py)."""

from django.db import migrations

ROLE = """
DO $$
DECLARE pool text := session_user || '_pool';
BEGIN
    SET LOCAL createrole_self_grant = 'set';
    IF to_regrole(quote_ident(pool)) IS NULL THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', pool);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another database of this server was quicker
        END;
    END IF;
    IF NOT pg_has_role(session_user, pool, 'SET') THEN
        EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', pool, session_user);
    END IF;
END $$;
"""
"""The administrator may have made the role; then the application's role needs no CREATEROLE."""

MOVE = """
DO $$
DECLARE pool text := session_user || '_pool';
BEGIN
    EXECUTE format('CREATE SCHEMA pool AUTHORIZATION %I', session_user);
    ALTER TABLE lottery_invitation SET SCHEMA pool;
    EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA public TO %I', pool);
    EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %I', pool);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO %I', pool);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO %I', pool);
    EXECUTE format('GRANT ALL ON SCHEMA pool TO %I', pool);
    EXECUTE format('ALTER TABLE pool.lottery_invitation OWNER TO %I', pool);
    EXECUTE format('ALTER SCHEMA pool OWNER TO %I', pool);
END $$;
"""
MOVE_BACK = """
DO $$
DECLARE pool text := session_user || '_pool';
BEGIN
    EXECUTE format('GRANT %I TO %I WITH INHERIT TRUE', pool, session_user);
    ALTER TABLE pool.lottery_invitation SET SCHEMA public;
    EXECUTE format('ALTER TABLE public.lottery_invitation OWNER TO %I', session_user);
    DROP SCHEMA pool;
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM %I', pool);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM %I', pool);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', pool);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM %I', pool);
    EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE', pool, session_user);
END $$;
"""
"""The role stays: another database of the server may use it."""


class Migration(migrations.Migration):
    dependencies = [("lottery", "0002_what_a_draw_computes")]
    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(MOVE, MOVE_BACK),
    ]
