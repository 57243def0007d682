"""Companies: owners, organs with what may bind them, calendars of sittings, key figures. Entered by the secretariat."""

import datetime
import secrets
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Municipality, Organization, User
from audit.clock import today
from audit.services import label, record, require
from councils.algorithms.binding import allowed_bases, organ_exists
from councils.models import BindingBasis, Company, KeyFigure, Organ, Share, Sitting
from councils.permissions import may

WHOLE = 10_000


@dataclass(frozen=True)
class Owner:
    """Who owns a part: one of a municipality, a company of the city, or somebody else by name."""

    basis_points: int
    municipality: Municipality | None = None
    company: Company | None = None
    name: str = ""


@transaction.atomic
def enter_company(*, name: str, legal_form: str, sector: str, purpose: str, by: User, website: str = "") -> Company:
    """Enter a company with an organization of its own. Refused without a name, or for one that is known."""
    require(may(by, "manage_companies"))
    require(bool(name.strip() and purpose.strip()), _("A company has a name and does something."))
    organization = new_organization(name, Organization.Kind.COMPANY, website=website)
    company = Company.objects.create(
        organization=organization, legal_form=legal_form, sector=sector, purpose=purpose.strip()
    )
    record("company.entered", company, by=by, legal_form=legal_form, sector=sector)
    return company


@transaction.atomic
def change_company(
    company: Company, *, name: str, legal_form: str, sector: str, purpose: str, by: User, website: str = ""
) -> Company:
    """Correct what is known of a company. Refused for a legal form that its organs do not fit."""
    require(may(by, "manage_companies"))
    company = _locked(company)
    for organ in company.organs.filter(deleted_at__isnull=True):
        _check_binding(legal_form, organ.kind, organ.binding, organ.articles_reference)
    company.legal_form, company.sector, company.purpose = legal_form, sector, purpose.strip()
    company.save(update_fields=["legal_form", "sector", "purpose"])
    organization = company.organization
    organization.name, organization.website = name.strip() or organization.name, website
    organization.save(update_fields=["name", "website"])
    record("company.changed", company, by=by, legal_form=legal_form, sector=sector)
    return company


@transaction.atomic
def set_owners(company: Company, *, owners: list[Owner], by: User) -> list[Share]:
    """Enter who owns the company, all at once. Refused for more than the whole, and for a company that owns itself."""
    require(may(by, "manage_companies"))
    company = _locked(company)
    require(all(owner.basis_points > 0 for owner in owners), _("A share is more than nothing."))
    require(
        sum(owner.basis_points for owner in owners) <= WHOLE, _("Together the owners hold more than the whole company.")
    )
    keys = [(o.municipality and o.municipality.pk, o.company and o.company.pk, o.name.strip()) for o in owners]
    require(len(keys) == len(set(keys)), _("An owner stands here twice."))
    for owner in owners:
        named = [owner.municipality, owner.company, owner.name.strip() or None]
        require(sum(one is not None for one in named) == 1, _("An owner is a municipality, a company or another name."))
        if owner.company is not None:
            require(not _owns(company, owner.company), _("A company cannot own itself, not even through another."))
    company.shares.all().delete()
    shares = Share.objects.bulk_create(
        Share(
            company=company,
            owner=owner.municipality,
            owner_company=owner.company,
            owner_name=owner.name.strip(),
            basis_points=owner.basis_points,
        )
        for owner in owners
    )
    record("company.owners_set", company, by=by, shares=[share.basis_points for share in shares])
    return shares


def _owns(company: Company, other: Company) -> bool:
    """Whether `company` is `other` or owns a part of it, directly or through a chain."""
    seen: set[int] = set()
    waiting = {other.pk}
    while waiting:
        if company.pk in waiting:
            return True
        seen |= waiting
        above = Share.objects.filter(company__in=waiting, owner_company__isnull=False)
        waiting = set(above.values_list("owner_company", flat=True)) - seen
    return False


@transaction.atomic
def add_organ(
    company: Company,
    *,
    kind: str,
    name: str,
    binding: str,
    binding_document: str,
    binding_date: datetime.date,
    by: User,
    articles_reference: str = "",
) -> Organ:
    """Enter an organ, what may bind it and the document that says so.

    Refused for an organ that the legal form does not have, and for a basis its law does not allow (the table of
    `councils.algorithms.binding`).
    """
    require(may(by, "manage_companies"))
    company = _locked(company)
    require(bool(name.strip()), _("An organ has a name."))
    require(not company.organs.filter(kind=kind).exists(), _("This company has such an organ already."))
    _check_binding(company.legal_form, kind, binding, articles_reference)
    _check_document(binding_document, binding_date)
    organ = Organ.objects.create(
        company=company,
        organization=new_organization(name, Organization.Kind.ORGAN, parent=company.organization),
        kind=kind,
        binding=binding,
        binding_document=binding_document.strip(),
        binding_date=binding_date,
        articles_reference=articles_reference.strip(),
    )
    record("organ.added", company, by=by, organ=label(organ), kind=kind, binding=binding)
    return organ


