"""The commitment leaves the house before the number exists: mailed to named outsiders, printed and signed in the hall."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.messages import send_raw
from accounts.models import City, User
from audit.clock import BERLIN, clock, today
from audit.services import record, require
from documents.pdf import render
from lottery.models import Draw, DrawApproval, Outsider, TimeStamp
from lottery.permissions import can
from lottery.services.preparation import locked

MOST = 20


@transaction.atomic
def name_outsiders(draw: Draw, *, people: Sequence[tuple[str, str, str]], by: User) -> Draw:
    """Set who gets the commitment: (name, office, e-mail address) each. Refused once it was sent."""
    draw = locked(draw)
    require(can(by, "name_outsiders", draw))
    require(len(people) <= MOST, _("Name at most %(count)s people.") % {"count": MOST})
    emails = [email.casefold() for _name, _office, email in people]
    require(len(set(emails)) == len(emails), _("One address stands twice."))
    draw.outsiders.all().delete()
    Outsider.objects.bulk_create(Outsider(draw=draw, name=n, office=o, email=e) for n, o, e in people)
    record("outsiders.named", draw, by=by, count=len(people))
    return draw


def tell_outsiders(draw: Draw) -> int:
    """Mail the commitment to everybody named, in the transaction of the second signature; how many."""
    rows = list(Outsider.objects.filter(draw=draw, sent_at__isnull=True).select_for_update())
    city = City.objects.first()
    for row in rows:
        context = {"draw": draw, "outsider": row, "city": city, "public_url": settings.PUBLIC_URL.rstrip("/")}
        with translation.override(settings.LANGUAGE_CODE):
            subject = " ".join(render_to_string("emails/commitment_published.subject.txt", context).split())
            text = render_to_string("emails/commitment_published.txt", context).strip() + "\n"
        send_raw(
            event="commitment_published", email=row.email, subject=subject, text=text, language=settings.LANGUAGE_CODE
        )
        row.sent_at = clock()
    Outsider.objects.bulk_update(rows, ["sent_at"])
    if rows:
        record("commitment.sent", draw, count=len(rows))
    return len(rows)


def commitment_sheet(draw: Draw) -> bytes:
    """The commitment on paper, with lines to sign in the hall (PDF)."""
    city = City.objects.get()
    url = settings.PUBLIC_URL.rstrip("/") + draw.get_absolute_url()
    line = {"type": "lines", "count": 1}
    sections = [
        {"heading": _("The seal"), "body": [" ".join(groups(draw.commitment, 8))]},
        {"heading": _("Where the number will come from"), "body": [draw.randomness_source]},
        {
            "heading": _("Signed before the number was drawn"),
            "body": [
                {**line, "label": _("Draw officer, place, date, time")},
                {**line, "label": _("Auditor")},
                {**line, "label": _("Witness")},
                {**line, "label": _("Witness")},
            ],
        },
        {"heading": _("The number that was drawn afterwards"), "body": [{**line, "label": _("Digits")}]},
    ]
    return render("page", _paper(draw, city, _("The panels are sealed"), sections, url), language="de")


def protocol(draw: Draw, counts: Sequence[Sequence[str]]) -> bytes:
    """The certificate of a draw as an accessible PDF. `counts`: per feature value label, quota and seats drawn."""
    city = City.objects.get()
    url = settings.PUBLIC_URL.rstrip("/") + draw.get_absolute_url()
    signed = DrawApproval.objects.filter(draw=draw, is_void=False).order_by("id")
    steps = {"quotas": _("Quotas"), "commitment": _("Sealed panels"), "certify": _("The record checked")}
    roles = {"draw_officer": _("draw officer"), "auditor": _("auditor")}
    signatures = [
        [steps[one.step], roles[one.role], one.at.astimezone().strftime("%d.%m.%Y %H:%M")]
        for one in signed
        if one.step in steps
    ]
    sections = [
        {"heading": _("How it was drawn"), "body": [_table([_("What"), _("Recorded")], _facts(draw), [3, 7])]},
        {
            "heading": _("What the quotas asked for, and what was drawn"),
            "body": [_table([_("Feature"), _("Quota"), _("Drawn")], counts, [6, 2, 2])],
        },
        {"heading": _("Signatures"), "body": [_table([_("Step"), _("Office"), _("When")], signatures, [4, 3, 3])]},
    ]
    return render("page", _paper(draw, city, _("Protocol of the draw"), sections, url), language="de")


def _facts(draw: Draw) -> list[list[str]]:
    chance = draw.chances
    return [
        [_("Council"), draw.council.organization.name],
        [_("Seats"), str(draw.size)],
        [_("Legal basis"), draw.legal_basis],
        [_("People drawn from the register"), str(draw.sample_size)],
        [_("Replies, and how many said yes"), f"{draw.response_count}, {draw.interested_count}"],
        [_("Way of drawing"), draw.get_algorithm_display()],
        [_("Smallest and largest chance"), f"{percent(chance['smallest'])}, {percent(chance['largest'])}"],
        [_("Panels sealed"), str(draw.panel_count)],
        [_("Seal"), " ".join(groups(draw.commitment, 8))],
        [_("Time stamp of the seal"), _stamped(draw)],
        [_("Where the number came from"), draw.randomness_source],
        [_("The number"), draw.randomness],
        [_("Witnesses"), ", ".join(draw.witnesses.splitlines())],
    ]


def _stamped(draw: Draw) -> str:
    stamp = TimeStamp.objects.filter(draw=draw).first()
    if stamp is None:
        return pgettext("time stamp", "none")
    return f"{stamp.at.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}, {stamp.authority}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> dict[str, object]:
    return {"type": "table", "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}


def _paper(draw: Draw, city: City, title: str, sections: Sequence[Any], url: str) -> dict[str, object]:
    return {
        "city": {"name": city.name, "colour": city.colour},
        "date": today().isoformat(),
        "council": draw.council.organization.name,
        "kicker": draw.title,
        "title": title,
        "sections": sections,
        "qr": {"url": url, "hint": _("There anyone can check the draw.")},
    }


def groups(text: str, length: int) -> list[str]:
    """A long hash in groups that can be compared by eye."""
    return [text[start : start + length] for start in range(0, len(text), length)]


def percent(fraction: str) -> str:
    """A probability as people write it in German."""
    return f"{100 * float(fraction):.2f} %".replace(".", ",")
