"""The figures of a council's rules of procedure: typed, with the defaults of docs/domain.md.

A statute version keeps its figures as plain JSON (`StatuteVersion.settings`); services read them through
`Rules`, so that a misspelt or impossible figure is refused when the statute is enacted, not when it is needed.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from voting.rules import majority_of, quorum_of


def _simple_majority() -> dict[str, Any]:
    return {"numerator": 1, "denominator": 2, "strict": True, "of": "cast"}


def _half_present() -> dict[str, Any]:
    return {"numerator": 1, "denominator": 2, "strict": True, "of": "statutory"}


@dataclass(frozen=True)
class Rules:
    """Deadlines in the unit of their name, money in cents, shares as fractions or percent, yes and no as 1 and 0.

    `board_file_years`: claims against members of a board lapse five years after their act (§ 93 (6) AktG, § 43 (4)
    GmbHG); until then a delegate may need the papers.

    Raises ValueError for a figure that makes no sense.
    """

    support_needed: int = 50
    support_weeks: int = 3
    admissibility_weeks: int = 2
    invitation_days: int = 14
    majority: dict[str, Any] = field(default_factory=_simple_majority)
    quorum: dict[str, Any] = field(default_factory=_half_present)
    term_years: int = 3
    renewal_thirds: int = 1
    renewal_months: int = 12
    confirmation_weeks: int = 3
    checked_cards_percent: int = 10
    minutes_weeks: int = 2
    vote_days: int = 7
    treat_weeks: int = 3
    treat_months: int = 6
    reply_months: int = 1
    board_report_weeks: int = 2
    closing_review_months: int = 12
    stipend_cents: int = 4_400
    counter_expert_percent: int = 25
    board_file_years: int = 5
    public_interests: int = 0

    def __post_init__(self) -> None:
        for figure in fields(self):
            value = getattr(self, figure.name)
            if figure.name in ("majority", "quorum"):
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{figure.name} is a whole number, not {value!r}")
        if self.term_years < 1 or self.renewal_thirds > 3 or self.renewal_months < 1 or self.vote_days < 1:
            raise ValueError(
                "a term has a year at least, a renewal three thirds at most and a month before it, a vote a day"
            )
        if not 1 <= self.counter_expert_percent <= 100:
            raise ValueError("counter_expert_percent is a share of the seats, from 1 to 100")
        if self.board_file_years < 1 or self.public_interests > 1:
            raise ValueError("a closed file is kept a year at least, and interests are public (1) or not (0)")
        if not 10 <= self.checked_cards_percent <= 100:
            raise ValueError("of the reply cards a tenth at least is looked at twice, all at most")
        majority_of(self.majority)
        quorum_of(self.quorum)

    def vote_rule(self, *, present: str = "hall") -> dict[str, Any]:
        """The rule of a yes/no vote as `voting` freezes it; `present` tells who counts as present."""
        return {"method": "yes_no", "majority": self.majority, "quorum": self.quorum, "present": present}


def rules_from(settings: dict[str, Any]) -> Rules:
    """The rules that `settings` describe; what is not named keeps its default. ValueError for an unknown name."""
    unknown = set(settings) - {figure.name for figure in fields(Rules)}
    if unknown:
        raise ValueError(f"unknown in a statute: {', '.join(sorted(unknown))}")
    return Rules(**settings)


def complete(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings` with every default written out, so that a later change of defaults changes no statute in force."""
    return asdict(rules_from(settings))


def check_limits(limits: dict[str, Any]) -> None:
    """ValueError unless `limits`, the figures of a mandate, are pairs [least, most] of whole numbers by figure."""
    known = {figure.name for figure in fields(Rules)} - {"majority", "quorum"}
    for name, pair in limits.items():
        if name not in known:
            raise ValueError(f"unknown in a mandate: {name}")
        is_pair = isinstance(pair, list) and len(pair) == 2 and all(type(number) is int for number in pair)
        if not is_pair or pair[0] > pair[1]:
            raise ValueError(f"{name} is a pair of least and most, not {pair!r}")


def outside(rules: Rules, limits: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    """The figures of `rules` that a mandate does not allow: name, figure, least, most."""
    pairs = {name: pair for name, pair in limits.items() if isinstance(pair, list)}
    return [
        (name, getattr(rules, name), least, most)
        for name, (least, most) in pairs.items()
        if not least <= getattr(rules, name) <= most
    ]
