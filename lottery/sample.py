"""The register sample, drawn where the register is: one file, standard library only, no network.

    python sample.py REGISTER.csv --size 3500 --by district --commit --out DIR      before the number exists
    python sample.py REGISTER.csv --number 471108 --out DIR                         after it was drawn in public
    python sample.py --verify DIR/sample.json [--opening DIR/openings.json]         anybody, anywhere

`--commit` writes `frame.json`, to be published: how many people the frame has per stratum, and one hash (a Merkle root
over salted rows) that fixes who they are. `secret.json` stays in the house. `--number` then writes `drawn.csv` (the rows
that the number chooses, each with its invitation code), `code-hashes.txt` (to be signed by two and published before
the letters are posted), `openings.json` (for the auditor) and `sample.json`, the public record.

With `--by` each stratum gets its share of the letters: size · people / all people, cut off; what is left goes one each to
the largest remainders (equal ones: the stratum with more people, then the first by name). People with a block on
disclosure (`--blocked COLUMN`; §§ 51, 52 BMG) are left out on the route `transfer` and counted; on the route
`adressmittlung` the office posts the letters itself and they stay. People without any address (`--address COLUMN …`)
stay and are counted apart: their codes are handed out. Exit code 0: done; 1: a record is wrong; 2: nothing was written.
"""

import argparse
import csv
import hashlib
import hmac
import io
import json
import os
import secrets
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FORMAT = "allmende-sample-1"
ROUTES = ("transfer", "adressmittlung")
NOT_BLOCKED = {"", "0", "-", "n", "nein", "no", "false", "keine"}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U
SHOWN = 20  # faults of a file that are listed
Json = dict[str, Any]


class Refused(Exception):
    """Why nothing was written, in words for the person at the PC."""


# The register


