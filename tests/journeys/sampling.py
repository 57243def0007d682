"""The first half of a draw, at the browser: from an empty cockpit to 367 replies and their end."""

import csv
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal.demo import draw as demo
from portal.demo.people import residents
from portal.development import ROOT
from tests.journeys.browser import Visitor
from tests.journeys.people import AUDITOR, CLERK, CODE, OFFICER, PASSWORD, City, pdf_pages
from tests.journeys.wcag import axe

REGISTER, LETTERS, BATCH, SEED = 24_000, 1_250, 250, "auenstadt Wärme"
NUMBER = "071422314049"
"""What the lottery machine showed: the numbers of an evening, two digits each."""


def prove(visitor: Visitor) -> None:
    """Where the page asks once more who is there: the password."""
    if "reauthenticate" in visitor.page.url:
        visitor.fill(password=PASSWORD)
        visitor.press("Confirm")


def signs(visitor: Visitor, address: str, button: str, **typed: str) -> None:
    """Sign one step, with a fresh proof."""
    visitor.go(address)
    prove(visitor)
    if typed:
        visitor.fill(**typed)
    visitor.press(button)


def attach(visitor: Visitor, name: str, file: Path) -> None:
    """Choose a file in the field of this name."""
    visitor.page.locator(f'main [name="{name}"]').set_input_files(file)


def finished(visitor: Visitor, cockpit: str, city: City, kind: str, seconds: int = 240) -> None:
    """Wait until the worker has done a job of this draw; the cockpit says so."""
    subject = f"draw:{cockpit.split('/')[-2]}"
    for _try in range(seconds * 2):
        rows = city.stack.query(
            "SELECT state, error FROM audit_job WHERE kind = %s AND subject = %s ORDER BY id DESC LIMIT 1",
            [kind, subject],
        )
        assert rows and rows[0][0] != "failed", rows
        if rows[0][0] == "done":
            visitor.go(cockpit)
            return
        visitor.page.wait_for_timeout(500)
    raise AssertionError(f"{kind} was not done within {seconds} s")


def looks_right(visitor: Visitor) -> None:
    """axe finds nothing on the page."""
    found = axe(visitor.page)
    assert not found, f"{visitor.page.url}: {found}"


class Office:
    """The registration office: its register, and the command it runs in its own folder."""

    def __init__(self, folder: Path, on: datetime.date) -> None:
        self.register, self.out = folder / "register.csv", folder / "stichprobe"
        with self.register.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(
                ["nr", "vorname", "familienname", "strasse", "plz", "ort", "bezirk", "geburtsdatum", "sex", "sperre"]
            )
            for one in residents(REGISTER, seed=SEED, on=on):
                place = [one.street, one.postal_code, "Auenstadt", f"99000000{one.district}"]
                bar = "§ 51" if one.number % 500 == 7 else "nein"
                row = [one.number, one.given_name, one.family_name, *place, one.birth_date.isoformat(), one.sex, bar]
                writer.writerow(row)

    def run(self, *arguments: str) -> str:
        """`python -m lottery.sample …`, as at the office: another process, no settings, no database."""
        command = [sys.executable, "-m", "lottery.sample", *arguments]
        bare = {"PATH": os.environ["PATH"], "LANG": "de_DE.UTF-8"}
        done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit(self) -> Path:
        """Fix the frame before anybody knows the number."""
        options = [
            "--size",
            str(LETTERS),
            "--by",
            "bezirk",
            "--blocked",
            "sperre",
            "--address",
            "strasse",
            "--id",
            "nr",
        ]
        self.run(str(self.register), *options, "--commit", "--out", str(self.out))
        return self.out / "frame.json"

    def draw(self) -> Path:
        """Let the number choose; the record is checked at once, in both views."""
        self.run(str(self.register), "--number", NUMBER, "--out", str(self.out))
        record, openings = self.out / "sample.json", self.out / "openings.json"
        self.run("--verify", str(record), "--opening", str(openings))
        return record

    def codes(self) -> list[str]:
        """The code of each drawn row, in the order of the file."""
        with (self.out / "drawn.csv").open(encoding="utf-8-sig", newline="") as file:
            return [row["code"] for row in csv.DictReader(file, delimiter=";")]


