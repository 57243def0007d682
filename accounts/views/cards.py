"""The card of a person at the desk, as the context of the back office's page of one thing."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import IdentityConflict, Message, Person, PersonCorrection, Role, Verification
from accounts.permissions import may_change_roles
from accounts.requests import SignedInRequest
from accounts.verification import METHODS
from accounts.views.me import field_label, shown
from accounts.views.pages import optional_url
from audit.clock import local_date, today

FACTS = [
    *("given_name", "family_name", "street", "postal_code", "town", "district", "email", "is_email_bouncing", "phone"),
    *("channel", "language", "helper_name", "helper_phone", "needs", "verified_until", "voting_from", "created_at"),
]
SHOWN_MESSAGES = 20


def person_card(request: SignedInRequest, person: Person) -> dict[str, Any]:
    """Everything the desk sees of one person; a constant number of queries."""
    names = [name for name in FACTS if getattr(person, name)]
    is_verified = person.verified_until is not None and person.verified_until >= today()
    return {
        "person": person,
        "title": str(person),
        "lede": _("What is kept about this person, and what you can do for them at the desk or on the phone."),
        "tag_label": _("lives here, confirmed") if is_verified else _("not confirmed"),
        "tag_tone": "done" if is_verified else "",
        "breadcrumbs": [(_("People"), reverse("accounts:person_list"))],
        "master_data": [(field_label(name), shown(person, name)) for name in names],
        "notices": notices(person),
        "acts": desk_acts(person),
        "actions": actions(request, person),
        "sections": sections(person),
    }


def notices(person: Person) -> list[tuple[str, str, str]]:
    """What waits for somebody about this person: text, address, words of the link."""
    found = []
    correction = PersonCorrection.objects.filter(person=person, state=PersonCorrection.State.OPEN).first()
    if correction:
        url = reverse("accounts:correction_detail", args=[correction.pk])
        found.append((_("A correction waits for a second clerk."), url, _("To the correction")))
    conflict = IdentityConflict.objects.filter(claimed=person, state=IdentityConflict.State.OPEN).first()
    if conflict:
        url = reverse("accounts:conflict_detail", args=[conflict.pk])
        found.append((_("Somebody else seems to be the same human."), url, _("To the decision")))
    return found


def desk_acts(person: Person) -> list[dict[str, str]]:
    """What a person does in other parts of the portal, entered by the desk in their name."""
    query = f"?person={person.uuid}"
    acts = [
        (_("Propose, support or comment"), "proposals:list"),
        (_("Vote or note presence in a meeting"), "meetings:list"),
        (_("Enter a reply to an invitation"), "lottery:draw_list"),
    ]
    found = [{"label": label, "url": optional_url(name, query=query)} for label, name in acts]
    return [act for act in found if act["url"]]


def actions(request: SignedInRequest, person: Person) -> list[dict[str, Any]]:
    """What can be done to the record itself. Nobody verifies themselves or grants themselves a role."""
    args = [person.uuid]
    is_self = request.user.person_id == person.pk
    entries: list[dict[str, Any]] = [{"label": _("Change"), "url": reverse("accounts:person_edit", args=args)}]
    if not is_self:
        entries.append({"label": _("Confirm as resident"), "url": reverse("accounts:person_verify", args=args)})
    if person.has_address:
        entries.append(
            {
                "label": _("Send a code by letter"),
                "action": reverse("accounts:person_letter", args=args),
                "kind": "secondary",
                "hint": _("The code proves the address; it also opens a login for this person."),
            }
        )
    if may_change_roles(request.user) and not is_self:
        entries.append({"label": _("Grant or end a role"), "url": reverse("accounts:role_request_new", args=args)})
    return entries


def sections(person: Person) -> list[dict[str, Any]]:
    """Offices, verifications, messages and calls, each as a table."""
    sent = list(Message.objects.filter(person=person).defer("letter", "html", "text")[: SHOWN_MESSAGES * 2])
    calls = [message for message in sent if message.channel == Person.Channel.PHONE]
    others = [message for message in sent if message.channel != Person.Channel.PHONE]
    return [
        roles_section(person),
        {
            "title": _("Confirmations as resident"),
            "columns": [_("Day"), _("Way"), _("holds until"), _("Seen by")],
            "rows": [
                [
                    date_format(local_date(row.at)),
                    METHODS[row.method].title if row.method in METHODS else row.method,
                    date_format(row.until),
                    str(row.by or "–"),
                ]
                for row in Verification.objects.filter(person=person).select_related("by")[:10]
            ],
            "empty": _("Nobody has confirmed yet that this person lives here."),
        },
        message_section(_("Notes for the phone"), calls, _("No call is waiting and none was made.")),
        message_section(_("Messages"), others[:SHOWN_MESSAGES], _("Nothing has been sent yet.")),
    ]


def roles_section(person: Person) -> dict[str, Any]:
    """The offices of a person, past ones too."""
    roles = Role.objects.filter(person=person).select_related("organization").order_by("-begin_date")
    return {
        "title": _("Roles"),
        "columns": [_("Role"), _("Where"), _("from"), _("until")],
        "rows": [
            [
                role.get_kind_display(),
                role.organization.name,
                date_format(role.begin_date),
                date_format(role.end_date) if role.end_date else "–",
            ]
            for role in roles
        ],
        "empty": _("This person holds no role."),
    }


def message_section(title: str, sent: list[Message], empty: str) -> dict[str, Any]:
    """Messages as a table; the words are read on the message's own page."""
    return {
        "title": title,
        "columns": [_("Message"), _("Day"), _("Way"), _("State")],
        "rows": [
            [
                {"text": message.subject, "url": optional_url("portal:message_detail", message.pk)},
                date_format(local_date(message.created_at)),
                message.get_channel_display(),
                message.get_state_display(),
            ]
            for message in sent
        ],
        "empty": empty,
    }