class Register:
    """A CSV file of residents, read row by row: semicolons, commas or tabs, UTF-8 or Windows-1252."""

    def __init__(self, path: Path):
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}") from None
        self.sha256 = hashlib.sha256(data).hexdigest()
        try:
            self.text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.text = data.decode("cp1252", errors="replace")
        first = self.text.split("\n", 1)[0]
        self.delimiter = max(";,\t", key=first.count)
        self.header = [name.strip() for name in next(self._lines(), (0, []))[1]]
        self._check_header()

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True)
        start = 1
        try:
            for row in reader:
                yield start, row
                start = reader.line_num + 1
        except csv.Error as error:
            raise Refused(f"{self.path.name}, line {start}: this is no CSV ({error})") from None

    def _check_header(self) -> None:
        if not self.header or not any(self.header):
            raise Refused(f"{self.path.name} is empty: the first line names the columns")
        empty = [str(at) for at, name in enumerate(self.header, start=1) if not name]
        if empty:
            raise Refused(f"{self.path.name}, line 1: column {', '.join(empty)} has no name")
        twice = [name for name, count in Counter(self.header).items() if count > 1]
        if twice:
            raise Refused(f"{self.path.name}, line 1: the column {', '.join(twice)} stands twice")

    def column(self, name: str) -> int:
        if name not in self.header:
            raise Refused(f"there is no column {name!r}; the columns are: {', '.join(self.header)}")
        return self.header.index(name)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and fields of everybody; empty lines are skipped. Refused with all lines that cannot be read."""
        faults = Faults(self.path.name)
        lines = self._lines()
        next(lines)
        for line, row in lines:
            if not any(field.strip() for field in row):
                continue
            if len(row) != len(self.header):
                faults.add(line, f"{len(row)} fields, but the first line names {len(self.header)} columns")
            else:
                yield line, [unicodedata.normalize("NFC", field.strip()) for field in row]
        faults.refuse_if_any()


class Faults:
    """Lines of a file that cannot be used."""

    def __init__(self, name: str):
        self.name, self.count = name, 0
        self.found: list[str] = []

    def add(self, line: int, what: str) -> None:
        self.count += 1
        if len(self.found) < SHOWN:
            self.found.append(f"{self.name}, line {line}: {what}")

    def refuse_if_any(self) -> None:
        if self.count:
            more = [f"… and {self.count - SHOWN} more lines"] if self.count > SHOWN else []
            raise Refused("\n".join([*self.found, *more]))


# The frame


class Frame:
    """Everybody who can be drawn, in order: by stratum, then by line. Rows themselves are not kept.

    `lines[p]` and `leaves[p]` belong to position p; `strata` has name, people, sample, blocked, without_address.
    """

    def __init__(self, register: Register, options: Json, secret: bytes):
        self.options = options
        by = register.column(options["by"]) if options["by"] else None
        blocked = register.column(options["blocked"]) if options["blocked"] else None
        address = [register.column(name) for name in options["address"]]
        id_at = register.column(options["id"]) if options["id"] else None
        people: dict[str, list[tuple[int, bytes]]] = {}
        left_out: Counter[str] = Counter()
        homeless: Counter[str] = Counter()
        faults = Faults(register.path.name)
        seen: dict[str, int] = {}
        self.rows = 0
        for line, row in register.rows():
            self.rows += 1
            stratum = row[by] if by is not None else "all"
            if not stratum:
                faults.add(line, f"{options['by']} is empty")
            if id_at is not None and (not row[id_at] or seen.setdefault(row[id_at], line) != line):
                what = f"stands on line {seen[row[id_at]]} already" if row[id_at] else "is empty"
                faults.add(line, f"{options['id']} {row[id_at]!r} {what}" if row[id_at] else f"{options['id']} {what}")
            if blocked is not None and options["route"] == "transfer" and row[blocked].casefold() not in NOT_BLOCKED:
                left_out[stratum] += 1
                people.setdefault(stratum, [])
                continue
            if address and not any(row[at] for at in address):
                homeless[stratum] += 1
            people.setdefault(stratum, []).append((line, leaf_of(secret, line, row)))
        faults.refuse_if_any()
        names = sorted(people)
        shares = allocate({name: len(people[name]) for name in names}, options["size"])
        self.strata = [
            {
                "name": name,
                "people": len(people[name]),
                "sample": shares[name],
                "blocked": left_out[name],
                "without_address": homeless[name],
            }
            for name in names
        ]
        self.lines = [line for name in names for line, _leaf in people[name]]
        self.leaves = [leaf for name in names for _line, leaf in people[name]]

    def content(self) -> Json:
        """What is published before the number exists."""
        keys = ("size", "by", "route", "blocked", "address", "source")
        return {
            "format": FORMAT,
            **{key: self.options[key] for key in keys},
            "register_rows": self.rows,
            "strata": self.strata,
            "root": levels_of(self.leaves)[-1][0].hex(),
        }


def allocate(people: dict[str, int], size: int) -> dict[str, int]:
    """How many letters each stratum gets: its share, cut off; the largest remainders get one more each."""
    total = sum(people.values())
    if not 1 <= size <= total:
        raise Refused(f"{size} people cannot be drawn from {total}")
    shares = {name: size * count // total for name, count in people.items()}
    order = sorted(people, key=lambda name: (-(size * people[name] % total), -people[name], name))
    for name in order[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def leaf_of(secret: bytes, line: int, row: list[str]) -> bytes:
    """The salted hash of one row."""
    return hash_row(salt_of(secret, line), row)


def salt_of(secret: bytes, line: int) -> str:
    return hmac.new(secret, b"salt/%d" % line, hashlib.sha256).hexdigest()


def hash_row(salt: str, row: list[str]) -> bytes:
    return hashlib.sha256(b"\0" + canonical([salt, row])).digest()


def levels_of(leaves: list[bytes]) -> list[list[bytes]]:
    """The Merkle tree from the leaves to the root; a last one without a partner goes up as it is."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        last = levels[-1]
        pairs = [join(last[at], last[at + 1]) for at in range(0, len(last) - 1, 2)]
        levels.append(pairs + last[len(last) - len(last) % 2 :])
    return levels


