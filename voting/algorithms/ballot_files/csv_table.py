"""Reads ballots from CSV: one row a ballot (or so many as a column "count" says), the first row names the columns.

Three forms, told apart by the header: rank columns (rank1, rank2 …, as ranked-choice exports have them), one column
with the choice as text (choice, vote, ballot …), or one column for each option. Beside them what counting machines
export (cvr_marks) and the councils' weighted list. Details: docs/counting.md.
"""

import csv
import re

from .cvr_marks import choose_contest, is_clear_ballot, is_dominion, read_clear_ballot, read_dominion
from .model import CHOICES, RANKINGS, TABLE, BallotFile, FileFault, text_lines, unlike, whole_number

_RANK = re.compile(
    r"(?:^|\b)(?:rank|rang|platz|choice|pref(?:erence)?|wahl)[ _-]*(\d+)(?:\b|_|$)"
    r"|\b(\d+)(?:st|nd|rd|th)[ _](?:choice|rank|preference)"
    r"|\b(\d+)\. ?(?:wahl|rang|platz|pr[äa]ferenz)",
    re.IGNORECASE,
)
_TEXT_COLUMNS = {"choice", "vote", "ballot", "ranking", "stimme", "wahl", "stimmzettel", "rangfolge", "auswahl"}
_WEIGHT_COLUMNS = {"count", "weight", "anzahl", "gewicht", "num_ballots", "ballots", "number"}
_OTHER_COLUMNS = {
    *("id", "nr", "no", "ballot_id", "ballotid", "ballot id", "cvr", "cvrnumber", "cast vote record", "record"),
    *("voter", "voter_id", "voterid", "voter id", "precinct", "precinctid", "precinct_id", "ward", "district"),
    *("ballot style", "ballotstyle", "ballot_style", "batch", "tabulator", "timestamp", "time", "date", "contest"),
    *("stimmzettel-nr", "zettel", "bezirk", "wahlbezirk", "datum", "zeit"),
}
_SKIPPED = {"", "-", "skipped", "skip", "undervote", "under vote", "blank", "none", "leer", "nan", "xundervote"}
_OVERVOTE = {"overvote", "over vote", "over-vote", "xovervote", "multiple", "mehrfach", "ungültig mehrfach"}


def read_csv(
    text: str, *, ignore: tuple[str, ...] = (), weight: str | None = None, contest: str | None = None
) -> BallotFile:
    """Ballots by pattern. Raises FileFault."""
    lines = text_lines(text)
    declared = re.fullmatch(r"sep=(.)", lines[0].strip(), re.IGNORECASE)
    first = next((place for place, line in enumerate(lines) if line.strip() and not (declared and place == 0)), None)
    if first is None:
        raise FileFault("the file has no header", cure="name the columns in the first line")
    delimiter = declared.group(1) if declared else _delimiter(lines[first])
    reader = csv.reader((line + "\n" for line in lines[first:]), delimiter=delimiter, skipinitialspace=True)
    rows = ((reader.line_num + first, [cell.strip() for cell in row]) for row in reader)
    try:
        _, header = next(rows)
        if _is_weighted_list(header):
            return _read_weighted_list(header, rows)
        if is_clear_ballot(header):
            return read_clear_ballot(header, rows, contest)
        if is_dominion(header):
            return read_dominion(rows, contest)
        return _read_rows(_of_contest(header, contest, first + 1), rows, first + 1, ignore, weight)
    except csv.Error as error:
        raise FileFault(str(error), line=reader.line_num + first, cure="save the file as plain CSV") from None


