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
stay and are counted apart: their codes are handed out. It speaks German unless `--english` or LANG say otherwise. Exit code 0: done; 1: a record is wrong; 2: nothing was written.
"""

import argparse
import csv
import hashlib
import hmac
import io
import json
import os
import re
import secrets
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "allmende-sample-1"
ROUTES = ("transfer", "adressmittlung")
FRAME_KEYS = {"format", "size", "by", "route", "blocked", "address", "source", "register_rows", "strata", "root"}
STRATUM_KEYS = {"name", "people", "sample", "blocked", "without_address"}
HASH = re.compile(r"[0-9a-f]{64}")
NOT_BLOCKED = {"", "0", "-", "n", "nein", "no", "false", "keine"}
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U
SHOWN = 20  # faults of a file that are listed
Json = dict[str, Any]


class Refused(Exception):
    """Why nothing was written, in words for the person at the PC."""


# The words


class Words:
    """In which language the command speaks; as a module it speaks English, like the rest of the code."""

    language = "en"


def language_of(arguments: list[str]) -> str:
    """German, unless `--english` is given or the surroundings (LC_ALL, LC_MESSAGES, LANG) are English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if "--english" in arguments or named.lower().startswith("en") else "de"


def say(text: str, **values: Any) -> str:
    """`text` in the language of the command, with its places filled."""
    return (GERMAN[text] if Words.language == "de" else text).format(**values)


ABOUT = """Die Melderegisterstichprobe, gezogen, wo das Register liegt: eine Datei, nur Python, kein Netz.

    python sample.py REGISTER.csv --size 3500 --by bezirk --commit --out ORDNER     bevor es die Zahl gibt
    python sample.py REGISTER.csv --number 471108 --out ORDNER                      nachdem sie öffentlich gezogen ist
    python sample.py --verify ORDNER/sample.json [--opening ORDNER/openings.json]   alle, überall

`--commit` schreibt `frame.json` zum Veröffentlichen: wie viele Menschen je Schicht gezogen werden können, und einen Hash
(Merkle-Wurzel über gesalzene Zeilen), der festlegt, wer sie sind. `secret.json` bleibt im Haus. `--number` schreibt dann
`drawn.csv` (die gezogenen Zeilen, jede mit ihrem Code), `code-hashes.txt` (zwei unterschreiben sie; sie wird vor dem
Versand veröffentlicht), `openings.json` (für die Prüfung) und `sample.json`, das öffentliche Protokoll.

Mit `--by` bekommt jede Schicht ihren Anteil an den Briefen; was übrig bleibt, geht einzeln an die größten Reste. Menschen
mit Auskunftssperre (`--blocked SPALTE`; §§ 51, 52 BMG) bleiben auf dem Weg `transfer` außen vor und werden gezählt; auf dem
Weg `adressmittlung` schickt das Amt die Briefe selbst, und sie bleiben dabei. Menschen ohne Anschrift (`--address SPALTE …`)
bleiben dabei und werden eigens gezählt: Ihre Codes werden ausgehändigt. Rückgabe 0: getan; 1: ein Protokoll ist falsch; 2: es wurde
nichts geschrieben. Englisch mit `--english`."""


