"""A member's page: the own one, and the same at the desk. Oath, interests, groups, rest, and the end of a membership."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.pages import carry_out
from audit.clock import today
from councils import services
from councils.forms.members import EndForm, InterestForm, ResignForm, SuspendForm
from councils.models import GroupPlace, Interest, Membership, WorkingGroup
from councils.permissions import can_for
from councils.views.pages import form_page

SHOWN = 40


def found(request: SignedInRequest, pk: int, action: str = "") -> Membership:
    """The membership of an address; 404 for strangers, 403 for whoever sees it and may not do `action` now."""
    rows = Membership.objects.visible_to(request.user).select_related("seat__council__organization", "person")
    membership = get_object_or_404(rows, pk=pk)
    if action and not can_for(request.user, action, membership):
        raise PermissionDenied
    return membership


def back_to(membership: Membership) -> str:
    """The address of a member's page."""
    return reverse("councils:membership", args=[membership.pk])


@never_cache
@login_required
@require_safe
def my_seat(request: SignedInRequest) -> HttpResponse:
    """The own seat: the one held now, else the last."""
    rows = Membership.objects.filter(person=request.user.person_id, person__isnull=False)
    newest = rows.order_by(F("end_date").desc(nulls_first=True), "-begin_date")
    own = newest.values_list("pk", flat=True).first()
    if own is None:
        raise Http404
    return member_page(request, found(request, own))


