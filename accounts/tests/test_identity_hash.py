"""One human is recognised again however the name is spelled, and nobody can guess names from what is kept."""

import datetime

import pytest

from accounts.verification import code
from accounts.verification.identity import identity_hash, same_place, voting_from

BORN = datetime.date(1970, 12, 31)


@pytest.mark.parametrize(
    ("given_name", "family_name"),
    [
        ("Jürgen", "Müller-Lüdenscheidt"),
        ("JUERGEN", "Mueller Luedenscheidt"),
        (" Jürgen  Karl", "müller lüdenscheidt "),
        ("Ju\u0308rgen", "Mu\u0308ller-Lu\u0308denscheidt"),
    ],
)
def test_spellings_of_one_name_are_one_identity(given_name, family_name):
    assert identity_hash(given_name, family_name, BORN) == identity_hash("Jürgen", "Müller-Lüdenscheidt", BORN)


@pytest.mark.parametrize(("one", "other"), [("Strauß", "Strauss"), ("Şahin", "Sahin"), ("Łukasz", "Lukasz")])
def test_letters_of_other_alphabets_are_compared_plainly(one, other):
    assert identity_hash("A", one, BORN) == identity_hash("A", other, BORN)


@pytest.mark.parametrize(
    ("given_name", "family_name", "born"),
    [("Erik", "Muster", BORN), ("Erika", "Munster", BORN), ("Erika", "Muster", datetime.date(1970, 12, 30))],
)
def test_another_name_or_birth_date_is_another_identity(given_name, family_name, born):
    assert identity_hash(given_name, family_name, born) != identity_hash("Erika", "Muster", BORN)


def test_without_the_key_the_hash_says_nothing(settings):
    before = identity_hash("Erika", "Muster", BORN)
    settings.PERSON_KEY = "another key"
    assert identity_hash("Erika", "Muster", BORN) != before


def test_voting_age_is_counted_by_birthdays(settings):
    assert voting_from(datetime.date(2008, 2, 29)) == datetime.date(2024, 2, 29)
    assert voting_from(datetime.date(2005, 2, 28)) == datetime.date(2021, 2, 28)
    settings.VOTING_AGE = 18
    assert voting_from(datetime.date(2008, 2, 29)) == datetime.date(2026, 3, 1)


@pytest.mark.parametrize("street", ["Hauptstraße 5", "Hauptstr. 5", "hauptstrasse 5", "Hauptstr 5", "HAUPTSTRASSE  5"])
def test_a_street_is_the_same_however_it_is_written(street):
    assert same_place(street, "Hauptstraße 5")
    assert not same_place(street, "Hauptstraße 6")


def test_a_code_has_eighty_bits_and_forgives_misreading():
    codes = {code.new_code() for _ in range(1000)}
    assert len(codes) == 1000
    for one in codes:
        plain = one.replace("-", "")
        assert len(plain) == 16 and set(plain) <= set(code.ALPHABET) and len(one) == 19
    one = "0123-1BCD-EFGH-JKMN"
    assert code.code_hash("o123 lbcd efgh jkmn") == code.code_hash(one) == code.code_hash("OI23IBCDEFGHJKMN")
    assert code.code_hash("0123-1BCD-EFGH-JKMP") != code.code_hash(one)
    assert one not in code.code_hash(one)
