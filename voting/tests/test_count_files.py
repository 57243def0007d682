"""Ballot files as others publish them, and what is wrong with files that cannot be counted."""

from fractions import Fraction

import pytest

from voting.algorithms.ballot_files import FileFault, marks, read_ballot_file
from voting.algorithms.judgment import GRADES


@pytest.fixture
def read(tmp_path):
    """Read a text as a file of that name."""

    def read_text(name, text, **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_ballot_file(path, **options)

    return read_text


BLT = """\
4 2  # candidates, seats
-2
# the papers
3 1 3 4 0
(paper 7) 2 3=4 1 0
1 4 - 2 1 0
1 0
0
"Ada"
"Bea"  # withdrew
"Cem O'Neil"
"Dov"
"A council"
"""


def test_blt_with_withdrawal_comments_shared_and_skipped_ranks(read):
    file = read("a.blt", BLT)
    assert (file.options, file.seats, file.title) == (["Ada", "Cem O'Neil", "Dov"], 2, "A council")
    assert file.patterns == {
        ("Ada", "Cem O'Neil", "Dov"): 3,
        (frozenset(["Cem O'Neil", "Dov"]), "Ada"): 2,
        ("Dov", None, "Ada"): 1,
        (): 1,
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            '"Ada LEE ""Labour"""\r\n"Bea ROSS ""Greens (Grn)"""\r\nWard 1',
            ["Ada LEE", "Bea ROSS"],
        ),
        ('"Ada LEE" "Labour",\n"Bea ROSS" "",\n"Ward 1",', ["Ada LEE", "Bea ROSS"]),
        ("Ada LEE (Lab)\nBea ROSS (Grn)\nWard 1", ["Ada LEE (Lab)", "Bea ROSS (Grn)"]),
        ('"Ada" "Bea" "Ward 1"', ["Ada", "Bea"]),
        ("Ada LEE (Lab)\n# ALTERNATIVE NAME 2: Bea ROSS (Grn)\nWard 1", ["Ada LEE (Lab)", "Bea ROSS (Grn)"]),
        ("Ada LEE\nAda LEE\nWard 1", ["Ada LEE", "Ada LEE [2]"]),
    ],
)
def test_names_as_councils_write_them(read, names, expected):
    file = read("ward.blt", f"2 1,\n3 1 2 0,\n0,\n{names}\n")
    assert (file.options, file.title) == (expected, "Ward 1")
    assert file.patterns == {tuple(expected): 3}


def test_scottish_ballots_as_weighted_csv(read):
    file = read(
        "ward.csv",
        '3,2,\n5,1,3,\n2,2,\n"Candidate 1","Ada","Lab",\n"Candidate 2","Bea","",\n"Candidate 3","Cem","SNP",\n"Ward 1",\n',
    )
    assert (file.seats, file.options, file.parties) == (2, ["Ada", "Bea", "Cem"], {"Ada": "Lab", "Cem": "SNP"})
    assert file.patterns == {("Ada", "Cem"): 5, ("Bea",): 2}


def test_parties_stand_apart_from_names(read):
    for names in (
        '"Ada LEE ""Labour"""\r\n"Bea ROSS ""Greens (Grn)"""',
        '"Ada LEE" "Labour"\n"Bea ROSS" "Greens (Grn)"',
    ):
        file = read("ward.blt", f"2 1\n-2\n3 1 2 0\n0\n{names}\nWard 1\n")
        assert (file.options, file.parties) == (["Ada LEE"], {"Ada LEE": "Labour"})
        assert file.patterns == {("Ada LEE",): 3}


CVR = """\
\ufeffballotID,precinct,rank1,rank2,rank3
1,P-1,Ada,Bea,Cem
2,P-1,Ada,skipped,Cem
3,P-2,overvote,Bea,
4,P-2,Write-in,undervote,undervote
5,P-2,Ada,Bea,Cem
"""