def from_the_register(city: City, folder: Path) -> dict[str, Any]:
    """Until the replies are closed: the draw, its council, and an hour that lies ahead."""
    stage = city.scene("new_council")
    officer, auditor = city.signed_in(OFFICER, "officer"), city.signed_in(AUDITOR, "auditor")
    cockpit = a_draw_is_opened(officer, stage["council"], folder, stage["today"])
    office = Office(folder, datetime.date.fromisoformat(stage["today"]))
    the_number_draws(city, officer, cockpit, office)
    the_letter_is_signed(officer, auditor, cockpit)
    letters_are_printed(city, officer, auditor, cockpit, office, folder, stage["today"])
    number = int(cockpit.split("/")[-2])
    people_answer(city, officer, cockpit, office)
    answered = city.scene("mass_of_replies", str(number), str(office.out / "drawn.csv"), str(REGISTER), SEED)
    assert answered["interested"] == 367
    assert min(answered["channels"][one] for one in ("online", "card", "phone")) > 10
    officer.go(f"{cockpit}ruecklauf/")
    officer.shot("replies")
    looks_right(officer)
    now = datetime.datetime.fromisoformat(city.scene("today_again")["now"])
    officer.go(f"{cockpit}schliessen/")
    officer.press("Close the replies")
    officer.follow("Set and sign the quotas")
    return {"draw": number, "drum_at": (now + datetime.timedelta(hours=3)).isoformat()}


def a_draw_is_opened(officer: Visitor, council: int, folder: Path, day: str) -> str:
    """An empty cockpit, the plan with its dates, the features from the census; the address of the cockpit."""
    officer.go("/losverfahren/leitung/")
    officer.follow("Open a draw")
    officer.fill(council=str(council), title="Auslosung Wärme", size="56", legal_basis="§ 37 mit § 34 BMG")
    officer.press("Open the draw")
    cockpit = "/" + officer.page.url.split("/", 3)[3]
    officer.shot("cockpit-empty")
    looks_right(officer)
    officer.go(f"{cockpit}plan/")
    sitting = (datetime.date.fromisoformat(day) + datetime.timedelta(days=140)).isoformat()
    officer.fill(resolution="Rat der Stadt, Vorlage 2026/118", first_sitting=sitting, route="transfer", postage="0.95")
    officer.press("Keep the plan")
    table = folder / "merkmale.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["feature", "label", "value", "value_label", "population", "source", "asked"])
        for one in demo.features():
            asked = "ja" if one.is_asked else ""
            writer.writerows(
                [one.name, one.label, value.value, value.label, value.population, one.source, asked]
                for value in one.values
            )
    officer.go(f"{cockpit}merkmale/")
    attach(officer, "table", table)
    officer.press("Read the table")
    return cockpit


def the_number_draws(city: City, officer: Visitor, cockpit: str, office: Office) -> None:
    """Commitment, number, the command at the office, its record and its rows in the portal."""
    frame = office.commit()
    officer.go(f"{cockpit}rahmen/")
    attach(officer, "frame", frame)
    officer.fill(blocked="48")
    officer.press("Enter")
    record = office.draw()
    assert json.loads(record.read_text())["commitment"] == json.loads(frame.read_text())["commitment"]
    officer.go(f"{cockpit}rahmen/")
    attach(officer, "frame", record)
    officer.fill(number=NUMBER, blocked="48")
    officer.press("Enter")
    officer.go(f"{cockpit}stichprobe/")
    attach(officer, "sample", office.out / "drawn.csv")
    officer.press("Upload")
    officer.shot("columns")
    looks_right(officer)
    officer.press("Import all rows")
    finished(officer, cockpit, city, "lottery.import_sample")
    officer.sees("1.250")