GERMAN = {
    "--number: {given!r} does not consist of digits": "--number: {given!r} besteht nicht aus Ziffern",
    "--size: say how many people are to be drawn": "--size: Nennen Sie, wie viele Menschen gezogen werden",
    "--{key}: {given} is not what was committed to: {committed}": "--{key}: {given} ist nicht, was festgelegt wurde: {committed}",
    "FAULT {fault}": "FEHLER {fault}",
    "Publish frame.json now; keep secret.json in the house.": "Veröffentlichen Sie jetzt frame.json; secret.json bleibt im Haus.",
    "all empty: no address": "alle leer: keine Anschrift",
    "before the number exists": "bevor es die Zahl gibt",
    "check a record": "ein Protokoll prüfen",
    "a figure is no whole number": "Eine Angabe ist keine ganze Zahl",
    "a name is no text": "Ein Name ist kein Text",
    "codes: there are not {count} different ones in order": "codes: Es sind nicht {count} verschiedene in ihrer Reihenfolge",
    "codes: they are not the ones that were published": "codes: Es sind nicht die veröffentlichten",
    "commitment {hash}": "Festlegung {hash}",
    "commitment: it is not the hash of the frame": "commitment: Es ist nicht der Hash des Rahmens",
    "default: transfer": "ohne Angabe: transfer",
    "frame.json and secret.json do not belong together; nothing was drawn.": "frame.json und secret.json gehören nicht zusammen; es wurde nichts gezogen.",
    "how many people are drawn": "wie viele Menschen gezogen werden",
    "in proportion to this column's values": "im Verhältnis der Werte dieser Spalte",
    "leaves, proof, codes, root: one of them is no hash": "leaves, proof, codes, root: Etwas davon ist kein Hash",
    "leaves: they are not in the frame that was committed to": "leaves: Sie sind nicht im festgelegten Rahmen",
    "name the register's file and --out DIR": "Nennen Sie die Datei des Registers und --out ORDNER",
    "name the step: --commit, --number DIGITS or --verify sample.json": "Nennen Sie den Schritt: --commit, --number ZIFFERN oder --verify sample.json",
    "nobody may stand twice in it": "darin darf niemand zweimal stehen",
    "not checked: {what}": "nicht geprüft: {what}",
    "not empty, 0 or nein: blocked (§§ 51, 52 BMG)": "nicht leer, 0 oder nein: gesperrt (§§ 51, 52 BMG)",
    "note: {digits} digits allow only {samples} different samples": "Hinweis: {digits} Ziffern erlauben nur {samples} verschiedene Stichproben",
    "number: it does not consist of digits": "number: Sie besteht nicht aus Ziffern",
    "ok    frame, shares of the strata, number, positions, Merkle proof, codes": "gut   Rahmen, Anteile der Schichten, Zahl, Plätze, Merkle-Beweis, Codes",
    "openings: they are not those of the positions that were drawn": "openings: Sie gehören nicht zu den gezogenen Plätzen",
    "openings: they belong to another record": "openings: Sie gehören zu einem anderen Protokoll",
    "position {at}: the person does not belong to {name}": "Platz {at}: Die Person gehört nicht zu {name}",
    "position {at}: the row is not the one in the frame": "Platz {at}: Die Zeile ist nicht die im Rahmen",
    "positions: they are not the ones that the number chooses": "positions: Es sind nicht die, die die Zahl wählt",
    "result: it is not the hash of the record": "result: Es ist nicht der Hash des Protokolls",
    "speak English": "Englisch sprechen",
    "the public number": "die öffentliche Zahl",
    "the record cannot be read: {error}": "Das Protokoll ist nicht lesbar: {error}",
    "the strata do not add up to the register": "Die Schichten ergeben zusammen nicht das Register",
    "there is no column {name!r}; the columns are: {all}": "Es gibt keine Spalte {name!r}; die Spalten sind: {all}",
    "there is no {path}; has --commit been run with this folder?": "Es gibt kein {path}; ist --commit mit diesem Ordner gelaufen?",
    "this is no record of the format {format}": "Das ist kein Protokoll des Formats {format}",
    "view: auditor; register sample": "Sicht: Prüfung; Melderegisterstichprobe",
    "view: public; register sample": "Sicht: öffentlich; Melderegisterstichprobe",
    "where the number will come from, sealed as well": "woher die Zahl kommen wird; wird mit festgelegt",
    "with --verify: the auditor's view": "mit --verify: die Sicht der Prüfung",
    "without_address: {count} have none": "without_address: {count} haben keine",
    "{blocked} left out because of a block on disclosure (route {route})": "{blocked} bleiben wegen einer Auskunftssperre außen vor (Weg {route})",
    "{column} is empty": "{column} ist leer",
    "{column} {value!r} stands on line {line} already": "{column} {value!r} steht schon in Zeile {line}",
    "{count} fields, but the first line names {columns} columns": "{count} Felder, aber die erste Zeile nennt {columns} Spalten",
    "{count} people drawn by the number {number}, {homeless} of them without an address": "{count} Menschen durch die Zahl {number} gezogen, davon {homeless} ohne Anschrift",
    "{file} is empty: the first line names the columns": "{file} ist leer: Die erste Zeile nennt die Spalten",
    "{file} is not the file that was committed to; nothing was drawn.": "{file} ist nicht die festgelegte Datei; es wurde nichts gezogen.",
    "{file}, line 1: column {at} has no name": "{file}, Zeile 1: Spalte {at} hat keinen Namen",
    "{file}, line 1: the column {name} stands twice": "{file}, Zeile 1: Die Spalte {name} steht zweimal da",
    "{file}, line {line}: this is no CSV ({error})": "{file}, Zeile {line}: Das ist kein CSV ({error})",
    "{file}, line {line}: {what}": "{file}, Zeile {line}: {what}",
    "{homeless} without an address: they stay, their codes are handed out": "{homeless} ohne Anschrift: Sie bleiben dabei, ihre Codes werden ausgehändigt",
    "{key} does not belong there": "{key} gehört nicht hinein",
    "{key} is missing": "{key} fehlt",
    "{name}: {sample} of {people}": "{name}: {sample} von {people}",
    "{name}: {share} letters are its share, not {sample}": "{name}: Sein Anteil sind {share} Briefe, nicht {sample}",
    "{out} has a commitment already; what was published must not change. Take another folder.": "{out} hat schon eine Festlegung; was veröffentlicht ist, darf sich nicht ändern. Nehmen Sie einen anderen Ordner.",
    "{out} has a sample by another number; a number is drawn once.": "{out} hat eine Stichprobe mit einer anderen Zahl; eine Zahl wird nur einmal gezogen.",
    "{path} cannot be read: {error}": "{path} ist nicht lesbar: {error}",
    "{path} is no record": "{path} ist kein Protokoll",
    "{path}: no number has been drawn yet; check sample.json": "{path}: Es ist noch keine Zahl gezogen; prüfen Sie sample.json",
    "{people} of {rows} people can be drawn, {size} will be": "{people} von {rows} Menschen können gezogen werden, {size} werden es",
    "{size} people cannot be drawn from {total}": "Aus {total} Menschen können keine {size} gezogen werden",
    "… and {count} more lines": "… und {count} weitere Zeilen",
    # what a check cannot find out
    "the rows behind the hashes: the auditor opens them": "die Zeilen hinter den Hashes: Die Prüfung öffnet sie",
    "that the commitment was published before the number existed: compare it with what was mailed or printed": "dass die Festlegung vor der Zahl veröffentlicht war: Vergleichen Sie sie mit dem Gemailten oder Gedruckten",
    "that the number is the one that was drawn in public": "dass die Zahl die öffentlich gezogene ist",
    "that the frame is the whole register: the auditor compares its totals with the statistics office's": "dass der Rahmen das ganze Register ist: Die Prüfung vergleicht die Summen mit denen des Statistikamts",
    "that letters went to the drawn and to nobody else: compare the hashes of the codes with what two people signed": "dass Briefe an die Gezogenen gingen und an niemand sonst: Vergleichen Sie die Hashes der Codes mit dem, was zwei unterschrieben haben",
}
"""What the command says in German, by the English words."""


