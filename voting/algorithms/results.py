"""The common shape of a result: plain data that templates and JSON can show as it is."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

DECIMALS = 5

Pattern = TypeVar("Pattern", bound=Hashable)


def count_patterns(ballots: Iterable[Pattern] | Mapping[Pattern, int]) -> Mapping[Pattern, int]:
    """Pattern → number of ballots. A mapping is taken as already counted; negative numbers are refused."""
    if not isinstance(ballots, Mapping):
        return Counter(ballots)
    if any(not isinstance(number, int) or number < 0 for number in ballots.values()):
        raise ValueError("numbers of ballots must be whole and not negative")
    return ballots


def exact(number: int | Fraction) -> int | str:
    """An int if the number is whole, a finite decimal as text, else the fraction as text ("1/3")."""
    number = Fraction(number)
    if number.denominator == 1:
        return number.numerator
    rest, places = number.denominator, 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        places += 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    scaled = number.numerator * 10**places // number.denominator
    digits = str(abs(scaled)).rjust(places + 1, "0")
    return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def decimal(number: int | Fraction, places: int = DECIMALS) -> str:
    """A number of at least 0 as a decimal with `places` digits, the rest cut off (never rounded up)."""
    whole, rest = divmod(Fraction(number), 1)
    return f"{whole}.{int(rest * 10**places):0{places}d}"


def scaled(units: int, places: int = DECIMALS) -> str:
    """Hundred-thousandths (or another power of ten) as a decimal with `places` digits: 123456 → "1.23456"."""
    whole, rest = divmod(units, 10**places)
    return f"{whole}.{rest:0{places}d}"


def round_of(
    totals: Mapping[str, int | str],
    *,
    elected: Sequence[str] = (),
    eliminated: Sequence[str] = (),
    exhausted: int | str = 0,
    **details,
) -> dict:
    """One step of a count: totals by option, what was decided on them, ballots (or votes) left without a choice."""
    return {
        "totals": dict(totals),
        "elected": list(elected),
        "eliminated": list(eliminated),
        "exhausted": exhausted,
        **details,
    }


def result_of(
    method: str,
    *,
    options: Sequence[str],
    seats: int | None,
    winners: Sequence[str],
    rounds: Sequence[dict],
    unresolved: bool = False,
    **details,
) -> dict:
    """A whole result. `ties` is filled in by voting.algorithms.ties.settle."""
    return {
        "method": method,
        "options": list(options),
        "seats": seats,
        "winners": list(winners),
        "unresolved": unresolved,
        "rounds": list(rounds),
        "ties": [],
        **details,
    }


def check_options(options: Sequence[str], seats: int = 1) -> list[str]:
    """The options as a list. Raises ValueError for none, for a repeated one and for fewer seats than one."""
    listed = list(options)
    if not listed:
        raise ValueError("a count needs at least one option")
    if len(set(listed)) != len(listed):
        raise ValueError("an option is listed twice")
    if seats < 1:
        raise ValueError("there must be at least one seat")
    return listed
