"""Votes that passed, decisions on their way, boards that answer."""

import datetime
from typing import Any

import factory

from accounts.models import Organization, Role, User
from accounts.tests.factories import CityFactory, OrganizationFactory, ResidentFactory, user_with_role
from audit.canonical import digest
from audit.clock import clock, today
from councils.models import Council, Organ, Sitting
from councils.tests.factories import CouncilFactory, OrganFactory
from decisions import services
from decisions.content import content_of
from decisions.models import Addressee, Answer, Decision, Statement, Step
from documents.services import store_file
from meetings.models import AgendaItem, Meeting
from proposals.models import Proposal, ProposalVersion
from voting.models import Vote

RESULT = {"yes": 31, "no": 12, "abstain": 3, "cast": 43, "not_cast": 10, "denominator": 43, "needed": 22}
PDF = b"%PDF-1.7\n% a document\n%%EOF\n"


class MeetingFactory(factory.django.DjangoModelFactory):
    """A meeting next week; `state` may say that it is over."""

    class Meta:
        model = Meeting

    council = factory.SubFactory(CouncilFactory)
    title = "4. Sitzung"
    place = "Rathaus"
    starts_at = factory.LazyFunction(lambda: clock() + datetime.timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + datetime.timedelta(hours=3))


class VoteFactory(factory.django.DjangoModelFactory):
    """A closed vote that passed."""

    class Meta:
        model = Vote

    subject = "agendaitem:1"
    title = "Nachtbus auf der Linie 7"
    question = "Soll der Rat den Antrag beschließen?"
    rule = {"method": "yes_no"}
    rule_hash = digest("rule")
    basis = "statuteversion:1"
    basis_hash = digest("basis")
    state = Vote.State.CLOSED
    opens_at = factory.LazyFunction(clock)
    closed_at = factory.LazyFunction(clock)
    roll_count = 56
    roll_hash = digest("roll")
    statutory_members = 56
    entitled_members = 56
    members_present = 46
    result = {**RESULT, "is_adopted": True}


class ProposalFactory(factory.django.DjangoModelFactory):
    """A proposal the council adopted, with its one version."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    council = factory.SubFactory(CouncilFactory)
    author = factory.SubFactory(ResidentFactory)
    title = "Nachtbus auf der Linie 7"
    stage = Proposal.Stage.ADOPTED
    submitted_at = factory.LazyFunction(clock)

    @factory.post_generation
    def version(self, create, extracted, **kwargs):
        if create:
            words = {
                "text": "Die Linie 7 fährt freitags und samstags bis 2 Uhr.",
                "reasons": "Wer spät arbeitet, kommt sonst nicht nach Hause.",
                **kwargs,
            }
            self.current_version = ProposalVersion.objects.create(
                proposal=self,
                number=1,
                title=self.title,
                **words,
                hash=digest("version"),
                created_by=self.author,
                created_at=clock(),
            )
            self.save()


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """An item whose proposal was adopted."""

    class Meta:
        model = AgendaItem

    proposal = factory.SubFactory(ProposalFactory)
    meeting = factory.LazyAttribute(lambda o: MeetingFactory(council=o.proposal.council, state=Meeting.State.CLOSED))
    order = 1
    title = "Nachtbus"
    vote = factory.SubFactory(VoteFactory)


def bound_organ(council: Council, **fields: Any) -> Organ:
    """An organ of a company that `council` is bound to; its secretary writes to the organ's address."""
    organ = OrganFactory(**fields)
    council.companies.add(organ.company)
    return organ


def sitting(organ: Organ, *, weeks: int, closes_before: int = 14) -> Sitting:
    """A sitting in so many weeks, whose agenda closes so many days before."""
    date = today() + datetime.timedelta(weeks=weeks)
    return Sitting.objects.create(
        organ=organ, date=date, agenda_closes_on=date - datetime.timedelta(days=closes_before)
    )


def secretary_of(organ: Organ) -> User:
    return user_with_role(Role.Kind.BOARD_SECRETARY, organ.company.organization)


def secretariat() -> User:
    return user_with_role(Role.Kind.SECRETARIAT)


def adopted(*, organs: list[Organ] | None = None, item: AgendaItem | None = None, **fields: Any) -> Decision:
    """A decision as the service makes it, not sealed yet (the caller's transaction holds the job back)."""
    CityFactory()
    item = item or AgendaItemFactory()
    organs = organs or [bound_organ(item.meeting.council)]
    words = {"title": "Nachtbus auf der Linie 7", "text": "Die Linie 7 fährt bis 2 Uhr.", "reasons": "Wegen der Nacht."}
    return services.adopt_decision(item, organs=organs, by=secretariat(), **{**words, **fields})


def delivered(**fields: Any) -> Addressee:
    """The first addressee of a decision that was sealed and delivered."""
    decision = services.seal_decision(adopted(**fields))
    return decision.addressees.select_related("organ__company__organization", "decision").order_by("pk").first()


def answered(answer: str = Answer.REFUSED, **fields: Any) -> Addressee:
    """An addressee that has answered through its secretary."""
    addressee = delivered(**fields)
    give_answer(addressee, answer=answer)
    addressee.refresh_from_db()
    return addressee


def give_answer(addressee: Addressee, **fields: Any) -> Statement:
    """The answer of the organ's own secretary; a refusal with reasons unless `fields` say otherwise."""
    given = {
        "answer": Answer.REFUSED,
        "reasons": "Die Fahrerinnen und Fahrer fehlen.",
        "resolution_number": "14/2026",
        "resolution_date": today(),
        "by": secretary_of(addressee.organ),
    }
    if fields.get("answer") == Answer.DEFERRED:
        given["deferred_until"] = today() + datetime.timedelta(days=90)
    return services.answer(addressee, **{**given, **fields})


def document(**fields: Any):
    """A stored file."""
    return store_file(PDF, name="schreiben.pdf", media_type="application/pdf", owner="test", **fields)


def plain_decision(number: str, *, council: Council, organ: Organ, title: str = "", **fields: Any) -> Decision:
    """A published decision as bare rows, for pages with many of them."""
    decision = Decision(
        council=council,
        number=number,
        kind=Decision.Kind.RECOMMENDATION,
        binding="advisory",
        binding_document=organ.binding_document,
        title=title or f"Beschluss {number}",
        text="Text des Beschlusses.",
        adopted_on=today(),
    )
    decision.content = content_of(decision, bases=[])
    decision.content_hash = digest(decision.content)
    decision.file, decision.state = fields.pop("file", None) or document(), Decision.State.SEALED
    decision.save()
    given = {
        "state": Addressee.State.DELIVERED,
        "delivered_at": clock(),
        "due_on": today() + datetime.timedelta(days=30),
    }
    Addressee.objects.create(decision=decision, organ=organ, **{**given, **fields})
    return decision


def city_office() -> Organization:
    return OrganizationFactory(kind=Organization.Kind.CITY)


def step_of(addressee: Addressee, **fields: Any) -> Step:
    """A step announced by the organ's secretary."""
    given = {
        "title": "Fahrplan ändern",
        "due_on": today() + datetime.timedelta(days=60),
        "by": secretary_of(addressee.organ),
    }
    return services.add_step(addressee, **{**given, **fields})
