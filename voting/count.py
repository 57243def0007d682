"""Counts a ballot file without Django, database or network: `python -m voting.count FILE --method METHOD`.

Runs on bare Python 3.11. Prints the steps as text, or with --json the whole result. Exit code 0: counted (also if a
tie is left to the lot, see `ties`); 2: the file or the arguments cannot be counted, in one line. See docs/counting.md.
"""

import argparse
import io
import json
import sys
from pathlib import Path

from voting.algorithms import ballot_files
from voting.algorithms.ballot_files import FileFault, marks
from voting.algorithms.equal_shares import CARDINALITY, COST, NONE, UTILITARIAN, EqualSharesRule, equal_shares
from voting.algorithms.greedy import GreedyRule, greedy
from voting.algorithms.irv import Runoff, irv, is_write_in
from voting.algorithms.judgment import GRADES, majority_judgment
from voting.algorithms.plurality import approval, plurality
from voting.algorithms.rankings import EXHAUST, SINGLE, Reading
from voting.algorithms.schulze import schulze
from voting.algorithms.score import consensus, score
from voting.algorithms.stv import stv

ONE_ROUND = {"plurality", "approval", "score", "consensus"}


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Count the file named in the arguments; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    try:
        file = ballot_files.read_ballot_file(
            options.file, ignore=tuple(options.ignore), weight=options.weight_column, contest=options.contest
        )
        result = METHODS[options.method](file, options)
    except FileFault as fault:
        where = f"line {fault.line}: " if fault.line else ""
        return _fail(f"{options.file}: {where}{fault.problem}; {fault.cure}")
    except OSError as error:
        return _fail(f"{options.file}: {error.strerror or error}; check the path")
    except ValueError as error:
        return _fail(f"{options.file}: {error}; see --help for the options of {options.method}")
    result |= {"title": file.title} if file.title else {}
    result |= {"parties": file.parties} if file.parties else {}
    print(json.dumps(result, ensure_ascii=False, indent=1) if options.json else as_text(result))
    return 0


def _fail(message: str) -> int:
    print(f"voting.count: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _parser() -> Parser:
    parser = Parser(prog="python -m voting.count", description="Count a ballot file.")
    parser.add_argument("file", type=Path, help="CSV, .blt, PrefLib (.soc .soi .toc .toi .cat) or Pabulib (.pb)")
    parser.add_argument("--method", required=True, choices=list(METHODS), metavar="METHOD", help=", ".join(METHODS))
    parser.add_argument("--seats", type=_seats, help="options to elect (default: what the file says, else 1)")
    parser.add_argument("--seed", help="text that decides ties: order by SHA-256(seed + vote + option)")
    parser.add_argument("--vote", default="", help="name of the vote in that hash (default: empty)")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    csv = parser.add_argument_group("CSV")
    csv.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="a column that is no option")
    csv.add_argument("--contest", metavar="NAME", help="a part of the name of the contest, if the file holds several")
    csv.add_argument("--weight-column", metavar="COLUMN", help="the column that says how many ballots a row is")
    csv.add_argument("--grades", help="grades of majority judgment, best first, parted by commas")
    ranked = parser.add_argument_group("ranked ballots (irv, stv)")
    ranked.add_argument(
        "--overvote",
        choices=["exhaust", "skip", "single"],
        help="a rank with two options (default: exhaust; single, irv only: counts for the only one that is left)",
    )
    ranked.add_argument("--duplicate", choices=["exhaust", "skip"], help="an option ranked again (default: skip)")
    ranked.add_argument(
        "--skipped", type=int, metavar="N", help="so many empty ranks end a ballot (irv: 0 never, stv: 1)"
    )
    ranked.add_argument("--writeins", choices=["keep", "combine", "drop"], default="keep", help="write-in options")
    ranked.add_argument(
        "--eliminate", choices=["lowest", "batch", "writeins"], default="lowest", help="irv: who goes at once"
    )
    ranked.add_argument(
        "--continue-to", choices=["majority", "two"], default="majority", help="irv: when the count ends"
    )
    ranked.add_argument("--look-back", action="store_true", help="irv: ties by earlier rounds before the lot")
    ranked.add_argument(
        "--strength", choices=["winning", "margins"], default="winning", help="schulze: strength of a link"
    )
    _add_budget_arguments(parser)
    return parser


