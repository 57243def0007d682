"""What somebody answers, and how it is put onto their row: from the screen, a card, the phone, or a second look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import gettext as _

from audit.services import require
from lottery.consents import DRAW_VERSION, RESEARCH_VERSION
from lottery.models import Draw, Feature, Invitation
from lottery.services.preparation import household_of

State = Invitation.State


@dataclass(frozen=True)
class Answers:
    """What somebody answered: whether they want to, the asked features, how to reach them, what they need.

    Name and address only where the portal does not know them; `helper_name` if somebody answers for the person.
    """

    wants: bool
    features: Mapping[str, str] = field(default_factory=dict)
    email: str = ""
    phone: str = ""
    needs: str = ""
    consent: bool = False
    research: bool = False
    helper_name: str = ""
    given_name: str = ""
    family_name: str = ""
    street: str = ""
    postal_code: str = ""
    town: str = ""


ADDRESS = ("given_name", "family_name", "street", "postal_code", "town")


def features_of(draw: Draw) -> list[Feature]:
    """All features of a draw with their values, in their order."""
    return list(Feature.objects.filter(draw=draw).prefetch_related("quotas").order_by("order"))


def asked_features(
    draw: Draw, invitation: Invitation | None = None, features: Sequence[Feature] | None = None
) -> list[Feature]:
    """What the register does not know, with the possible values; everything where no row was transferred.

    `features` are those of the draw, for callers who ask for many rows.
    """
    is_all = invitation is not None and not is_known(invitation)
    return [one for one in (features_of(draw) if features is None else features) if is_all or one.is_asked]


def is_known(invitation: Invitation) -> bool:
    """Whether the register told the portal who this is."""
    return invitation.origin == Invitation.Origin.TRANSFER


def needed_address(invitation: Invitation) -> tuple[str, ...]:
    """What somebody must say of name and address: all of it where the letter was forwarded, the name without a home."""
    if is_known(invitation):
        return ()
    return ADDRESS if invitation.origin == Invitation.Origin.FORWARDING else ADDRESS[:2]


def set_answers(invitation: Invitation, draw: Draw, given: Answers, features: Sequence[Feature] | None = None) -> None:
    """Put the answers onto the row, or take everything off it that only a yes needs. Refused as `reply` is.

    `features` as for `asked_features`: with them nothing is asked of the database.
    """
    features = features_of(draw) if features is None else features
    register = _register_features(invitation, features)
    if given.wants:
        invitation.features = {**register, **_checked_features(draw, given, invitation, features)}
        _set_address(invitation, given)
        invitation.email, invitation.phone = given.email.strip(), given.phone.strip()
        invitation.needs, invitation.consent_version = given.needs.strip(), DRAW_VERSION
        invitation.helper_name = given.helper_name.strip()
        invitation.research_version = RESEARCH_VERSION if given.research else ""
    else:
        invitation.features = register
        invitation.email = invitation.phone = invitation.needs = invitation.consent_version = ""
        invitation.helper_name = invitation.research_version = ""
        if not is_known(invitation):
            for name in (*ADDRESS, "household_hash"):
                setattr(invitation, name, "")
    invitation.state = State.INTERESTED if given.wants else State.DECLINED


def _set_address(invitation: Invitation, given: Answers) -> None:
    """Name and address of somebody whose row was not transferred: they arrive with the reply."""
    if is_known(invitation):
        return
    for name in ADDRESS:
        setattr(invitation, name, getattr(given, name).strip())
    is_told = all(getattr(invitation, name) for name in needed_address(invitation))
    require(is_told, _("Please tell us your name and address."))
    if invitation.street:
        invitation.household_hash = household_of(invitation.postal_code, invitation.street, invitation.family_name)


def _checked_features(
    draw: Draw, given: Answers, invitation: Invitation, features: Sequence[Feature]
) -> dict[str, str]:
    require(given.consent, _("Please agree that your answers may be used for the draw."))
    found = {}
    for feature in asked_features(draw, invitation, features):
        value = given.features.get(feature.name, "")
        require(
            value in {quota.value for quota in feature.quotas.all()},
            _("Please answer the question about: %(feature)s") % {"feature": feature.label},
        )
        found[feature.name] = value
    return found


def _register_features(invitation: Invitation, features: Sequence[Feature]) -> dict[str, str]:
    """What the register said; answers of an earlier reply are dropped."""
    if not is_known(invitation):
        return {}
    asked = {one.name for one in features if one.is_asked}
    return {name: value for name, value in invitation.features.items() if name not in asked}


def count_change(draw: Draw, before: str, after: str) -> None:
    """Keep the counters of replies with one update, so that two clerks never lose one."""
    is_new = before == State.INVITED
    change = (after == State.INTERESTED) - (before == State.INTERESTED)
    if is_new or change:
        Draw.objects.filter(pk=draw.pk).update(
            response_count=F("response_count") + int(is_new), interested_count=F("interested_count") + change
        )
