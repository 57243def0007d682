"""Importing the register sample: all rows or none, every fault with its line, personal data where it belongs."""

import datetime
import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from audit.services import Refused
from lottery import services
from lottery.features import TableError, age_on, band_of, propose_bounds, read_features
from lottery.imports import read_sample
from lottery.models import Draw
from lottery.tests.factories import Stage, features, sample_csv

DAY = datetime.date(2026, 5, 1)
DISTRICTS = {"Mitte": (1, "05334002001"), "05334002001": (1, "05334002001")}
TABLE = """feature,label,value,value_label,population,source,asked
sex,Geschlecht,w,weiblich,510,Zensus 2022,
sex,Geschlecht,m,männlich,490,Zensus 2022,
education,Schulabschluss,abitur,Abitur,300,Mikrozensus 2025,ja
education,Schulabschluss,none,ohne,30,Mikrozensus 2025,ja
"""


def read(data: bytes):
    return read_sample(data.decode(), features=features(), districts=DISTRICTS, day=DAY)


def problems(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(TableError) as error:
        read(data)
    return [(one.line, one.text % one.values) for one in error.value.problems]


def test_rows_are_read_with_german_heads_and_features_derived():
    row = read(sample_csv(3))[0]
    assert (row.given_name, row.postal_code, row.district) == ("Vorname0", "52062", 1)
    assert row.features == {"sex": "w", "age": "16-39"}
    assert row.birth_date == datetime.date(1995, 3, 1)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"given": ""}, "“vorname” is empty"),
        ({"plz": "5206"}, "five digits"),
        ({"district": "Atlantis"}, "district"),
        ({"birth": "31.02.1990"}, "no date"),
        ({"birth": "01.01.2020"}, "none of the bands"),
        ({"birth": "01.01.2090"}, "not possible"),
        ({"sex": "x"}, "Geschlecht “x” is none of w, m"),
        ({"street": "x" * 201}, "longer than 200"),
    ],
)
def test_each_fault_names_its_line_and_nothing_of_the_person(columns, words):
    found = problems(sample_csv(2, **columns))
    assert [line for line, _message in found] == [2, 3]
    assert all(words in message and "Nachname" not in message for _line, message in found)


def test_the_same_person_twice_is_found():
    lines = sample_csv(2).decode().split("\n")
    assert problems("\n".join([*lines, lines[1]]).encode()) == [(4, "the same person stands in line 2")]


def test_missing_columns_and_empty_files_are_named():
    assert "birth_date" in problems(b"Vorname;Familienname\nA;B")[0][1]
    assert problems(b"") == [(1, "the file has no rows")]


def test_a_census_table_becomes_features():
    sex, education = read_features(TABLE)
    assert (sex.is_asked, education.is_asked) == (False, True)
    assert [value.population for value in sex.values] == [510, 490]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("490", "viele", 3), (",Zensus 2022", ",", 2), ("sex,Geschlecht,m", "sex,Geschlecht,w", 3), ("feature,", "f,", 1)],
)
def test_a_faulty_census_table_names_the_line(old, new, line):
    with pytest.raises(TableError) as error:
        read_features(TABLE.replace(old, new))
    assert line in [problem.line for problem in error.value.problems]


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=9).filter(any), st.integers(1, 200), st.integers(0, 3))
def test_proposed_bounds_always_leave_room_for_the_seats(populations, size, slack):
    bounds = propose_bounds(populations, size, slack=slack)
    assert all(0 <= low <= high <= size for low, high in bounds)
    assert sum(low for low, _ in bounds) <= size <= sum(high for _, high in bounds)


@pytest.mark.parametrize(
    ("birth", "age"), [("2008-05-01", 18), ("2008-05-02", 17), ("2004-02-29", 22), ("1930-12-31", 95)]
)
def test_age_counts_full_years(birth, age):
    assert age_on(datetime.date.fromisoformat(birth), DAY) == age


def test_bands_are_open_at_the_top_only():
    assert [band_of(age, ["16-39", "40-64", "65+"]) for age in (15, 16, 39, 64, 65, 101)] == [
        None,
        "16-39",
        "16-39",
        "40-64",
        "65+",
        "65+",
    ]


@pytest.mark.django_db
class TestImport:
    def test_all_rows_come_in_with_the_hash_of_the_file(self):
        stage = Stage(sample=60).imported()
        assert (stage.draw.state, stage.draw.sample_size) == (Draw.State.SAMPLE_IMPORTED, 60)
        assert stage.draw.sample_hash == hashlib.sha256(sample_csv(60)).hexdigest()
        rows = stage.rows()
        assert len({row.pseudonym for row in rows}) == len({row.code_hash for row in rows}) == 60

    def test_one_bad_line_and_nothing_is_kept(self):
        stage = Stage()
        services.define_features(stage.draw, features=features(), by=stage.officer)
        data = sample_csv(40) + b"\nOhne;Geburtstag;Weg 1;52062;Ort;Mitte;;w"
        with pytest.raises(services.SampleRefused) as error:
            services.import_sample(stage.draw, data=data, by=stage.officer)
        assert [str(one) for one in error.value.problems] == [
            "42: the date of birth is no date (2001-05-31 or 31.05.2001)"
        ]
        assert not stage.rows()
        assert stage.fresh().draw.state == Draw.State.DRAFT

    def test_a_sample_is_imported_once(self):
        stage = Stage().imported()
        with pytest.raises(PermissionDenied):
            services.import_sample(stage.draw, data=sample_csv(5), by=stage.officer)
        assert len(stage.rows()) == 40

    def test_the_features_come_first(self):
        stage = Stage()
        with pytest.raises(Refused):
            services.import_sample(stage.draw, data=sample_csv(5), by=stage.officer)

    def test_the_chain_names_nobody(self):
        stage = Stage().imported()
        facts = " ".join(str(event.facts) for event in Event.objects.filter(chain=f"draw:{stage.draw.pk}"))
        assert "Nachname" not in facts
        assert "Weg" not in facts