def test_cast_vote_records_with_rank_columns(read):
    file = read("cvr.csv", CVR)
    assert file.options == ["Ada", "Bea", "Cem", "Write-in"]
    assert file.patterns == {
        ("Ada", "Bea", "Cem"): 2,
        ("Ada", None, "Cem"): 1,
        (frozenset(), "Bea", None): 1,
        ("Write-in", None, None): 1,
    }


@pytest.mark.parametrize(
    "header",
    [
        "Precinct,1ST CHOICE MAYOR MINNEAPOLIS,2ND CHOICE MAYOR MINNEAPOLIS,Count",
        "Cast Vote Record,DEM Mayor Choice 1 of 2 Citywide (026916),DEM Mayor Choice 2 of 2 Citywide (226916),Count",
        "id,Rank 1,Rank 2,weight",
        "Bezirk,1. Wahl,2. Wahl,Anzahl",
        "Nr,Rang_1,Rang_2,Anzahl",
    ],
)
def test_headers_of_rank_columns(read, header):
    file = read("cvr.csv", f"{header}\nP,Ada,Bea,7\nP,Bea,,2\n")
    assert file.patterns == {("Ada", "Bea"): 7, ("Bea", None): 2}


CLEAR_BALLOT = """\
"RowNumber","BoxID","PrecinctID","Choice_6_1:City of Portland, Mayor:1:Number of Winners 1:Ada:NON",\
"Choice_6_1:City of Portland, Mayor:2:Number of Winners 1:Ada:NON",\
"Choice_7_1:City of Portland, Mayor:1:Number of Winners 1:Write-in-7:NON",\
"Choice_7_1:City of Portland, Mayor:2:Number of Winners 1:Write-in-7:NON",\
"Choice_9_1:City of Portland, Auditor:1:Number of Winners 1:Cem:NON"
1,"RCV-0255",76,1,0,0,1,0
2,"RCV-0255",76,1,0,1,0,1
3,"RCV-0255",76,0,1,0,0,1
4,"RCV-0255",76,,,,,1
5,"RCV-0255",76,0,0,0,0,0
"""
DOMINION = """\
"2023 Coordinated Election","5.17.17.1",,,,,,
,,,"Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)",\
"Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)","Council (Vote For=4)"
,,,"Ada(1)","Write-in-7(1)","Ada(2)","Write-in-7(2)","Dov"
"CvrNumber","TabulatorNum","BatchId",,,,,
1,102,1,1,0,0,1,1
2,102,1,1,1,0,0,0
3,102,1,0,0,1,0,0
4,102,1,,,,,1
5,102,1,0,0,0,0,1
"""


@pytest.mark.parametrize(("text", "contest"), [(CLEAR_BALLOT, "mayor"), (DOMINION, None)])
def test_marks_as_counting_machines_export_them(read, text, contest):
    file = read("cvr.csv", text, contest=contest)
    assert file.options == ["Ada", "Write-in-7"]
    assert file.patterns == {
        ("Ada", "Write-in-7"): 1,
        (frozenset(["Ada", "Write-in-7"]), None): 1,
        (None, "Ada"): 1,
        (None, None): 1,
    }  # the fourth ballot did not hold the contest


WIDE = "cvr,DEM Mayor Choice 1 of 2,DEM Mayor Choice 2 of 2,DEM Comptroller Choice 1 of 2\n1,Ada,Bea,Cem\n"


def test_one_contest_of_several_is_chosen_by_its_name(read):
    assert read("cvr.csv", WIDE, contest="Mayor").patterns == {("Ada", "Bea"): 1}
    for text, line, words in (
        (WIDE, 1, "hold rank 1; say with --contest"),
        (CLEAR_BALLOT, 1, "2 ranked contests; choose with --contest one of: City of Portland, Mayor; City of"),
    ):
        with pytest.raises(FileFault, match=words) as fault:
            read("cvr.csv", text)
        assert fault.value.line == line
    for text in (WIDE, CLEAR_BALLOT, DOMINION):
        with pytest.raises(FileFault, match="no contest is named 'Sheriff'"):
            read("cvr.csv", text, contest="Sheriff")


