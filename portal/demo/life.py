"""The council's year in the demo: proposals, comments, meetings, roll calls, decisions and what became of them."""

import datetime
from collections.abc import Iterator

from accounts.models import Person, User
from audit.clock import today
from councils.models import Company, Organ
from decisions import services as decisions
from decisions.models import Addressee, Decision
from documents.pdf import render
from documents.services import store_file
from meetings import services as meetings
from meetings.models import AgendaItem, Meeting
from portal.demo import evening, record, texts
from portal.demo.city import Stage, login_for, verified
from portal.demo.clockwork import at, passes
from portal.demo.people import Resident, residents, unit
from proposals import services as proposals
from proposals.models import Proposal

READERS = 40
RECUSED_IN = 3
ALSO = {1: record.share_the_budget, 2: record.elect_delegates}
"""What else a session does, by its number."""
TOWN = "Auenstadt"


def settle_in(stage: Stage) -> list[User]:
    """Forty residents with logins, verified at the desk, who support and comment."""
    people = residents(READERS, seed="readers", on=today())
    return [_reader(person, stage) for person in people]


def _reader(row: Resident, stage: Stage) -> User:
    from accounts.models import Municipality
    from accounts.services import register_person

    person = register_person(
        by=stage.clerk,
        given_name=row.given_name,
        family_name=row.family_name,
        street=row.street,
        postal_code=row.postal_code,
        town=TOWN,
        district=Municipality.objects.get(ags=f"99000000{row.district}"),
        email=f"leserin{row.number}@beispiel.example",
        channel=Person.Channel.EMAIL,
    )
    person = verified(person, by=stage.clerk)
    Person.objects.filter(pk=person.pk).update(voting_from=today() - datetime.timedelta(days=400))
    person.refresh_from_db()
    return login_for(person, stage.password)


def _person(user: User) -> Person:
    assert user.person is not None  # noqa: S101  (every login of the demo belongs to somebody)
    return user.person


def propose(stage: Stage, row: tuple[str, str, str, str], author: User) -> Proposal:
    """A proposal from draft to admission, through the same services as the pages."""
    title, company, text, reasons = row
    proposal = proposals.draft_proposal(
        council=stage.council,
        person=_person(author),
        title=title,
        text=text,
        reasons=reasons,
        company=stage.companies[company],
        by=author,
    )
    proposals.submit_proposal(proposal, by=author)
    return proposals.admit_proposal(proposal, reason="Betrifft ein Unternehmen der Stadt.", by=stage.secretary)


def discuss(proposal: Proposal, readers: list[User], *, supports: int, comments: int) -> Proposal:
    """Support and comments from the readers, in an order that only the proposal's number decides."""
    order = sorted(readers, key=lambda user: unit("voices", proposal.pk, user.pk))
    others = [user for user in order if user.person_id != proposal.author_id]
    for user in others[:supports]:
        if proposal.stage == Proposal.Stage.SUPPORT:  # the last support needed takes it up
            proposal = proposals.support_proposal(proposal, person=_person(user), by=user)
    first = None
    for place, user in enumerate(others[:comments]):
        words = texts.COMMENTS[(proposal.pk * 5 + place) % len(texts.COMMENTS)]
        said = proposals.comment_on(
            proposal, person=_person(user), text=words, parent=first if place % 3 == 2 else None, by=user
        )
        first = said if place % 3 == 0 else first
    return Proposal.objects.get(pk=proposal.pk)


def meet(stage: Stage, number: int, days_ago: int, topics: list[Proposal], readers: list[User]) -> list[Decision]:
    """A session: invitation in time, presence, a roll call on each topic, a decision for each that was adopted."""
    at(days_ago + 20)
    starts = today() + datetime.timedelta(days=20)
    meeting = call(stage, number, starts, topics)
    evening.invite_the_public(stage, meeting, number, readers)
    evening.arrive(stage, meeting, days_ago)
    record.approve_earlier(stage, meeting)
    made = [
        decision for item in meeting.items.filter(proposal__isnull=False) for decision in _treat(stage, item, number)
    ]
    evening.answer_the_public(stage, meeting, number)
    if number in ALSO:
        ALSO[number](stage, meeting)
    evening.leave(stage, meeting)
    at(days_ago - 3, 11)
    record.write_minutes(stage, meeting, number)
    return made


def _treat(stage: Stage, item: AgendaItem, number: int) -> list[Decision]:
    """An item is called, heard and debated, voted on; the decision it came to, if any."""
    is_first = not item.meeting.items.filter(proposal__isnull=False, order__lt=item.order).exists()
    if is_first:
        evening.hear(stage, item)
        if number == evening.ORDER_IN:
            evening.speak_to_the_rules(stage, item.meeting)
    meetings.call_item(item, by=stage.secretary)
    passes(14)
    if number == RECUSED_IN:
        record.recuse_somebody(stage, item.meeting, item)
    _roll_call(stage, item)
    found = []
    if item.proposal and Proposal.objects.get(pk=item.proposal.pk).stage == Proposal.Stage.ADOPTED:
        found = [_decide(stage, item)]
    if is_first and number == evening.BREAK_IN:
        evening.have_a_break(stage, item.meeting)
    return found


