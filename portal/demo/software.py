"""The second body: a small council for IT and software with a draw, rules and a seat in a company of its own."""

import datetime
from collections.abc import Iterator

from accounts.models import Organization, User
from audit.clock import BERLIN, today
from councils import services as councils
from councils.models import Council, Membership, Organ, StatuteVersion
from lottery import services as lottery
from lottery import sources
from lottery.models import Draw, Invitation
from lottery.pool import pool_open
from meetings import services as meetings
from portal.demo.city import RESOLUTION, Stage, login_for
from portal.demo.clockwork import at
from portal.demo.draw import features, plan, register_file
from portal.demo.people import residents, volunteers

NAME = "Rat für IT und Software"
SEATS, LETTERS, REPLIES, PANELS = 12, 400, 72, 100
SEED = "auenstadt software"
MANDATE = """§ 1 Aufgabe
Der Rat für IT und Software berät das Digitalwerk Auental: welche Programme die Stadt und ihre Unternehmen beschaffen, betreiben und offenlegen.

§ 2 Zusammensetzung
Der Rat hat zwölf Plätze. Sie werden unter allen Einwohnerinnen und Einwohnern ab 16 Jahren ausgelost.

§ 3 Drei Fragen
Vor jeder Beschaffung werden drei Fragen beantwortet und veröffentlicht: Wird die Software unter eigener Kontrolle in der EU betrieben? Nutzt sie offene Standards? Ist sie dokumentiert und aus Teilen gebaut, die sich einzeln ersetzen lassen?"""
RULES = """§ 1 Beschlussfähigkeit
Der Rat ist beschlussfähig, wenn mehr als die Hälfte der Plätze anwesend ist.

§ 2 Befangenheit
Die Interessen der Mitglieder sind öffentlich, weil schon eine Anstellung bei einem Anbieter die Beratung färben kann.

§ 3 Sachverständige
Ein Drittel der Plätze kann verlangen, dass weitere Sachverständige gehört werden."""
CHANGED = "\n\n§ 4 Quelltext\nUnterlagen nennen, unter welcher Lizenz der Quelltext einer Software steht und wo man ihn liest."
FIGURES = {"support_needed": 12, "term_years": 3, "public_interests": 1, "counter_expert_percent": 34}
LIMITS = {"term_years": [2, 4], "counter_expert_percent": [10, 50], "public_interests": [1, 1]}


def play(stage: Stage) -> Iterator[str]:
    """Founded, drawn, at work: interests in public, a delegate in the administrative board, a draft on the agenda."""
    at(230)
    council = found(stage)
    yield f"Die Stadt richtet einen zweiten Rat ein: {NAME}, {SEATS} Plätze."
    _fill(stage, council)
    yield f"{SEATS} Menschen sind für ihn ausgelost und haben zugesagt."
    work(stage, council)
    yield "Der Rat für IT und Software hat Interessen offengelegt, jemanden entsandt und berät eine neue Geschäftsordnung."


def found(stage: Stage) -> Council:
    """The council with mandate and rules; it addresses the city's IT company."""
    organization = Organization.objects.create(
        kind=Organization.Kind.COUNCIL,
        name=NAME,
        slug="rat-it-software",
        parent=stage.office,
        email="it-rat@auenstadt.example",
        street=stage.office.street,
        postal_town=stage.office.postal_town,
    )
    council = councils.found_council(
        organization=organization,
        seat_count=SEATS,
        about="Zwölf ausgeloste Menschen. Sie beraten, welche Software Stadt und Unternehmen beschaffen und offenlegen.",
        companies=[stage.companies["digitalwerk"]],
        kind=Council.Kind.IT,
        by=stage.secretary,
    )
    mandate, rules = StatuteVersion.Kind.MANDATE, StatuteVersion.Kind.RULES
    for kind, title, text, settings, enacted in (
        (mandate, "Satzung für den Rat für IT und Software", MANDATE, LIMITS, RESOLUTION),
        (rules, "Geschäftsordnung des Rats für IT und Software", RULES, FIGURES, f"Vorläufig durch {RESOLUTION}"),
    ):
        councils.enact_statute(
            council, kind=kind, title=title, text=text, settings=settings, in_force_on=today(), enacted_by=enacted,
            by=stage.secretary,
        )  # fmt: skip
    return council