def join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def proof_for(levels: list[list[bytes]], positions: Iterable[int]) -> list[str]:
    """The hashes that lead from these leaves to the root, from below, left to right, none twice."""
    known, needed = sorted(positions), []
    for level in levels[:-1]:
        here = set(known)
        for at in known:
            partner = at ^ 1
            if partner < len(level) and partner not in here:
                needed.append(level[partner].hex())
        known = sorted({at // 2 for at in known})
    return needed


def root_from(count: int, leaves: dict[int, bytes], proof: Iterable[str]) -> str:
    """The root of a tree of `count` leaves, of which some are known. ValueError if the proof is too short or long."""
    rest, known = iter(proof), leaves
    while count > 1:
        above: dict[int, bytes] = {}
        for at in sorted(known):
            partner = at ^ 1
            if partner >= count:
                above[at // 2] = known[at]
            elif partner not in known or partner > at:
                try:
                    other = known[partner] if partner in known else bytes.fromhex(next(rest))
                except StopIteration:
                    raise ValueError("the proof is too short") from None
                above[at // 2] = join(known[at], other) if at < partner else join(other, known[at])
        known, count = above, (count + 1) // 2
    if next(rest, None) is not None:
        raise ValueError("the proof is too long")
    return known[0].hex()


# The choice


def chosen_positions(commitment: str, number: str, strata: list[Json]) -> list[int]:
    """Who is drawn: in each stratum those whose hash of commitment, number and position is smallest."""
    start, found = 0, []
    seed = f"{FORMAT}\n{commitment}\n{number}\n".encode()
    for stratum in strata:
        positions = range(start, start + stratum["people"])
        ranked = sorted(positions, key=lambda at: hashlib.sha256(seed + str(at).encode()).digest())
        found += ranked[: stratum["sample"]]
        start += stratum["people"]
    return sorted(found)


def code_of(secret: bytes, position: int) -> str:
    """The invitation code: 16 letters and digits, 80 bits."""
    number = int.from_bytes(hmac.new(secret, b"code/%d" % position, hashlib.sha256).digest()[:10], "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def hash_code(code: str) -> str:
    """As the portal hashes a code that somebody types in."""
    return hashlib.sha256(f"lottery:{code.replace('-', '')}".encode()).hexdigest()


# What is written


def commit(register: Register, options: Json, out: Path) -> str:
    """Write the frame's commitment and the secret."""
    if (out / "secret.json").exists():
        raise Refused(f"{out} has a commitment already; what was published must not change. Take another folder.")
    secret = secrets.token_bytes(32)
    frame = Frame(register, options, secret)
    content = frame.content()
    commitment = digest(content)
    out.mkdir(parents=True, exist_ok=True)
    private = {"format": FORMAT, "commitment": commitment, "secret": secret.hex(), "register": register.sha256}
    write_private(out / "secret.json", canonical({**private, "id": options["id"]}))
    (out / "frame.json").write_bytes(canonical({"frame": content, "commitment": commitment}) + b"\n")
    return told(content, commitment)


def draw(register: Register, options: Json, number: str, out: Path) -> str:
    """Write who the number chooses, their codes, and the public record."""
    private, frame = read_json(out / "secret.json"), read_json(out / "frame.json")
    content = frame["frame"]
    for key in ("size", "by", "route", "blocked", "address"):
        if options[key] and options[key] != content[key]:
            raise Refused(f"--{key}: {options[key]} is not what was committed to: {content[key]}")
    if register.sha256 != private["register"]:
        raise Refused(f"{register.path} is not the file that was committed to; nothing was drawn.")
    secret = bytes.fromhex(private["secret"])
    made = Frame(register, {**content, "id": private["id"]}, secret)
    if digest(made.content()) != private["commitment"] or frame["commitment"] != private["commitment"]:
        raise Refused("frame.json and secret.json do not belong together; nothing was drawn.")
    if (out / "sample.json").exists() and read_json(out / "sample.json")["number"] != number:
        raise Refused(f"{out} has a sample by another number; a number is drawn once.")
    positions = chosen_positions(private["commitment"], number, content["strata"])
    record, openings = published(register, made, positions, secret, number, content)
    write_private(out / "drawn.csv", drawn_csv(register, openings["people"]))
    write_private(out / "openings.json", canonical(openings))
    (out / "code-hashes.txt").write_text("".join(f"{one}\n" for one in record["codes"]), encoding="ascii")
    (out / "sample.json").write_bytes(canonical(record) + b"\n")
    few = "" if len(number) >= 6 else f"\nnote: {len(number)} digits allow only {10 ** len(number)} different samples"
    return f"{len(positions)} people drawn by the number {number}, {record['without_address']} of them without an address{few}"


def published(
    register: Register, frame: Frame, positions: list[int], secret: bytes, number: str, content: Json
) -> tuple[Json, Json]:
    """The public record and the auditor's openings."""
    wanted = {frame.lines[at]: at for at in positions}
    rows = {wanted[line]: row for line, row in register.rows() if line in wanted}
    people: list[Json] = [
        {"position": at, "salt": salt_of(secret, frame.lines[at]), "row": rows[at], "code": code_of(secret, at)}
        for at in positions
    ]
    address = [register.column(name) for name in content["address"]]
    record = {
        "format": FORMAT,
        "frame": content,
        "commitment": digest(content),
        "number": number,
        "positions": positions,
        "leaves": [frame.leaves[at].hex() for at in positions],
        "proof": proof_for(levels_of(frame.leaves), positions),
        "without_address": sum(not any(rows[at][column] for column in address) for at in positions) if address else 0,
        "codes": sorted(hash_code(one["code"]) for one in people),
    }
    record["result"] = digest(record)
    openings = {"format": FORMAT, "view": "auditor", "commitment": record["commitment"], "columns": register.header}
    return record, {**openings, "people": people}


def drawn_csv(register: Register, people: list[Json]) -> bytes:
    """The drawn rows as they came, with the code, for the letters."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=register.delimiter, lineterminator="\r\n")
    writer.writerow([*register.header, "code"])
    writer.writerows([*one["row"], one["code"]] for one in people)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_private(path: Path, data: bytes) -> None:
    """A file that only its owner can read."""
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_bytes(data)


def told(content: Json, commitment: str) -> str:
    """What was committed to, in words."""
    blocked = sum(stratum["blocked"] for stratum in content["strata"])
    homeless = sum(stratum["without_address"] for stratum in content["strata"])
    people = sum(stratum["people"] for stratum in content["strata"])
    lines = [
        f"{people} of {content['register_rows']} people can be drawn, {content['size']} will be",
        f"{blocked} left out because of a block on disclosure (route {content['route']})",
        f"{homeless} without an address: they stay, their codes are handed out",
    ]
    lines += [f"{one['name']}: {one['sample']} of {one['people']}" for one in content["strata"] if content["by"]]
    return "\n".join([*lines, f"commitment {commitment}", "Publish frame.json now; keep secret.json in the house."])


# Checking


def faults(record: Json, openings: Json | None = None) -> Iterator[str]:
    """Everything that is wrong with a record, a sentence each; nothing for an honest one."""
    expected = [
        "format",
        "frame",
        "commitment",
        "number",
        "positions",
        "leaves",
        "proof",
        "without_address",
        "codes",
        "result",
    ]
    yield from (f"{key} is missing" for key in expected if key not in record)
    yield from (f"{key} does not belong there" for key in record if key not in expected)
    if any(key not in record for key in expected):
        return
    frame, positions = record["frame"], record["positions"]
    if record["format"] != FORMAT or frame["format"] != FORMAT:
        yield f"this is no record of the format {FORMAT}"
    if digest({key: record[key] for key in expected[:-1]}) != record["result"]:
        yield "result: it is not the hash of the record"
    if digest(frame) != record["commitment"]:
        yield "commitment: it is not the hash of the frame"
    shares = allocate({one["name"]: one["people"] for one in frame["strata"]}, frame["size"])
    for stratum in frame["strata"]:
        if stratum["sample"] != shares[stratum["name"]]:
            yield f"{stratum['name']}: {shares[stratum['name']]} letters are its share, not {stratum['sample']}"
    people = sum(stratum["people"] for stratum in frame["strata"])
    if people + sum(stratum["blocked"] for stratum in frame["strata"]) != frame["register_rows"]:
        yield "the strata do not add up to the register"
    if not record["number"].isascii() or not record["number"].isdigit():
        yield "number: it does not consist of digits"
    if positions != chosen_positions(record["commitment"], record["number"], frame["strata"]):
        yield "positions: they are not the ones that the number chooses"
    leaves = {at: bytes.fromhex(leaf) for at, leaf in zip(positions, record["leaves"], strict=True)}
    if root_from(people, leaves, record["proof"]) != frame["root"]:
        yield "leaves: they are not in the frame that was committed to"
    if record["codes"] != sorted(set(record["codes"])) or len(record["codes"]) != len(positions):
        yield f"codes: there are not {len(positions)} different ones in order"
    if openings is not None:
        yield from _faults_of_openings(record, openings)


def _faults_of_openings(record: Json, openings: Json) -> Iterator[str]:
    people = openings["people"]
    if openings["format"] != FORMAT or openings["commitment"] != record["commitment"]:
        yield "openings: they belong to another record"
    if [one["position"] for one in people] != record["positions"]:
        yield "openings: they are not those of the positions that were drawn"
    for one, leaf in zip(people, record["leaves"], strict=True):
        if hash_row(one["salt"], one["row"]).hex() != leaf:
            yield f"position {one['position']}: the row is not the one in the frame"
    if sorted(hash_code(one["code"]) for one in people) != record["codes"]:
        yield "codes: they are not the ones that were published"
    by, address = record["frame"]["by"], record["frame"]["address"]
    columns = openings["columns"]
    ends, end = [], 0
    for stratum in record["frame"]["strata"]:
        end += stratum["people"]
        ends.append((end, stratum["name"]))
    for one in people if by else []:
        name = next(name for end, name in ends if one["position"] < end)
        if one["row"][columns.index(by)] != name:
            yield f"position {one['position']}: the person does not belong to {name}"
    without = sum(not any(one["row"][columns.index(name)] for name in address) for one in people) if address else 0
    if without != record["without_address"]:
        yield f"without_address: {without} have none"


NOT_OPENED = "the rows behind the hashes: the auditor opens them"
NOT_CHECKED = (
    "that the commitment was published before the number existed: compare it with what was mailed or printed",
    "that the number is the one that was drawn in public",
    "that the frame is the whole register: the auditor compares its totals with the statistics office's",
    "that letters went to the drawn and to nobody else: compare the hashes of the codes with what two people signed",
)
UNREADABLE = (ValueError, KeyError, TypeError, IndexError, AttributeError, Refused, StopIteration, OverflowError)


def all_faults(record: Json, openings: Json | None = None) -> list[str]:
    """As `faults`; what cannot be read is a fault too."""
    found: list[str] = []
    try:
        found.extend(faults(record, openings))
    except UNREADABLE as error:
        found.append(f"the record cannot be read: {type(error).__name__}: {error}"[:200])
    return found


def verify(path: Path, opening: Path | None) -> int:
    record, openings = read_json(path), read_json(opening) if opening else None
    if "frame" in record and "number" not in record:
        raise Refused(f"{path}: no number has been drawn yet; check sample.json")
    found = all_faults(record, openings)
    print(f"view: {'auditor' if openings else 'public'}; register sample")
    for fault in found:
        print(f"FAULT {fault}")
    if not found:
        print("ok    frame, shares of the strata, number, positions, Merkle proof, codes")
    if not openings:
        print(f"not checked: {NOT_OPENED}")
    for sentence in NOT_CHECKED:
        print(f"not checked: {sentence}")
    return 1 if found else 0


# Files and arguments


def canonical(value: Any) -> bytes:
    """The form in which things are hashed and published: sorted keys, no white space, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def read_json(path: Path) -> Json:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"there is no {path}; has --commit been run with this folder?") from None
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise Refused(f"{path} is no record")
    return value


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="lottery.sample", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("register", type=Path, nargs="?", metavar="REGISTER.csv")
    step = made.add_mutually_exclusive_group(required=True)
    step.add_argument("--commit", action="store_true", help="before the number exists")
    step.add_argument("--number", metavar="DIGITS", help="the public number")
    step.add_argument("--verify", type=Path, metavar="sample.json", help="check a record")
    made.add_argument("--opening", type=Path, metavar="openings.json", help="with --verify: the auditor's view")
    made.add_argument("--size", type=int, default=0, metavar="N", help="how many people are drawn")
    made.add_argument("--by", default="", metavar="COLUMN", help="in proportion to this column's values")
    made.add_argument("--route", choices=ROUTES, default="", help="default: transfer")
    made.add_argument("--blocked", default="", metavar="COLUMN", help="not empty, 0 or nein: blocked (§§ 51, 52 BMG)")
    made.add_argument("--address", nargs="+", default=[], metavar="COLUMN", help="all empty: no address")
    made.add_argument("--id", default="", metavar="COLUMN", help="nobody may stand twice in it")
    made.add_argument("--source", default="", metavar="TEXT", help="where the number will come from, sealed as well")
    made.add_argument("--out", type=Path, metavar="DIR")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = parser().parse_args(arguments)
    try:
        if given.verify:
            return verify(given.verify, given.opening)
        if not given.register or not given.out:
            raise Refused("name the register's file and --out DIR")
        if given.number is not None and not (given.number.isascii() and given.number.isdigit()):
            raise Refused(f"--number: {given.number!r} does not consist of digits")
        if given.commit and given.size < 1:
            raise Refused("--size: say how many people are to be drawn")
        keys = ("size", "by", "route", "blocked", "address", "id", "source")
        options = {key: getattr(given, key) for key in keys}
        register = Register(given.register)
        if given.commit:
            print(commit(register, {**options, "route": given.route or ROUTES[0]}, given.out))
        else:
            print(draw(register, options, given.number, given.out))
    except (Refused, OSError) as error:
        print(f"lottery.sample: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
