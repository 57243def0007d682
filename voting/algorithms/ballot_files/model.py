"""What a ballot file holds once it is read, whatever its format was."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

CHOICES = "choices"  # text of one cell: an option, "A>B=C", or several options
RANKINGS = "rankings"  # see voting.algorithms.rankings
TABLE = "table"  # one cell for each option, in the order of the options
CATEGORIES = "categories"  # one frozenset of options for each category, best first
APPROVALS = "approvals"  # frozenset of options
POINTS = "points"  # tuple of (option, points)


class FileFault(Exception):
    """A file that cannot be counted: what is wrong, in which line (from 1), and what would cure it."""

    def __init__(self, problem: str, *, line: int | None = None, cure: str):
        super().__init__(problem)
        self.problem, self.line, self.cure = problem, line, cure

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.problem}; {self.cure}"


@dataclass
class BallotFile:
    """Ballots counted by pattern, `kind` says what a pattern is; `lines` holds the first line of each pattern."""

    kind: str
    options: list[str]
    patterns: Counter = field(default_factory=Counter)
    lines: dict[Hashable, int] = field(default_factory=dict)
    title: str = ""
    parties: dict[str, str] = field(default_factory=dict)  # of options whose file names a party apart
    seats: int | None = None
    categories: list[str] = field(default_factory=list)
    costs: dict[str, Fraction] = field(default_factory=dict)
    budget: Fraction | None = None
    meta: dict[str, str] = field(default_factory=dict)

    def add(self, pattern: Hashable, number: int, line: int) -> None:
        """Count `number` ballots of this pattern, read in `line`."""
        self.patterns[pattern] += number
        self.lines.setdefault(pattern, line)


def text_lines(text: str) -> list[str]:
    """Lines of a text however they end; unlike str.splitlines it leaves rare separators inside names alone."""
    return re.split(r"\r\n|\r|\n", text)


def whole_number(text: str, *, line: int, what: str, least: int = 0) -> int:
    """A whole number of at least `least`, or a FileFault that names `what`."""
    cleaned = text.strip()
    if not cleaned.isdecimal() or not cleaned.isascii() or len(cleaned) > 15 or int(cleaned) < least:
        cure = f"write a whole number of at least {least}"
        raise FileFault(f"{what} {text.strip()!r} is no whole number from {least}", line=line, cure=cure)
    return int(cleaned)


def amount(text: str, *, line: int | None, what: str) -> Fraction:
    """An exact number such as 12, 12.5, "12,50" or "1 000", or a FileFault that names `what`."""
    cleaned = text.strip().replace(" ", "").replace("\u00a0", "")
    if cleaned.count(",") == 1 and "." not in cleaned:
        cleaned = cleaned.replace(",", ".")
    digits = cleaned.removeprefix("-").replace(".", "", 1)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 30:
        raise FileFault(f"{what} {text.strip()!r} is no number", line=line, cure="write digits, e.g. 1250 or 1250.50")
    return Fraction(cleaned)


def unlike(names: Iterable[str]) -> list[str]:
    """The names, those that appear again with their number behind them, so that each is there once."""
    seen: set[str] = set()
    listed = []
    for number, name in enumerate(names, start=1):
        kept = name if name and name not in seen else f"{name} [{number}]".strip()
        seen.add(kept)
        listed.append(kept)
    return listed