def call(stage: Stage, number: int, day: datetime.date, topics: list[Proposal]) -> Meeting:
    """The invitation to the session on `day`."""
    from audit.clock import BERLIN

    starts = datetime.datetime.combine(day, datetime.time(17), tzinfo=BERLIN)
    return meetings.call_meeting(
        stage.council,
        title=f"{number}. Sitzung des Bürgerrats",
        place="Rathaus, Ratssaal, Markt 1 (stufenlos)",
        starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=4),
        items=[("Begrüßung und Tagesordnung", None), *((topic.title, topic) for topic in topics)],
        by=stage.secretary,
    )


def _roll_call(stage: Stage, item: AgendaItem) -> None:
    def choice(number: int) -> str:
        at_place = unit("choice", item.pk, number)
        return "yes" if at_place < 0.68 else "no" if at_place < 0.92 else "abstain"

    record.call_the_roll(stage, item, choice)


def _decide(stage: Stage, item: AgendaItem) -> Decision:
    assert item.proposal_id is not None  # noqa: S101  (only items with a proposal come here)
    proposal = Proposal.objects.select_related("company", "current_version").get(pk=item.proposal_id)
    assert proposal.company is not None  # noqa: S101  (every topic of the demo has one)
    assert proposal.current_version is not None  # noqa: S101
    decision = decisions.adopt_decision(
        item,
        organs=[_first_organ(proposal.company)],
        title=proposal.title,
        text=proposal.current_version.text,
        reasons=proposal.current_version.reasons,
        by=stage.secretary,
    )
    decision.refresh_from_db()
    return decision


def _first_organ(company: Company) -> Organ:
    wanted: list[str] = [Organ.Kind.SHAREHOLDERS, Organ.Kind.COMMITTEE, Organ.Kind.ADMINISTRATIVE]
    return sorted(company.organs.all(), key=lambda organ: wanted.index(organ.kind) if organ.kind in wanted else 9)[0]


def follow_up(stage: Stage, made: list[Decision]) -> Iterator[str]:
    """What became of the first decisions: done with a proof, changed, refused, late; the others are on their way."""
    heat, bus, empty = (Addressee.objects.get(decision=decision) for decision in made[:3])
    at(250)
    for addressee, board in ((heat, "stadtwerke"), (bus, "auental-verkehr"), (empty, "wohnen")):
        decisions.acknowledge(addressee, how="In der Gremienpost eingetragen", by=stage.boards[board])
    at(190)
    _answer(heat, "accepted", "", "GV 2026/14", "new", by=stage.boards["stadtwerke"])
    step = decisions.add_step(
        heat,
        title="Erklärseite liegt jeder Abrechnung bei",
        due_on=today() + datetime.timedelta(days=120),
        by=stage.boards["stadtwerke"],
    )
    yield "Die Stadtwerke nehmen an und nennen einen Schritt."
    _answer(empty, "refused", texts.REFUSAL, "GV 7/2026", "", by=stage.boards["wohnen"])
    yield "Die Wohnungsgesellschaft lehnt mit Gründen ab."
    at(170)
    _answer(bus, "modified", texts.MODIFIED, "GV 2026-03", "changed", by=stage.boards["auental-verkehr"])
    decisions.add_step(
        bus,
        title="Probebetrieb der Linie 8 um 0.15 Uhr",
        due_on=today() + datetime.timedelta(days=240),
        by=stage.boards["auental-verkehr"],
    )
    yield "Der Verkehrsbetrieb nimmt mit Änderungen an."
    at(80)
    proof = store_file(
        _proof(), name="erklaerseite.pdf", media_type="application/pdf", owner=f"step:{step.pk}", is_public=True
    )
    decisions.report_done(step, file=proof, by=stage.boards["stadtwerke"])
    yield "Die Stadtwerke belegen, dass der Schritt getan ist."


def _answer(addressee: Addressee, answer: str, reasons: str, number: str, novelty: str, *, by: User) -> None:
    decisions.answer(
        addressee,
        answer=answer,
        reasons=reasons,
        resolution_number=number,
        resolution_date=today() - datetime.timedelta(days=4),
        novelty=novelty,
        by=by,
    )


def _proof() -> bytes:
    data = {
        "city": {"name": "Auenstadt"},
        "date": today().isoformat(),
        "title": "So setzt sich Ihr Wärmepreis zusammen",
        "sections": [
            {"heading": "Arbeitspreis", "body": ["Der Arbeitspreis folgt zur Hälfte den Kosten des Brennstoffs."]}
        ],
    }
    return render("page", data)