def _add_budget_arguments(parser: Parser) -> None:
    money = parser.add_argument_group("budgets (greedy, equal-shares)")
    money.add_argument(
        "--utility", choices=[COST, CARDINALITY], help="equal-shares (approvals: cost, points: cardinality)"
    )
    money.add_argument("--increment", type=int, default=1, help="equal-shares: added to each share a step, 0: never")
    money.add_argument("--stop", choices=["overspend", "exhaustive"], default="overspend", help="equal-shares")
    money.add_argument(
        "--completion", choices=[NONE, UTILITARIAN], help="equal-shares: what is left (default: the file's rule)"
    )
    money.add_argument(
        "--comparison", action=argparse.BooleanOptionalAction, default=None, help="equal-shares against votes"
    )
    money.add_argument(
        "--threshold-factor", type=int, default=0, help="equal-shares: votes/voters ≥ cost/(factor × budget)"
    )
    money.add_argument("--stop-at-first-miss", action="store_true", help="greedy: end at the first that does not fit")


def _seats(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seats from 1")
    return int(text)


def _shared(file, options) -> dict:
    return {"seats": options.seats or file.seats or 1, "seed": options.seed, "vote": options.vote}


def _lot(options) -> dict:
    return {"seed": options.seed, "vote": options.vote}


def _plurality(file, options):
    patterns, names = marks.choices(file)
    return plurality(patterns, names, **_shared(file, options))


def _approval(file, options):
    patterns, names = marks.approvals(file)
    return approval(patterns, names, **_shared(file, options))


def _score(file, options):
    patterns, names = marks.points(file)
    return score(patterns, names, **_shared(file, options))


def _consensus(file, options):
    patterns, names = marks.points(file)
    return consensus(patterns, names, **_shared(file, options))


def _judgment(file, options):
    scale = [grade.strip() for grade in options.grades.split(",")] if options.grades else None
    patterns, names, scale = marks.grades(file, scale, GRADES)
    return majority_judgment(patterns, names, grades=scale, **_shared(file, options))


def _schulze(file, options):
    patterns, names = _ranked(file, options)
    strength = "margins" if options.strength == "margins" else "winning votes"
    return schulze(patterns, names, strength=strength, **_shared(file, options))


def _irv(file, options):
    if options.seats and options.seats > 1:
        raise ValueError("irv elects one, take stv for several seats")
    patterns, names = _ranked(file, options)
    rule = Runoff(_reading(options, skipped=0), options.eliminate, options.continue_to, options.look_back)
    return irv(patterns, names, rule=rule, **_lot(options))


def _stv(file, options):
    if options.overvote == SINGLE:
        raise ValueError("--overvote single is a rule of instant runoffs")
    patterns, names = _ranked(file, options)
    return stv(patterns, names, reading=_reading(options, skipped=1), **_shared(file, options))


def _reading(options, *, skipped: int) -> Reading:
    return Reading(
        overvote=options.overvote or EXHAUST,
        duplicate=options.duplicate or "skip",
        skipped=skipped if options.skipped is None else options.skipped,
    )


def _ranked(file, options) -> tuple[dict, list[str]]:
    """Rankings and options, with write-ins kept, put together as one option, or dropped (their ranks are empty)."""
    patterns, names = marks.rankings(file)
    written = {name for name in names if is_write_in(name)}
    if options.writeins == "keep" or not written:
        return patterns, names
    stand_in = "Write-in" if options.writeins == "combine" else None
    kept = [name for name in names if name not in written] + ([stand_in] if stand_in else [])
    merged: dict = {}
    for ranking, number in patterns.items():
        plain = tuple(stand_in if isinstance(item, str) and item in written else item for item in ranking)
        merged[plain] = merged.get(plain, 0) + number
    return merged, kept


def _least_support(file) -> int:
    text = file.meta.get("min_project_score_threshold", "").strip()
    return max(int(text), 1) if text.isdecimal() else 1


def _named_rule(file) -> str:
    return file.meta.get("rule", "").strip().lower()


def _greedy(file, options):
    patterns, _ = marks.budget_ballots(file)
    stops = options.stop_at_first_miss or _named_rule(file) == "greedy-no-skip"
    rule = GreedyRule(skip=not stops, min_support=_least_support(file))
    return greedy(patterns, file.costs, file.budget, rule=rule, **_lot(options))


def _equal_shares(file, options):
    """The rule the file names: "…/add1" leaves the rest, "…-comparison" compares; else the rest goes by votes."""
    patterns, has_points = marks.budget_ballots(file)
    named = _named_rule(file)
    by_name = NONE if named.startswith("equalshares/add1") else UTILITARIAN
    rule = EqualSharesRule(
        utility=options.utility or (CARDINALITY if has_points else COST),
        increment=options.increment,
        stop=options.stop,
        completion=options.completion or by_name,
        comparison=named.endswith("-comparison") if options.comparison is None else options.comparison,
        threshold_factor=options.threshold_factor,
        min_support=_least_support(file),
    )
    return equal_shares(patterns, file.costs, file.budget, rule=rule, **_lot(options))


METHODS = {
    "plurality": _plurality,
    "approval": _approval,
    "score": _score,
    "majority-judgment": _judgment,
    "consensus": _consensus,
    "schulze": _schulze,
    "irv": _irv,
    "stv": _stv,
    "greedy": _greedy,
    "equal-shares": _equal_shares,
}


def as_text(result: dict) -> str:
    """The steps of a count as lines of text."""
    lines = [f"{result['method']}: {result['title']}" if result.get("title") else result["method"]]
    lines += [f"quota: {result['quota']}"] if "quota" in result else []
    width = max(len(option) for option in result["options"])
    for number, step in enumerate(result["rounds"], start=1):
        lines.append(f"\nRound {number}{_told(step)}")
        if number == 1 or result["method"] not in ("greedy",):
            lines += [f"  {option:<{width}}  {total}" for option, total in step["totals"].items()]
        lines += [f"  exhausted: {step['exhausted']}"] if step["exhausted"] not in (0, "0.00000") else []
        lines += [f"  elected: {', '.join(step['elected'])}"] if step["elected"] else []
        lines += [f"  eliminated: {', '.join(step['eliminated'])}"] if step["eliminated"] else []
        lines += [f"  spent: {step['spent']}, left: {step['left']}"] if "spent" in step else []
    if "pairwise" in result:
        lines += ["", "Pairwise (voters who prefer the row to the column)", *_table(result["pairwise"], width)]
    lines += [f"\nTie in round {tie['round']} ({tie['for']}): {_tie(tie)}" for tie in result["ties"]]
    winners = ", ".join(result["winners"]) or "nobody"
    lines.append(f"\nWinners{' so far, the tie is left to the lot' if result['unresolved'] else ''}: {winners}")
    return "\n".join(lines)


def _told(step: dict) -> str:
    action = step.get("action", {})
    return f": {action['type']} of {action['of']}" if "of" in action else ""


def _tie(tie: dict) -> str:
    between = ", ".join(tie["between"])
    return f"{between} - {'by ' + tie['by'] + ': ' + ', '.join(tie['chosen']) if tie['chosen'] else 'unresolved'}"


def _table(matrix: dict, width: int) -> list[str]:
    return [
        f"  {row:<{width}}  " + "  ".join(f"{column} {votes}" for column, votes in cells.items())
        for row, cells in matrix.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
