"""From the register to the seat: sample, invitations, responses, quotas, draw, alternates.

Names and features of the pool are the worst thing that could get out: only draw officers read them
(`lottery.permissions`), in public a volunteer is a pseudonym, and every row has a deletion date.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Municipality, Person, Role, User, Viewer, has_role
from accounts.purposes import OFFICE, POOL, POOL_SPECIAL
from audit.models import Published
from audit.personal import Personal
from councils.models import Council


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: Viewer) -> "DrawQuerySet":
        """Every draw that has begun; what is being prepared or rehearsed only to those who run or check it."""
        rows = self.filter(deleted_at__isnull=True)
        inside = (Role.Kind.DRAW_OFFICER, Role.Kind.AUDITOR, Role.Kind.SECRETARIAT)
        if has_role(user, *inside):
            return rows
        return rows.exclude(state=Draw.State.DRAFT).exclude(register__is_rehearsal=True)

    def light(self) -> "DrawQuerySet":
        """Without the columns that hold whole lists of panels."""
        return self.defer("sealed", "record", "simulation")


class Draw(Published):
    """A civic lottery for the seats of a council. Moves only forward; nothing is editable after `committed`.

    `sealed` is the record as it is committed to (`lottery.algorithms.record`), `chances` are the smallest and the
    largest that the panels give; `source` names before the commitment where the number comes from, `values` are what came of it; `record` is
    what everybody may read.
    `pool_salt` keeps the features of the pool from being guessed out of `pool_hash`; it never leaves the database.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("draw", "draft")
        SAMPLE_IMPORTED = "sample_imported", _("sample imported")
        INVITED = "invited", _("letters sent")
        RESPONSE_CLOSED = "response_closed", _("replies closed")
        QUOTAS_FROZEN = "quotas_frozen", _("quotas frozen")
        COMPUTING = "computing", _("panels being computed")
        PANELS_READY = "panels_ready", _("panels ready")
        COMMITTED = "committed", _("committed")
        RANDOMNESS_RECORDED = "randomness_recorded", _("number drawn")
        SELECTED = "selected", pgettext_lazy("draw", "selected")
        CERTIFIED = "certified", pgettext_lazy("draw", "certified")
        CONFIRMED = "confirmed", _("seats confirmed")
        ANNULLED = "annulled", pgettext_lazy("draw", "annulled")

    class Algorithm(models.TextChoices):
        LEXIMIN = "leximin", _("leximin: the smallest chance as large as can be, then the next")
        MAXIMIN = "maximin", _("maximin: the smallest chance as large as can be, nothing else")
        NASH = "nash", _("Nash: the product of all chances as large as can be")
        GOLDILOCKS = "goldilocks", _("Goldilocks: no chance very small, none very large")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="draws")
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    size = models.PositiveIntegerField()
    legal_basis = models.CharField(max_length=300)
    algorithm = models.CharField(max_length=20, choices=Algorithm, default=Algorithm.LEXIMIN)
    is_one_per_household = models.BooleanField(default=True)
    sample_size = models.PositiveIntegerField(default=0)
    sample_hash = models.CharField(max_length=64, blank=True)
    reply_until = models.DateField(null=True, blank=True)
    response_count = models.PositiveIntegerField(default=0)
    interested_count = models.PositiveIntegerField(default=0)
    pool_salt = models.CharField(max_length=64, blank=True)
    pool_hash = models.CharField(max_length=64, blank=True)
    pool_counts = models.JSONField(default=dict)
    panel_count = models.PositiveIntegerField(default=0)
    sealed = models.JSONField(null=True, blank=True)
    chances = models.JSONField(default=dict, blank=True)
    simulation = models.JSONField(null=True, blank=True)
    problem = models.TextField(blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    commitment_salt = models.CharField(max_length=64, blank=True)
    source = models.JSONField(null=True, blank=True)
    values = models.JSONField(default=list, blank=True)
    randomness_source = models.CharField(max_length=1000, blank=True)
    randomness = models.CharField(max_length=100, blank=True)
    witnesses = models.TextField(blank=True)
    record = models.JSONField(null=True, blank=True)
    purge_on = models.DateField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    objects = DrawQuerySet.as_manager()
    personal = {"witnesses": OFFICE, "record": OFFICE}

    class Meta:
        ordering = ["-id"]
        verbose_name = _("draw")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lottery:draw_detail", args=[self.pk])


class Feature(models.Model):
    """A feature people are drawn by (age, sex, district, education), with the census source of its shares.

    What the register does not know is asked on the reply form (`is_asked`).
    """

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="features")
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    source = models.CharField(max_length=300)
    is_asked = models.BooleanField(default=False)
    order = models.PositiveIntegerField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["draw", "name"], name="feature_once")]

    def __str__(self) -> str:
        return self.label


