"""A statute's figures: defaults, what is refused, versions and which is in force when."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import user_with_role
from audit.models import Event
from audit.services import Refused
from councils.models import StatuteVersion
from councils.services import enact_statute, rules_at, statute_at
from councils.statutes import Rules, complete, rules_from
from councils.tests.factories import CouncilFactory, StatuteVersionFactory
from voting.rules import majority_of, quorum_of

THIRD = {"numerator": 2, "denominator": 3, "strict": False, "of": "statutory"}


def test_defaults_are_those_of_the_domain():
    rules = Rules()
    assert (rules.support_weeks, rules.admissibility_weeks, rules.invitation_days) == (3, 2, 14)
    assert (rules.treat_weeks, rules.treat_months, rules.minutes_weeks) == (3, 6, 2)
    assert majority_of(rules.majority).needed(10) == 6
    assert quorum_of(rules.quorum).needed(56) == 29


@pytest.mark.parametrize(
    "figures",
    [
        {"suport_needed": 3},
        {"support_needed": -1},
        {"support_needed": "3"},
        {"support_needed": True},
        {"term_years": 0},
        {"vote_days": 0},
        {"renewal_thirds": 4},
        {"majority": {"numerator": 1, "denominator": 2}},
        {"majority": {"numerator": 3, "denominator": 2, "strict": True, "of": "cast"}},
        {"majority": {"numerator": 1, "denominator": 2, "strict": True, "of": "everybody"}},
        {"quorum": {"numerator": 1, "denominator": 2, "of": "present"}},
        {"quorum": {"numerator": 1}},
    ],
)
def test_figures_that_make_no_sense_are_refused(figures):
    with pytest.raises(ValueError):
        rules_from(figures)


def test_a_version_keeps_every_default_written_out():
    assert complete({"majority": THIRD})["majority"] == THIRD
    assert complete({})["treat_weeks"] == 3
    assert rules_from(complete({})) == Rules()


def enact(council, by, **fields):
    return enact_statute(
        council,
        **{
            "kind": "rules",
            "title": "Geschäftsordnung",
            "text": "§ 1",
            "settings": {},
            "in_force_on": datetime.date(2026, 1, 1),
            "enacted_by": "Bürgerrat, 3. Sitzung",
            "by": by,
            **fields,
        },
    )


@pytest.mark.django_db
def test_versions_are_numbered_and_the_one_in_force_on_a_day_is_found():
    by, council = user_with_role(Role.Kind.SECRETARIAT), CouncilFactory(rules=False)
    first = enact(council, by)
    second = StatuteVersionFactory(
        council=council, number=2, settings={"support_needed": 7}, in_force_on=datetime.date(2026, 7, 1)
    )
    mandate = enact(council, by, kind="mandate")
    assert (first.number, second.number, mandate.number) == (1, 2, 1)
    assert statute_at(council, datetime.date(2026, 6, 30)) == first
    assert statute_at(council, datetime.date(2026, 7, 1)) == second
    assert rules_at(council, datetime.date(2026, 7, 1)).support_needed == 7
    assert len({first.hash, second.hash, mandate.hash}) == 3
    assert Event.objects.filter(chain=f"council:{council.pk}", name="statute.enacted").count() == 2


@pytest.mark.django_db
def test_a_council_without_rules_says_so():
    council = CouncilFactory(rules=False)
    with pytest.raises(Refused):
        statute_at(council, datetime.date(2026, 1, 1))


@pytest.mark.django_db
def test_wrong_figures_and_a_step_back_in_time_are_refused():
    by, council = user_with_role(Role.Kind.SECRETARIAT), CouncilFactory(rules=False)
    with pytest.raises(Refused):
        enact(council, by, settings={"term_years": 0})
    enact(council, by, kind="mandate")
    with pytest.raises(Refused):
        enact(council, by, kind="mandate", in_force_on=datetime.date(2025, 12, 31))
    assert StatuteVersion.objects.filter(council=council).count() == 1


@pytest.mark.django_db
def test_only_the_secretariat_enacts():
    with pytest.raises(PermissionDenied):
        enact(CouncilFactory(), user_with_role(Role.Kind.MEMBER))
