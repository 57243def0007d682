"""A decision is what the council voted for, frozen, with the basis that its organs' documents give."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Role
from accounts.tests.factories import user_with_role
from audit.canonical import digest
from audit.models import Event, Job
from audit.services import Refused, label
from councils.models import BindingBasis, Company, Organ
from councils.tests.factories import CompanyFactory, OrganFactory
from decisions import services
from decisions.content import CityResolution
from decisions.models import Decision
from decisions.tests.factories import AgendaItemFactory, VoteFactory, adopted, bound_organ, secretariat
from voting.models import Vote

pytestmark = pytest.mark.django_db
RESOLUTION = CityResolution(datetime.date(2026, 4, 2), "TOP 9")


def test_a_decision_freezes_its_content_and_starts_the_job_that_seals_it():
    decision = adopted()
    decision.refresh_from_db()
    assert decision.state == Decision.State.ADOPTED
    assert decision.content_hash == digest(decision.content)
    assert decision.content["vote"]["yes"] == 31
    assert decision.content["addressees"][0]["basis"]["document"] == "Beschluss des Rates vom 12. März 2026, TOP 7"
    assert Job.objects.get(kind="decisions.seal").arguments == {"decision": decision.pk}
    assert Event.objects.get(chain=label(decision)).facts["hash"] == decision.content_hash


def test_numbers_run_through_the_year():
    first, second = adopted(), adopted()
    year = first.adopted_on.year
    assert [first.number, second.number] == [f"1/{year}", f"2/{year}"]


@pytest.mark.parametrize(
    "vote",
    [
        {"state": Vote.State.CASTING, "result": None, "closed_at": None},
        {"result": {"yes": 1, "no": 2, "is_adopted": False}},
    ],
)
def test_without_a_vote_that_passed_there_is_no_decision(vote):
    item = AgendaItemFactory(vote=VoteFactory(**vote))
    with pytest.raises(Refused):
        adopted(item=item)
    with pytest.raises(Refused):
        adopted(item=AgendaItemFactory(vote=None))
    assert not Decision.objects.exists()


def test_an_item_is_decided_once():
    item = AgendaItemFactory()
    adopted(item=item)
    with pytest.raises(Refused):
        adopted(item=item)


def test_only_companies_the_council_is_bound_to_are_addressed():
    item = AgendaItemFactory()
    with pytest.raises(Refused):
        adopted(item=item, organs=[bound_organ(item.meeting.council), OrganFactory()])
    with pytest.raises(Refused):
        services.adopt_decision(item, organs=[], title="T", text="T", by=secretariat())


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind != Role.Kind.SECRETARIAT])
def test_nobody_but_the_secretariat_publishes_a_decision(kind):
    item = AgendaItemFactory()
    with pytest.raises(PermissionDenied):
        services.adopt_decision(
            item, organs=[bound_organ(item.meeting.council)], title="T", text="T", by=user_with_role(kind)
        )


def test_the_weakest_basis_of_all_addressees_names_the_decision():
    item = AgendaItemFactory()
    strong = bound_organ(item.meeting.council, binding=BindingBasis.ARTICLES)
    assert adopted(item=item, organs=[strong]).kind == Decision.Kind.RESOLUTION
    item = AgendaItemFactory()
    organs = [
        bound_organ(item.meeting.council, binding=BindingBasis.ARTICLES),
        bound_organ(item.meeting.council, binding=BindingBasis.ADVISORY),
    ]
    decision = adopted(item=item, organs=organs)
    assert (decision.kind, decision.binding) == (Decision.Kind.RECOMMENDATION, BindingBasis.ADVISORY)
    kinds = [one["basis"]["kind"] for one in decision.content["addressees"]]
    assert kinds == [BindingBasis.ARTICLES, BindingBasis.ADVISORY]


def test_nothing_binds_further_than_the_documents_say():
    item = AgendaItemFactory()
    organ = bound_organ(item.meeting.council, binding=BindingBasis.DUTY_TO_TREAT)
    with pytest.raises(Refused):
        adopted(item=item, organs=[organ], binding=BindingBasis.COMPLY_OR_EXPLAIN)
    assert adopted(item=item, organs=[organ], binding=BindingBasis.ADVISORY).binding == BindingBasis.ADVISORY


def shareholders(item):
    return bound_organ(item.meeting.council, kind=Organ.Kind.SHAREHOLDERS)


def test_an_instruction_needs_the_resolution_of_the_city_council():
    item = AgendaItemFactory()
    organ = shareholders(item)
    with pytest.raises(Refused):
        adopted(item=item, organs=[organ], binding=BindingBasis.INSTRUCTION)
    decision = adopted(item=item, organs=[organ], binding=BindingBasis.INSTRUCTION, resolution=RESOLUTION)
    assert decision.kind == Decision.Kind.INSTRUCTION
    assert decision.content["city_resolution"] == {"date": "2026-04-02", "item": "TOP 9"}


def test_managers_of_a_company_are_not_instructed_by_the_city():
    item = AgendaItemFactory()
    company = CompanyFactory(legal_form=Company.LegalForm.GMBH)
    organ = bound_organ(item.meeting.council, company=company, kind=Organ.Kind.MANAGEMENT)
    with pytest.raises(Refused):
        adopted(item=item, organs=[organ], binding=BindingBasis.INSTRUCTION, resolution=RESOLUTION)


def test_an_organ_that_could_be_instructed_is_only_asked_without_an_instruction():
    item = AgendaItemFactory()
    organ = bound_organ(item.meeting.council, kind=Organ.Kind.SUPERVISORY_OPTIONAL, binding=BindingBasis.INSTRUCTION)
    assert adopted(item=item, organs=[organ]).binding == BindingBasis.ADVISORY


def test_the_database_refuses_an_instruction_without_a_resolution():
    decision = adopted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            council=decision.council,
            number="99/2026",
            kind=Decision.Kind.INSTRUCTION,
            binding=BindingBasis.INSTRUCTION,
            title="T",
            text="T",
            adopted_on=decision.adopted_on,
            content_hash=digest("x"),
        )


@pytest.mark.parametrize("change", [{"text": "anders"}, {"content": {}}, {"content_hash": "0" * 64}, {"number": "7"}])
def test_the_database_refuses_to_change_what_was_decided(change):
    decision = adopted()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**change)