class Quota(models.Model):
    """How many of the drawn have a feature's value: at least `minimum`, at most `maximum`. Frozen before the draw."""

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="quotas")
    value = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    population = models.PositiveIntegerField()
    minimum = models.PositiveIntegerField()
    maximum = models.PositiveIntegerField()
    order = models.PositiveIntegerField()
    personal: dict[str, Personal] = {}

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "value"], name="quota_once"),
            models.CheckConstraint(condition=Q(minimum__lte=models.F("maximum")), name="quota_min_up_to_max"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.minimum}–{self.maximum}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> "InvitationQuerySet":
        """All to a draw officer, none to anybody else."""
        return self.all() if has_role(user, Role.Kind.DRAW_OFFICER) else self.none()

    def of_code(self, code_hash: str) -> "InvitationQuerySet":
        """Whom a code belongs to: the one of the last letter, or the one that a reminder left standing."""
        return self.filter(Q(code_hash=code_hash) | Q(earlier_hash=code_hash))

    def pool(self) -> "InvitationQuerySet":
        """Those who volunteered, whatever became of them, by pseudonym."""
        return self.filter(state__in=Invitation.POOL_STATES).order_by("pseudonym")


class Invitation(models.Model):
    """One person of the register sample: address, what the register says, code. Read by draw officers only.

    `code` is the one the registration office made, until the letter with it is printed; then only its hash is left.
    `chance` is the probability the draw gave them, `listed` on how many of the panels they are;
    `earlier_hash` is the first letter's code once a reminder brought another: both open the reply, so that a card that
    is already in the post counts. `letter` names the last letter that was printed; `birth_date` stays
    until replies close; then the age band is all that is left of it, and a keyed hash (`identity_hash`), so that nobody
    becomes two people when they are admitted.
    """

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("invitation", "invited")
        INTERESTED = "interested", _("interested")
        DECLINED = "declined", pgettext_lazy("invitation", "declined")
        SELECTED = "selected", pgettext_lazy("invitation", "selected")
        ALTERNATE = "alternate", pgettext_lazy("invitation", "alternate")
        NOT_SELECTED = "not_selected", _("not selected")
        CONFIRMED = "confirmed", pgettext_lazy("invitation", "confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")
        PURGED = "purged", _("purged")

    class Channel(models.TextChoices):
        ONLINE = "online", _("online")
        CARD = "card", _("reply card")
        PHONE = "phone", _("phone")
        HELPER = "helper", _("somebody who helps")
        FILE = "file", _("file of another tool")

    class Origin(models.TextChoices):
        """How the code reached its person: the register's row was transferred; the office posted a letter whose
        address the portal never saw; or somebody without a registered address was given one."""

        TRANSFER = "transfer", _("transferred row")
        FORWARDING = "forwarding", _("letter posted by the registration office")
        UNREGISTERED = "unregistered", _("no registered address")

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="invitations")
    number = models.PositiveIntegerField()
    pseudonym = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    earlier_hash = models.CharField(max_length=64, blank=True, db_index=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    town = models.CharField(max_length=100, blank=True)
    district = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    identity_hash = models.CharField(max_length=64, blank=True)
    household_hash = models.CharField(max_length=64, blank=True)
    features = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State, default=State.INVITED)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    needs = models.TextField(blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    chance = models.DecimalField(max_digits=13, decimal_places=12, null=True, blank=True)
    listed = models.PositiveIntegerField(null=True, blank=True)
    seat_number = models.PositiveIntegerField(null=True, blank=True)
    alternate_rank = models.PositiveIntegerField(null=True, blank=True)
    confirm_until = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    letter = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.TRANSFER)
    research_version = models.CharField(max_length=20, blank=True)
    helper_name = models.CharField(max_length=200, blank=True)
    call_asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    postcard_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    is_to_visit = models.BooleanField(default=False)
    objects = InvitationQuerySet.as_manager()
    POOL_STATES = (
        State.INTERESTED,
        State.SELECTED,
        State.ALTERNATE,
        State.NOT_SELECTED,
        State.CONFIRMED,
        State.WITHDRAWN,
    )
    personal = {
        **dict.fromkeys(
            [
                "number",
                "pseudonym",
                "code_hash",
                "earlier_hash",
                "given_name",
                "family_name",
                "street",
                "postal_code",
                "town",
            ]
            + [
                "district",
                "birth_date",
                "identity_hash",
                "household_hash",
                "state",
                "channel",
                "email",
                "phone",
                "consent_version",
            ]
            + ["replied_at", "person", "chance", "listed", "seat_number"]
            + ["alternate_rank", "confirm_until", "accepted_at", "letter"]
            + [
                "code",
                "origin",
                "research_version",
                "helper_name",
                "call_asked_at",
                "reminded_at",
                "postcard_at",
                "returned_at",
                "is_to_visit",
            ],
            POOL,
        ),
        **dict.fromkeys(["features", "needs"], POOL_SPECIAL),
        "entered_by": OFFICE,
    }

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["draw", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="invitation_number_once"),
            models.UniqueConstraint(fields=["draw", "pseudonym"], name="pseudonym_once"),
            models.UniqueConstraint(fields=["code_hash"], name="code_once"),
            models.UniqueConstraint(fields=["draw", "seat_number"], name="drawn_for_one_seat"),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class DrawEntry(models.Model):
    """What one person read off a source of randomness. Two people type it, and neither sees what the other typed.

    Entries that differ are void, and both type anew.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()
    value = models.CharField(max_length=200)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_void = models.BooleanField(default=False)
    personal = dict.fromkeys(["by", "at"], OFFICE)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "place", "by"], condition=Q(is_void=False), name="typed_once_by_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.place}"


class Outsider(models.Model):
    """Somebody outside the house who gets the commitment before the number exists: notary, press, auditor."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="outsiders")
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=200, blank=True)
    email = models.EmailField()
    sent_at = models.DateTimeField(null=True, blank=True)
    personal = dict.fromkeys(["name", "office", "email", "sent_at"], OFFICE)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draw", "email"], name="outsider_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}".strip(", ")