# The register


class Register:
    """A CSV file of residents, read row by row: semicolons, commas or tabs, UTF-8 or Windows-1252."""

    def __init__(self, path: Path):
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Refused(say("{path} cannot be read: {error}", path=path, error=error.strerror)) from None
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
            raise Refused(
                say("{file}, line {line}: this is no CSV ({error})", file=self.path.name, line=start, error=error)
            ) from None

    def _check_header(self) -> None:
        if not self.header or not any(self.header):
            raise Refused(say("{file} is empty: the first line names the columns", file=self.path.name))
        empty = [str(at) for at, name in enumerate(self.header, start=1) if not name]
        if empty:
            raise Refused(say("{file}, line 1: column {at} has no name", file=self.path.name, at=", ".join(empty)))
        twice = [name for name, count in Counter(self.header).items() if count > 1]
        if twice:
            raise Refused(
                say("{file}, line 1: the column {name} stands twice", file=self.path.name, name=", ".join(twice))
            )

    def column(self, name: str) -> int:
        if name not in self.header:
            raise Refused(
                say("there is no column {name!r}; the columns are: {all}", name=name, all=", ".join(self.header))
            )
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
                words = "{count} fields, but the first line names {columns} columns"
                faults.add(line, say(words, count=len(row), columns=len(self.header)))
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
            self.found.append(say("{file}, line {line}: {what}", file=self.name, line=line, what=what))

    def refuse_if_any(self) -> None:
        if self.count:
            more = [say("… and {count} more lines", count=self.count - SHOWN)] if self.count > SHOWN else []
            raise Refused("\n".join([*self.found, *more]))


