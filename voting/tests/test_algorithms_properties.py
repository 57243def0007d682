"""Counts of generated ballots against two kinds of oracle: other people's libraries and slow counts of our own.

`pref_voting` and `pabutools` are used in tests only. The slow counts handle one ballot paper after the other.
"""

import json
import subprocess
import sys
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from voting.algorithms.irv import Runoff, irv
from voting.algorithms.judgment import majority_judgment
from voting.algorithms.plurality import approval, plurality
from voting.algorithms.rankings import Reading
from voting.algorithms.schulze import schulze
from voting.algorithms.score import score
from voting.algorithms.stv import stv
from voting.algorithms.ties import lot_order

modest = settings(derandomize=True, database=None, deadline=None, max_examples=80)
ORACLE = Path(__file__).parent / "data" / "pref_voting_oracle.py"

OPTIONS = list("ABCDEF")
FIFTH = Decimal("0.00001")
options = st.integers(2, 6).map(lambda size: OPTIONS[:size])


@st.composite
def ranked_votes(draw, complete=False, least=0):
    """Options, and rankings of some or all of them with numbers of ballots."""
    names = draw(options)
    orders = st.permutations(names)
    if not complete:
        orders = st.tuples(orders, st.integers(1, len(names))).map(lambda pair: pair[0][: pair[1]])
    ballots = draw(st.dictionaries(orders.map(tuple), st.integers(1, 9), min_size=max(1, least), max_size=14))
    return names, ballots


