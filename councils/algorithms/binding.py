"""What may bind an organ: the table of legal forms in docs/domain.md, as a function.

A council drawn by lot is no organ of municipal law. An instruction (Weisung) is the elected council's, and it
reaches only those organs whose law lets the city instruct them.
"""

STRENGTH = ("advisory", "duty_to_treat", "comply_or_explain", "instruction", "shareholder_resolution", "articles")
"""The bases, weakest first; the same words as `councils.models.BindingBasis`."""

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


# --- What an organ may be entered with ------------------------------------------------------------------------------

SELF_COMMITMENT = ("advisory", "duty_to_treat", "comply_or_explain")
"""What an organ may take upon itself by its own resolution, whatever its law: it still decides alone."""

MEETINGS_BIND_MANAGERS = frozenset({"gmbh", "ggmbh", "gmbh_co_kg"})
"""Companies whose shareholders' meeting gives orders to the managers; an AG's board and an eG's lead alone."""

ARTICLES_CANNOT = frozenset({("ag", "management"), ("ag", "supervisory"), ("ag", "supervisory_optional")})
"""Organs whose duties the law fixes, so that no articles can bind them to somebody else's will (§ 23 (5) AktG)."""

ORGANS_OF: dict[str, frozenset[str]] = {
    "gmbh": frozenset({"shareholders", "management", "supervisory_optional", "supervisory"}),
    "ggmbh": frozenset({"shareholders", "management", "supervisory_optional", "supervisory"}),
    "gmbh_co_kg": frozenset({"shareholders", "management", "supervisory_optional", "supervisory"}),
    "ag": frozenset({"shareholders", "management", "supervisory"}),
    "eg": frozenset({"shareholders", "management", "supervisory"}),
    "aor": frozenset({"administrative", "management"}),
    "eigenbetrieb": frozenset({"management", "committee"}),
    "zweckverband": frozenset({"shareholders", "management", "administrative"}),
    "foundation": frozenset({"management", "supervisory_optional", "administrative"}),
}
"""Which organs a legal form has. `shareholders` is the meeting of those it belongs to: of shareholders (GmbH, AG), of
members (eG), of the municipalities (Zweckverband); `administrative` the Verwaltungsrat, or a foundation's council."""


def organ_exists(legal_form: str, organ_kind: str) -> bool:
    """Whether a company of this legal form has such an organ."""
    return organ_kind in ORGANS_OF[legal_form]


def allowed_bases(legal_form: str, organ_kind: str, *, has_reference: bool) -> frozenset[str]:
    """What may bind the organ; `has_reference`: its articles or statute are recorded as allowing more."""
    allowed = set(SELF_COMMITMENT)
    if instruction_allowed(legal_form, organ_kind, has_reference=has_reference):
        allowed.add("instruction")
    if organ_kind == "shareholders" or (legal_form in MEETINGS_BIND_MANAGERS and organ_kind == "management"):
        allowed.add("shareholder_resolution")
    is_fixed = organ_kind in NEVER or (legal_form, organ_kind) in ARTICLES_CANNOT
    if has_reference and not is_fixed:
        allowed.add("articles")
    return frozenset(allowed)