def test_delimiters_encodings_and_line_ends(read):
    for text in ("sep=;\r\nA;B\r\n1;0\r\n", "A\tB\n1\t0\n", "A;B\r1;0\r", "\n\nA,B\n1,0\n\n"):
        file = read("t.csv", text)
        assert (file.options, dict(file.patterns)) == (["A", "B"], {("1", "0"): 1})
    assert read("t.csv", '"Müller; Söhne";B\n1;0\n'.encode("cp1252")).options == ["Müller; Söhne", "B"]
    assert read("t.csv", "A,B\n1,0\n".encode("utf-16")).options == ["A", "B"]
    assert read("unnamed", BLT).seats == 2


def test_a_table_means_what_the_method_asks(read):
    table = read("t.csv", "voter_id,Ada,Bea,Cem,count\n1,1,2,,3\n2,,1,1,1\n")
    assert table.options == ["Ada", "Bea", "Cem"]
    assert marks.rankings(table)[0] == {("Ada", "Bea"): 3, (frozenset(["Bea", "Cem"]),): 1}
    assert marks.points(table)[0] == {(("Ada", 1), ("Bea", 2)): 3, (("Bea", 1), ("Cem", 1)): 1}
    graded, _, scale = marks.grades(table, None, GRADES)
    assert scale == ["2", "1", "0"]
    assert graded[(("Ada", "1"), ("Bea", "2"))] == 3
    with pytest.raises(FileFault, match="'2' under 'Bea' is no cross"):
        marks.approvals(table)
    crosses = read("t.csv", "Ada;Bea\nx;\nJa;nein\n0;0\nx;x\n")
    assert marks.approvals(crosses)[0] == {frozenset(["Ada"]): 2, frozenset(): 1, frozenset(["Ada", "Bea"]): 1}
    assert marks.choices(crosses)[0] == {"Ada": 2, None: 1, frozenset(["Ada", "Bea"]): 1}
    words = read("t.csv", "Ada,Bea\nGood,reject\n,very good\n")
    assert marks.grades(words, None, GRADES)[0] == {(("Ada", "good"), ("Bea", "reject")): 1, (("Bea", "very good"),): 1}
    decimals = read("t.csv", "Ada;Bea\n1,5;2\n")
    assert marks.points(decimals)[0] == {(("Ada", Fraction(3, 2)), ("Bea", 2)): 1}
    gap = read("t.csv", "Ada,Bea\n3,1\n")
    assert marks.rankings(gap)[0] == {("Bea", None, "Ada"): 1}


def test_one_column_with_the_choice(read):
    file = read("t.csv", "id,choice\n1,Ada\n2,Bea\n3,\n4,Ada\n")
    assert marks.choices(file) == ({"Ada": 2, "Bea": 1, None: 1}, ["Ada", "Bea"])
    several = read("t.csv", 'vote,count\n"Ada, Bea",2\nBea,1\n')
    assert marks.approvals(several) == ({frozenset(["Ada", "Bea"]): 2, frozenset(["Bea"]): 1}, ["Ada", "Bea"])
    orders = read("t.csv", "ranking,count\nAda > Bea = Cem,2\nCem>Ada,1\n")
    assert marks.rankings(orders) == (
        {("Ada", frozenset(["Bea", "Cem"])): 2, ("Cem", "Ada"): 1},
        ["Ada", "Bea", "Cem"],
    )


def test_columns_can_be_left_out_and_weights_named(read):
    file = read("t.csv", "age,Ada,Bea,papers\n44,1,,3\n", ignore=("Age",), weight="papers")
    assert (file.options, dict(file.patterns)) == (["Ada", "Bea"], {("1", ""): 3})