@pytest.fixture(scope="module")
def pref_voting():
    """Ask pref_voting: names of the options and a question → set of names."""
    with subprocess.Popen(
        [sys.executable, ORACLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(names, ballots, **question):
            numbered = [
                [[names.index(cell) if cell in names else cell for cell in ballot], number]
                for ballot, number in ballots.items()
            ]
            process.stdin.write(json.dumps({"ballots": numbered, "size": len(names), **question}) + "\n")
            process.stdin.flush()
            return {names[number] for number in json.loads(process.stdout.readline())}

        yield ask
        process.stdin.close()


def is_drawn(result):
    return result["unresolved"] or any(tie["by"] == "listing" for tie in result["ties"])


@modest
@given(ranked_votes())
def test_runoff_agrees_with_a_count_ballot_by_ballot(vote):
    names, ballots = vote
    result = irv(ballots, names, seed="s", rule=Runoff(Reading(), end="two"))
    papers = [order for order, number in ballots.items() for _ in range(number)]
    lot = lot_order("s", "", names)
    left = set(names)
    for round_ in result["rounds"]:
        firsts = [next((option for option in paper if option in left), None) for paper in papers]
        totals = {option: firsts.count(option) for option in names}
        assert round_["totals"] == totals
        assert round_["exhausted"] == firsts.count(None)
        if len(left) > 2 or (len(left) == 2 and round_["eliminated"]):
            least = min(totals[option] for option in left)
            worst = max((option for option in left if totals[option] == least), key=lot.index)
            assert round_["eliminated"] == [worst]
            left.remove(worst)
    assert result["winners"] == result["rounds"][-1]["elected"]


@modest
@given(ranked_votes(complete=True))
def test_runoff_winner_is_one_of_pref_voting(pref_voting, vote):
    names, ballots = vote
    possible = pref_voting(names, ballots, method="irv")
    assert set(irv(ballots, names, seed="s")["winners"]) <= possible
    unseeded = irv(ballots, names)
    if len(possible) == 1:
        assert set(unseeded["winners"]) == possible
    else:
        assert unseeded["unresolved"]


@modest
@given(ranked_votes(), st.sampled_from(["winning votes", "margins"]))
def test_schulze_winners_are_those_of_pref_voting(pref_voting, vote, strength):
    names, ballots = vote
    expected = pref_voting(names, ballots, method=strength)
    assert set(schulze(ballots, names, strength=strength, seed="s")["levels"][0]) == expected


@modest
@given(ranked_votes())
def test_pairwise_numbers_agree_with_a_count_ballot_by_ballot(vote):
    names, ballots = vote
    matrix = schulze(ballots, names, seed="s")["pairwise"]
    for one in names:
        for other in names:
            prefer = [
                number
                for order, number in ballots.items()
                if one in order and (other not in order or order.index(one) < order.index(other))
            ]
            assert one == other or matrix[one][other] == sum(prefer)


@modest
@given(options, st.data())
def test_majority_judgment_agrees_with_pref_voting(pref_voting, names, data):
    best_first = [3, 2, 1, 0]
    ballots = data.draw(
        st.dictionaries(st.tuples(*[st.integers(0, 3)] * len(names)), st.integers(1, 6), min_size=1, max_size=8)
    )
    ours = majority_judgment(
        {tuple(zip(names, map(str, cells), strict=True)): number for cells, number in ballots.items()},
        names,
        grades=list(map(str, best_first)),
        seed="s",
    )
    expected = pref_voting(names, ballots, method="majority-judgment", grades=best_first)
    assert ours["winners"][0] in expected


@modest
@given(options, st.data())
def test_majority_values_order_like_taking_medians_away(names, data):
    ballots = data.draw(
        st.dictionaries(st.tuples(*[st.sampled_from("wxyz")] * len(names)), st.integers(1, 5), min_size=1, max_size=7)
    )
    ours = majority_judgment(
        {tuple(zip(names, cells, strict=True)): number for cells, number in ballots.items()},
        names,
        grades=list("zyxw"),
        seed="s",
    )

    def medians(place):
        grades = sorted(cells[place] for cells, number in ballots.items() for _ in range(number))
        return [grades.pop((len(grades) - 1) // 2) for _ in range(len(grades))]

    taken = {name: medians(place) for place, name in enumerate(names)}
    assert ours["ranking"] == sorted(names, key=taken.__getitem__, reverse=True)


@modest
@given(options, st.data())
def test_sums_agree_with_sums_ballot_by_ballot(names, data):
    marks = data.draw(st.lists(st.tuples(*[st.integers(0, 5)] * len(names)), max_size=12))
    sums = {name: sum(row[place] for row in marks) for place, name in enumerate(names)}
    by_score = score([tuple(zip(names, row, strict=True)) for row in marks], names, seats=2, seed="s")
    assert by_score["rounds"][0]["totals"] == sums
    assert sorted((sums[name] for name in by_score["winners"]), reverse=True) == sorted(sums.values(), reverse=True)[:2]
    crosses = [frozenset(name for name, mark in zip(names, row, strict=True) if mark > 2) for row in marks]
    assert approval(crosses, names, seed="s")["rounds"][0]["totals"] == {
        name: sum(name in cross for cross in crosses) for name in names
    }
    firsts = [names[row[0] % len(names)] for row in marks]
    assert plurality(firsts, names, seed="s")["rounds"][0]["totals"] == {name: firsts.count(name) for name in names}


def scottish_stages(papers, candidates, seats):
    """SSI 2007/42 with a Decimal value on every single paper: stages as (totals, not transferable), and the winners.

    Returns None when a lot would be needed.
    """
    quota = len(papers) // (seats + 1) + 1
    value = [Decimal(1)] * len(papers)
    holder = [order[0] for order in papers]
    totals = {c: Decimal(holder.count(c)) for c in candidates}
    elected, out, done, stages = [], [], [], []

    def pass_on(source, new_value):
        for number, order in enumerate(papers):
            if holder[number] != source:
                continue
            later = order[order.index(source) + 1 :]
            holder[number] = next((c for c in later if c not in elected and c not in out), None)
            if holder[number]:
                value[number] = new_value(value[number])
                totals[holder[number]] += value[number]

    def only(tied, pick):
        for earlier in reversed(stages):
            edge = pick(earlier[0][c] for c in tied)
            tied = [c for c in tied if earlier[0][c] == edge]
        return tied[0] if len(tied) == 1 else None

    while True:
        reached = sorted(
            (c for c in candidates if c not in elected + out and totals[c] >= quota), key=lambda c: -totals[c]
        )
        elected += reached
        rest = [c for c in candidates if c not in elected + out]
        if len(rest) <= seats - len(elected) or len(elected) == seats:
            stages.append((dict(totals), len(papers) - sum(totals.values())))
            return stages, elected + (rest if len(elected) < seats else [])
        waiting = [c for c in elected if totals[c] > quota and c not in done]
        if waiting:
            source = only([c for c in waiting if totals[c] == max(totals[x] for x in waiting)], max)
        else:
            source = only([c for c in rest if totals[c] == min(totals[x] for x in rest)], min)
        stages.append((dict(totals), len(papers) - sum(totals.values())))
        if source is None:
            return None
        had = totals[source]
        if waiting:
            done.append(source)
            totals[source] = Decimal(quota)
            pass_on(source, lambda worth, had=had: ((had - quota) * worth / had).quantize(FIFTH, ROUND_DOWN))
        else:
            out.append(source)
            totals[source] = Decimal(0)
            pass_on(source, lambda worth: worth)


@settings(modest, max_examples=150)
@given(ranked_votes(least=3), st.integers(1, 4))
def test_scottish_stages_agree_with_a_count_paper_by_paper(vote, seats):
    names, ballots = vote
    ballots = {order: number * 7 + len(order) for order, number in ballots.items()}
    papers = [order for order, number in ballots.items() for _ in range(number)]
    expected = scottish_stages(papers, names, seats)
    result = stv(ballots, names, seats=seats)
    if expected is None:
        assert result["ties"]
        return
    stages, winners = expected
    assert not is_drawn(result)
    assert len(result["rounds"]) == len(stages)
    for round_, (totals, exhausted) in zip(result["rounds"], stages, strict=True):
        assert {name: Decimal(votes) for name, votes in round_["totals"].items()} == totals
        assert Decimal(round_["exhausted"]) == exhausted
    assert set(result["winners"]) == set(winners)


@modest
@given(ranked_votes(complete=True, least=3), st.integers(1, 3))
def test_scottish_winners_are_those_of_pref_voting(pref_voting, vote, seats):
    names, ballots = vote
    ballots = {order: number * 5 + place for place, (order, number) in enumerate(ballots.items())}
    result = stv(ballots, names, seats=seats)
    assume(not result["ties"] and len(names) > seats)
    assert set(result["winners"]) == pref_voting(names, ballots, method="stv", seats=seats)


@modest
@given(ranked_votes(), st.integers(1, 3))
def test_no_vote_gets_lost_and_seeds_only_matter_in_ties(vote, seats):
    names, ballots = vote
    cast = sum(ballots.values())
    plain = stv(ballots, names, seats=seats)
    drawn = [stv(ballots, names, seats=seats, seed=seed) for seed in ("a", "b", "c")]
    for result in [plain, *drawn]:
        for round_ in result["rounds"]:
            assert sum(map(Fraction, round_["totals"].values())) + Fraction(round_["exhausted"]) == cast
    assert all(len(result["winners"]) == min(seats, len(names)) for result in drawn)
    if not plain["unresolved"]:
        assert all(set(result["winners"]) == set(plain["winners"]) for result in drawn)


@modest
@given(ranked_votes(), st.permutations(OPTIONS))
def test_the_order_of_ballots_and_of_the_list_does_not_matter(vote, order):
    names, ballots = vote
    shuffled = dict(sorted(ballots.items(), reverse=True))
    listed = [name for name in order if name in names]
    for method in (irv, schulze):
        assert method(ballots, names, seed="s")["winners"] == method(shuffled, listed, seed="s")["winners"]
    first, second = stv(ballots, names, seats=2, seed="s"), stv(shuffled, listed, seats=2, seed="s")
    assert set(first["winners"]) == set(second["winners"])


@pytest.mark.parametrize("seats", [1, 2])
def test_an_unsettled_search_counts_as_decisive(seats):
    # ten options nobody chose: more ways to break the ties than are tried, and nothing to prefer
    result = stv({}, list("ABCDEFGHIJ"), seats=seats)
    assert result["unresolved"]