@transaction.atomic
def change_binding(
    organ: Organ,
    *,
    binding: str,
    binding_document: str,
    binding_date: datetime.date,
    by: User,
    articles_reference: str = "",
) -> Organ:
    """Enter a new basis for an organ, with its document. What was decided before keeps the basis it had."""
    require(may(by, "manage_companies"))
    organ = Organ.objects.select_for_update(of=("self",)).select_related("company").get(pk=organ.pk)
    _check_binding(organ.company.legal_form, organ.kind, binding, articles_reference)
    _check_document(binding_document, binding_date)
    organ.binding, organ.binding_document, organ.binding_date = binding, binding_document.strip(), binding_date
    organ.articles_reference = articles_reference.strip()
    organ.save(update_fields=["binding", "binding_document", "binding_date", "articles_reference"])
    record("organ.binding_changed", organ.company, by=by, organ=label(organ), binding=binding)
    return organ


def _check_binding(legal_form: str, kind: str, binding: str, articles_reference: str) -> None:
    """Refuse, in words, what the law of this legal form does not allow."""
    words = {
        "form": Company.LegalForm(legal_form).label,
        "organ": Organ.Kind(kind).label,
        "basis": BindingBasis(binding).label,
    }
    require(organ_exists(legal_form, kind), _("A company of the form %(form)s has no %(organ)s.") % words)
    has_reference = bool(articles_reference.strip())
    if binding in allowed_bases(legal_form, kind, has_reference=has_reference):
        return
    if binding in allowed_bases(legal_form, kind, has_reference=True):
        require(False, _("“%(basis)s” needs the paragraph of the articles or statute that allows it.") % words)
    require(False, _("“%(basis)s” is not possible: %(organ)s, %(form)s. Its law lets it decide alone.") % words)


def _check_document(document: str, date: datetime.date) -> None:
    require(bool(document.strip()), _("Name the document that says what binds the organ."))
    require(date <= today(), _("The document is of today at the latest."))


@transaction.atomic
def add_sitting(organ: Organ, *, date: datetime.date, agenda_closes_on: datetime.date, by: User) -> Sitting:
    """Enter a sitting into the organ's calendar. Refused for a day that is there, and an agenda that closes later."""
    require(may(by, "manage_companies"))
    organ = Organ.objects.select_for_update(of=("self",)).get(pk=organ.pk)
    require(agenda_closes_on <= date, _("The agenda closes before the sitting."))
    require(not organ.sittings.filter(date=date).exists(), _("The calendar has a sitting on this day already."))
    sitting = Sitting.objects.create(organ=organ, date=date, agenda_closes_on=agenda_closes_on)
    record("sitting.added", organ, by=by, date=date.isoformat())
    return sitting


@transaction.atomic
def remove_sitting(sitting: Sitting, *, by: User) -> None:
    """Take a sitting out of the calendar. Refused once it is over or something belongs to it."""
    require(may(by, "manage_companies"))
    sitting = Sitting.objects.select_for_update(of=("self",)).select_related("organ").get(pk=sitting.pk)
    require(sitting.date > today(), _("This sitting is over."))
    is_used = sitting.files.exists() or sitting.mandates.exists() or sitting.reports.exists()
    require(not is_used, _("Files or mandates belong to this sitting."))
    record("sitting.removed", sitting.organ, by=by, date=sitting.date.isoformat())
    sitting.delete()


@transaction.atomic
def note_figure(
    company: Company, *, name: str, year: int, value: Decimal, unit: str, source: str, by: User
) -> KeyFigure:
    """Enter a figure of a year with its document, or correct it. Refused without a document."""
    require(may(by, "manage_companies"))
    company = _locked(company)
    require(bool(name.strip() and source.strip()), _("A figure says what is counted and in which document it stands."))
    require(1990 <= year <= today().year, _("Choose a year from 1990 to this one."))
    others = company.figures.filter(name=name.strip()).exclude(unit=unit)
    require(not others.exists(), _("This figure was counted in another unit in other years."))
    figure, _is_new = KeyFigure.objects.update_or_create(
        company=company,
        name=name.strip(),
        year=year,
        defaults={"value": value, "unit": unit, "source": source.strip()},
    )
    record("figure.noted", company, by=by, figure=figure.name, year=year, value=str(value), unit=unit)
    return figure


def new_organization(name: str, kind: str, *, parent: Organization | None = None, website: str = "") -> Organization:
    slug = slugify(name)[:60] or "unternehmen"
    if Organization.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(4)}"
    return Organization.objects.create(kind=kind, name=name.strip(), slug=slug, parent=parent, website=website)


def _locked(company: Company) -> Company:
    return Company.objects.select_for_update(of=("self",)).select_related("organization").get(pk=company.pk)
