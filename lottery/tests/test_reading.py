"""The field's two files in all the spellings in which they come, and every fault with its line."""

import pytest

from lottery.algorithms.problem import InputError
from lottery.algorithms.reading import parse_quotas, read_problem

QUOTAS = "category,feature,min,max\nsex,w,1,2\nsex,m,1,2\nage,young,0,2\nage,old,1,3\n"
POOL = "id,sex,age,street\nA,w,young,x\nB,m,old,x\nC,w,old,y\n"


def read(quotas=QUOTAS, pool=POOL, size=2, **options):
    return read_problem(quotas.encode(), pool.encode(), size=size, **options)


def faults(**changes):
    with pytest.raises(InputError) as error:
        read(**changes)
    return [str(fault) for fault in error.value.faults]


def test_both_headers_and_further_columns_mean_the_same():
    plain = read().quotas
    assert read(quotas=QUOTAS.replace("category,feature", "feature,value")).quotas == plain
    assert read(quotas=QUOTAS.replace("category,feature", "Category,Name")).quotas == plain
    wide = "\n".join(line + (",min_flex,max_flex" if not at else ",0,9") for at, line in enumerate(QUOTAS.splitlines()))
    assert read(quotas=wide).quotas == plain


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", " , "),
        lambda text: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", ",\n"),
    ],
    ids=[
        "byte order mark",
        "semicolons",
        "tabs",
        "Windows lines",
        "spaces",
        "quoted",
        "blank lines",
        "trailing commas",
    ],
)
def test_a_file_is_read_in_every_spelling(change):
    plain, other = read(), read(quotas=change(QUOTAS), pool=change(POOL))
    assert (other.quotas, other.ids) == (plain.quotas, plain.ids)
    assert other.answers.tolist() == plain.answers.tolist()


def test_upper_and_lower_case_differ_only_where_the_quotas_tell_them_apart():
    problem = read(pool=POOL.replace("w,young", "W,Young").replace("sex", "Sex"))
    assert problem.answers.tolist() == read().answers.tolist()
    both = QUOTAS.replace("sex,m,1,2", "sex,m,1,2\nsex,W,0,2")
    assert read(quotas=both, pool=POOL.replace("A,w", "A,W")).answers[0].tolist() == [2, 3]


def test_umlauts_of_older_spreadsheets():
    quotas, pool = QUOTAS.replace("young", "jünger"), POOL.replace("young", "jünger")
    problem = read_problem(quotas.encode("cp1252"), pool.encode("cp1252"), size=2)
    assert problem.quotas[2].value == "jünger"


def test_people_are_named_by_the_column_asked_for_else_id_else_their_number():
    assert read(id_column="street", pool=POOL.replace("B,m,old,x", "B,m,old,z")).ids == ("x", "z", "y")
    assert read().ids == ("A", "B", "C")
    assert read(pool=POOL.replace("id", "code", 1)).ids == ("1", "2", "3")


def test_an_address_is_compared_without_case_and_spacing_and_nobody_shares_an_empty_one():
    pool = "sex,age,street,city\nw,old,Am  Hof,X\nm,old,am hof ,x\nw,old,,\nm,old,,\n"
    homes = read(pool=pool, address_columns=["street", "city"]).households.tolist()
    assert homes[0] == homes[1]
    assert len(set(homes)) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quotas": QUOTAS.replace("min", "least")}, "quotas, line 1: the header needs category,feature,min,max"),
        ({"quotas": QUOTAS.replace("sex,m,1", "sex,m,one")}, "quotas, line 3: min is 'one', not a whole number"),
        ({"quotas": QUOTAS.replace("sex,m,1", "sex,m,1.5")}, "quotas, line 3: min is '1.5'"),
        ({"quotas": QUOTAS.replace("sex,m,1,2", "sex,m,3,2")}, "line 3: sex = m: the minimum 3 is above the maximum 2"),
        ({"quotas": QUOTAS.replace("sex,m,1", "sex,m,-1")}, "line 3: sex = m: the minimum -1 is below 0"),
        ({"quotas": QUOTAS.replace("sex,m", "sex,w")}, "line 3: sex = w stands twice (first on line 2)"),
        ({"quotas": QUOTAS.replace("sex,m", "sex,")}, "line 3: the feature or its value is empty"),
        ({"quotas": "category,feature,min,max\n"}, "there are no quotas"),
        ({"quotas": ""}, "quotas: the file is empty"),
        ({"pool": POOL.replace("sex", "gender")}, "pool, line 1: there is no column 'sex'"),
        ({"pool": POOL.replace("B,", "A,")}, "pool, line 3: the id 'A' stands twice (first on line 2)"),
        ({"pool": POOL.replace("B,", ",")}, "pool, line 3: the id is empty"),
        ({"pool": POOL.replace("B,m", "B,x")}, "pool, line 3: 'x' is no value of sex in the quotas"),
        ({"pool": POOL.replace("B,m", "B,")}, "pool, line 3: sex is empty"),
        ({"pool": POOL.replace("B,m,old,x", "B,m,old,x,y,z")}, "pool, line 3: 6 cells, but the header has 4 columns"),
        ({"pool": POOL.splitlines()[0]}, "there is nobody in the pool"),
        ({"id_column": "name"}, "pool, line 1: there is no column 'name'"),
        ({"address_columns": ["town"]}, "pool, line 1: there is no column 'town'"),
        ({"size": 4}, "a panel of 4 cannot be drawn from a pool of 3"),
        ({"size": 0}, "a panel needs at least one seat"),
    ],
)
def test_a_fault_is_named_with_file_and_line(changes, words):
    assert any(words in fault for fault in faults(**changes))


def test_all_faults_are_named_at_once():
    found = faults(quotas=QUOTAS.replace("sex,m,1,2", "sex,m,3,2"), pool=POOL.replace("B,m", "A,x"))
    assert len(found) == 3


def test_a_line_break_within_a_cell_does_not_shift_the_lines_named():
    pool = 'id,sex,age,note\nA,w,young,"two\nlines"\nB,x,old,\n'
    assert faults(pool=pool) == ["pool, line 4: 'x' is no value of sex in the quotas; it needs one of w, m"]


def test_whole_numbers_as_spreadsheets_write_them():
    assert parse_quotas(b"category,feature,min,max\nsex,w,1.0,2\n")[0].minimum == 1
