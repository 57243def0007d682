"""The draw in the demo: 3,500 letters, 367 volunteers, 56 seats and their alternates, through the lottery's services."""

import csv
import datetime
import hashlib
import io
from collections.abc import Iterator, Sequence

from accounts.models import User
from audit.clock import BERLIN, today
from lottery import services as lottery
from lottery import sources
from lottery.features import FeatureTable, FeatureValue
from lottery.models import Draw, Invitation
from lottery.pool import pool_open
from portal.demo.city import SEATS, Stage, login_for
from portal.demo.clockwork import at
from portal.demo.people import AGES, DISTRICTS, EDUCATION, SEXES, Resident, residents, unit, volunteers

OUTSIDERS = [
    ("Sabine Weiß", "Notarin", "notariat@beispiel.example"),
    ("Redaktion Lokales", "Auenstädter Zeitung", "redaktion@beispiel.example"),
    ("Rechnungsprüfungsamt", "Stadt Auenstadt", "pruefung@beispiel.example"),
]
LETTERS, REPLIES, REFUSALS = 3_500, 367, 214
ADULTS = 228_000
"""Residents from 16, of whom the shares below are taken."""

SEED = "auenstadt"
TOWN_SOURCE = "Statistikstelle der Stadt, 30.06.2024 (nachgebildet nach Aachen)"
SEX_LABELS = {"w": "weiblich", "m": "männlich", "d": "divers"}
SCHOOL_LABELS = {
    "none": "ohne Schulabschluss",
    "haupt": "Hauptschule",
    "real": "Realschule oder POS",
    "abitur": "Fachhochschulreife oder Abitur",
}
MICROCENSUS = "Statistisches Bundesamt, Mikrozensus, Erstergebnisse vom 19.05.2025"


