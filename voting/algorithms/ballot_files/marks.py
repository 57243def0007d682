"""What the marks of a file mean for a method: the same table may hold ranks, crosses, points or grades.

Every function returns (patterns, options) for the methods of voting.algorithms, or raises FileFault when the file
cannot mean what the method needs.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import Any

from .model import APPROVALS, CATEGORIES, CHOICES, POINTS, RANKINGS, TABLE, BallotFile, FileFault, amount, whole_number

_YES = {"1", "x", "yes", "y", "ja", "j", "true", "wahr", "✓", "✔", "approve", "approved"}
_NO = {"", "0", "-", "no", "n", "nein", "false", "falsch"}
_MOST_RANKS = 1000


def choices(file: BallotFile) -> tuple[Counter, list[str]]:
    """One option for each ballot: the text, the first rank, or the only cross. Anything else is blank or invalid."""
    if file.kind == CHOICES:
        return _each(file, lambda text, line: text or None), _named(text for text in file.patterns)
    if file.kind == RANKINGS:
        return _each(file, lambda ranks, line: ranks[0] if ranks else None), file.options
    approved, options = approvals(file)
    single: Counter = Counter()
    for pattern, number in approved.items():
        single[next(iter(pattern)) if len(pattern) == 1 else (pattern or None)] += number
    return single, options


def approvals(file: BallotFile) -> tuple[Counter, list[str]]:
    """A frozenset of options for each ballot."""
    if file.kind == APPROVALS:
        return file.patterns, file.options
    if file.kind == TABLE:
        return _each(file, lambda cells, line: frozenset(_crossed(file, cells, line))), file.options
    if file.kind == CHOICES:
        split = _each(file, lambda text, line: frozenset(_parts(text, r"[|,;+]")))
        return split, _named(option for pattern in file.patterns for option in _parts(pattern, r"[|,;+]"))
    if file.kind == CATEGORIES:
        return _each(file, lambda groups, line: groups[0] if groups else frozenset()), file.options
    raise _wrong(file, "crosses", "give a table with a column for each option and 1 or nothing in its cells")


def points(file: BallotFile) -> tuple[Counter, list[str]]:
    """(option, points) pairs for each ballot; of categories the last is worth 0 points, the one before 1 …"""
    if file.kind == POINTS:
        return file.patterns, file.options
    if file.kind == TABLE:
        return _each(file, lambda cells, line: _rated(file, cells, line)), file.options
    if file.kind == CATEGORIES:
        worth = len(file.categories) - 1
        return _each(
            file, lambda groups, line: _graded(groups, [worth - place for place in range(worth + 1)])
        ), file.options
    if file.kind == APPROVALS:
        return _each(file, lambda found, line: tuple((option, 1) for option in sorted(found))), file.options
    raise _wrong(file, "points", "give a table with a column for each option and numbers in its cells")


def grades(
    file: BallotFile, scale: Sequence[str] | None, default: Sequence[str]
) -> tuple[Counter, list[str], list[str]]:
    """(option, grade) pairs for each ballot, and the scale, best first.

    Without a given scale: the categories of the file; numbers, if all cells are numbers (the highest is the best);
    else the default scale.
    """
    if file.kind == CATEGORIES:
        used = list(scale or file.categories)
        if len(used) != len(file.categories):
            raise _wrong(file, f"{len(used)} grades", f"name {len(file.categories)} grades")
        return _each(file, lambda groups, line: _graded(groups, used)), file.options, used
    if file.kind != TABLE:
        raise _wrong(file, "grades", "give a table with a column for each option and grades in its cells")
    if scale is None:
        cells = {cell for pattern in file.patterns for cell in pattern if cell}
        if cells and all(re.fullmatch(r"-?\d{1,4}", cell) for cell in cells):
            numbers = [int(cell) for cell in cells]
            scale = [str(number) for number in range(max(numbers), min(0, *numbers) - 1, -1)]
            scale = scale if len(scale) > 1 else [*scale, str(int(scale[0]) - 1)]
    used = list(scale or default)
    spelled = {grade.lower(): grade for grade in used}
    return _each(file, lambda cells, line: _labelled(file, cells, line, spelled)), file.options, used


def rankings(file: BallotFile) -> tuple[Counter, list[str]]:
    """A ranking (voting.algorithms.rankings) for each ballot; numbers in a table are ranks, 1 is the first."""
    if file.kind in (RANKINGS, CATEGORIES):
        return file.patterns, file.options
    if file.kind == TABLE:
        return _each(file, lambda cells, line: _ranked(file, cells, line)), file.options
    if file.kind == CHOICES:
        found = _each(file, lambda text, line: tuple(_shared(part) for part in _parts(text, ">")))
        return found, _named(option for text in file.patterns for option in _parts(text, "[>=]"))
    raise _wrong(file, "rankings", "give rank1, rank2 … columns, a .blt file or a PrefLib file")


def budget_ballots(file: BallotFile) -> tuple[Counter, bool]:
    """Approvals or points for projects, and whether they are points. Orders become Borda points (Pabulib)."""
    if file.budget is None:
        cure = "give a Pabulib file (.pb) with META, PROJECTS and VOTES"
        raise FileFault("this file has no budget and no costs", cure=cure)
    if file.kind != RANKINGS:
        return file.patterns, file.kind == POINTS
    given = file.meta.get("max_length") or ""
    most = int(given) if given.isdecimal() else len(file.options)
    most = max(most, *(len(pattern) for pattern in file.patterns), 0)
    return _each(file, lambda order, line: tuple((p, most - place) for place, p in enumerate(order))), True


def _each(file: BallotFile, turn: Callable[[Any, int], Hashable]) -> Counter:
    turned: Counter = Counter()
    for pattern, number in file.patterns.items():
        turned[turn(pattern, file.lines[pattern])] += number
    return turned


def _named(names) -> list[str]:
    found = list(dict.fromkeys(name for name in names if name))
    if not found:
        raise FileFault("no ballot names an option", cure="write the names of the options into the rows")
    return found


def _parts(text: str, parting: str) -> list[str]:
    return [part.strip() for part in re.split(parting, text) if part.strip()]


def _shared(text: str) -> str | frozenset:
    names = frozenset(_parts(text, "="))
    return next(iter(names)) if len(names) == 1 else names


def _crossed(file: BallotFile, cells: Sequence[str], line: int) -> list[str]:
    found = []
    for option, cell in zip(file.options, cells, strict=True):
        if cell.lower() in _YES:
            found.append(option)
        elif cell.lower() not in _NO:
            cure = "write 1 (or x, yes) for a cross and 0 or nothing for none, or leave the column out with --ignore"
            raise FileFault(f"{cell!r} under {option!r} is no cross", line=line, cure=cure)
    return found


def _rated(file: BallotFile, cells: Sequence[str], line: int) -> tuple[tuple[str, int | Fraction], ...]:
    given = []
    for option, cell in zip(file.options, cells, strict=True):
        if cell:
            value = amount(cell, line=line, what=f"under {option!r} the mark")
            given.append((option, int(value) if value.denominator == 1 else value))
    return tuple(given)


def _labelled(
    file: BallotFile, cells: Sequence[str], line: int, spelled: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    given = []
    for option, cell in zip(file.options, cells, strict=True):
        if not cell:
            continue
        if cell.lower() not in spelled:
            cure = f"use one of {', '.join(spelled.values())}, or name the grades with --grades, best first"
            raise FileFault(f"{cell!r} under {option!r} is no grade", line=line, cure=cure)
        given.append((option, spelled[cell.lower()]))
    return tuple(given)


def _graded(groups: Sequence[frozenset], values: Sequence) -> tuple:
    pairs = [(option, value) for group, value in zip(groups, values, strict=False) for option in group]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _ranked(file: BallotFile, cells: Sequence[str], line: int) -> tuple[str | frozenset | None, ...]:
    places: dict[int, list[str]] = {}
    for option, cell in zip(file.options, cells, strict=True):
        if cell and cell != "-":
            rank = whole_number(cell, line=line, what=f"under {option!r} the rank", least=1)
            if rank > _MOST_RANKS:
                cure = "rank with 1, 2, 3 …"
                raise FileFault(f"rank {rank} is beyond {_MOST_RANKS}", line=line, cure=cure)
            places.setdefault(rank, []).append(option)
    ranking = []
    for rank in range(1, max(places, default=0) + 1):
        here = places.get(rank, [])
        ranking.append(None if not here else here[0] if len(here) == 1 else frozenset(here))
    return tuple(ranking)


def _wrong(file: BallotFile, needed: str, cure: str) -> FileFault:
    return FileFault(f"the ballots are {file.kind}, this method needs {needed}", cure=cure)
