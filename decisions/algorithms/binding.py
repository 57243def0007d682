"""What may bind an organ: the table of legal forms in docs/domain.md, as a function.

A council drawn by lot is no organ of municipal law. An instruction (Weisung) is the elected council's, and it
reaches only those organs whose law lets the city instruct them.
"""

STRENGTH = ("advisory", "duty_to_treat", "comply_or_explain", "instruction", "shareholder_resolution", "articles")
"""The bases, weakest first; the same words as `councils.BindingBasis`."""

ALWAYS = frozenset(
    {
        ("gmbh", "shareholders"),
        ("ggmbh", "shareholders"),
        ("gmbh_co_kg", "shareholders"),
        ("ag", "shareholders"),
        ("eigenbetrieb", "management"),
        ("eigenbetrieb", "committee"),
    }
)
"""(legal form, organ) that the city can instruct: a shareholders' meeting through its own vote, its own enterprise."""

NEVER = frozenset({"supervisory"})
"""A supervisory board under stock or co-determination law: its members follow the company's good alone."""

ONLY_MEETING = frozenset({"gmbh", "ggmbh", "gmbh_co_kg", "ag"})
"""Companies whose managers are bound by the shareholders' meeting, not by the city (an AG's board by nobody)."""


def instruction_allowed(legal_form: str, organ_kind: str, *, has_reference: bool) -> bool:
    """Whether the city may instruct the organ; `has_reference`: its articles or statute are recorded as saying so."""
    if (legal_form, organ_kind) in ALWAYS:
        return True
    if organ_kind in NEVER or (legal_form in ONLY_MEETING and organ_kind == "management"):
        return False
    if legal_form == "ag":
        return False
    return has_reference


def weaker(one: str, other: str) -> str:
    """The weaker of two bases."""
    return min(one, other, key=STRENGTH.index)


def kind_of(basis: str) -> str:
    """What a decision with this basis is called: recommendation, resolution or instruction."""
    if basis == "instruction":
        return "instruction"
    return "resolution" if basis in ("shareholder_resolution", "articles") else "recommendation"
