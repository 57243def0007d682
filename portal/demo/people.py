"""Invented residents of an invented city, whose shares are those of published statistics.

Sources:
- age and sex: Stadt Aachen, statistics office (60 and older 24.5 %, 30 June 2024; men of 20–29 13.8 % and women 9.2 %
  of all, Zensus 2022); the bands between are filled with Statistisches Bundesamt, 31 December 2022 (Germans 20–59
  49.0 %, foreigners 67.4 %).
- districts: seven, with the sizes that a city of 260,000 like Aachen has.
- school certificate and immigration history: Statistisches Bundesamt, Mikrozensus, first results of 19 May 2025.
- who answers a letter: reply rates rise with age and education, as every sortition so far has found (docs/domain.md).

Nothing is random: every draw is a SHA-256 of a seed and a counter, so that the demo is the same everywhere.
"""

import datetime
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DISTRICTS = [
    ("01", "Mitte", 155_000),
    ("02", "Brandtal", 17_400),
    ("03", "Eichendorf", 30_600),
    ("04", "Haarbach", 26_800),
    ("05", "Kornau", 11_200),
    ("06", "Lindenberg", 14_200),
    ("07", "Richtersberg", 8_800),
]
"""Key, name, residents."""

AGES = [
    ("16-29", 16, 29, 27.0),
    ("30-44", 30, 44, 23.5),
    ("45-59", 45, 59, 22.0),
    ("60-74", 60, 74, 17.0),
    ("75+", 75, 94, 10.5),
]
"""Band, first and last year of age, per cent of those from 16."""

SEXES = [("w", 49.0), ("m", 50.6), ("d", 0.4)]
EDUCATION = [("none", 7.8), ("haupt", 25.4), ("real", 30.6), ("abitur", 36.2)]
"""School certificate, per cent of those who have left school: none 4,191, Haupt- 17,370, Realschule and polytechnic
20,959, Fachhochschulreife and Abitur 26,015 thousand less the rounding; the city's students raise the last a little."""

HISTORY = [("none", 69.3), ("one_sided", 5.0), ("own", 25.7)]
"""Immigration history, per cent: none 57,392, one-sided 4,147, own or both parents 21,230 of 82,769 thousand."""

ANSWERS = {"16-29": 0.55, "30-44": 0.8, "45-59": 1.1, "60-74": 1.7, "75+": 0.9}
ANSWERS_BY_EDUCATION = {"none": 0.3, "haupt": 0.55, "real": 0.9, "abitur": 1.6}

GIVEN = {
    "w": "Anna Maria Ursula Monika Petra Sabine Renate Karin Susanne Andrea Claudia Birgit Nicole Stefanie Julia Katharina "
    "Laura Lea Lena Sophie Emma Mia Hannah Fatma Ayşe Elif Zeynep Olena Natalia Svetlana Agnieszka Katarzyna Małgorzata "
    "Ioana Elena Ana Amal Leila Mariam Nour Ngọc Linh Adaeze Blessing Giulia Francesca Marija Jelena Sofía Inês",
    "m": "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Frank Martin Markus Daniel "
    "Jan Tobias Lukas Leon Finn Jonas Paul Ben Mehmet Mustafa Ali Emre Oleksandr Dmytro Sergej Piotr Krzysztof Paweł "
    "Andrei Mihai Stojan Ahmed Omar Yusuf Karim Minh Tuấn Chinedu Samuel Marco Giuseppe Ivan Nikola Diego João",
}
FAMILY = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Schmitt",
    "Werner",
    "Krause",
    "Meier",
    "Lehmann",
    "Köhler",
    "Herrmann",
    "König",
    "Walter",
    "Mayer",
    "Huber",
    "Kaiser",
    "Fuchs",
    "Peters",
    "Lang",
    "Scholz",
    "Möller",
    "Weiß",
    "Jung",
    "Hahn",
    "Vogel",
    "Friedrich",
    "Keller",
    "Günther",
    "Frank",
    "Berger",
    "Winkler",
    "Roth",
    "Beck",
    "Lorenz",
    "Baumann",
    "Franke",
    "Albrecht",
    "Schuster",
    "Simon",
    "Ludwig",
    "Böhm",
    "Winter",
    "Kraus",
    "Yılmaz",
    "Kaya",
    "Demir",
    "Şahin",
    "Çelik",
    "Öztürk",
    "Kowalski",
    "Nowak",
    "Wiśniewski",
    "Wójcik",
    "Popescu",
    "Ionescu",
    "Ivanov",
    "Petrov",
    "Shevchenko",
    "Kovalenko",
    "Haddad",
    "Khalil",
    "Hassan",
    "Nguyen",
    "Trần",
    "Okafor",
    "Rossi",
    "Russo",
    "Marković",
    "Jovanović",
    "Horvat",
    "García",
    "Silva",
    "van-der-Berg",
]
STREETS = [
    "Adalbertweg",
    "Ahornallee",
    "Am-Markt",
    "Auf-der-Hörn",
    "Bachstraße",
    "Bergdriesch",
    "Birkenweg",
    "Brückenstraße",
    "Buchenallee",
    "Dammweg",
    "Eichenweg",
    "Feldstraße",
    "Gartenstraße",
    "Goethestraße",
    "Habsburgerallee",
    "Heinrichsallee",
    "Jakobstraße",
    "Kaiserplatz",
    "Kirchgasse",
    "Lindenplatz",
    "Mühlenweg",
    "Neustraße",
    "Ottostraße",
    "Pontwall",
    "Rathausgasse",
    "Schulstraße",
    "Talweg",
    "Wallstraße",
    "Wiesenweg",
    "Zollernweg",
]


