"""Proposals, their immutable versions, comments and supports; notices and moderation of what people write."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Person, Role, has_role
from accounts.purposes import OPINION
from audit.models import Published
from councils.models import Company, Council
from voting.models import Vote

MOST_FOUND = 1_000_000


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user, person: Person | None = None) -> "ProposalQuerySet":
        """Drafts only to their author; everything else to everyone, but for what was taken down.

        With `person`, the drafts of the one for whom the desk enters something: `proposals.acting` has checked that.
        """
        readable = ~Q(stage="draft")
        if user.is_authenticated and user.person_id:
            readable |= Q(author_id=user.person_id)
        if person is not None:
            readable |= Q(author=person)
        return self.filter(readable, deleted_at__isnull=True)

    def search(self, words: str) -> "ProposalQuerySet":
        """Those whose current text has `words` in any German form, as part of a compound, or nearly so in the title.

        PostgreSQL's German dictionary does not split compounds, so that "Netz" is looked for inside "Stromnetz" too.
        """
        found = ProposalVersion.objects.filter(
            Q(search=SearchQuery(words, config="german", search_type="websearch"))
            | Q(title__trigram_word_similar=words)
            | Q(title__icontains=words)
            | Q(text__icontains=words)
        )
        # The limit keeps PostgreSQL from walking all proposals by date and testing each: the indexes answer first.
        return self.filter(current_version__in=found.order_by().values("pk")[:MOST_FOUND])


class Proposal(Published):
    """What someone asks the council to decide. Its stage moves only in `proposals.services`."""

    class Stage(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("proposal", "draft")
        SUBMITTED = "submitted", _("being checked")
        RETURNED = "returned", _("returned for revision")
        REJECTED_FORMAL = "rejected_formal", _("not admissible")
        SUPPORT = "support", _("collecting support")
        LAPSED = "lapsed", pgettext_lazy("proposal", "lapsed")
        DELIBERATION = "deliberation", _("in deliberation")
        TEXT_FROZEN = "text_frozen", _("text final")
        VOTE = "vote", _("in the vote")
        ADOPTED = "adopted", pgettext_lazy("proposal", "adopted")
        REJECTED = "rejected", pgettext_lazy("proposal", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="proposals")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    on_behalf_of = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    title = models.CharField(_("title"), max_length=120)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.DRAFT)
    stage_until = models.DateField(null=True, blank=True)
    stage_reason = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    current_version = models.ForeignKey(
        "ProposalVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    support_needed = models.PositiveIntegerField(default=0)
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objects = ProposalQuerySet.as_manager()
    personal = dict.fromkeys(["author", "title", "entered_by"], OPINION)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["stage", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="proposal_submitted_has_a_date",
            )
        ]
        verbose_name = _("proposal")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.pk])


class ProposalVersion(models.Model):
    """One text of a proposal. Never changed once the proposal is submitted; paragraphs are its anchors."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    reasons = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector("title", "text", "reasons", config="german"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    personal = dict.fromkeys(["title", "text", "reasons", "created_by", "created_at", "search"], OPINION)

    class Meta:
        ordering = ["-number"]
        indexes = [
            GinIndex(fields=["search"], name="version_search"),
            GinIndex(OpClass("title", name="gin_trgm_ops"), name="version_title_trigrams"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="version_title_parts"),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="version_text_trigrams"),
        ]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Support(models.Model):
    """A verified resident's support of a proposal; one each, online or on paper."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="supports")
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    personal = dict.fromkeys(["person", "entered_by", "created_at"], OPINION)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class Comment(Published):
    """What someone says about a proposal; one level of answers. Hidden by moderation, never silently."""

    class State(models.TextChoices):
        VISIBLE = "visible", pgettext_lazy("comment", "visible")
        HIDDEN = "hidden", pgettext_lazy("comment", "hidden")
        REMOVED = "removed", pgettext_lazy("comment", "removed")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    author_label = models.CharField(max_length=120)
    text = models.TextField(_("comment"))
    state = models.CharField(max_length=10, choices=State, default=State.VISIBLE)
    state_reason = models.TextField(blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    personal = dict.fromkeys(["author", "author_label", "text", "entered_by"], OPINION)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["proposal", "id"]),
            models.Index("proposal", Coalesce("parent", "id"), "id", name="comment_threads"),
            models.Index(fields=["author", "created_at"], name="comment_by_author"),
        ]
        verbose_name = _("comment")

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.proposal_id]) + f"?ab={self.pk}#beitrag-{self.pk}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user) -> "NoticeQuerySet":
        """All to the secretariat and the auditors, those of their council to its facilitators, none to anybody else."""
        if has_role(user, Role.Kind.SECRETARIAT, Role.Kind.AUDITOR):
            return self
        if not has_role(user, Role.Kind.FACILITATOR):
            return self.none()
        facilitated = Role.objects.current().filter(person_id=user.person_id, kind=Role.Kind.FACILITATOR)
        councils = Council.objects.filter(organization__in=facilitated.values("organization"))
        return self.filter(Q(comment__proposal__council__in=councils) | Q(proposal__council__in=councils))


class Notice(models.Model):
    """A notice about content by anyone, without login (DSA art. 16); decided with reasons, by a moderator."""

    class Category(models.TextChoices):
        ILLEGAL = "illegal", _("illegal content")
        INSULT = "insult", _("insult")
        PRIVACY = "privacy", _("someone's personal data")
        SPAM = "spam", _("advertising or spam")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("notice", "received")
        NO_ACTION = "no_action", pgettext_lazy("notice", "no action")
        HIDDEN = "hidden", pgettext_lazy("notice", "hidden")
        REMOVED = "removed", pgettext_lazy("notice", "removed")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    category = models.CharField(_("what is wrong"), max_length=10, choices=Category)
    explanation = models.TextField(_("explanation"))
    reporter_email = models.EmailField(_("e-mail for the answer"), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reasons = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    objects = NoticeQuerySet.as_manager()
    personal = dict.fromkeys(["explanation", "reporter_email", "decided_by"], OPINION)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False) ^ Q(proposal__isnull=False), name="notice_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False) & ~Q(reasons=""),
                name="notice_decided_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} ({self.get_state_display()})"