PREFLIB_NEW = """\
# FILE NAME: 00001-00000001.toi
# TITLE: A small vote
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bea: the second
# ALTERNATIVE NAME 3: Cem
3: 1,2
2: {2,3},1
1: 3
"""
PREFLIB_OLD = "3\n1,Ada\n2,Bea: the second\n3,Cem\n6,6,3\n3,1,2\n2,{2,3},1\n1,3\n"
PREFLIB_CAT = """\
# DATA TYPE: cat
# NUMBER ALTERNATIVES: 3
# NUMBER CATEGORIES: 3
# CATEGORY NAME 1: yes
# CATEGORY NAME 2: maybe
# CATEGORY NAME 3: no
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bea
# ALTERNATIVE NAME 3: Cem
4: {1,2},{},3
1: {},1,{2,3}
"""


@pytest.mark.parametrize(("name", "text"), [("a.toi", PREFLIB_NEW), ("a.toi", PREFLIB_OLD), ("a.txt", PREFLIB_OLD)])
def test_preflib_in_both_forms(read, name, text):
    file = read(name, text)
    assert file.options == ["Ada", "Bea: the second", "Cem"]
    assert file.patterns == {
        ("Ada", "Bea: the second"): 3,
        (frozenset(["Bea: the second", "Cem"]), "Ada"): 2,
        ("Cem",): 1,
    }


def test_preflib_categories_are_crosses_points_grades_or_ranks(read):
    file = read("a.cat", PREFLIB_CAT)
    assert marks.approvals(file)[0] == {frozenset(["Ada", "Bea"]): 4, frozenset(): 1}
    assert marks.points(file)[0][(("Ada", 2), ("Bea", 2), ("Cem", 0))] == 4
    graded, _, scale = marks.grades(file, None, GRADES)
    assert scale == ["yes", "maybe", "no"]
    assert graded[(("Ada", "maybe"), ("Bea", "no"), ("Cem", "no"))] == 1
    assert (frozenset(["Ada", "Bea"]), frozenset(), frozenset(["Cem"])) in marks.rankings(file)[0]


# pabulib.org/format, the example of the format's description (projects and votes shortened)
PB = """\
META
key;value
description;Municipal PB
num_projects;3
num_votes;4
budget;2500,50
vote_type;{vote_type}
rule;greedy
PROJECTS
project_id;cost;name
1;600;"Trees; benches"
2;800.25;Sport
4;1400;"\"\"Old\"\" mill"
VOTES
voter_id;age;vote;points
1;34;1,2,4;3,2,1
2;51;1,2;3,2
3;23;2,4;3,1
4;19;;
"""


def test_pabulib_approvals_points_and_orders(read):
    file = read("a.pb", PB.format(vote_type="approval"))
    assert (file.budget, file.costs["2"]) == (Fraction("2500.5"), Fraction("800.25"))
    assert file.patterns[frozenset(["1", "2"])] == 1
    assert sum(file.patterns.values()) == 4
    points = read("a.pb", PB.format(vote_type="cumulative"))
    assert marks.budget_ballots(points)[0][("1", 3), ("2", 2)] == 1
    orders = read("b.pb", PB.format(vote_type="ordinal"))
    assert marks.rankings(orders)[0][("1", "2", "4")] == 1
    assert marks.budget_ballots(orders) == (
        {(("1", 3), ("2", 2), ("4", 1)): 1, (("1", 3), ("2", 2)): 1, (("2", 3), ("4", 2)): 1, (): 1},
        True,
    )
    scored = PB.format(vote_type="scoring").replace("rule;greedy", "rule;greedy\ndefault_score;1")
    assert marks.budget_ballots(read("a.pb", scored))[0][("1", 3), ("2", 2), ("4", 1)] == 2