def _delimiter(header: str) -> str:
    """The delimiter that appears most in the header outside of quotes; a comma if there is none."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max((",", ";", "\t"), key=bare.count)


def _of_contest(header: list[str], contest: str | None, line: int) -> list[str]:
    """The header with the names of the rank columns of other contests taken away."""
    found = {place: _RANK.search(name) for place, name in enumerate(header)}
    contests = {place: _RANK.sub("", header[place], count=1).strip() for place, match in found.items() if match}
    if contest is None or not contests:
        return header
    kept = [name for name in contests.values() if contest.lower() in name.lower()]
    if not kept:
        choose_contest(contests.values(), contest, line=line)
    return [name if place not in contests or contests[place] in kept else "" for place, name in enumerate(header)]


def _read_rows(header, rows, header_line, ignore, weight) -> BallotFile:
    names = [name.lower() for name in header]
    missing = [name for name in (*ignore, *([weight] if weight else [])) if name.lower() not in names]
    if missing:
        cure = f"name one of: {', '.join(header)}"
        raise FileFault(f"there is no column {missing[0]!r}", line=header_line, cure=cure)
    weights = {weight.lower()} if weight else _WEIGHT_COLUMNS
    weight_at = next((place for place, name in enumerate(names) if name in weights), None)
    left_out = {name.lower() for name in ignore}
    free = [place for place, name in enumerate(names) if place != weight_at and name not in left_out and name]
    kind, places = _form(header, names, free, header_line)
    options = [header[place] for place in places] if kind == TABLE else []
    if len(set(options)) != len(options):
        raise FileFault("two columns have the same name", line=header_line, cure="name each option once")
    result = BallotFile(kind, options)
    for line, row in rows:
        if not row or row == [""]:
            continue
        if len(row) != len(header):
            cure = "give every row as many cells as the header has, quote cells that hold the delimiter"
            raise FileFault(f"{len(row)} cells, the header has {len(header)}", line=line, cure=cure)
        number = 1
        if weight_at is not None:
            number = whole_number(row[weight_at], line=line, what="the number of ballots")
        cells = tuple(row[place] for place in places)
        result.add(_pattern(kind, cells), number, line)
    _name_options(result)
    return result


def _form(header: list[str], names: list[str], free: list[int], line: int) -> tuple[str, list[int]]:
    """The form of the table and the places of the columns that hold the vote, in order."""
    ranks = {}
    for place in free:
        found = _RANK.search(header[place])
        if found:
            rank = int(next(group for group in found.groups() if group))
            if rank in ranks:
                cure = "say with --contest which columns count, or leave the others out with --ignore"
                raise FileFault(f"two columns hold rank {rank}", line=line, cure=cure)
            ranks[rank] = place
    if ranks:
        if sorted(ranks) != list(range(1, len(ranks) + 1)):
            raise FileFault("a rank column is missing", line=line, cure="name the columns rank1, rank2, rank3 …")
        return RANKINGS, [ranks[rank] for rank in sorted(ranks)]
    votes = [place for place in free if names[place] not in _OTHER_COLUMNS]
    texts = [place for place in votes if names[place] in _TEXT_COLUMNS]
    if len(texts) == 1 and len(votes) == 1:
        return CHOICES, texts
    votes = [place for place in votes if names[place] != "ballot"]
    if not votes:
        cure = "name the columns rank1, rank2 …, or one column choice, or one column for each option"
        raise FileFault("the header names no options", line=line, cure=cure)
    return TABLE, votes


def _pattern(kind: str, cells: tuple[str, ...]):
    if kind == RANKINGS:
        return tuple(_mark(cell) for cell in cells)
    return cells[0] if kind == CHOICES else cells


def _mark(cell: str) -> str | frozenset | None:
    lowered = cell.lower()
    if lowered in _SKIPPED:
        return None
    return frozenset() if lowered in _OVERVOTE else cell


def _name_options(result: BallotFile) -> None:
    """Options of rank columns: every name that was ranked, in the order of appearance."""
    if result.kind != RANKINGS:
        return
    found = dict.fromkeys(item for pattern in result.patterns for item in pattern if isinstance(item, str))
    if not found:
        raise FileFault("no option is ranked on any ballot", cure="write names into the rank columns")
    result.options = list(found)


def _is_weighted_list(header: list[str]) -> bool:
    filled = [cell for cell in header if cell]
    return len(filled) == 2 and all(cell.isdecimal() for cell in filled)


def _read_weighted_list(header: list[str], rows) -> BallotFile:
    """The CSV twin of .blt: "candidates,seats", rows "papers,1st,2nd…", then "Candidate 1","name","party" rows."""
    size, seats = (int(cell) for cell in header if cell)
    papers: list[tuple[int, list[int]]] = []
    names: list[str] = []
    parties: list[str] = []
    title = ""
    for line, row in rows:
        cells = [cell for cell in row if cell]
        if not cells:
            continue
        if cells[0].isdecimal() and not names:
            papers.append((line, [whole_number(cell, line=line, what="the candidate", least=0) for cell in cells]))
        elif re.fullmatch(r"candidate \d+", cells[0], re.IGNORECASE) and len(cells) > 1:
            names.append(cells[1])
            parties.append(cells[2] if len(cells) > 2 else "")
        else:
            title = cells[0]
    if len(names) != size:
        cure = f'write {size} rows such as "Candidate 1","name"'
        raise FileFault(f"{len(names)} names for {size} candidates", cure=cure)
    names = unlike(names)
    result = BallotFile(RANKINGS, names, title=title, seats=seats)
    result.parties = {name: party for name, party in zip(names, parties, strict=True) if party}
    for line, (number, *order) in papers:
        if any(not 1 <= place <= size for place in order):
            raise FileFault("there is no such candidate", line=line, cure=f"use numbers from 1 to {size}")
        result.add(tuple(names[place - 1] for place in order), number, line)
    return result