class TimeStamp(models.Model):
    """What an authority outside the house signed over the commitment of a draw (RFC 3161). Kept once, never changed.

    `response` is its answer as it came, `document` the bytes whose SHA-256 is the commitment and was stamped,
    `certificates` the roots the answer was checked against; `at` and `authority` are what the answer says.
    """

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="time_stamp")
    at = models.DateTimeField()
    authority = models.CharField(max_length=300)
    response = models.BinaryField()
    document = models.BinaryField()
    certificates = models.TextField()
    kept_at = models.DateTimeField()
    personal: dict[str, Personal] = {}

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.authority}"


class Opening(models.Model):
    """What opens the sealed record of a draw: rows, panels and secret. Lies with the pool, behind its door.

    Volunteers get their own row of it, the auditor all of it; deleted with the rows of those not drawn.
    """

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    personal = {"content": POOL_SPECIAL}

    def __str__(self) -> str:
        return f"{self.draw_id}"


class CustodyCheck(models.Model):
    """One pool entry that public randomness named, whom the auditor met or phoned: is it a real person who replied?"""

    class Result(models.TextChoices):
        OPEN = "open", _("not reached yet")
        REAL = "real", _("real: spoke with the person")
        INVENTED = "invented", _("no such person, or never replied")

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="custody_checks")
    invitation = models.ForeignKey("lottery.Invitation", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=Result, default=Result.OPEN)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    personal = {"invitation": POOL, "result": POOL, "by": OFFICE, "at": OFFICE}

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["draw", "invitation"], name="checked_once")]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.order}"