FAULTS = [
    ("a.blt", "", None, "empty"),
    ("a.blt", "x 2\n0\n", 1, "candidates"),
    ("a.blt", "2\n1 1 0\n0\n", 1, "two numbers"),
    ("a.blt", "2 1\n1 1 2\n0\nA\nB\n", 2, "end with 0"),
    ("a.blt", "2 1\n1 1 3 0\n0\nA\nB\n", 2, "no candidate 3"),
    ("a.blt", "2 1\n1.5 1 2 0\n0\nA\nB\n", 2, "number of papers"),
    ("a.blt", "2 1\n1 1 2 0\n", 3, "no end"),
    ("a.blt", "2 1\n1 1 2 0\n0\nA\n", 5, "1 names for 2"),
    ("a.blt", "2 1\n1 1 2 0\n0\nA\nB\nC\nWard\n", 8, "more names"),
    ("a.csv", "id,voter\n1,2\n", 1, "names no options"),
    ("a.csv", "rank1,rank3\nA,B\n", 1, "rank column is missing"),
    ("a.csv", "rank1,Rank 1\nA,B\n", 1, "hold rank 1"),
    ("a.csv", "rank1,rank2\nA,B,C\n", 2, "3 cells"),
    ("a.csv", "rank1,rank2,count\nA,B,two\n", 2, "number of ballots"),
    ("a.csv", "rank1,rank2\nskipped,overvote\n", None, "no option is ranked"),
    ("a.csv", DOMINION + "6,102,1,yes,0,0,0,0\n", 10, "'yes' under 'Ada' is no mark"),
    ("a.csv", DOMINION + "6,102,1,0\n", 10, "4 cells"),
    ("a.csv", DOMINION.replace("(1)", "").replace("(2)", ""), 3, "no contest of this file is ranked"),
    ("a.csv", "Election,5.17.17.1\n", None, "ends within its header"),
    ("a.csv", DOMINION.replace(',"Dov"', ""), 2, "differ in length"),
    ("a.csv", "A,A\n1,0\n", 1, "same name"),
    ("a.csv", "sep=;\n", None, "no header"),
    ("a.csv", b"PK\x03\x04\0\0", None, "no text file"),
    ("a.soc", "# NUMBER VOTERS: 2\n1: 1\n", None, "number of alternatives"),
    ("a.soc", "# NUMBER ALTERNATIVES: 2\n1: 1,3\n", 2, "no alternative 3"),
    ("a.soc", "# NUMBER ALTERNATIVES: 2\n1, 1,2\n", 2, "no colon"),
    ("a.soc", "3\n1,A\n", 2, "fewer lines"),
    ("a.soc", "2\n1,A\n3,B\n1,1,1\n1,1,2\n", 3, "alternative 2"),
    ("a.cat", PREFLIB_CAT + "1: 1,2,3,{}\n", 12, "more groups"),
    ("a.pb", "x;y\n", 1, "does not begin with META"),
    ("a.pb", "META\nkey;value\nbudget;5\n", None, "PROJECTS is missing"),
    ("a.pb", PB.format(vote_type="approval").replace("project_id", "id"), 10, "project_id"),
    ("a.pb", PB.format(vote_type="approval").replace("2500,50", "much"), 6, "budget"),
    ("a.pb", PB.format(vote_type="approval").replace("budget;2500,50\n", ""), None, "names no budget"),
    ("a.pb", PB.format(vote_type="guess"), None, "vote_type 'guess'"),
    ("a.pb", PB.format(vote_type="approval").replace("800.25", "cheap"), 12, "cost 'cheap'"),
    ("a.pb", PB.format(vote_type="approval").replace("800.25", "-1"), 12, "less than nothing"),
    ("a.pb", PB.format(vote_type="approval").replace("\n2;800", "\n1;800"), 12, "there twice"),
    ("a.pb", PB.format(vote_type="approval").replace(";2,4;", ";2,9;"), 18, "no project '9'"),
    ("a.pb", PB.format(vote_type="approval").replace(";2,4;", ";2,2;"), 18, "twice"),
    ("a.pb", PB.format(vote_type="approval").replace("\n2;51", "\n1;51"), 17, "voter '1'"),
    ("a.pb", PB.format(vote_type="cumulative").replace("3,1", "3"), 18, "1 points for 2"),
    ("a.pb", PB.format(vote_type="approval").replace("4;19;;", "4"), 19, "1 cells"),
    ("a.pb", PB.format(vote_type="approval").replace("num_votes;4", "num_votes;5"), None, "num_votes 5"),
]