@never_cache
@login_required
@require_safe
def membership(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member's page, for the member and at the desk."""
    return member_page(request, found(request, pk))


def member_page(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """What is known of a membership, and what can be done now."""
    user, council = request.user, membership.seat.council
    is_own = user.person_id == membership.person_id
    is_current = membership.end_date is None
    seat = _("Seat %(number)s") % {"number": membership.seat.number}
    rules = services.rules_at(council, today())
    context = {
        "membership": membership,
        "is_own": is_own,
        "title": seat if is_own else _("%(seat)s: %(name)s") % {"seat": seat, "name": membership.person},
        "kicker": council.organization.name,
        "lede": _("What you declare, where you work with others, and how you give the seat back.")
        if is_own
        else _("What this member has declared; what you enter here came on paper or was said at the desk."),
        "breadcrumbs": []
        if is_own
        else [(_("Councils and members"), reverse("councils:office_list")), _crumb(membership)],
        "tag_label": membership.get_state_display(),
        "facts": _facts(membership),
        "interests": membership.interests.current().prefetch_related("companies__organization")[:SHOWN],
        "is_public": bool(rules.public_interests),
        "groups": _groups(membership),
        "can_declare": is_current and can_for(user, "declare_interest", membership),
        "can_join": is_current and can_for(user, "join_group", membership),
        "actions": _actions(user, membership) if is_current else [],
    }
    return render(request, "councils/membership_detail.html", context)


def _crumb(membership: Membership) -> tuple[str, str]:
    council = membership.seat.council
    return council.organization.name, reverse("councils:council_office", args=[council.pk])


def _facts(membership: Membership) -> list[tuple[str, str]]:
    rest = membership.suspensions.filter(end_date__isnull=True).first()
    ended = membership.end_date
    return [
        (_("Member since"), date_format(membership.begin_date)),
        (_("Oath"), date_format(membership.oath_on) if membership.oath_on else _("not yet")),
        (
            _("Interests declared"),
            date_format(membership.interests_declared_on) if membership.interests_declared_on else _("not yet"),
        ),
        (_("Name"), _("shown in public") if membership.person.name_is_public else _("not shown in public")),
        *([(_("Rests because of"), rest.reason)] if rest else []),
        *([(_("Rests until"), date_format(rest.until))] if rest and rest.until else []),
        *([(_("Ended"), f"{date_format(ended)}, {membership.get_end_reason_display()}")] if ended else []),
    ]


def _groups(membership: Membership) -> list[dict[str, Any]]:
    """The working groups of the council that work now, each with the member's place in it."""
    mine = {place.group_id: place for place in membership.group_places.filter(end_date__isnull=True)}
    rows = membership.seat.council.groups.filter(end_date__isnull=True, deleted_at__isnull=True)[:SHOWN]
    return [{"group": group, "place": mine.get(group.pk)} for group in rows]


def _actions(user: User, membership: Membership) -> list[dict[str, Any]]:
    """What `user` may do with a membership that has not ended."""
    pk, is_resting = membership.pk, membership.state == Membership.State.SUSPENDED
    is_own = user.person_id == membership.person_id
    offered: list[tuple[str, bool, str, bool]] = [
        ("take_oath", membership.oath_on is None, "oath_take", True),
        ("suspend", not is_resting, "membership_suspend", False),
        ("suspend", is_resting, "membership_resume", True),
        ("resign", True, "membership_resign", False),
        ("end_membership", True, "membership_end", False),
    ]
    words = {
        "oath_take": _("Note that the oath was taken today"),
        "membership_suspend": _("Let the membership rest"),
        "membership_resume": _("End the rest today"),
        "membership_resign": _("Give the seat back") if is_own else _("Enter a resignation"),
        "membership_end": _("Note that the member moved away or was removed"),
    }
    ways = [
        {
            "label": words[name],
            "action" if is_post else "url": reverse(f"councils:{name}", args=[pk]),
            "kind": "secondary",
        }
        for action, is_open, name, is_post in offered
        if is_open and can_for(user, action, membership)
    ]
    key = [] if is_own else [membership.person.uuid]
    name_url = reverse("councils:name_enter" if key else "councils:name_consent", args=key)
    return [{"label": _("Show or hide the name"), "url": name_url, "kind": "secondary"}, *ways]


@login_required
@require_http_methods(["GET", "POST"])
def interest_declare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Declare what ties the member to companies or sectors."""
    one = found(request, pk, "declare_interest")
    form = InterestForm(request.POST or None, council=one.seat.council)
    is_public = services.rules_at(one.seat.council, today()).public_interests
    return form_page(
        request,
        form,
        lambda: services.declare_interest(one, by=request.user, **form.cleaned_data),
        done=_("The interest is declared."),
        to=back_to(one),
        title=_("Declare an interest"),
        kicker=f"{one.seat}",
        lede=_("From it a recusal is suggested when a session treats such a company."),
        warning=_("By the rules of procedure this is public beside the seat. Please name nobody else in it.")
        if is_public
        else _("The secretariat reads it, and the chair when a recusal is suggested. Please name nobody else in it."),
        submit_label=_("Declare it"),
        cancel_url=back_to(one),
    )


def _button(request: SignedInRequest, one: Membership, act: Callable[[], Any], done: str) -> HttpResponse:
    carry_out(request, act, done)
    return redirect(back_to(one))


@login_required
@require_POST
def interests_none(request: SignedInRequest, pk: int) -> HttpResponse:
    """Declare that there are none."""
    one = found(request, pk, "declare_interest")
    return _button(request, one, lambda: services.declare_no_interests(one, by=request.user), _("This is noted."))


@login_required
@require_POST
def interest_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that an interest no longer exists."""
    interest = get_object_or_404(Interest.objects.select_related("membership"), pk=pk)
    one = found(request, interest.membership_id, "declare_interest")
    return _button(request, one, lambda: services.end_interest(interest, by=request.user), _("The interest has ended."))


@login_required
@require_POST
def oath_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """The member took the oath today."""
    one = found(request, pk, "take_oath")
    return _button(request, one, lambda: services.take_oath(one, by=request.user), _("The oath is noted."))


@login_required
@require_http_methods(["GET", "POST"])
def membership_suspend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the membership rest, with a reason and perhaps a day on which it goes on."""
    one = found(request, pk, "suspend")
    form = SuspendForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.suspend(one, by=request.user, **form.cleaned_data),
        done=_("The membership rests."),
        to=back_to(one),
        title=_("Let the membership rest"),
        kicker=f"{one.seat}: {one.person}",
        lede=_("The seat stays held; its holder is on no roll until the membership goes on."),
        submit_label=_("Let it rest from today"),
        cancel_url=back_to(one),
    )


@login_required
@require_POST
def membership_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the rest today."""
    one = found(request, pk, "suspend")
    return _button(request, one, lambda: services.resume(one, by=request.user), _("The membership goes on."))


@login_required
@require_http_methods(["GET", "POST"])
def membership_resign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The member gives the seat back, or the desk enters it from a letter."""
    one = found(request, pk, "resign")
    is_own = request.user.person_id == one.person_id
    form = ResignForm(request.POST if request.method == "POST" else None, is_own=is_own, initial={"end_date": today()})
    return form_page(
        request,
        form,
        lambda: services.resign(one, end_date=form.cleaned_data.get("end_date"), by=request.user),
        done=_("The seat is given back."),
        to=back_to(one),
        title=_("Give the seat back") if is_own else _("Enter a resignation"),
        kicker=f"{one.seat}" if is_own else f"{one.seat}: {one.person}",
        lede=_("From today on the seat is vacant and goes to the next alternate of the draw.")
        if is_own
        else _("From the day of the letter the seat is vacant; it goes to the next alternate of the draw."),
        warning=_("This cannot be undone: nobody comes back to a seat but by lot."),
        submit_label=_("Give the seat back"),
        is_danger=True,
        cancel_url=back_to(one),
    )


@login_required
@require_http_methods(["GET", "POST"])
def membership_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note that a member moved away or was removed."""
    one = found(request, pk, "end_membership")
    form = EndForm(request.POST or None, initial={"end_date": today()})
    return form_page(
        request,
        form,
        lambda: services.end_membership(one, by=request.user, **form.cleaned_data),
        done=_("The membership has ended. The person has been told."),
        to=back_to(one),
        title=_("End the membership"),
        kicker=f"{one.seat}: {one.person}",
        lede=_("The seat is vacant from that day; it goes to the next alternate of the draw."),
        warning=_("This cannot be undone: nobody comes back to a seat but by lot."),
        submit_label=_("End the membership"),
        is_danger=True,
        cancel_url=back_to(one),
    )


@login_required
@require_POST
def group_join(request: SignedInRequest, pk: int, group: int) -> HttpResponse:
    """The member works in a group of the council from today."""
    one = found(request, pk, "join_group")
    row = get_object_or_404(WorkingGroup, pk=group, council=one.seat.council_id, deleted_at__isnull=True)
    return _button(
        request,
        one,
        lambda: services.join_group(row, membership=one, by=request.user),
        _("Entered in the working group."),
    )


@login_required
@require_POST
def group_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """The member leaves a working group."""
    place = get_object_or_404(GroupPlace.objects.select_related("group__council", "membership__seat__council"), pk=pk)
    one = found(request, place.membership_id, "join_group")
    return _button(
        request, one, lambda: services.leave_group(place, by=request.user), _("No longer in the working group.")
    )