@dataclass(frozen=True)
class Resident:
    """One row of the invented register, and what only a reply would tell (`education`, `history`)."""

    number: int
    given_name: str
    family_name: str
    sex: str
    birth_date: datetime.date
    age_band: str
    district: str
    street: str
    postal_code: str
    education: str
    history: str


def unit(seed: str, *parts: object) -> float:
    """A number in (0, 1) that only `seed` and `parts` decide."""
    text = "|".join([seed, *map(str, parts)])
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") + 0.5) / 2**56


def pick(options: Sequence[tuple], at: float) -> tuple:
    """The option at place `at` in (0, 1) when each takes its last field's share."""
    left = at * sum(option[-1] for option in options)
    for option in options:
        left -= option[-1]
        if left < 0:
            return option
    return options[-1]


def residents(count: int, *, seed: str, on: datetime.date) -> Iterator[Resident]:
    """`count` invented people from 16, as a simple sample of the register would have them on the day `on`."""
    for number in range(1, count + 1):
        yield _resident(number, seed, on)


def _resident(number: int, seed: str, on: datetime.date) -> Resident:
    def at(what: str) -> float:
        return unit(seed, number, what)

    band, youngest, oldest, _share = pick(AGES, at("age"))
    sex = pick(SEXES, at("sex"))[0]
    names = GIVEN["wm"[int(at("names") * 2)] if sex == "d" else sex].split()
    district = pick(DISTRICTS, at("district"))
    days = int((youngest + at("days") * (oldest + 1 - youngest)) * 365.2425)
    return Resident(
        number=number,
        given_name=names[int(at("given") * len(names))],
        family_name=FAMILY[int(at("family") * len(FAMILY))].replace("-", " "),
        sex=sex,
        birth_date=on - datetime.timedelta(days=days + 1),
        age_band=band,
        district=district[0],
        street=f"{STREETS[int(at('street') * len(STREETS))].replace('-', ' ')} {1 + int(at('house') * 120)}",
        postal_code=f"990{district[0]}",
        education=pick(EDUCATION, at("education"))[0],
        history=pick(HISTORY, at("history"))[0],
    )


def volunteers(people: Sequence[Resident], count: int, *, seed: str) -> list[Resident]:
    """The `count` who answer yes: drawn without replacement with weights that rise with age and education.

    Efraimidis and Spirakis (2006): keys u^(1/w), the largest win. In the order of their numbers.
    """

    def key(person: Resident) -> float:
        weight = ANSWERS[person.age_band] * ANSWERS_BY_EDUCATION[person.education]
        return math.log(unit(seed, person.number, "answer")) / weight

    return sorted(sorted(people, key=key, reverse=True)[:count], key=lambda person: person.number)
