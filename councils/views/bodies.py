"""A council at the office: its seats and members, partial renewal, working groups, the seats of civil society."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, FilteredRelation, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User, has_role
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.views.pages import carry_out, office_page
from audit.clock import today
from audit.services import Refused
from councils import services
from councils.forms.members import GroupForm
from councils.models import Council, Membership, Seat, WorkingGroup
from councils.paging import Page, bounded_page
from councils.permissions import can
from councils.views.pages import confirm_page, form_page

SHOWN = 40


def may_renew(user: User) -> bool:
    """Whether `user` may ever begin a renewal; whether now is the state's to say."""
    return has_role(user, Role.Kind.SECRETARIAT, Role.Kind.DRAW_OFFICER)


def council_or_404(pk: int) -> Council:
    """The council with its name."""
    return get_object_or_404(Council.objects.filter(deleted_at__isnull=True).select_related("organization"), pk=pk)


def office_url(council: Council) -> str:
    """The address of a council's page at the office."""
    return reverse("councils:council_office", args=[council.pk])


@office_page(is_at_desk)
@require_safe
def office_list(request: SignedInRequest) -> HttpResponse:
    """Every council with how many of its seats are held; the way to its members."""
    held = Count("seats__memberships", filter=Q(seats__memberships__end_date__isnull=True))
    rows = Council.objects.filter(deleted_at__isnull=True).select_related("organization").annotate(held=held)
    page = bounded_page(request, rows.order_by("organization__name", "pk"))
    context = {
        "title": _("Councils and members"),
        "lede": _("Seats, oaths, interests, resignations, working groups, partial renewal."),
        "columns": [_("Council"), _("State"), {"label": _("Seats held"), "is_number": True}],
        "rows": [
            [
                {"text": council.organization.name, "url": office_url(council)},
                council.get_state_display(),
                _("%(held)s of %(count)s") % {"held": council.held, "count": council.seat_count},
            ]
            for council in page.rows
        ],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(is_at_desk)
@require_safe
def council_office(request: SignedInRequest, pk: int) -> HttpResponse:
    """A council's page at the office: seats with their members, groups, civil society, what can be done."""
    council = council_or_404(pk)
    page = bounded_page(request, _seats(council))
    context = {
        "title": council.organization.name,
        "kicker": council.get_state_display(),
        "lede": _("Each seat leads to its member: oath, interests, rest, resignation."),
        "breadcrumbs": [(_("Councils and members"), reverse("councils:office_list"))],
        "facts": _facts(council),
        "sections": [_seat_table(page), _group_table(request.user, council), *_civil_tables(request.user, council)],
        "actions": _actions(request.user, council),
        "page": page,
    }
    return render(request, "councils/council_office.html", context)


def _seats(council: Council) -> Any:
    current = FilteredRelation("memberships", condition=Q(memberships__end_date__isnull=True))
    rows = Seat.objects.filter(council=council).order_by("number").annotate(current=current)
    person = "current__person__"
    return rows.values(
        "number",
        key=F("current__pk"),
        state=F("current__state"),
        oath_on=F("current__oath_on"),
        declared_on=F("current__interests_declared_on"),
        given_name=F(f"{person}given_name"),
        family_name=F(f"{person}family_name"),
    )


def _seat_table(page: Page) -> dict[str, Any]:
    states = dict(Membership.State.choices)
    return {
        "title": _("Seats"),
        "columns": [_("Seat"), _("Held by"), _("State"), _("Oath"), _("Interests declared")],
        "rows": [
            [
                _seat_cell(row),
                f"{row['given_name']} {row['family_name']}" if row["key"] else "",
                states[row["state"]] if row["key"] else _("vacant"),
                _date(row["oath_on"]) if row["key"] else "",
                _date(row["declared_on"]) if row["key"] else "",
            ]
            for row in page.rows
        ],
    }


def _seat_cell(row: dict[str, Any]) -> Any:
    text = _("Seat %(number)s") % {"number": row["number"]}
    return {"text": text, "url": reverse("councils:membership", args=[row["key"]])} if row["key"] else text


def _date(value: Any) -> str:
    return date_format(value) if value else _("not yet")


def _group_table(user: User, council: Council) -> dict[str, Any]:
    size = Count("places", filter=Q(places__end_date__isnull=True))
    rows = council.groups.filter(deleted_at__isnull=True, end_date__isnull=True).annotate(size=size)[:SHOWN]
    may_end = can(user, "manage_groups", council)
    ending = reverse("councils:group_end", args=[0])
    return {
        "title": _("Working groups"),
        "columns": [_("Name"), {"label": _("Members"), "is_number": True}, *([_("Change")] if may_end else [])],
        "rows": [
            [
                group.name,
                str(group.size),
                *([{"text": _("End"), "url": ending.replace("/0/", f"/{group.pk}/")}] if may_end else []),
            ]
            for group in rows
        ],
    }


def _civil_tables(user: User, council: Council) -> list[dict[str, Any]]:
    """Who is named and who sits for organised civil society; names of people for those who decide alone."""
    if not can(user, "seat_civil", council):
        return []
    named = council.civil_nominations.filter(seat=None, declined_on=None).select_related("organization", "person")
    seats = council.civil_seats.filter(end_date__isnull=True).select_related("organization", "person")
    return [
        {
            "title": _("Named by organised civil society"),
            "columns": [_("Organisation"), _("Person"), _("Letter by which they are named")],
            "rows": [
                [
                    {"text": one.organization.name, "url": reverse("councils:civil_appoint", args=[one.pk])},
                    str(one.person or ""),
                    one.letter,
                ]
                for one in named[:SHOWN]
            ],
        },
        {
            "title": _("Seats of organised civil society"),
            "columns": [_("Organisation"), _("Person"), _("Since"), _("Change")],
            "rows": [
                [
                    one.organization.name,
                    str(one.person) if one.person else _("nobody at the moment"),
                    date_format(one.begin_date),
                    {"text": _("End"), "url": reverse("councils:civil_end", args=[one.pk])},
                ]
                for one in seats[:SHOWN]
            ],
        },
    ]


def _facts(council: Council) -> list[tuple[str, str]]:
    vacant = services.vacant_seats(council).count()
    term = council.terms.order_by("-number").first()
    return [
        (
            _("Seats"),
            _("%(held)s of %(count)s held") % {"held": council.seat_count - vacant, "count": council.seat_count},
        ),
        *([(_("Term of office until"), date_format(term.end_date))] if term else []),
    ]


def _actions(user: User, council: Council) -> list[dict[str, Any]]:
    offered = [
        (
            can(user, "begin_renewal", council) or council.state == Council.State.RENEWING,
            "renewal",
            _("Partial renewal"),
        ),
        (can(user, "manage_groups", council), "group_new", _("Set up a working group")),
        (can(user, "seat_civil", council), "civil_nominate", _("Enter whom an organisation names")),
    ]
    ways = [
        {"label": label, "url": reverse(f"councils:{name}", args=[council.pk])}
        for is_open, name, label in offered
        if is_open and (name != "renewal" or may_renew(user))
    ]
    return [*ways, {"label": _("The public page"), "url": council.get_absolute_url(), "kind": "tertiary"}]


# --- Partial renewal --------------------------------------------------------------------------------------------


@office_page(may_renew)
@require_http_methods(["GET", "POST"])
def renewal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which seats end at the next renewal, and begin it; while one is open, which are still vacant, and end it."""
    council = council_or_404(pk)
    is_open = council.state == Council.State.RENEWING
    action = "finish_renewal" if is_open else "begin_renewal"
    may = can(request.user, action, council)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        act = services.finish_renewal if is_open else services.begin_renewal
        done = _("The renewal has ended.") if is_open else _("The renewal has begun. The seats can be drawn now.")
        carry_out(request, lambda: act(council, by=request.user), done)
        return redirect("councils:renewal", pk)
    context = {
        "title": _("Partial renewal"),
        "kicker": council.organization.name,
        "breadcrumbs": [(council.organization.name, office_url(council))] if is_at_desk(request.user) else [],
        "council": council,
        "is_open": is_open,
        "may": may,
        **(_open_renewal(council) if is_open else _next_renewal(council)),
    }
    return render(request, "councils/renewal.html", context)


def _open_renewal(council: Council) -> dict[str, Any]:
    seats = list(services.renewal_seats(council).values_list("number", flat=True))
    return {"seats": seats, "due_on": None, "is_due": False, "is_whole": False}


def _next_renewal(council: Council) -> dict[str, Any]:
    try:
        seats, due_on = services.next_seats(council), services.renewal_due_on(council)
    except Refused:  # no rules in force yet
        seats, due_on = [], None
    is_due = due_on is None or due_on <= today()
    return {"seats": seats, "due_on": due_on, "is_due": is_due, "is_whole": not seats}


# --- Working groups ---------------------------------------------------------------------------------------------


@office_page(lambda user: has_role(user, Role.Kind.SECRETARIAT))
@require_http_methods(["GET", "POST"])
def group_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set up a working group."""
    council = council_or_404(pk)
    form = GroupForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.found_group(council, by=request.user, **form.cleaned_data),
        done=_("The working group is set up. Members join it on their own page."),
        to=office_url(council),
        title=_("Set up a working group"),
        kicker=council.organization.name,
        lede=_("It prepares something for the council and decides nothing. Name and task are public."),
        submit_label=_("Set it up"),
        cancel_url=office_url(council),
    )


@office_page(lambda user: has_role(user, Role.Kind.SECRETARIAT))
@require_http_methods(["GET", "POST"])
def group_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a working group, after a question."""
    rows = WorkingGroup.objects.select_related("council__organization").filter(deleted_at__isnull=True)
    group = get_object_or_404(rows, pk=pk)
    return confirm_page(
        request,
        lambda: services.end_group(group, by=request.user),
        done=_("The working group has ended."),
        to=office_url(group.council),
        title=_("End the working group?"),
        kicker=group.name,
        lede=_("The places of its members end with it."),
        submit_label=_("End it today"),
    )
