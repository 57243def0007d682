"""Draws at any stage, with a small synthetic sample: invented people whose features follow from their number."""

import datetime
from typing import Any

from accounts.models import Municipality, Role, User
from accounts.tests.factories import CityFactory, MunicipalityFactory, user_with_role
from audit.clock import clock, set_clock, today
from councils.models import Council
from councils.tests.factories import CouncilFactory
from lottery import services, sources
from lottery.features import FeatureTable, FeatureValue
from lottery.models import Draw, Invitation, Opening
from lottery.pool import pool_open

CENSUS = "Zensus 2022, Gemeindeblatt"
WITNESSES = ["A. Zeugin", "B. Zeuge"]
EDUCATION = ("hauptschule", "mittlere_reife", "abitur")


def features() -> list[FeatureTable]:
    """Sex and age from the register, education asked."""
    return [
        FeatureTable("sex", "Geschlecht", CENSUS, False, [_value("w", 510), _value("m", 490)]),
        FeatureTable("age", "Alter", CENSUS, False, [_value("16-39", 400), _value("40-64", 350), _value("65+", 250)]),
        FeatureTable("education", "Schulabschluss", CENSUS, True, [_value(one, 300) for one in EDUCATION]),
    ]


def _value(value: str, population: int) -> FeatureValue:
    return FeatureValue(value, value.capitalize(), population)


