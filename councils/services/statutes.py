"""Versions of the mandate and of the rules of procedure, and which is in force when."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.clock import local_date, today
from audit.services import Refused, label, record, require
from councils.models import Council, RulesDraft, StatuteVersion
from councils.permissions import can, can_propose_rules
from councils.services.locking import locked
from councils.statutes import Rules, check_limits, complete, outside, rules_from
from councils.wording import figure_label
from documents.models import File
from voting.models import Vote


@transaction.atomic
def enact_statute(
    council: Council,
    *,
    kind: str,
    title: str,
    text: str,
    settings: dict[str, Any],
    in_force_on: datetime.date,
    enacted_by: str,
    by: User,
    file: File | None = None,
) -> StatuteVersion:
    """Record a version of the mandate, or the first rules of procedure, in force from `in_force_on` (a local date).

    The mandate is the elected council's: it is recorded with its document and its `settings` are limits for the
    rules ([least, most] by figure). Rules have the figures of `councils.statutes.Rules`; later versions need a vote
    (`enact_rules`). Refused for figures that make no sense or that the mandate does not allow, and for a version that
    would come into force before the one it follows.
    """
    council = locked(council)
    require(can(by, "enact_statute", council))
    is_first = not council.statutes.filter(kind=StatuteVersion.Kind.RULES).exists()
    require(
        kind == StatuteVersion.Kind.MANDATE or is_first,
        _("The council changes its rules of procedure by a vote. Please propose a draft."),
    )
    if kind == StatuteVersion.Kind.MANDATE:
        figures = _limits(settings)
    else:
        figures = _complete(settings)
        check_mandate(council, rules_from(figures))
    return _new_version(
        council,
        kind=kind,
        title=title,
        text=text,
        settings=figures,
        in_force_on=in_force_on,
        enacted_by=enacted_by,
        file=file,
        by=by,
    )


def _new_version(council: Council, *, kind: str, in_force_on: datetime.date, by: User, **fields: Any) -> StatuteVersion:
    """The next version of the locked council's statute, hashed; for services that have asked for the right."""
    last = council.statutes.filter(kind=kind).order_by("-number").first()
    require(
        last is None or last.in_force_on <= in_force_on,
        _("A new version cannot come into force before the one it follows."),
    )
    number = last.number + 1 if last else 1
    hashed = {name: fields[name] for name in ("title", "text", "settings", "enacted_by")}
    content = {"council": label(council), "kind": kind, "number": number, "in_force_on": in_force_on.isoformat()}
    version = StatuteVersion.objects.create(
        council=council, kind=kind, number=number, in_force_on=in_force_on, hash=digest(content | hashed), **fields
    )
    record("statute.enacted", council, by=by, kind=kind, number=number, hash=version.hash)
    return version


def _complete(settings: dict[str, Any]) -> dict[str, Any]:
    try:
        return complete(settings)
    except (ValueError, TypeError) as error:
        raise Refused(_("The figures of the statute make no sense: %(error)s") % {"error": error}) from error


def _limits(settings: dict[str, Any]) -> dict[str, Any]:
    try:
        check_limits(settings)
    except ValueError as error:
        raise Refused(_("The figures of the statute make no sense: %(error)s") % {"error": error}) from error
    return settings


def check_mandate(council: Council, rules: Rules) -> None:
    """Refuse rules that contradict the figures of the mandate in force."""
    mandate = (
        council.statutes.filter(kind=StatuteVersion.Kind.MANDATE, in_force_on__lte=today()).order_by("-number").first()
    )
    faults = outside(rules, mandate.settings) if mandate else []
    words = [
        _("%(name)s: %(figure)s, allowed are %(least)s to %(most)s")
        % {"name": figure_label(name), "figure": figure, "least": least, "most": most}
        for name, figure, least, most in faults
    ]
    require(not faults, _("The mandate does not allow this: %(faults)s.") % {"faults": "; ".join(words)})


