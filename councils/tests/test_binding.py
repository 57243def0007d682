"""The table of legal forms: who can be instructed by the city."""

import pytest

from councils.algorithms.binding import STRENGTH, instruction_allowed, kind_of, weaker
from councils.models import BindingBasis


@pytest.mark.parametrize(
    ("legal_form", "organ", "without_reference", "with_reference"),
    [
        ("gmbh", "shareholders", True, True),
        ("gmbh", "management", False, False),
        ("gmbh", "supervisory_optional", False, True),
        ("gmbh", "supervisory", False, False),
        ("ag", "shareholders", True, True),
        ("ag", "supervisory", False, False),
        ("ag", "supervisory_optional", False, False),
        ("ag", "management", False, False),
        ("aor", "administrative", False, True),
        ("eigenbetrieb", "committee", True, True),
        ("eigenbetrieb", "management", True, True),
        ("zweckverband", "administrative", False, True),
    ],
)
def test_an_organ_is_instructed_only_where_its_law_allows(legal_form, organ, without_reference, with_reference):
    assert instruction_allowed(legal_form, organ, has_reference=False) is without_reference
    assert instruction_allowed(legal_form, organ, has_reference=True) is with_reference


def test_every_basis_has_its_place_and_its_name():
    assert list(STRENGTH) == BindingBasis.values
    assert [kind_of(basis) for basis in STRENGTH] == ["recommendation"] * 3 + ["instruction"] + ["resolution"] * 2


def test_the_weaker_of_two_bases():
    assert weaker("instruction", "advisory") == "advisory"