def sample_csv(count: int, *, district: str = "Mitte", **columns: Any) -> bytes:
    """So many rows as a registration office sends them; `columns` replace the value of every row."""
    head = "Vorname;Familienname;Straße;PLZ;Ort;Stadtbezirk;Geburtsdatum;Geschlecht"
    lines = [head]
    for number in range(count):
        row = {
            "given": f"Vorname{number}",
            "family": f"Nachname{number}",
            "street": f"Weg {number}",
            "plz": "52062",
            "town": "Musterstadt",
            "district": district,
            "birth": f"{1 + number % 28:02d}.03.{[1995, 1970, 1950][number % 3]}",
            "sex": "wm"[number // 3 % 2],
            **columns,
        }
        lines.append(";".join(str(value) for value in row.values()))
    return "\n".join(lines).encode()


def officer() -> User:
    return user_with_role(Role.Kind.DRAW_OFFICER)


def auditor() -> User:
    return user_with_role(Role.Kind.AUDITOR)


def clerk() -> User:
    return user_with_role(Role.Kind.CLERK)


def drum(*, hours: int = 1, panels: int = 10) -> sources.Source:
    """Digits that are drawn in the hall so many hours from now."""
    return sources.digits("Lostrommel im Rathaus", clock() + datetime.timedelta(hours=hours), panels)


class Stage:
    """A draw with its officer and auditor, led step by step through the services."""

    def __init__(self, *, size: int = 6, sample: int = 40, council: Council | None = None):
        CityFactory()
        if not Municipality.objects.filter(name="Mitte").exists():
            MunicipalityFactory(name="Mitte")
        self.officer, self.auditor, self.sample = officer(), auditor(), sample
        self.council = council or CouncilFactory(seat_count=size)
        self.draw = services.open_draw(
            self.council, title="Auslosung 2026", size=size, legal_basis="§ 37 BMG mit der Satzung", by=self.officer
        )

    def imported(self) -> "Stage":
        services.define_features(self.draw, features=features(), by=self.officer)
        services.import_sample(self.draw, data=sample_csv(self.sample), by=self.officer)
        return self.fresh()

    def signed(self) -> "Stage":
        """Both offices have signed the letter."""
        for signer in (self.officer, self.auditor):
            services.sign_letter(self.draw, by=signer)
        return self

    def invited(self) -> "Stage":
        self.imported().signed()
        until = today() + datetime.timedelta(days=21)
        services.send_invitations(self.draw, reply_until=until, by=self.officer)
        return self.fresh()

    def replied(self, count: int = 24) -> "Stage":
        """The first `count` people volunteer, the next five decline, the rest says nothing."""
        self.invited()
        for row in self.rows()[: count + 5]:
            wants = row.number <= count
            services.reply(row, answers=answers(row.number, wants=wants), channel="online")
        return self.fresh()

    def closed(self) -> "Stage":
        self.replied()
        set_clock(clock() + datetime.timedelta(days=22))
        services.close_replies(self.draw, by=self.officer)
        return self.fresh()

    def frozen(self) -> "Stage":
        self.closed()
        services.freeze_quotas(self.draw, by=self.officer)
        services.freeze_quotas(self.draw, by=self.auditor)
        return self.fresh()

    def computed(self, panels: int = 10) -> "Stage":
        self.frozen()
        services.compute_panel(self.draw, by=self.officer, panels=panels)
        services.run_computation(self.draw, panels=panels)
        return self.fresh()

    def committed(self) -> "Stage":
        self.computed()
        return self.seal()

    def numbered(self) -> "Stage":
        self.committed()
        return self.read_number()

    def seal(self) -> "Stage":
        """Both sign the commitment."""
        services.commit(self.draw, by=self.officer, sources=[drum()])
        services.commit(self.draw, by=self.auditor)
        return self.fresh()

    def read_number(self) -> "Stage":
        """The drum has spoken, and both type the digit."""
        set_clock(clock() + datetime.timedelta(hours=2))
        for reader in (self.officer, self.auditor):
            services.record_randomness(self.draw, value="7", witnesses=WITNESSES, by=reader)
        return self.fresh()

    def selected(self) -> "Stage":
        self.numbered()
        services.select(self.draw, by=self.officer)
        return self.fresh()

    def confirmed(self) -> "Stage":
        self.selected()
        for row in self.rows(Invitation.State.SELECTED):
            services.confirm_response(row, by=self.officer)
        return self.fresh()

    def fresh(self) -> "Stage":
        self.draw = Draw.objects.get(pk=self.draw.pk)
        return self

    def rows(self, *states: str) -> list[Invitation]:
        """The people of the sample, in these states if any are named."""
        return rows_of(draw=self.draw, **({"state__in": states} if states else {}))


@pool_open()
def rows_of(**where: Any) -> list[Invitation]:
    """Rows of the pool, by number."""
    return list(Invitation.objects.filter(**where).order_by("number"))


@pool_open()
def change_rows(rows: list[Invitation], **values: Any) -> None:
    """Change rows of the pool behind the services' back."""
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def opened_of(draw):
    """What opens the record of a draw, from behind its door; None once it is deleted."""
    with pool_open():
        return Opening.objects.filter(draw=draw).values_list("content", flat=True).first()


def again(row: Invitation) -> Invitation:
    """The row as it is now."""
    return rows_of(pk=row.pk)[0]


STEPS = {
    Draw.State.DRAFT: lambda stage: stage,
    Draw.State.SAMPLE_IMPORTED: Stage.imported,
    Draw.State.INVITED: Stage.replied,
    Draw.State.RESPONSE_CLOSED: Stage.closed,
    Draw.State.QUOTAS_FROZEN: Stage.frozen,
    Draw.State.PANELS_READY: Stage.computed,
    Draw.State.COMMITTED: Stage.committed,
    Draw.State.RANDOMNESS_RECORDED: Stage.numbered,
    Draw.State.SELECTED: Stage.selected,
    Draw.State.CONFIRMED: Stage.confirmed,
}
"""How a draw gets to each stage."""


def answers(number: int, *, wants: bool = True, **fields: Any) -> dict[str, Any]:
    """A complete reply; the school certificate follows from the number."""
    return {
        "wants": wants,
        "features": {"education": EDUCATION[(number + number // 3) % 3]},
        "email": f"frei{number}@beispiel.example" if number % 2 else "",
        "phone": "" if number % 2 else f"0241 {number:04d}",
        "consent": True,
        **fields,
    }
