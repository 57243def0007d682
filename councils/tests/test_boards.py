"""Who is sent into an organ, the council's mandate, the closed file, and the report that falls due."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Message, Organization, Role
from accounts.tests.factories import OrganizationFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.services import Refused
from councils.models import BoardFile, BoardMandate, BoardReport, Delegate
from councils.services import (
    add_paper,
    declare_confidentiality,
    end_delegation,
    enter_board_seat,
    fill_file,
    give_mandate,
    give_report,
    note_vote,
    open_file,
    resign,
    send_delegate,
    settle_delegations,
    settle_reports,
)
from councils.tests.factories import CouncilFactory, OrganFactory, board_seat_for, seated, sent, sitting_on
from documents.services import store_file
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def council():
    return CouncilFactory()


@pytest.fixture
def organ():
    return OrganFactory()


@pytest.fixture
def seat(council, organ):
    return board_seat_for(council, organ)


@pytest.fixture
def member(council):
    user = UserFactory()
    seated(council, 1, user.person)
    return user


def later(days):
    set_clock(clock() + datetime.timedelta(days=days))


SENT = {"election_reference": "Bürgerrat, 2. Sitzung, TOP 4"}
ASKED = {"title": "Tarif", "text": "Dagegen stimmen.", "reference": "Beschluss 3/2026"}


def test_a_seat_says_who_sends_and_by_which_document(by, council, organ):
    civil = OrganizationFactory(kind=Organization.Kind.CIVIL)
    basis = {"kind": "vote", "basis_document": "Gesellschaftsvertrag § 9", "basis_date": today(), "by": by}
    first = enter_board_seat(organ, sends="council", council=council, **basis)
    second = enter_board_seat(organ, sends="civil", organization=civil, **basis)
    assert (first.number, second.number, second.sender) == (1, 2, str(civil))
    for fields in (
        {"sends": "council"},
        {"sends": "civil", "council": council},
        {"sends": "city", "council": council, "organization": civil},
        {"sends": "council", "council": council, "basis_document": " "},
    ):
        with pytest.raises(Refused):
            enter_board_seat(organ, **{**basis, **fields})


def test_the_council_sends_an_active_member_and_one_at_a_time(by, seat, member):
    stranger = ResidentFactory()
    for fields in ({"person": stranger}, {"person": member.person, "election_reference": ""}):
        with pytest.raises(Refused):
            send_delegate(seat, **{"begin_date": today(), "by": by, **SENT, **fields})
    delegate = send_delegate(seat, person=member.person, begin_date=today(), by=by, **SENT)
    assert Message.objects.get(event="board_delegate_sent").person == member.person
    with pytest.raises(Refused):
        send_delegate(seat, person=member.person, begin_date=today(), by=by, **SENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegate.objects.create(seat=seat, person=stranger, begin_date=today())
    end_delegation(delegate, reason="resigned", end_date=today(), by=by)
    with pytest.raises(Refused):
        end_delegation(delegate, reason="resigned", end_date=today(), by=by)


def test_a_vote_that_is_not_over_sends_nobody(by, seat, member):
    with pytest.raises(Refused):
        send_delegate(seat, person=member.person, begin_date=today(), by=by, election=casting_vote(), **SENT)


def test_time_and_a_lost_seat_in_the_council_end_a_delegation(by, seat, member, council, organ):
    other = UserFactory()
    membership = seated(council, 2, other.person)
    first = sent(seat, member.person, begin_date=today())
    second = sent(board_seat_for(council, organ), other.person, begin_date=today())
    assert settle_delegations() == 0
    resign(membership, by=other)
    assert (settle_delegations(), settle_delegations()) == (1, 0)
    second.refresh_from_db()
    assert (second.end_reason, second.end_date) == ("left_council", today())
    later(3 * 366)
    assert settle_delegations() == 1
    first.refresh_from_db()
    assert first.end_reason == "term" and first.end_date.year == first.begin_date.year + 3


def test_a_mandate_needs_a_resolution_and_a_sitting_to_come(by, seat, organ, member):
    sent(seat, member.person)
    coming, over = sitting_on(organ, 10), sitting_on(organ, -1)
    for fields in ({"sitting": over}, {"reference": " "}, {"text": ""}, {"sitting": sitting_on(OrganFactory(), 3)}):
        with pytest.raises(Refused):
            give_mandate(seat, **{"sitting": coming, "by": by, **ASKED, **fields})
    with pytest.raises(Refused):
        give_mandate(seat, sitting=coming, vote=casting_vote(), by=by, **ASKED)
    mandate = give_mandate(seat, sitting=coming, is_public=False, by=by, **ASKED)
    mail = Message.objects.get(event="board_mandate_given")
    assert mail.person == member.person and "Dagegen" not in mail.text, "the matter stays out of the mail"
    with pytest.raises(Refused):
        note_vote(mandate, delegate=seat.delegates.get(), choice="no", by=member)
    later(11)
    assert note_vote(mandate, delegate=seat.delegates.get(), choice="no", by=member).noted_on == today()
    with pytest.raises(PermissionDenied):
        note_vote(mandate, delegate=seat.delegates.get(), choice="yes", by=UserFactory())


def test_a_mandate_that_is_not_public_is_the_councils_and_the_delegates(by, seat, organ, member, council):
    other = UserFactory()
    seated(council, 3, other.person)
    sent(seat, member.person)
    give_mandate(seat, sitting=sitting_on(organ, 10), is_public=False, by=by, **ASKED)
    readers = {"delegate": member, "secretariat": by, "member": user_with_role("member", council.organization)}
    readers |= {"auditor": user_with_role("auditor")}
    others = {"resident": UserFactory(), "other council": user_with_role("member"), "clerk": user_with_role("clerk")}
    seen = {name for name, user in (readers | others).items() if BoardMandate.objects.visible_to(user).exists()}
    assert seen == set(readers)


def test_a_file_is_filled_by_the_holder_and_the_organs_secretary_alone(by, seat, organ, member):
    sitting = sitting_on(organ, 10)
    sent(seat, member.person)
    own = user_with_role("board_secretary", organ.company.organization)
    file = open_file(seat, sitting=sitting, by=own)
    assert open_file(seat, sitting=sitting, by=member) == file
    assert fill_file(file, agenda="TOP 1 Tarif", outside="Der Tarif.", by=member).agenda == "TOP 1 Tarif"
    document = store_file(b"%PDF", name="x.pdf", media_type="application/pdf", owner="boardfile:1")
    assert add_paper(file, title="Vorlage", document=document, by=own).added_by == own.person
    public = store_file(b"%PDF", name="x.pdf", media_type="application/pdf", owner="x", is_public=True)
    with pytest.raises(Refused):
        add_paper(file, title="Vorlage", document=public, by=own)
    for stranger in (by, UserFactory(), user_with_role("board_secretary"), user_with_role("auditor")):
        with pytest.raises(PermissionDenied):
            open_file(seat, sitting=sitting, by=stranger)
        with pytest.raises(PermissionDenied):
            add_paper(file, title="Vorlage", document=document, by=stranger)
        assert not BoardFile.objects.visible_to(stranger).exists()


def test_whoever_no_longer_holds_the_seat_opens_nothing_more(by, seat, organ, member):
    delegate = sent(seat, member.person)
    open_file(seat, sitting=sitting_on(organ, 10), by=member)
    assert BoardFile.objects.visible_to(member).count() == 1
    end_delegation(delegate, reason="recalled", end_date=today(), by=by)
    assert not BoardFile.objects.visible_to(member).exists()


def test_confidentiality_is_declared_online_or_on_paper(seat, council):
    membership = seated(council, 2)
    delegate = sent(seat, membership.person, confidential_on=None)
    with pytest.raises(PermissionDenied):
        declare_confidentiality(delegate, by=UserFactory())
    assert declare_confidentiality(delegate, by=user_with_role("clerk")).confidential_on == today()


def test_a_report_falls_due_by_the_calendar_is_reminded_of_and_awaited(seat, organ, member):
    sent(seat, member.person)
    sitting_on(organ, 1)
    sitting_on(organ, -300)  # before the delegate came
    assert settle_reports() == 0
    later(2)
    assert (settle_reports(), settle_reports()) == (1, 0)
    report = BoardReport.objects.get()
    assert report.due_on == report.sitting.date + datetime.timedelta(weeks=2)
    later(11)
    assert (settle_reports(), settle_reports()) == (1, 0)
    later(4)
    assert (settle_reports(), settle_reports()) == (1, 0)
    report.refresh_from_db()
    assert report.level == 2
    events = list(Message.objects.filter(person=member.person).order_by("pk").values_list("event", flat=True))
    assert events == ["board_report_due", "board_report_missed"]
    give_report(report, text="Der Tarif wurde vertagt.", by=member)
    with pytest.raises(Refused):
        give_report(report, text="Doch nicht.", by=member)
    assert settle_reports() == 0


def test_a_report_is_dictated_at_the_desk_and_strangers_write_none(seat, organ, council):
    membership = seated(council, 2)
    delegate = sent(seat, membership.person)
    report = BoardReport.objects.create(seat=seat, sitting=sitting_on(organ, -1), delegate=delegate, due_on=today())
    for stranger in (UserFactory(), user_with_role("board_secretary"), user_with_role("auditor")):
        with pytest.raises(PermissionDenied):
            give_report(report, text="x", by=stranger)
    clerk = user_with_role("clerk")
    with pytest.raises(Refused):
        give_report(report, text=" ", by=clerk)
    assert give_report(report, text="Es ging um Tarife.", by=clerk).entered_by == clerk.person


def test_the_rules_say_how_long_a_report_may_take(organ):
    council = CouncilFactory(rules={"board_report_weeks": 5})
    membership = seated(council, 1)
    sent(board_seat_for(council, organ), membership.person)
    sitting = sitting_on(organ, -1)
    settle_reports()
    assert BoardReport.objects.get().due_on == sitting.date + datetime.timedelta(weeks=5)
