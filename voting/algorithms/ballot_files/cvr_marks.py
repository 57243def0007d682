"""Cast vote records as the counting machines export them: one column for each mark a ballot could hold.

Clear Ballot (Portland): a header "Choice_1_1:City, Mayor:2:Number of Winners 1:Ada:NON" for contest, rank and name.
Dominion (Boulder): a line with the election and the version of the machine, one with the contest above each column,
one with "Ada(2)" for name and rank, one with the names of the other columns. 1 is a mark; a ballot with nothing but
empty cells did not hold the contest.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .model import RANKINGS, BallotFile, FileFault

Rows = Iterable[tuple[int, list[str]]]

_CLEAR_BALLOT = re.compile(r"Choice_\d+_\d+:(?P<contest>.*?):(?P<rank>\d+):[^:]*:(?P<name>.*):[^:]*")
_VERSION = re.compile(r"\d+(\.\d+){2,}")
_RANKED = re.compile(r"(?P<name>.*)\((?P<rank>\d+)\)")
_TITLE = re.compile(r"\s*\((?:Number of positions|Vote For)\b.*\)$", re.IGNORECASE)


class Mark(NamedTuple):
    """A column: where it stands, and what a 1 in it says."""

    place: int
    contest: str
    rank: int
    name: str


def is_clear_ballot(header: Sequence[str]) -> bool:
    """Whether a first row is that of a Clear Ballot export."""
    return any(_CLEAR_BALLOT.fullmatch(cell) for cell in header)


def is_dominion(header: Sequence[str]) -> bool:
    """Whether a first row is that of a Dominion export: the election, the machine's version, nothing else."""
    return len(header) > 1 and bool(_VERSION.fullmatch(header[1])) and not any(header[2:])


def read_clear_ballot(header: Sequence[str], rows: Rows, contest: str | None) -> BallotFile:
    """Ranked ballots of one contest. Raises FileFault."""
    found = [(place, _CLEAR_BALLOT.fullmatch(cell)) for place, cell in enumerate(header)]
    marks = [Mark(place, m["contest"].strip(), int(m["rank"]), m["name"].strip()) for place, m in found if m]
    return _read(marks, len(header), rows, contest)


def read_dominion(rows: Rows, contest: str | None) -> BallotFile:
    """Ranked ballots of one contest. Raises FileFault."""
    rows = iter(rows)
    heads = [row for _, row in zip(range(3), rows, strict=False)]
    if len(heads) < 3:
        raise FileFault("the file ends within its header", cure="export the cast vote records again")
    (line, contests), (_, choices), (_, columns) = heads
    if not len(contests) == len(choices) == len(columns):
        raise FileFault("the header's lines differ in length", line=line, cure="export the cast vote records again")
    marks = []
    for place, (title, choice) in enumerate(zip(contests, choices, strict=True)):
        ranked = _RANKED.fullmatch(choice)
        if title and ranked:
            marks.append(Mark(place, _TITLE.sub("", title), int(ranked["rank"]), ranked["name"].strip()))
    if not marks:
        raise FileFault("no contest of this file is ranked", line=line + 1, cure="give an export with a ranked contest")
    return _read(marks, len(columns), rows, contest)


def choose_contest(names: Iterable[str], wanted: str | None, *, line: int) -> str:
    """The one contest that is meant; FileFault if that is not clear."""
    listed = list(dict.fromkeys(names))
    found = [name for name in listed if wanted is None or wanted.lower() in name.lower()]
    exact = [name for name in found if wanted and name.lower() == wanted.lower()]
    if len(exact or found) == 1:
        return (exact or found)[0]
    problem = f"no contest is named {wanted!r}" if not found else f"the file holds {len(found)} ranked contests"
    raise FileFault(problem, line=line, cure=f"choose with --contest one of: {'; '.join(found or listed)}")


def _read(marks: list[Mark], width: int, rows: Rows, wanted: str | None) -> BallotFile:
    title = choose_contest((mark.contest for mark in marks), wanted, line=1)
    marks = [mark for mark in marks if mark.contest == title]
    result = BallotFile(RANKINGS, list(dict.fromkeys(mark.name for mark in marks)), title=title)
    ranks = max(mark.rank for mark in marks)
    for line, row in rows:
        if not any(row):
            continue
        if len(row) != width:
            cure = "export the cast vote records again, quote cells that hold the delimiter"
            raise FileFault(f"{len(row)} cells, the header has {width}", line=line, cure=cure)
        if any(row[mark.place] for mark in marks):
            result.add(_ranking(marks, ranks, row, line), 1, line)
    return result


def _ranking(marks: list[Mark], ranks: int, row: list[str], line: int) -> tuple[str | frozenset | None, ...]:
    places: list[list[str]] = [[] for _ in range(ranks)]
    for mark in marks:
        cell = row[mark.place]
        if cell == "1":
            places[mark.rank - 1].append(mark.name)
        elif cell not in ("", "0"):
            cure = "a mark is 1, no mark is 0"
            raise FileFault(f"{cell!r} under {mark.name!r} is no mark", line=line, cure=cure)
    return tuple(None if not here else here[0] if len(here) == 1 else frozenset(here) for here in places)