@transaction.atomic
def propose_rules(
    council: Council, *, title: str, text: str, settings: dict[str, Any], reasons: str, by: User
) -> RulesDraft:
    """Propose a new version of the rules of procedure, by a member or the secretariat. Decided by a vote.

    Refused without a text or reasons, for figures that make no sense or that the mandate does not allow, and for a
    draft that changes nothing.
    """
    council = locked(council)
    require(can_propose_rules(by, council) and by.person is not None)
    assert by.person is not None  # noqa: S101  (for the type checker)
    base = statute_at(council, today())
    require(bool(title.strip() and text.strip()), _("Rules of procedure have a title and a text."))
    require(bool(reasons.strip()), _("Please say why the rules should change."))
    figures = _complete(settings)
    check_mandate(council, rules_from(figures))
    is_same = (text.strip(), figures) == (base.text.strip(), complete(base.settings))
    require(not is_same, _("This draft changes nothing."))
    content = {"council": label(council), "title": title.strip(), "text": text.strip(), "settings": figures}
    draft = RulesDraft.objects.create(
        council=council,
        base=base,
        title=title.strip(),
        text=text.strip(),
        settings=figures,
        reasons=reasons.strip(),
        hash=digest(content),
        proposed_by=by.person,
        proposed_on=today(),
    )
    record("rules.proposed", council, by=by, draft=label(draft), hash=draft.hash)
    return draft


@transaction.atomic
def withdraw_draft(draft: RulesDraft, *, by: User) -> RulesDraft:
    """Take back a draft that has not been enacted: whoever proposed it, or the secretariat."""
    council = locked(draft.council)
    draft = RulesDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    require(by.person_id == draft.proposed_by_id or can(by, "enact_statute", council))
    require(draft.state == RulesDraft.State.OPEN, _("This draft has been decided already."))
    draft.state = RulesDraft.State.WITHDRAWN
    draft.save(update_fields=["state"])
    record("rules.withdrawn", council, by=by, draft=label(draft))
    return draft


@transaction.atomic
def enact_rules(draft: RulesDraft, *, vote: Vote, in_force_on: datetime.date, by: User) -> StatuteVersion:
    """Bring a draft into force that the council adopted by `vote`. What runs keeps the version it began with.

    Refused unless the vote is over and carried, was held under the rules that were in force, and asked for exactly
    this draft (its fingerprint stands in the question); when other rules came into force in between; in the past.
    """
    council = locked(draft.council)
    require(can(by, "enact_statute", council))
    draft = RulesDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    require(draft.state == RulesDraft.State.OPEN, _("This draft has been decided already."))
    require(in_force_on >= today(), _("New rules come into force today at the earliest."))
    last = council.statutes.filter(kind=StatuteVersion.Kind.RULES).order_by("-number").first()
    require(
        last is not None and last.pk == draft.base_id, _("Other rules came in between. Please propose a new draft.")
    )
    is_over = vote.state in (Vote.State.CLOSED, Vote.State.CERTIFIED)
    require(is_over and bool((vote.result or {}).get("is_adopted")), _("The council has not adopted this draft."))
    is_asked = draft.fingerprint in f"{vote.title} {vote.question}"
    require(is_asked, _("This vote was about something else: its question does not name the draft’s fingerprint."))
    base = draft.base
    is_under_rules = (vote.basis, vote.basis_hash) == (label(base), base.hash)
    require(is_under_rules, _("This vote was not held under the rules in force."))
    check_mandate(council, rules_from(draft.settings))
    version = _new_version(
        council,
        kind=StatuteVersion.Kind.RULES,
        title=draft.title,
        text=draft.text,
        settings=draft.settings,
        in_force_on=in_force_on,
        enacted_by=_("%(council)s, vote of %(date)s")
        % {"council": council, "date": local_date(vote.closed_at).strftime("%d.%m.%Y") if vote.closed_at else ""},
        file=None,
        by=by,
    )
    draft.state, draft.vote, draft.version = RulesDraft.State.ENACTED, vote, version
    draft.save(update_fields=["state", "vote", "version"])
    return version


def statute_at(council: Council, date: datetime.date, kind: str = StatuteVersion.Kind.RULES) -> StatuteVersion:
    """The version in force on `date`. Refused if there is none yet."""
    version = (
        StatuteVersion.objects.filter(council=council, kind=kind, in_force_on__lte=date).order_by("-number").first()
    )
    require(version is not None, _("The council has no rules of procedure in force yet."))
    assert version is not None  # noqa: S101  (for the type checker)
    return version


def rules_at(council: Council, date: datetime.date) -> Rules:
    """The figures of the rules in force on `date`. Refused if there are none yet."""
    return rules_from(statute_at(council, date).settings)
