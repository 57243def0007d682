"""An extract of the register is read in as hashes; residents find themselves in it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts import services
from accounts.models import IdentityConflict, Person, RegisterMatch, Role
from accounts.services import Outcome
from accounts.tests.factories import MunicipalityFactory, PersonFactory, UserFactory, user_with_role
from accounts.verification.extract import ExtractError, read_extract
from audit.clock import clock, set_clock, today
from audit.models import Event

HEAD = "given_name;family_name;birth_date;street;postal_code;district_ags"
BORN = datetime.date(1970, 12, 31)
ON = datetime.date(2026, 11, 1)
AGS = "99000001"


def extract(*lines, head=HEAD, encoding="utf-8"):
    return "\r\n".join([head, *lines]).encode(encoding)


def read(*lines, **options):
    return read_extract(extract(*lines, **options), districts={AGS}, on=ON)


def test_each_line_becomes_hash_district_and_voting_age():
    result = read(f"Erika;Muster;1970-12-31;Gasse 1;12345;{AGS}", f"Jürgen;Müller;01.02.2015;Gasse 2;12345;{AGS}")
    assert [(e.district_ags, e.voting_from) for e in result.entries] == [
        (AGS, datetime.date(1986, 12, 31)),
        (AGS, datetime.date(2031, 2, 1)),
    ]
    assert not (result.errors or result.repeated or result.ambiguous)
    assert "Muster" not in repr(result) and "Gasse" not in repr(result) and "1970" not in repr(result)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_exports_of_older_programs_are_read(encoding):
    line = f"Jürgen;Müller;1970-12-31;Straße 2;12345;{AGS}"
    assert read(line, encoding=encoding).entries[0].identity_hash == read(line).entries[0].identity_hash


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"Erika;Muster;1970-13-31;Gasse 1;12345;{AGS}", "date"),
        (f"Erika;Muster;;Gasse 1;12345;{AGS}", "date"),
        (f"Erika;Muster;2030-01-01;Gasse 1;12345;{AGS}", "date"),
        (f"Erika;Muster;1870-01-01;Gasse 1;12345;{AGS}", "date"),
        (f";Muster;1970-12-31;Gasse 1;12345;{AGS}", "name"),
        (f"Erika; ;1970-12-31;Gasse 1;12345;{AGS}", "name"),
        ("Erika;Muster;1970-12-31;Gasse 1;12345;", "district"),
        ("Erika;Muster;1970-12-31;Gasse 1;12345;05334002", "district"),
        ("Erika;Muster;1970-12-31;Gasse 1;12345", "columns"),
        (f"Erika;Muster;1970-12-31;Gasse 1;12345;{AGS};x", "columns"),
    ],
)
def test_a_faulty_line_is_named_and_costs_only_itself(line, words, settings):
    settings.LANGUAGE_CODE = "en"
    result = read(f"Anna;Vorher;1980-01-01;Gasse 3;12345;{AGS}", line, f"Otto;Nachher;1980-01-01;Gasse 3;12345;{AGS}")
    assert len(result.entries) == 2
    [(number, message)] = result.errors
    assert number == 3 and words in message


def test_a_resident_told_twice_is_taken_in_once():
    line = f"Erika;Muster;1970-12-31;Hauptstraße 1;12345;{AGS}"
    result = read(line, f"ERIKA;Muster;31.12.1970;Hauptstr. 1;12345;{AGS}")
    assert (len(result.entries), result.repeated, result.ambiguous) == (1, [3], [])


def test_two_people_of_one_name_and_birth_date_are_both_left_out():
    result = read(*[f"Erika;Muster;1970-12-31;Gasse {number};12345;{AGS}" for number in (1, 2, 3)])
    assert (result.entries, result.ambiguous) == ([], [2, 3, 4])


@pytest.mark.parametrize("data", [b"", b"name;street\nx;y", b"\xff\xd8\xff\xe0", HEAD.replace(";", ",").encode()])
def test_a_file_that_is_no_extract_is_refused_as_a_whole(data):
    with pytest.raises(ExtractError):
        read_extract(data, districts={AGS}, on=ON)


@pytest.fixture
def district():
    return MunicipalityFactory(ags=AGS)


def import_lines(*lines, days=180, by=None):
    by = by or user_with_role(Role.Kind.SECRETARIAT)
    return services.import_register(extract(*lines), delete_on=today() + datetime.timedelta(days=days), by=by)


ERIKA = f"Erika;Muster;1970-12-31;Gasse 1;12345;{AGS}"


@pytest.mark.django_db
def test_nothing_but_hash_district_voting_age_and_deletion_is_kept(district):
    import_lines(ERIKA)
    assert {field.name for field in RegisterMatch._meta.fields} == {
        *("id", "identity_hash", "district", "voting_from", "delete_on")
    }
    row = RegisterMatch.objects.get()
    assert (row.district, row.voting_from) == (district, datetime.date(1986, 12, 31))
    event = Event.objects.get(chain="register", name="register.imported")
    assert event.facts["residents"] == 1 and "Muster" not in str(event.facts)


@pytest.mark.django_db
def test_the_same_extract_twice_doubles_nothing_and_brings_it_up_to_date(district):
    import_lines(ERIKA)
    moved_to = MunicipalityFactory(ags="99000002")
    import_lines(ERIKA.replace(AGS, moved_to.ags), days=300)
    row = RegisterMatch.objects.get()
    assert (row.district, row.delete_on) == (moved_to, today() + datetime.timedelta(days=300))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != "secretariat"])
def test_only_the_secretariat_reads_in_an_extract(kind, district):
    with pytest.raises(PermissionDenied):
        import_lines(ERIKA, by=user_with_role(kind))


def erika(**fields):
    return UserFactory(person=PersonFactory(given_name="Erika", family_name="Muster", **fields))


@pytest.mark.django_db
def test_a_resident_is_found_and_gets_district_and_voting_age(district):
    import_lines(ERIKA)
    user = erika()
    assert services.match_register(user, birth_date=BORN) == Outcome.VERIFIED
    person = Person.objects.get(pk=user.person.pk)
    assert (person.is_verified, person.district, person.voting_from) == (True, district, datetime.date(1986, 12, 31))
    assert person.verifications.get().method == "register"


@pytest.mark.django_db
def test_another_birth_date_is_not_found_and_guessing_is_locked(district):
    import_lines(ERIKA)
    user = erika()
    other = datetime.date(1970, 12, 30)
    tries = [services.match_register(user, birth_date=other) for _ in range(6)]
    assert tries == [Outcome.UNKNOWN] * 5 + [Outcome.LOCKED]
    assert services.match_register(user, birth_date=BORN) == Outcome.LOCKED


@pytest.mark.django_db
def test_an_extract_past_its_date_finds_nobody(district):
    import_lines(ERIKA, days=2)
    set_clock(clock() + datetime.timedelta(days=3))
    assert services.match_register(erika(), birth_date=BORN) == Outcome.UNKNOWN


@pytest.mark.django_db
def test_a_second_login_of_the_same_human_goes_to_a_clerk(district):
    import_lines(ERIKA)
    first, second = erika(), erika(street="Anders 5")
    assert services.match_register(first, birth_date=BORN) == Outcome.VERIFIED
    tries = [services.match_register(second, birth_date=BORN) for _ in range(6)]
    assert tries == [Outcome.CONFLICT] * 5 + [Outcome.LOCKED]
    conflict = IdentityConflict.objects.get()
    assert (conflict.claimed, conflict.existing, conflict.method) == (second.person, first.person, "register")
    assert not Person.objects.get(pk=second.person.pk).is_verified


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_extract(district, django_assert_max_num_queries):
    lines = [f"Vorname;Name{chr(97 + n % 26)}{chr(97 + n // 26)};1970-12-31;Gasse 1;12345;{AGS}" for n in range(600)]
    secretary = user_with_role(Role.Kind.SECRETARIAT)
    with django_assert_max_num_queries(14):
        assert len(import_lines(*lines, by=secretary).entries) == 600
