"""From a vote to a decision: its text frozen, its basis checked, its addressees named."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.clock import clock, local_date
from audit.jobs import start_job
from audit.services import label, record, require
from councils.algorithms.binding import STRENGTH, instruction_allowed, kind_of, weaker
from councils.models import BindingBasis, Organ
from decisions.content import Basis, CityResolution, content_of
from decisions.models import Addressee, Decision
from decisions.permissions import can_adopt
from meetings.models import AgendaItem
from voting.models import Vote

NUMBERS = 7_102_001
"""Key of the advisory lock under which decisions are numbered, so that no number is missing or given twice."""


@transaction.atomic
def adopt_decision(
    item: AgendaItem,
    *,
    organs: Sequence[Organ],
    title: str,
    text: str,
    reasons: str = "",
    binding: str | None = None,
    resolution: CityResolution | None = None,
    by: User,
) -> Decision:
    """Publish what the council decided under `item`: freeze it, and start the job that seals and delivers it.

    `binding` is at most what each organ's own documents give (default: just that); "instruction" needs the elected
    council's `resolution` and an organ that can be instructed. Refused without an adopted vote, for a second
    decision on one item, and for an organ of a company the council is not bound to.
    """
    require(can_adopt(by))
    item, vote = _voted(item)
    bases = [(organ, basis_for(organ, binding=binding, resolution=resolution)) for organ in _checked(item, organs)]
    words = {"title": title.strip(), "text": text.strip(), "reasons": reasons.strip()}
    decision = _frozen(item, vote, bases=bases, resolution=resolution, words=words)
    for organ, _basis in bases:
        Addressee.objects.create(decision=decision, organ=organ)
    record("decision.adopted", decision, by=by, number=decision.number, hash=decision.content_hash)
    start_job("decisions.seal", subject=label(decision), decision=decision.pk)
    return decision


def _voted(item: AgendaItem) -> tuple[AgendaItem, Vote]:
    """The item, held until the transaction ends, with the vote that passed. Refused without one, or a second time."""
    item = (
        AgendaItem.objects.select_for_update(of=("self",))
        .select_related("meeting__council__organization", "vote", "proposal")
        .get(pk=item.pk)
    )
    vote = item.vote
    is_closed = vote is not None and vote.state in (Vote.State.CLOSED, Vote.State.CERTIFIED)
    is_adopted = vote is not None and is_closed and bool((vote.result or {}).get("is_adopted"))
    require(is_adopted, _("The council has not adopted this: a decision needs a closed vote that passed."))
    require(not Decision.objects.filter(item=item).exists(), _("There is already a decision on this item."))
    assert vote is not None  # noqa: S101  (for the type checker)
    return item, vote


def _frozen(
    item: AgendaItem,
    vote: Vote,
    *,
    bases: list[tuple[Organ, Basis]],
    resolution: CityResolution | None,
    words: dict[str, str],
) -> Decision:
    """The stored decision: content, its hash, and the weakest basis of all as its name."""
    weakest = min((basis for _organ, basis in bases), key=lambda basis: STRENGTH.index(basis.kind))
    adopted_on = local_date(vote.closed_at or clock())
    decision = Decision(
        council=item.meeting.council,
        number=_next_number(adopted_on.year),
        kind=kind_of(weakest.kind),
        binding=weakest.kind,
        binding_document=weakest.document,
        resolution_date=resolution.date if resolution else None,
        resolution_item=resolution.item if resolution else "",
        item=item,
        proposal=item.proposal,
        vote_result=vote.result,
        adopted_on=adopted_on,
        **words,
    )
    decision.content = content_of(decision, bases=bases)
    decision.content_hash = digest(decision.content)
    decision.save(force_insert=True)
    return decision


def basis_for(organ: Organ, *, binding: str | None = None, resolution: CityResolution | None = None) -> Basis:
    """How far a decision binds `organ`: never further than its documents or the elected council's resolution say."""
    basis = Basis(organ.binding, organ.binding_document, organ.binding_date)
    if binding == BindingBasis.INSTRUCTION:
        require(resolution is not None, _("An instruction needs a resolution of the city council: date and item."))
        allowed = instruction_allowed(
            organ.company.legal_form, organ.kind, has_reference=organ.binding == BindingBasis.INSTRUCTION
        )
        require(allowed, _("%(organ)s cannot be instructed by the city.") % {"organ": organ})
        return Basis(BindingBasis.INSTRUCTION, organ.binding_document, organ.binding_date)
    own = organ.binding
    if own == BindingBasis.INSTRUCTION:
        own = BindingBasis.ADVISORY  # it could be instructed, but this decision does not
    kind = own if binding is None else weaker(own, binding)
    require(
        binding is None or kind == binding,
        _("Nothing binds %(organ)s that far: choose a weaker basis.") % {"organ": organ},
    )
    return Basis(kind, basis.document, basis.date)


def _checked(item: AgendaItem, organs: Sequence[Organ]) -> list[Organ]:
    """The organs in a fixed order, each once, all of companies the council is bound to."""
    keys = {organ.pk for organ in organs}
    require(bool(keys), _("Choose at least one organ that the decision addresses."))
    found = list(
        Organ.objects.filter(pk__in=keys, company__councils=item.meeting.council, deleted_at__isnull=True)
        .select_related("organization", "company__organization")
        .order_by("pk")
    )
    require(len(found) == len(keys), _("The council is not bound to the company of every organ you chose."))
    return found


def _next_number(year: int) -> str:
    """The next number of the year, "12/2026"; writers queue until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
    return f"{Decision.objects.filter(adopted_on__year=year).count() + 1}/{year}"