class DrawApproval(models.Model):
    """A signature under a step of the draw; the database refuses two by one person for one step.

    Void once its signer lost the office before the other one signed.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="approvals")
    step = models.CharField(max_length=20)
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    is_void = models.BooleanField(default=False)
    personal = dict.fromkeys(["by", "role", "at"], OFFICE)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "step", "content_hash", "by"], name="approved_once_by_each"),
            models.UniqueConstraint(
                fields=["draw", "step", "content_hash", "role"],
                condition=Q(is_void=False),
                name="approved_once_by_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.role}"


class ReplyCheck(models.Model):
    """A second look at a reply that was entered from paper: a random share, and every doubtful one.

    Somebody else enters the card again without seeing the first entry; `differing` names the fields that were not the
    same. Lies in the pool.
    """

    class Reason(models.TextChoices):
        RANDOM = "random", pgettext_lazy("reason of a check", "drawn at random")
        DOUBTFUL = "doubtful", pgettext_lazy("reason of a check", "doubtful")

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="check_again")
    reason = models.CharField(max_length=10, choices=Reason)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    differing = models.JSONField(default=list, blank=True)
    personal = {**dict.fromkeys(["invitation", "reason", "checked_at", "differing"], POOL), "entered_by": OFFICE} | {
        "checked_by": OFFICE
    }

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=models.F("entered_by")),
                name="checked_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="checked_by_and_at_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.reason}"


class RegisterSample(models.Model):
    """How the sample came out of the register, and how much the letters cost; changed by the draw officer.

    Published once both offices have signed it, which releases the letters: the office's commitment to its frame, the
    number, who could not be written to, and the hashes of all codes.
    """

    class Route(models.TextChoices):
        TRANSFER = "transfer", _("transfer of the drawn rows")
        FORWARDING = "forwarding", _("letters posted by the registration office")

    draw = models.OneToOneField(Draw, on_delete=models.CASCADE, related_name="register")
    route = models.CharField(max_length=20, choices=Route, default=Route.TRANSFER)
    office = models.CharField(max_length=200, blank=True)
    resolution = models.CharField(max_length=300, blank=True)
    first_sitting = models.DateField(null=True, blank=True)
    postage_cents = models.PositiveIntegerField(default=95)
    frame = models.JSONField(default=dict, blank=True)
    number = models.CharField(max_length=100, blank=True)
    blocked_count = models.PositiveIntegerField(default=0)
    unaddressed_count = models.PositiveIntegerField(default=0)
    unregistered_count = models.PositiveIntegerField(default=0)
    check_percent = models.PositiveIntegerField(default=10)
    code_hashes = models.TextField(blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    replaced_codes = models.JSONField(default=list, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    is_rehearsal = models.BooleanField(default=False)
    personal: dict[str, Personal] = {}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(check_percent__range=(10, 100)), name="a_tenth_is_checked_at_least"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(code_digest=""), name="released_with_its_codes"
            ),
        ]

    def __str__(self) -> str:
        return str(self.draw)


class LetterText(models.Model):
    """The words of a draw's letter as edited by the draw officer; printed once both offices signed this very text."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        REMINDER = "reminder", _("reminder")
        POSTCARD = "postcard", _("postcard while waiting")

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="letter_texts")
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    signer_name = models.CharField(max_length=120, blank=True)
    signer_role = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField()
    personal = dict.fromkeys(["signer_name", "signer_role"], OFFICE)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draw", "kind"], name="one_text_of_each_kind")]

    def __str__(self) -> str:
        return self.subject