# The frame


def _said_of_id(column: str, value: str, line: int) -> str:
    """What is wrong with an identifier: empty, or it stood on an earlier line."""
    if not value:
        return say("{column} is empty", column=column)
    return say("{column} {value!r} stands on line {line} already", column=column, value=value, line=line)


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
                faults.add(line, say("{column} is empty", column=options["by"]))
            if id_at is not None and (not row[id_at] or seen.setdefault(row[id_at], line) != line):
                faults.add(line, _said_of_id(options["id"], row[id_at], seen.get(row[id_at], 0)))
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
        raise Refused(say("{size} people cannot be drawn from {total}", size=size, total=total))
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
        words = "{out} has a commitment already; what was published must not change. Take another folder."
        raise Refused(say(words, out=out))
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
            words = "--{key}: {given} is not what was committed to: {committed}"
            raise Refused(say(words, key=key, given=options[key], committed=content[key]))
    if register.sha256 != private["register"]:
        raise Refused(say("{file} is not the file that was committed to; nothing was drawn.", file=register.path))
    secret = bytes.fromhex(private["secret"])
    made = Frame(register, {**content, "id": private["id"]}, secret)
    if digest(made.content()) != private["commitment"] or frame["commitment"] != private["commitment"]:
        raise Refused(say("frame.json and secret.json do not belong together; nothing was drawn."))
    if (out / "sample.json").exists() and read_json(out / "sample.json")["number"] != number:
        raise Refused(say("{out} has a sample by another number; a number is drawn once.", out=out))
    positions = chosen_positions(private["commitment"], number, content["strata"])
    record, openings = published(register, made, positions, secret, number, content)
    write_private(out / "drawn.csv", drawn_csv(register, openings["people"]))
    write_private(out / "openings.json", canonical(openings))
    (out / "code-hashes.txt").write_text("".join(f"{one}\n" for one in record["codes"]), encoding="ascii")
    (out / "sample.json").write_bytes(canonical(record) + b"\n")
    words = "{count} people drawn by the number {number}, {homeless} of them without an address"
    done = say(words, count=len(positions), number=number, homeless=record["without_address"])
    few = say(
        "note: {digits} digits allow only {samples} different samples", digits=len(number), samples=10 ** len(number)
    )
    return done if len(number) >= 6 else f"{done}\n{few}"


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
        say(
            "{people} of {rows} people can be drawn, {size} will be",
            people=people,
            rows=content["register_rows"],
            size=content["size"],
        ),
        say(
            "{blocked} left out because of a block on disclosure (route {route})",
            blocked=blocked,
            route=content["route"],
        ),
        say("{homeless} without an address: they stay, their codes are handed out", homeless=homeless),
    ]
    lines += [say("{name}: {sample} of {people}", **one) for one in content["strata"] if content["by"]]
    last = say("Publish frame.json now; keep secret.json in the house.")
    return "\n".join([*lines, say("commitment {hash}", hash=commitment), last])


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
    yield from (say("{key} is missing", key=key) for key in expected if key not in record)
    yield from (say("{key} does not belong there", key=key) for key in record if key not in expected)
    if any(key not in record for key in expected):
        return
    frame, positions = record["frame"], record["positions"]
    yield from _faults_of_form(record)
    if record["format"] != FORMAT or frame["format"] != FORMAT:
        yield say("this is no record of the format {format}", format=FORMAT)
    if digest({key: record[key] for key in expected[:-1]}) != record["result"]:
        yield say("result: it is not the hash of the record")
    if digest(frame) != record["commitment"]:
        yield say("commitment: it is not the hash of the frame")
    shares = allocate({one["name"]: one["people"] for one in frame["strata"]}, frame["size"])
    for stratum in frame["strata"]:
        if stratum["sample"] != shares[stratum["name"]]:
            words = "{name}: {share} letters are its share, not {sample}"
            yield say(words, name=stratum["name"], share=shares[stratum["name"]], sample=stratum["sample"])
    people = sum(stratum["people"] for stratum in frame["strata"])
    if people + sum(stratum["blocked"] for stratum in frame["strata"]) != frame["register_rows"]:
        yield say("the strata do not add up to the register")
    if not record["number"].isascii() or not record["number"].isdigit():
        yield say("number: it does not consist of digits")
    if positions != chosen_positions(record["commitment"], record["number"], frame["strata"]):
        yield say("positions: they are not the ones that the number chooses")
    leaves = {at: bytes.fromhex(leaf) for at, leaf in zip(positions, record["leaves"], strict=True)}
    if root_from(people, leaves, record["proof"]) != frame["root"]:
        yield say("leaves: they are not in the frame that was committed to")
    if record["codes"] != sorted(set(record["codes"])) or len(record["codes"]) != len(positions):
        yield say("codes: there are not {count} different ones in order", count=len(positions))
    if openings is not None:
        yield from _faults_of_openings(record, openings)


