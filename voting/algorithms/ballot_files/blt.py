"""Reads .blt, the format of STV counts (Hill, Wichmann and Woodall 1987; OpaVote and the Scottish councils).

    4 2          candidates and seats
    -3           withdrawn candidates, if any
    12 1 3 0     twelve papers 1, 3; "2=4" shares a rank, "-" skips one, "(name)" before the number is a label
    0            end of the papers
    "Ada"        the candidates, one a line (quoted or not) or all quoted in one line
    "Title"

Everything behind a # is a comment. Councils leave quotes out, write name and party in two quotes or one within the
other, and put commas at the end of lines; a party in quotes of its own is kept apart (`parties`).
"""

import re

from .model import RANKINGS, BallotFile, FileFault, text_lines, unlike, whole_number

_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_COMMENTED_NAME = re.compile(r"^#\s*ALTERNATIVE NAME\s*\d*\s*:\s*", re.IGNORECASE)  # names in files made from PrefLib's
_INNER = re.compile(r'\s*"([^"]+)"\s*$')


def read_blt(text: str) -> BallotFile:
    """Ranked ballots with the number of seats. Raises FileFault."""
    lines = text_lines(text)
    rows = _rows(lines)
    try:
        number, header = next(rows)
    except StopIteration:
        raise FileFault("no numbers of candidates and seats", cure="begin with a line such as: 5 3") from None
    if len(header) != 2:
        cure = "begin with the numbers of candidates and seats, e.g. 5 3"
        raise FileFault("the first line must hold two numbers", line=number, cure=cure)
    candidates = whole_number(header[0], line=number, what="the number of candidates", least=1)
    seats = whole_number(header[1], line=number, what="the number of seats", least=1)
    withdrawn, papers, end = _papers(rows, candidates, len(lines))
    names, parties, title = _names(lines[end:], candidates, end)
    out = {names[number - 1] for number in withdrawn}
    result = BallotFile(RANKINGS, [name for name in names if name not in out], title=title, seats=seats)
    result.parties = {name: party for name, party in zip(names, parties, strict=True) if party and name not in out}
    for count, line, ranks in papers:
        pattern = tuple(_item(rank, names, out) for rank in ranks if not rank or rank - withdrawn)
        result.add(pattern, count, line)
    return result


def _rows(lines: list[str]):
    for number, line in enumerate(lines, start=1):
        marks = line.split("#", 1)[0].replace(",", " ").split()
        if marks:
            yield number, marks


def _papers(rows, candidates: int, last: int) -> tuple[set[int], list[tuple[int, int, list[set[int]]]], int]:
    """Withdrawn candidates, (papers, line, ranks) with an empty set for a skipped rank, and the line of the end."""
    withdrawn: set[int] = set()
    papers: list[tuple[int, int, list[set[int]]]] = []
    for number, marks in rows:
        if marks[0].startswith("("):
            while marks and not marks[0].endswith(")"):
                marks = marks[1:]
            marks = marks[1:]
        if marks == ["0"]:
            return withdrawn, papers, number
        if not papers and marks and all(re.fullmatch(r"-\d+", mark) for mark in marks):
            withdrawn.update(_candidate(mark[1:], candidates, number) for mark in marks)
            continue
        if len(marks) < 2 or marks[-1] != "0":
            cure = "write the number of papers, the candidates in order, and a 0"
            raise FileFault("this line of papers does not end with 0", line=number, cure=cure)
        count = whole_number(marks[0], line=number, what="the number of papers")
        papers.append((count, number, [_rank(mark, candidates, number) for mark in marks[1:-1]]))
    raise FileFault("the papers have no end", line=last, cure="write a line with a single 0 behind the last paper")


def _rank(mark: str, candidates: int, line: int) -> set[int]:
    if mark == "-":
        return set()
    return {_candidate(part, candidates, line) for part in mark.split("=")}


def _candidate(mark: str, candidates: int, line: int) -> int:
    number = whole_number(mark, line=line, what="the candidate", least=1)
    if number > candidates:
        cure = f"use numbers from 1 to {candidates}, or correct the first line"
        raise FileFault(f"there is no candidate {number}", line=line, cure=cure)
    return number


def _item(rank: set[int], names: list[str], out: set[str]) -> str | frozenset | None:
    if not rank:
        return None
    shared = frozenset(names[number - 1] for number in rank) - out
    return next(iter(shared)) if len(shared) == 1 else shared


def _names(lines: list[str], candidates: int, before: int) -> tuple[list[str], list[str], str]:
    """Names and parties of the candidates and the title, from the lines behind the papers."""
    filled = [line.strip().rstrip(",").strip() for line in lines]
    filled = [line for line in filled if line]
    filled = [_COMMENTED_NAME.sub("", line) for line in filled]
    plain = [line for line in filled if not line.startswith("#")]
    if len(plain) < candidates:
        quoted = [f'"{name}"' for line in plain for name in _QUOTED.findall(line)]
        plain = max(plain, quoted, key=len)
    if len(plain) < candidates:
        cure = f"write {candidates} names and then the title behind the 0"
        raise FileFault(f"{len(plain)} names for {candidates} candidates", line=before + len(lines), cure=cure)
    extra = plain[candidates + 1 :]
    if any(not line.startswith('"') for line in extra):
        cure = "write as many names as the first line says, then the title"
        raise FileFault(f"more names than {candidates} candidates", line=before + len(lines), cure=cure)
    title = _name(plain[candidates])[0] if len(plain) > candidates else ""
    named = [_name(line) for line in plain[:candidates]]
    return unlike(name for name, _ in named), [party for _, party in named], title


def _name(line: str) -> tuple[str, str]:
    """Name and party; the party is empty if it does not stand in quotes of its own."""
    if not line.startswith('"'):
        return line, ""
    parts = [part.replace('""', '"').strip() for part in _QUOTED.findall(line)]
    if not parts:
        return line.strip('"').strip(), ""
    inner = _INNER.search(parts[0])
    if inner:
        return parts[0][: inner.start()].strip(), inner.group(1).strip()
    return parts[0], " ".join(part for part in parts[1:] if part)