@pytest.mark.parametrize(("name", "text", "line", "words"), FAULTS, ids=[f"{n}-{w}" for n, _, _, w in FAULTS])
def test_faulty_files_name_the_line_and_the_cure(read, name, text, line, words):
    with pytest.raises(FileFault) as fault:
        read(name, text)
    assert words in str(fault.value)
    assert fault.value.line == line
    assert fault.value.cure


@pytest.mark.parametrize(
    ("name", "text", "turn", "words"),
    [
        ("a.csv", "Ada,Bea\n1,first\n", marks.rankings, "line 2: under 'Bea' the rank 'first'"),
        ("a.csv", "Ada,Bea\n1,2000\n", marks.rankings, "beyond"),
        ("a.csv", "Ada,Bea\n1,many\n", marks.points, "line 2: under 'Bea' the mark 'many'"),
        ("a.csv", "choice\n\n,\n", marks.choices, "cells"),
        ("a.csv", "rank1\nAda\n", marks.approvals, "needs crosses"),
        ("a.csv", "rank1\nAda\n", marks.points, "needs points"),
        ("a.pb", PB.format(vote_type="approval"), marks.rankings, "needs rankings"),
        ("a.csv", "rank1\nAda\n", marks.budget_ballots, "no budget"),
        ("a.csv", "rank1\nAda\n", lambda file: marks.grades(file, None, GRADES), "needs grades"),
        ("a.csv", "Ada,Bea\ngood,so-so\n", lambda file: marks.grades(file, None, GRADES), "'so-so' under 'Bea'"),
        ("a.cat", PREFLIB_CAT, lambda file: marks.grades(file, ["yes", "no"], GRADES), "2 grades"),
    ],
)
def test_marks_that_do_not_fit_the_method(read, name, text, turn, words):
    with pytest.raises(FileFault) as fault:
        turn(read(name, text))
    assert words in str(fault.value)


def test_pabulib_names_with_semicolons_quotes_and_other_columns(read):
    text = (
        'META\nkey;value\ndescription;"Bäume; Bänke"\ncountry;Polska\nbudget;900\nvote_type;choose-1\nrule;unknown\n'
        "min_length;1\nfully_funded;0\n"
        'PROJECTS\nproject_id;cost;category;name;selected\n1;500;green,air;"Park ""Süd""; 2. Teil";1\n2;300;;Brunnen;0\n'
        "VOTES\nvoter_id;age;sex;voting_method;vote\n7;34;K;internet;1\n8;;M;paper;2\n9;61;;;1\n"
    )
    file = read("a.pb", text)
    assert (file.title, file.budget, file.options, file.costs) == (
        "Bäume; Bänke",
        900,
        ["1", "2"],
        {"1": 500, "2": 300},
    )
    assert file.patterns == {frozenset(["1"]): 2, frozenset(["2"]): 1}


def test_preflib_ties_at_every_place(read):
    head = "# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 4\n" + "".join(
        f"# ALTERNATIVE NAME {n}: {name}\n" for n, name in enumerate(["Ada", "Bea", "Cem", "Dov"], start=1)
    )
    file = read("a.toi", head + "3: {1,2},3\n2: 4,{1,3}\n1: {1,2,3,4}\n4: 2\n")
    both, others = frozenset(["Ada", "Bea"]), frozenset(["Ada", "Cem"])
    assert file.patterns == {
        (both, "Cem"): 3,
        ("Dov", others): 2,
        (frozenset(["Ada", "Bea", "Cem", "Dov"]),): 1,
        ("Bea",): 4,
    }
