"""The pool's rows lie behind a role of their own: what is not opened cannot be read, by whatever way."""

import pytest
from django.db import ProgrammingError, connection, transaction

from lottery.models import Draw, Invitation
from lottery.pool import pool_open
from lottery.tests.factories import Stage

pytestmark = pytest.mark.django_db
OUTSIDE = {
    "the model itself": lambda: Invitation.objects.first(),
    "a count": lambda: Invitation.objects.count(),
    "a filter from the draw": lambda: Draw.objects.filter(invitations__family_name="Nachname1").exists(),
    "raw SQL in the application's schema": lambda: sql("SELECT * FROM lottery_invitation"),
    "raw SQL in the pool's schema": lambda: sql("SELECT * FROM pool.lottery_invitation"),
    "a change": lambda: sql("UPDATE pool.lottery_invitation SET family_name = ''"),
}


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


@pytest.mark.parametrize("way", OUTSIDE)
def test_the_applications_role_reads_and_changes_nothing_of_the_pool(way):
    Stage(sample=3).imported()
    with pytest.raises(ProgrammingError, match=r"does not exist|permission denied"), transaction.atomic():
        OUTSIDE[way]()


def test_the_role_is_no_superuser_and_inherits_nothing():
    assert sql("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False, False)]
    assert sql(
        "SELECT pg_has_role(session_user, session_user || '_pool', 'SET'),"
        " pg_has_role(session_user, session_user || '_pool', 'USAGE')"
    ) == [(True, False)]


def test_it_is_open_inside_alone_and_again_after_an_error():
    Stage(sample=3).imported()
    with pool_open():
        assert Invitation.objects.count() == 3
        with pool_open():
            assert Invitation.objects.count() == 3
        assert Invitation.objects.count() == 3
    with pytest.raises(ProgrammingError), transaction.atomic():
        Invitation.objects.count()
    with pytest.raises(ZeroDivisionError), pool_open():
        1 / 0  # noqa: B018
    with pytest.raises(ProgrammingError), transaction.atomic():
        Invitation.objects.count()


def test_an_error_inside_takes_changes_back():
    stage = Stage(sample=3).imported()
    with pytest.raises(ZeroDivisionError), pool_open():
        Invitation.objects.update(family_name="anders")
        1 / 0  # noqa: B018
    assert {row.family_name for row in stage.rows()} == {"Nachname0", "Nachname1", "Nachname2"}


def test_every_table_of_the_pools_schema_belongs_to_its_role():
    owners = sql("SELECT DISTINCT tableowner, session_user FROM pg_tables WHERE schemaname = 'pool'")
    assert owners == [(f"{user}_pool", user) for _owner, user in owners]
    assert len(owners) == 1
