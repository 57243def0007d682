"""New rules of procedure: proposed, voted on, enacted; never against the mandate, never without a vote."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.services import Refused, label
from councils.algorithms.words import differences
from councils.models import RulesDraft, StatuteVersion
from councils.services import enact_rules, enact_statute, propose_rules, rules_at, statute_at, withdraw_draft
from councils.statutes import complete
from councils.tests.factories import CouncilFactory, seated
from voting.models import Vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def council():
    return CouncilFactory()


def mandate(council, by, **limits):
    return enact_statute(
        council, kind="mandate", title="Satzung", text="§ 1 Aufgabe", settings=limits, in_force_on=today(),
        enacted_by="Ratsbeschluss vom 12.03.2026, TOP 7", by=by,
    )  # fmt: skip


def proposed(council, by, **settings):
    fields = {
        "title": "Geschäftsordnung",
        "text": "§ 1 Der Rat tagt öffentlich und hybrid.",
        "reasons": "Mehr können kommen.",
    }
    return propose_rules(council, settings=settings, by=by, **fields)


def vote_on(draft, **fields):
    """A vote that carried, on exactly this draft, under the rules in force."""
    base = statute_at(draft.council, today())
    return Vote.objects.create(
        **{
            **{"subject": "agendaitem:1", "title": "Neue Geschäftsordnung", "rule": {}, "rule_hash": "x" * 64},
            **{"question": f"Soll die Fassung {draft.fingerprint} gelten?", "state": "closed", "roll_hash": "x"},
            **{"basis": label(base), "basis_hash": base.hash, "opens_at": clock(), "closed_at": clock()},
            **{
                "roll_count": 5,
                "statutory_members": 5,
                "entitled_members": 5,
                "members_present": 5,
                "result": {"is_adopted": True},
            },
            **fields,
        }
    )


def test_a_draft_that_was_adopted_comes_into_force_and_what_runs_keeps_its_version(council, by):
    user = UserFactory()
    seated(council, 1, user.person)
    draft = proposed(council, user, support_needed=80)
    before = statute_at(council, today())
    in_force_on = today() + datetime.timedelta(days=10)
    vote = vote_on(draft)
    version = enact_rules(draft, vote=vote, in_force_on=in_force_on, by=by)
    draft.refresh_from_db()
    assert (draft.state, draft.vote, draft.version) == ("enacted", vote, version)
    assert version.number == before.number + 1 and str(council) in version.enacted_by
    assert statute_at(council, today()) == before and rules_at(council, in_force_on).support_needed == 80
    set_clock(clock() + datetime.timedelta(days=11))
    assert statute_at(council, today()) == version
    with pytest.raises(Refused):
        enact_rules(draft, vote=vote, in_force_on=today(), by=by)


@pytest.mark.parametrize(
    "fields",
    [
        {"result": {"is_adopted": False}},
        {"state": "casting", "result": None, "closed_at": None},
        {"question": "Soll die alte Fassung gelten?"},
        {"basis": "statuteversion:0"},
        {"basis_hash": "0" * 64},
    ],
)
def test_a_vote_that_did_not_adopt_exactly_this_under_the_rules_in_force_enacts_nothing(council, by, fields):
    draft = proposed(council, by, support_needed=80)
    with pytest.raises(Refused):
        enact_rules(draft, vote=vote_on(draft, **fields), in_force_on=today(), by=by)
    assert council.statutes.filter(kind="rules").count() == 1


def test_rules_are_not_enacted_backwards_nor_over_others_nor_by_strangers(council, by):
    draft, other = proposed(council, by, support_needed=80), proposed(council, by, support_needed=90)
    with pytest.raises(Refused):
        enact_rules(draft, vote=vote_on(draft), in_force_on=today() - datetime.timedelta(days=1), by=by)
    with pytest.raises(PermissionDenied):
        enact_rules(draft, vote=vote_on(draft), in_force_on=today(), by=user_with_role(Role.Kind.FACILITATOR))
    late = vote_on(other)
    enact_rules(draft, vote=vote_on(draft), in_force_on=today(), by=by)
    with pytest.raises(Refused):
        enact_rules(other, vote=late, in_force_on=today(), by=by)


def test_the_secretariat_changes_no_rules_without_a_vote(council, by):
    with pytest.raises(Refused, match="Abstimmung"):
        enact_statute(
            council, kind="rules", title="x", text="x", settings={}, in_force_on=today(), enacted_by="x", by=by
        )


def test_what_the_mandate_does_not_allow_is_refused_with_what_it_allows(council, by):
    draft = proposed(council, by, term_years=5)
    mandate(council, by, term_years=[2, 4], stipend_cents=[4_000, 6_000])
    with pytest.raises(Refused, match="2 bis 4"):
        proposed(council, by, term_years=6)
    with pytest.raises(Refused, match="Aufwandsentschädigung"):
        proposed(council, by, stipend_cents=100, term_years=4)
    with pytest.raises(Refused, match="2 bis 4"):
        enact_rules(draft, vote=vote_on(draft), in_force_on=today(), by=by)
    assert proposed(council, by, term_years=4).state == RulesDraft.State.OPEN


@pytest.mark.parametrize("limits", [{"nothing": [1, 2]}, {"term_years": 3}, {"term_years": [4, 2]}, {"quorum": [1, 2]}])
def test_a_mandate_has_limits_that_make_sense(council, by, limits):
    with pytest.raises(Refused):
        mandate(council, by, **limits)


def test_the_mandate_is_recorded_and_never_changed_here(council, by):
    version = mandate(council, by, term_years=[2, 4])
    for change in (
        lambda: StatuteVersion.objects.filter(pk=version.pk).update(text="§ 1 Anders"),
        lambda: StatuteVersion.objects.filter(pk=version.pk).update(settings={}),
        lambda: version.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert mandate(council, by).number == version.number + 1, "a new resolution is a new version"


def test_a_draft_needs_a_change_reasons_and_somebody_who_may(council, by):
    base = statute_at(council, today())
    fields = {"title": base.title, "text": base.text, "settings": complete(base.settings), "reasons": "Darum."}
    for wrong in ({}, {"text": "x", "reasons": " "}, {"text": " "}, {"settings": {"term_years": 0}}):
        with pytest.raises(Refused):
            propose_rules(council, by=by, **{**fields, **wrong})
    for stranger in (UserFactory(), user_with_role("member"), user_with_role("auditor")):
        with pytest.raises(PermissionDenied):
            proposed(council, stranger, support_needed=80)
    draft = proposed(council, by, support_needed=80)
    with pytest.raises(PermissionDenied):
        withdraw_draft(draft, by=UserFactory())
    assert withdraw_draft(draft, by=by).state == RulesDraft.State.WITHDRAWN


def test_two_texts_differ_word_by_word_and_both_can_be_read_from_the_pieces():
    before, after = "Der Rat tagt öffentlich im Saal.", "Der Rat tagt öffentlich und hybrid im Saal."
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "taken") == after
    assert [piece.text.strip() for piece in pieces if piece.kind == "added"] == ["und hybrid"]
    assert differences("gleich", "gleich") == [("same", "gleich")]


def test_the_difference_and_the_sentences_can_be_read_and_heard(client, council, by):
    draft = proposed(council, by, support_needed=80)
    page = client.get(draft.get_absolute_url()).text
    assert "<ins>" in page and "eingefügt:" in page and "gestrichen:" in page and draft.fingerprint in page
    assert "wenn ihn genug Menschen unterstützen" in page
    version = enact_rules(draft, vote=vote_on(draft), in_force_on=today(), by=by)
    page = client.get(version.get_absolute_url()).text
    assert "Die Regeln in Sätzen" in page and "eingefügt:" in page