def play(stage: Stage) -> Iterator[str]:
    """From the resolution to 56 seats; one of those drawn declines, one later moves away."""
    at(428)
    draw = lottery.open_draw(
        stage.council,
        title="Auslosung des Bürgerrats Auenstadt",
        size=SEATS,
        legal_basis="§ 37 und § 34 BMG mit § 2 der Satzung für den Bürgerrat",
        by=stage.officer,
    )
    lottery.define_features(draw, features=features(), by=stage.officer)
    people = list(residents(LETTERS, seed=SEED, on=today()))
    draw = lottery.import_sample(draw, data=register_file(people), by=stage.officer)
    yield f"Das Melderegister hat {draw.sample_size} Menschen gezogen."
    at(427)
    plan(stage, draw)
    lottery.send_invitations(draw, reply_until=today() + datetime.timedelta(days=30), by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        lottery.release_letters(draw, by=signer)
    yield f"{LETTERS} Briefe sind gedruckt, je 250 in einem Stapel; die Hashes aller Codes sind veröffentlicht."
    at(415)
    yield from _replies(stage, draw, people)
    yield from _drawing(stage, draw)
    yield from _confirmations(stage, draw)


def plan(stage: Stage, draw: Draw) -> None:
    """The office's commitment, and the letter with both signatures."""
    lottery.describe_register(
        draw,
        plan=lottery.Plan(
            office="Bürgeramt Auenstadt",
            legal_basis=draw.legal_basis,
            resolution="Rat der Stadt Auenstadt, Vorlage 2025/118",
            first_sitting=today() + datetime.timedelta(days=70),
        ),
        by=stage.officer,
    )
    frame = {
        "format": "allmende-frame-1",
        "people": ADULTS,
        "strata": {name: size for _key, name, size in DISTRICTS},
        "root": hashlib.sha256(f"frame:{SEED}".encode()).hexdigest(),
    }
    lottery.enter_frame(draw, frame=frame, number="7 14 22 31 40 49", blocked=211, unaddressed=38, by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        lottery.sign_letter(draw, by=signer)


def features() -> list[FeatureTable]:
    """What people are drawn by, with the sources of the figures."""

    def table(
        name: str, label: str, source: str, shares: Sequence[tuple[str, str, float]], asked: bool = False
    ) -> FeatureTable:
        values = [FeatureValue(value, text, round(ADULTS * share / 100)) for value, text, share in shares]
        return FeatureTable(name, label, source, asked, values)

    everyone = sum(size for _key, _name, size in DISTRICTS)
    places = [(f"99000000{key}", name, size / everyone * 100) for key, name, size in DISTRICTS]
    return [
        table("age", "Alter", TOWN_SOURCE, [(band, f"{band} Jahre", share) for band, _low, _high, share in AGES]),
        table("sex", "Geschlecht", TOWN_SOURCE, [(value, SEX_LABELS[value], share) for value, share in SEXES]),
        table("district", "Stadtbezirk", TOWN_SOURCE, places),
        table("school", "Schulabschluss", MICROCENSUS, [(v, SCHOOL_LABELS[v], s) for v, s in EDUCATION], asked=True),
    ]


def register_file(people: Sequence[Resident]) -> bytes:
    """The rows as a registration office sends them: CSV with semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["vorname", "familienname", "strasse", "plz", "ort", "bezirk", "geburtsdatum", "sex"])
    for row in people:
        place = [row.street, row.postal_code, "Auenstadt", f"99000000{row.district}"]
        writer.writerow([row.given_name, row.family_name, *place, row.birth_date.isoformat(), row.sex])
    return text.getvalue().encode()


def _replies(stage: Stage, draw: Draw, people: Sequence[Resident], count: int = REPLIES) -> Iterator[str]:
    """Two thirds answer online, the others by card or phone; more say no."""
    willing = {row.number: row for row in volunteers(people, count, seed=SEED)}
    others = sorted((row.number for row in people if row.number not in willing), key=lambda n: unit(SEED, n, "no"))
    with pool_open():
        rows = Invitation.objects.filter(draw=draw, number__in=[*willing, *others[:REFUSALS]])
        invitations = {row.number: row for row in rows}
    for number, invitation in invitations.items():
        channel, by = _channel(number, stage.clerk)
        answers = _answers(willing[number]) if number in willing else lottery.Answers(wants=False)
        lottery.reply(invitation, answers=answers, channel=channel, by=by)
    yield f"{count} wollen mitmachen, {REFUSALS} haben abgesagt: online, mit der Karte, am Telefon."


def _channel(number: int, clerk: User) -> tuple[str, User | None]:
    place = unit(SEED, number, "channel")
    if place < 0.62:
        return Invitation.Channel.ONLINE, None
    return (Invitation.Channel.CARD if place < 0.9 else Invitation.Channel.PHONE), clerk


def _answers(row: Resident) -> lottery.Answers:
    """Two thirds leave an e-mail address, some a phone number, the others only their letter box."""
    place = unit(SEED, row.number, "reached")
    return lottery.Answers(
        wants=True,
        features={"school": row.education},
        email=f"mitglied{row.number}@beispiel.example" if place < 0.66 else "",
        phone=f"0900 555 {row.number:04d}" if 0.66 <= place < 0.9 else "",
        needs="Rollstuhlgerechter Zugang" if place > 0.97 else "",
        consent=True,
    )


def _drawing(stage: Stage, draw: Draw) -> Iterator[str]:
    at(388)
    lottery.close_replies(draw, by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        lottery.freeze_quotas(draw, by=signer)
    yield "Die Quoten sind von zweien eingefroren und veröffentlicht."
    lottery.compute_panel(draw, by=stage.officer)
    lottery.name_outsiders(draw, people=OUTSIDERS, by=stage.officer)
    evening = datetime.datetime.combine(today() + datetime.timedelta(days=2), datetime.time(18), tzinfo=BERLIN)
    drum = sources.digits("Drei Ziffern aus der Trommel der Lotto-Annahme am Markt", evening, 1_000)
    lottery.commit(draw, by=stage.officer, sources=[drum])
    lottery.commit(draw, by=stage.auditor)
    yield "Tausend Räte sind berechnet und festgelegt, bevor die Zahl bekannt ist."
    at(386, 18)
    for reader in (stage.officer, stage.auditor):
        lottery.record_randomness(draw, value="417", witnesses=["Notarin Weiß", "Schülerin Demir"], by=reader)
    lottery.select(draw, by=stage.officer)
    lottery.certify(draw, by=stage.auditor)
    yield "Die Zahl ist 417: 56 Menschen sind ausgelost, die Liste der Nachrücker steht."


def _confirmations(stage: Stage, draw: Draw) -> Iterator[str]:
    at(380)
    lottery.print_again(draw, by=stage.officer)
    lottery.decline_response(_offered(draw)[16], by=stage.officer)
    lottery.settle_vacancies()
    for invitation in _offered(draw):
        membership = lottery.confirm_response(invitation, by=stage.officer)
        if membership.person.email:
            login_for(membership.person, stage.password)
    yield "Eine hat abgesagt, ein Nachrücker sitzt auf ihrem Platz; alle 56 Plätze sind bestätigt."


def _offered(draw: Draw) -> list[Invitation]:
    """Those to whom a seat is offered, by seat."""
    with pool_open():
        return list(Invitation.objects.filter(draw=draw, state=Invitation.State.SELECTED).order_by("seat_number"))