def _fill(stage: Stage, council: Council) -> None:
    """A draw of its own, smaller and shorter than the first."""
    draw = lottery.open_draw(
        council, title=f"Auslosung: {NAME}", size=SEATS, legal_basis="§ 37 BMG mit § 2 der Satzung", by=stage.officer
    )
    lottery.define_features(draw, features=[features()[place] for place in (0, 1, 3)], by=stage.officer)
    people = list(residents(LETTERS, seed=SEED, on=today()))
    draw = lottery.import_sample(draw, data=register_file(people), by=stage.officer)
    plan(stage, draw)
    lottery.send_invitations(draw, reply_until=today() + datetime.timedelta(days=20), by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        lottery.release_letters(draw, by=signer)
    at(220)
    willing = {row.number: row for row in volunteers(people, REPLIES, seed=SEED)}
    with pool_open():
        rows = {row.number: row for row in Invitation.objects.filter(draw=draw, number__in=willing)}
    for number, row in rows.items():
        answers = lottery.Answers(
            wants=True,
            features={"school": willing[number].education},
            email=f"itrat{number}@beispiel.example",
            consent=True,
        )
        lottery.reply(row, answers=answers, channel=Invitation.Channel.ONLINE, by=None)
    _draw(stage, draw)


def _draw(stage: Stage, draw: Draw) -> None:
    at(205)
    lottery.close_replies(draw, by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        lottery.freeze_quotas(draw, by=signer)
    lottery.compute_panel(draw, by=stage.officer, panels=PANELS)
    evening = datetime.datetime.combine(today() + datetime.timedelta(days=1), datetime.time(18), tzinfo=BERLIN)
    drum = sources.digits("Zwei Ziffern aus der Trommel der Lotto-Annahme am Markt", evening, PANELS)
    lottery.commit(draw, by=stage.officer, sources=[drum])
    lottery.commit(draw, by=stage.auditor)
    at(204, 18)
    for reader in (stage.officer, stage.auditor):
        lottery.record_randomness(draw, value="42", witnesses=["Notarin Weiß", "Schüler Ionescu"], by=reader)
    lottery.select(draw, by=stage.officer)
    lottery.certify(draw, by=stage.auditor)
    at(198)
    with pool_open():
        drawn = list(Invitation.objects.filter(draw=draw, state=Invitation.State.SELECTED).order_by("seat_number"))
    for invitation in drawn:
        membership = lottery.confirm_response(invitation, by=stage.officer)
        login_for(membership.person, stage.password)


def work(stage: Stage, council: Council) -> None:
    """The first months of the council whose seats are held."""
    at(190)
    councils.constitute(council, by=stage.secretary)
    held = Membership.objects.active().filter(seat__council=council).select_related("seat__council", "person__user")
    members = list(held.order_by("seat__number"))
    for membership in members:
        councils.take_oath(membership, by=stage.secretary)
    first, second, *others = members
    company = stage.companies["digitalwerk"]
    councils.declare_interest(
        first,
        kind="work",
        text="Ich betreue Rechner bei einem Anbieter des Digitalwerks.",
        companies=[company],
        by=first.person.user,
    )
    for membership in (second, *others):
        councils.declare_no_interests(membership, by=membership.person.user)
    councils.consent_to_name(second.person, by=second.person.user)
    _send(stage, council, second)
    _draft(stage, council, second.person.user)


def _send(stage: Stage, council: Council, membership: Membership) -> None:
    at(18)
    seat = councils.enter_board_seat(
        stage.companies["digitalwerk"].organs.get(kind=Organ.Kind.ADMINISTRATIVE),
        sends="council",
        council=council,
        kind="advisory",
        basis_document="Unternehmenssatzung des Digitalwerks, § 7",
        basis_date=datetime.date(2025, 3, 12),
        by=stage.secretary,
    )
    delegate = councils.send_delegate(
        seat,
        person=membership.person,
        begin_date=today(),
        election_reference=f"{NAME}, Wahl in der 1. Sitzung",
        by=stage.secretary,
    )
    councils.declare_confidentiality(delegate, by=membership.person.user)


def _draft(stage: Stage, council: Council, by: User) -> None:
    """A member proposes new rules, which stand on the agenda of the next session."""
    at(9)
    base = councils.statute_at(council, today())
    draft = councils.propose_rules(
        council,
        title=base.title,
        text=base.text + CHANGED,
        settings=base.settings,
        reasons="Wer über Software berät, soll sie lesen können oder wissen, warum nicht.",
        by=by,
    )
    starts = datetime.datetime.combine(today() + datetime.timedelta(days=33), datetime.time(18), tzinfo=BERLIN)
    meeting = meetings.call_meeting(
        council,
        title=f"2. Sitzung: {NAME}",
        place="Digitalwerk, Raum 3 (stufenlos)",
        starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=2),
        items=[("Begrüßung und Tagesordnung", None)],
        by=stage.secretary,
    )
    meetings.schedule_draft(draft, meeting=meeting, by=by)