def _faults_of_form(record: Json) -> Iterator[str]:
    """Whatever is no figure, no hash and not the name of a column or stratum: a place where somebody could be named."""
    frame = record["frame"]
    odd = set(frame) - FRAME_KEYS | {key for one in frame["strata"] for key in one if key not in STRATUM_KEYS}
    yield from (say("{key} does not belong there", key=key) for key in sorted(odd))
    hashes = [*record["leaves"], *record["proof"], *record["codes"], frame["root"]]
    if not all(isinstance(one, str) and HASH.fullmatch(one) for one in hashes):
        yield say("leaves, proof, codes, root: one of them is no hash")
    figures = [frame["size"], frame["register_rows"], record["without_address"]]
    figures += [value for one in frame["strata"] for key, value in one.items() if key != "name"]
    if not all(type(one) is int for one in figures):
        yield say("a figure is no whole number")
    words = [
        frame["by"],
        frame["blocked"],
        frame["source"],
        *frame["address"],
        *(one["name"] for one in frame["strata"]),
    ]
    if frame["route"] not in ROUTES or not all(isinstance(one, str) for one in words):
        yield say("a name is no text")


def _faults_of_openings(record: Json, openings: Json) -> Iterator[str]:
    people = openings["people"]
    if openings["format"] != FORMAT or openings["commitment"] != record["commitment"]:
        yield say("openings: they belong to another record")
    if [one["position"] for one in people] != record["positions"]:
        yield say("openings: they are not those of the positions that were drawn")
    for one, leaf in zip(people, record["leaves"], strict=True):
        if hash_row(one["salt"], one["row"]).hex() != leaf:
            yield say("position {at}: the row is not the one in the frame", at=one["position"])
    if sorted(hash_code(one["code"]) for one in people) != record["codes"]:
        yield say("codes: they are not the ones that were published")
    by, address = record["frame"]["by"], record["frame"]["address"]
    columns = openings["columns"]
    ends, end = [], 0
    for stratum in record["frame"]["strata"]:
        end += stratum["people"]
        ends.append((end, stratum["name"]))
    for one in people if by else []:
        name = next(name for end, name in ends if one["position"] < end)
        if one["row"][columns.index(by)] != name:
            yield say("position {at}: the person does not belong to {name}", at=one["position"], name=name)
    without = sum(not any(one["row"][columns.index(name)] for name in address) for one in people) if address else 0
    if without != record["without_address"]:
        yield say("without_address: {count} have none", count=without)


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
        found.append(say("the record cannot be read: {error}", error=f"{type(error).__name__}: {error}")[:200])
    return found