def the_letter_is_signed(officer: Visitor, auditor: Visitor, cockpit: str) -> None:
    """The proof, a name under it, two signatures under exactly these words."""
    officer.go(f"{cockpit}brief/")
    officer.fill(signer_name="Bürgermeisterei", signer_role="Stadt Auenstadt")
    officer.press("Keep and see it printed")
    officer.shot("letter")
    looks_right(officer)
    proof = officer.context.request.get(f"{cockpit}brief/probe.pdf")
    assert proof.ok and proof.body().startswith(b"%PDF")
    for visitor in (officer, auditor):
        signs(visitor, f"{cockpit}brief/unterschreiben/", "Sign the letter")


def letters_are_printed(
    city: City, officer: Visitor, auditor: Visitor, cockpit: str, office: Office, folder: Path, day: str
) -> None:
    """250 to a file; nobody gets one before both have signed the codes, and the paper has the office's codes."""
    officer.go(f"{cockpit}briefe/")
    officer.fill(reply_until=(datetime.date.fromisoformat(day) + datetime.timedelta(days=30)).isoformat())
    officer.press("Print the letters")
    finished(officer, cockpit, city, "lottery.print_letters")
    files = officer.page.locator("main a[href*='/briefe/'][href$='.pdf']")
    links = {one.inner_text().strip(): one.get_attribute("href") for one in files.all()}
    batches = [address for name, address in links.items() if name.startswith("briefe-")]
    assert len(batches) == LETTERS // BATCH and len(links) == len(batches) + 1  # and the sheet of the job
    assert officer.context.request.get(batches[0]).status == 403
    for visitor in (officer, auditor):
        signs(visitor, f"{cockpit}freigabe/", "Sign and release")
    file = folder / "briefe.pdf"
    file.write_bytes(officer.context.request.get(batches[0]).body())
    pages = pdf_pages(file)
    assert len(pages) == BATCH
    printed = [CODE.search(page) for page in pages]
    assert {found[0] for found in printed if found} <= set(office.codes()) and all(printed)
    visitor = city.visitor("public")
    number = cockpit.split("/")[-2]
    published = visitor.context.request.get(f"/losverfahren/{number}/codes.txt").text().split()
    assert published == (office.out / "code-hashes.txt").read_text().split()
    visitor.go(f"/losverfahren/{number}/brief/")
    looks_right(visitor)


def people_answer(city: City, officer: Visitor, cockpit: str, office: Office) -> None:
    """Some by each way, through the pages: two online, two cards of which one is read twice, two calls."""
    codes = office.codes()
    person = city.visitor("invited", javascript=False)
    for code, wants in ((codes[0], "yes"), (codes[1], "no")):
        person.go("/losverfahren/antwort/")
        person.fill(code=code)
        person.press("Next")
        person.fill(wants=wants, **({"feature_school": "real", "consent": "on"} if wants == "yes" else {}))
        person.press("Send the answer")
        assert "/danke/" in person.page.url
    clerk = city.signed_in(CLERK, "clerk")
    for code in codes[2:4]:
        clerk.go("/losverfahren/schalter/")
        clerk.fill(code=code)
        clerk.press("Open the reply")
        clerk.fill(wants="yes", channel="card", feature_school="haupt", consent="on", is_doubtful="on")
        looks_right(clerk)
        clerk.press("Enter the reply")
    clerk.shot("desk")
    eyes = f"/losverfahren/schalter/{cockpit.split('/')[-2]}/zweiter-blick/"
    clerk.go(eyes)
    clerk.sees(clerk.says("None for you: what you entered yourself is for other eyes."))
    officer.go(eyes)
    officer.fill(code=codes[2])
    officer.press("Open the card")
    officer.fill(wants="yes", feature_school="haupt", consent="on")
    officer.press("Compare")
    officer.sees(officer.says("Both entries are the same. Next card, please."))
    somebody_calls(officer, cockpit)


def somebody_calls(officer: Visitor, cockpit: str) -> None:
    """Letter 5 says yes at the phone, letter 6 no."""
    for number, wants in ((5, True), (6, False)):
        officer.go(f"{cockpit}telefon/")
        officer.fill(q=str(number))
        officer.press("Find")
        looks_right(officer)
        if wants:
            officer.shot("phone")
            officer.press("Yes: ask the questions")
            officer.fill(wants="yes", channel="phone", feature_school="abitur", consent="on")
            officer.press("Enter the reply")
        else:
            officer.press("No")
