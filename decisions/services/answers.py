"""What an addressee does with a decision: receipt, answer, steps. Entered by its secretary, or from a letter."""

import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Person, Role, User, has_role
from audit.clock import clock, today
from audit.services import label, record, require
from decisions.models import Addressee, Answer, Statement, Step
from decisions.permissions import can, is_secretary_of
from documents.models import File
from documents.services import read_file, store_file


@transaction.atomic
def acknowledge(addressee: Addressee, *, how: str, by: User) -> Addressee:
    """Note that the addressee has the decision: `how` names the evidence (a click, a signed return receipt)."""
    addressee = _locked(addressee)
    require(can(by, "acknowledge", addressee))
    require(bool(how.strip()), _("Say how receipt was confirmed."))
    _acknowledge(addressee, how=how.strip(), by=by)
    return addressee


@transaction.atomic
def answer(
    addressee: Addressee,
    *,
    answer: str,
    reasons: str = "",
    resolution_number: str,
    resolution_date: datetime.date,
    novelty: str = "",
    deferred_until: datetime.date | None = None,
    source: str = Statement.Source.PORTAL,
    file: File | None = None,
    by: User,
) -> Statement:
    """Record the organ's answer: in the portal its secretary's own, else entered by the secretariat with its document.

    Refused without reasons (unless accepted), for a resolution ahead or before the decision, a deferral to the past.
    """
    addressee = _locked(addressee)
    require(can(by, "answer", addressee))
    _check_source(addressee, source=source, file=file, by=by)
    _check_answer(addressee, answer, reasons, resolution_date, deferred_until)
    if addressee.state == Addressee.State.DELIVERED:
        _acknowledge(addressee, how=_("by its answer"), by=by)
    statement = Statement.objects.create(
        addressee=addressee,
        answer=answer,
        novelty=novelty if answer in (Answer.ACCEPTED, Answer.MODIFIED) else "",
        reasons=reasons.strip(),
        deferred_until=deferred_until if answer == Answer.DEFERRED else None,
        resolution_number=resolution_number.strip(),
        resolution_date=resolution_date,
        source=source,
        file=file,
        entered_by=cast(Person, by.person),  # who holds an office is a person
        at=clock(),
    )
    _settle_addressee(addressee, statement)
    record("statement.given", addressee.decision, by=by, organ=label(addressee.organ), answer=answer, source=source)
    _tell_author(addressee, statement)
    return statement


def _tell_author(addressee: Addressee, statement: Statement) -> None:
    """Tell whoever proposed it what became of their words."""
    decision = addressee.decision
    author = decision.proposal.author if decision.proposal else None
    if author is not None and author.erased_at is None:
        about = label(decision)
        send(
            "statement_received", to=author, about=about, decision=decision, statement=statement, organ=addressee.organ
        )


def _check_source(addressee: Addressee, *, source: str, file: File | None, by: User) -> None:
    if source == Statement.Source.PORTAL:
        require(is_secretary_of(by, addressee))
        return
    require(has_role(by, Role.Kind.SECRETARIAT))
    require(file is not None, _("Add the document in which the answer came."))


def _check_answer(
    addressee: Addressee,
    answer: str,
    reasons: str,
    resolution_date: datetime.date,
    deferred_until: datetime.date | None,
) -> None:
    day = today()
    require(answer in Answer.values, _("Choose one of the four answers."))
    require(
        answer == Answer.ACCEPTED or bool(reasons.strip()),
        _("Only an answer that accepts the decision as it is needs no reasons."),
    )
    require(
        addressee.decision.adopted_on <= resolution_date <= day,
        _("The organ's resolution lies between the decision and today."),
    )
    require(
        answer != Answer.DEFERRED or (deferred_until is not None and deferred_until > day),
        _("Say until which day the answer is put off."),
    )


def _settle_addressee(addressee: Addressee, statement: Statement) -> None:
    """Let the addressee stand where its answer puts it; put off, the clock starts again."""
    addressee.state, addressee.answer, addressee.answered_on = Addressee.State.ANSWERED, statement.answer, today()
    if statement.deferred_until:
        addressee.due_on, addressee.sitting = statement.deferred_until, None
    addressee.overdue_level = 0
    if addressee.treated_on is not None:
        addressee.item, addressee.treated_on = None, None
    addressee.save(
        update_fields=["state", "answer", "answered_on", "due_on", "sitting", "overdue_level", "item", "treated_on"]
    )


@transaction.atomic
def add_step(addressee: Addressee, *, title: str, due_on: datetime.date, by: User) -> Step:
    """Announce a step of implementation, to be done until `due_on`."""
    addressee = _locked(addressee)
    require(can(by, "add_step", addressee))
    require(bool(title.strip()), _("Say what will be done."))
    step = Step.objects.create(addressee=addressee, title=title.strip(), due_on=due_on)
    addressee.state = Addressee.State.IMPLEMENTING
    addressee.save(update_fields=["state"])
    record("step.announced", addressee.decision, by=by, step=label(step), due_on=due_on.isoformat())
    return step


@transaction.atomic
def report_done(step: Step, *, file: File, by: User, done_on: datetime.date | None = None) -> Step:
    """Report a step as done with the document that proves it; with the last one the whole is reported as done."""
    addressee = _locked(step.addressee)
    step = Step.objects.select_for_update().get(pk=step.pk)
    require(can(by, "report_done", addressee))
    require(step.done_on is None, _("This step is already reported as done."))
    day = today()
    step.done_on, step.proof = done_on or day, file
    require(step.done_on <= day, _("A step is done today at the latest."))
    step.save(update_fields=["done_on", "proof"])
    if not addressee.steps.filter(done_on__isnull=True, deleted_at__isnull=True).exists():
        addressee.state = Addressee.State.REPORTED_DONE
        addressee.save(update_fields=["state"])
    record("step.reported_done", addressee.decision, by=by, step=label(step), sha256=file.sha256)
    return step


def keep_file(file: File, *, owner: str) -> File:
    """The same bytes as a row without a deletion date, for an upload whose form is complete now."""
    if file.delete_on is None:
        return file
    return store_file(read_file(file), name=file.name, media_type=file.media_type, owner=owner, is_public=True)


def _acknowledge(addressee: Addressee, *, how: str, by: User) -> None:
    addressee.state, addressee.acknowledged_at = Addressee.State.ACKNOWLEDGED, clock()
    addressee.acknowledged_how, addressee.acknowledged_by = how[:200], by.person
    addressee.save(update_fields=["state", "acknowledged_at", "acknowledged_how", "acknowledged_by"])
    record("decision.acknowledged", addressee.decision, by=by, organ=label(addressee.organ))


def _locked(addressee: Addressee) -> Addressee:
    """The row, held until the transaction ends, with what permissions and words need."""
    return (
        Addressee.objects.select_for_update(of=("self",))
        .select_related("organ__organization", "organ__company__organization", "decision__proposal__author")
        .get(pk=addressee.pk)
    )