def verify(path: Path, opening: Path | None) -> int:
    record, openings = read_json(path), read_json(opening) if opening else None
    if "frame" in record and "number" not in record:
        raise Refused(say("{path}: no number has been drawn yet; check sample.json", path=path))
    found = all_faults(record, openings)
    print(say("view: auditor; register sample") if openings else say("view: public; register sample"))
    for fault in found:
        print(say("FAULT {fault}", fault=fault))
    if not found:
        print(say("ok    frame, shares of the strata, number, positions, Merkle proof, codes"))
    for sentence in NOT_CHECKED if openings else (NOT_OPENED, *NOT_CHECKED):
        print(say("not checked: {what}", what=say(sentence)))
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
        raise Refused(say("there is no {path}; has --commit been run with this folder?", path=path)) from None
    except (OSError, ValueError) as error:
        raise Refused(say("{path} cannot be read: {error}", path=path, error=error)) from None
    if not isinstance(value, dict):
        raise Refused(say("{path} is no record", path=path))
    return value


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; --help\n")


def parser() -> argparse.ArgumentParser:
    about = __doc__ if Words.language == "en" else ABOUT
    made = Parser(prog="lottery.sample", description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("register", type=Path, nargs="?", metavar="REGISTER.csv")
    step = made.add_mutually_exclusive_group()
    step.add_argument("--commit", action="store_true", help=say("before the number exists"))
    step.add_argument("--number", metavar="DIGITS", help=say("the public number"))
    step.add_argument("--verify", type=Path, metavar="sample.json", help=say("check a record"))
    made.add_argument("--opening", type=Path, metavar="openings.json", help=say("with --verify: the auditor's view"))
    made.add_argument("--size", type=int, default=0, metavar="N", help=say("how many people are drawn"))
    made.add_argument("--by", default="", metavar="COLUMN", help=say("in proportion to this column's values"))
    made.add_argument("--route", choices=ROUTES, default="", help=say("default: transfer"))
    blocked = say("not empty, 0 or nein: blocked (§§ 51, 52 BMG)")
    made.add_argument("--blocked", default="", metavar="COLUMN", help=blocked)
    made.add_argument("--address", nargs="+", default=[], metavar="COLUMN", help=say("all empty: no address"))
    made.add_argument("--id", default="", metavar="COLUMN", help=say("nobody may stand twice in it"))
    source = say("where the number will come from, sealed as well")
    made.add_argument("--source", default="", metavar="TEXT", help=source)
    made.add_argument("--out", type=Path, metavar="DIR")
    made.add_argument("--english", action="store_true", help=say("speak English"))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    Words.language = language_of(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(parser().parse_args(arguments))
    finally:
        Words.language = "en"


def _run(given: argparse.Namespace) -> int:
    try:
        if not (given.verify or given.commit or given.number is not None):
            raise Refused(say("name the step: --commit, --number DIGITS or --verify sample.json"))
        if given.verify:
            return verify(given.verify, given.opening)
        if not given.register or not given.out:
            raise Refused(say("name the register's file and --out DIR"))
        if given.number is not None and not (given.number.isascii() and given.number.isdigit()):
            raise Refused(say("--number: {given!r} does not consist of digits", given=given.number))
        if given.commit and given.size < 1:
            raise Refused(say("--size: say how many people are to be drawn"))
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
