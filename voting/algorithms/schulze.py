"""Schulze's method (Schulze 2011): beaten is who has a weaker strongest path. Ties within a level by lot.

The strength of a link is the number of voters who prefer the one to the other ("winning votes"), or the
difference to those who see it the other way round ("margins").
"""

from collections.abc import Iterable, Mapping, Sequence

from .rankings import Ranking
from .results import check_options, count_patterns, result_of, round_of
from .ties import Lots, Undecided, settle

WINNING_VOTES, MARGINS = "winning votes", "margins"


def schulze(
    ballots: Iterable[Ranking] | Mapping[Ranking, int],
    options: Sequence[str],
    *,
    strength: str = WINNING_VOTES,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Elect the first `seats` of Schulze's ranking.

    A rank shared by several options counts neither for nor against among them; options not ranked stand
    together behind all ranked ones; empty ranks mean nothing; of a repeated option the first mention counts.
    The result holds `pairwise` and `strengths` (row preferred to column), `condorcet_winner` and `levels`.
    """
    if strength not in (WINNING_VOTES, MARGINS):
        raise ValueError(f"strength is {WINNING_VOTES!r} or {MARGINS!r}")
    options = check_options(options, seats)
    patterns = count_patterns(ballots)
    matrix = pairwise(patterns, options)
    paths = strongest_paths(matrix, margins=strength == MARGINS)
    levels = _levels(paths, options)

    places = range(len(options))
    beaten = {options[i]: sum(paths[i][j] > paths[j][i] for j in places) for i in places}
    details = {
        "ballots": sum(patterns.values()),
        "strength": strength,
        "pairwise": _named(matrix, options),
        "strengths": _named(paths, options),
        "condorcet_winner": _condorcet_winner(matrix, options),
        "levels": levels,
    }

    def count(lots: Lots) -> dict:
        elected, unresolved = _elect(levels, seats, lots)
        rounds = [round_of(beaten, elected=elected)]
        base = result_of("schulze", options=options, seats=seats, winners=elected, rounds=rounds, unresolved=unresolved)
        return base | details

    return settle(count, options, seed=seed, vote=vote)


def pairwise(patterns: Mapping[Ranking, int], options: Sequence[str]) -> list[list[int]]:
    """matrix[i][j]: voters who prefer option i to option j. Raises ValueError for an option that is not listed."""
    place = {option: number for number, option in enumerate(options)}
    matrix = [[0] * len(options) for _ in options]
    for ranking, number in patterns.items():
        behind = set(range(len(options)))
        for item in ranking:
            if item is None:
                continue
            try:
                here = {place[option] for option in (item if isinstance(item, frozenset) else (item,))} & behind
            except KeyError as error:
                raise ValueError(f"{error.args[0]!r} is no option of this vote") from None
            behind -= here
            for i in here:
                row = matrix[i]
                for j in behind:
                    row[j] += number
    return matrix


def strongest_paths(matrix: Sequence[Sequence[int]], *, margins: bool = False) -> list[list[int]]:
    """Strength of the strongest path between each two options (Floyd and Warshall's algorithm, n³ steps)."""
    size = range(len(matrix))
    lost = 0
    paths = [[lost] * len(matrix) for _ in size]
    for i in size:
        for j in size:
            if matrix[i][j] > matrix[j][i]:
                paths[i][j] = matrix[i][j] - (matrix[j][i] if margins else 0)
    for middle in size:
        through = paths[middle]
        for i in size:
            row, reach = paths[i], paths[i][middle]
            if i == middle or not reach:
                continue
            for j in size:
                strength = min(reach, through[j])
                if j != i and strength > row[j]:
                    row[j] = strength
    return paths


def _levels(paths: Sequence[Sequence[int]], options: Sequence[str]) -> list[list[str]]:
    """Options level by level: each level is what nobody left beats (Schulze's relation is transitive)."""
    left = list(range(len(options)))
    levels = []
    while left:
        level = [i for i in left if all(paths[j][i] <= paths[i][j] for j in left)]
        levels.append([options[i] for i in level])
        left = [i for i in left if i not in level]
    return levels


def _elect(levels: Sequence[Sequence[str]], seats: int, lots: Lots) -> tuple[list[str], bool]:
    elected: list[str] = []
    for level in levels:
        free = seats - len(elected)
        if free <= 0:
            break
        try:
            chosen = lots.choose(level, free, purpose="election", number=1)
        except Undecided:
            return elected, True
        elected += [option for option in level if option in chosen]
    return elected, False


def _condorcet_winner(matrix: Sequence[Sequence[int]], options: Sequence[str]) -> str | None:
    for i, option in enumerate(options):
        if all(matrix[i][j] > matrix[j][i] for j in range(len(options)) if j != i):
            return option
    return None


def _named(matrix: Sequence[Sequence[int]], options: Sequence[str]) -> dict[str, dict[str, int]]:
    return {row: {column: matrix[i][j] for j, column in enumerate(options) if j != i} for i, row in enumerate(options)}
