"""Councils, the versions of their rules, their terms and renewals."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Person
from accounts.purposes import OFFICE
from audit.models import Published
from audit.personal import Personal
from councils.models.companies import Company
from councils.models.published import PublishedQuerySet
from documents.models import File
from voting.models import Vote


class Council(Published):
    """A standing citizens' council. State and membership change only through `councils.services`."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CONSTITUTED = "constituted", _("constituted")
        IN_TERM = "in_term", _("in term")
        RENEWING = "renewing", _("renewing")
        DISSOLVED = "dissolved", _("dissolved")

    class Kind(models.TextChoices):
        GENERAL = "general", _("council for the city's companies")
        IT = "it", _("council for IT and software")

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="council")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GENERAL)
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    seat_count = models.PositiveIntegerField()
    about = models.TextField(blank=True)
    companies = models.ManyToManyField(Company, related_name="councils")
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["id"]
        verbose_name = _("council")

    def __str__(self) -> str:
        return self.organization.name

    def get_absolute_url(self) -> str:
        return reverse("councils:council_detail", args=[self.pk])


class StatuteVersion(Published):
    """A version of a council's rules. `mandate` is enacted by the elected council, `rules` by a vote in the tool.

    `settings` holds the figures services read (docs/domain.md lists them); what runs keeps its version.
    """

    class Kind(models.TextChoices):
        MANDATE = "mandate", _("mandate (statute of the city)")
        RULES = "rules", _("rules of procedure")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="statutes")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    settings = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)
    in_force_on = models.DateField()
    enacted_by = models.CharField(max_length=300)
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True)
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [models.UniqueConstraint(fields=["council", "kind", "number"], name="statute_version_once")]
        verbose_name = _("statute version")

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("councils:statute_detail", args=[self.pk])


class Term(models.Model):
    """A term of office of a council."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    begin_date = models.DateField()
    end_date = models.DateField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="term_number_once"),
            models.CheckConstraint(condition=Q(end_date__gt=models.F("begin_date")), name="term_ends_after_begin"),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {self.number}"


class Renewal(models.Model):
    """Seats freed together by the rule of `councils.algorithms.rotation`, to be drawn anew. Open until all are held.

    `groups` are the remainders (seat number − 1, divided by three) that were freed; `seats` their numbers.
    """

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="renewals")
    number = models.PositiveIntegerField()
    groups = models.JSONField(default=list)
    seats = models.JSONField(default=list)
    begun_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True)
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="renewal_number_once"),
            models.UniqueConstraint(
                fields=["council"], condition=Q(finished_on__isnull=True), name="renewal_open_once"
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=models.F("begun_on")),
                name="renewal_ends_after_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {self.number}"


class WorkingGroup(Published):
    """Members of a council who prepare something together. Decides nothing; ended by the secretariat."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("name"), max_length=200)
    task = models.TextField(_("what it prepares"))
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    objects = PublishedQuerySet.as_manager()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["name"]
        verbose_name = _("working group")

    def __str__(self) -> str:
        return self.name


class RulesDraft(Published):
    """A new version of the rules of procedure, proposed; enacted only by a vote on exactly this text and these figures.

    `hash` covers title, text and figures; its beginning, the fingerprint, stands in the question that is voted on.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("draft", "open")
        ENACTED = "enacted", pgettext_lazy("draft", "enacted")
        WITHDRAWN = "withdrawn", pgettext_lazy("draft", "withdrawn")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="drafts")
    base = models.ForeignKey(StatuteVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    settings = models.JSONField(default=dict)
    reasons = models.TextField(_("reasons"))
    hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.OneToOneField(
        StatuteVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )
    objects = PublishedQuerySet.as_manager()
    personal = {"proposed_by": OFFICE, "proposed_on": OFFICE}

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="enacted", vote__isnull=False, version__isnull=False)
                | ~Q(state="enacted") & Q(vote__isnull=True, version__isnull=True),
                name="draft_enacted_by_a_vote",
            )
        ]
        verbose_name = _("draft of rules")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("councils:draft_detail", args=[self.pk])

    @property
    def fingerprint(self) -> str:
        """The beginning of the hash, to be read aloud and to stand in the question that is voted on."""
        return self.hash[:12]
