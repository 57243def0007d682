"""Draws from files: `python -m lottery.draw --quotas categories.csv --pool respondents.csv --size N --out DIR`.

Needs numpy and highspy, no Django and no database. Writes into DIR:
`panels.csv` (panel,id: the list that a public number chooses from, 000–999), `chances.csv` (id,probability,listed in the
pool's order), `chances.svg`, `record.json` (what may be published) and `openings.json` (for the auditor; it has
everybody's features). Exit code 2: the input cannot be drawn from, with the faulty lines; 3: no panel meets the quotas,
with the smallest relaxation. The same files and options give the same bytes. See docs/lottery-method.md.
"""

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path

from audit.canonical import canonical_json
from lottery.algorithms.chart import chances_chart
from lottery.algorithms.drawing import InvalidPanel, Lottery, draw_lottery
from lottery.algorithms.feasibility import Infeasible
from lottery.algorithms.greedy import naive_chances
from lottery.algorithms.mixture import NoMixture
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.problem import InputError
from lottery.algorithms.reading import read_files
from lottery.algorithms.record import build_record, default_secret
from lottery.algorithms.solver import SolverError

FAILED, BAD_INPUT, INFEASIBLE = 1, 2, 3
FAULTS = 20  # shown at once
NAIVE_ENOUGH = 10  # finished naive draws below which their chances are not drawn


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message):
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(arguments)
    try:
        problem = read_files(
            options.quotas,
            options.pool,
            size=options.size,
            id_column=options.id,
            address_columns=options.address,
        )
        secret = options.secret.read_text(encoding="utf-8").strip() if options.secret else default_secret(problem)
        lottery = draw_lottery(
            problem, algorithm=options.algorithm, panels=options.panels, seed=secret, progress=_progress()
        )
        write_all(lottery, secret, options.out)
    except InputError as error:
        return _fail(_shown(error), BAD_INPUT)
    except Infeasible as error:
        return _fail(str(error), INFEASIBLE)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}; name a file that can be read or written", BAD_INPUT)
    except UnicodeDecodeError:
        return _fail(f"{options.secret}: this is no text in UTF-8; name a text file as the secret", BAD_INPUT)
    except (SolverError, NoMixture, InvalidPanel) as error:
        return _fail(f"nothing was drawn: {error}; please report this with the two files", FAILED)
    print(summary(lottery))
    return 0


def write_all(lottery: Lottery, secret: str, out: Path) -> None:
    """Write the five files into `out`, which is created if missing."""
    out.mkdir(parents=True, exist_ok=True)
    ids, digits = [_cell(name) for name in lottery.problem.ids], lottery.digits
    lines = ["panel,id\n"]
    for number, panel in enumerate(lottery.panels.tolist()):
        start = f"{number:0{digits}d},"
        lines += [f"{start}{ids[person]}\n" for person in panel]
    _write(out / "panels.csv", "".join(lines))
    people = zip(ids, lottery.chances.tolist(), lottery.listed.tolist(), strict=True)
    rows = "".join(f"{name},{chance:.12f},{listed:.{digits}f}\n" for name, chance, listed in people)
    _write(out / "chances.csv", "id,probability,listed\n" + rows)
    _write(out / "chances.svg", draw_chart(lottery, secret))
    record, openings = build_record(lottery, secret)
    (out / "record.json").write_bytes(canonical_json(record) + b"\n")
    (out / "openings.json").write_bytes(canonical_json(openings) + b"\n")


def draw_chart(lottery: Lottery, secret: str) -> str:
    """The chances of this lottery against those of the naive draw, as SVG."""
    series = {lottery.algorithm: lottery.chances}
    naive = naive_chances(lottery.classes, secret)
    if naive.finished >= NAIVE_ENOUGH:
        series["naive draw"] = naive.chances.repeat(lottery.classes.people)
    return chances_chart(series, size=lottery.problem.size)


def summary(lottery: Lottery) -> str:
    """What was drawn, in a few lines."""
    possible = lottery.chances[lottery.chances > 1e-12]
    problem = lottery.problem
    last = f"{len(lottery.panels) - 1:0{lottery.digits}d}"
    lines = [
        f"{problem.size} of {problem.people} people, {lottery.algorithm}: "
        f"smallest chance {100 * possible.min():.4f} %, largest {100 * possible.max():.4f} %",
        f"{len(lottery.panels)} panels, numbered {'0' * lottery.digits} to {last}",
    ]
    for people, words in (
        (lottery.never, "can be on no panel"),
        (lottery.astray, "are more than two places of the list off their chance: draw again with more --panels"),
        (lottery.unlisted, "have a chance below one place on the list and are on none of its panels"),
    ):
        if people:
            names = ", ".join(problem.ids[person] for person in people[:20])
            lines.append(f"{len(people)} people {words}: {names}{' …' if len(people) > 20 else ''}")
    return "\n".join(lines)


def _parser() -> Parser:
    parser = Parser(prog="lottery.draw", description="The fairest draw of a panel from a pool of volunteers.")
    parser.add_argument("--quotas", type=Path, required=True, help="CSV: category,feature,min,max")
    parser.add_argument("--pool", type=Path, required=True, help="CSV: a row per person, a column per feature")
    parser.add_argument("--size", type=int, required=True, help="seats of the panel")
    parser.add_argument("--algorithm", choices=sorted(OBJECTIVES), default="leximin")
    parser.add_argument("--address", nargs="+", action="extend", default=[], metavar="COLUMN", help="one per household")
    parser.add_argument("--id", default="", metavar="COLUMN", help="names people (default: column id, else row number)")
    parser.add_argument(
        "--panels", type=_positive, help="length of the list (default: 1000, or 10000 for tiny chances)"
    )
    parser.add_argument(
        "--secret", type=Path, help="file with the secret for pseudonyms and salts (default: the input)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return int(text)


def _cell(text: str) -> str:
    """A CSV cell."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _progress() -> Callable[[int, int], None] | None:
    """A line on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int) -> None:
        print(f"\r{100 * done // total:3d} %", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return report


def _shown(error: InputError) -> str:
    """The first faults, a line each."""
    lines = [str(fault) for fault in error.faults]
    more = [f"… and {len(lines) - FAULTS} more"] if len(lines) > FAULTS else []
    return "\n".join(lines[:FAULTS] + more)


def _fail(message: str, code: int) -> int:
    print(f"lottery.draw: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
