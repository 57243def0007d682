"""People, their logins and their offices.

A `Person` is who someone is to the city, with or without a login; a `User` is a login a person may have.
Everything a resident, volunteer, member or expert does hangs on the person.
"""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.places import Municipality, Organization
from accounts.purposes import CONTACT, IDENTITY, LOGIN, NEEDS, OFFICE
from audit.clock import Today, today


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: "Viewer") -> "PersonQuerySet":
        """Those whose master data `user` may open: the secretariat and the desk all, everyone else themselves."""
        if has_role(user, Role.Kind.SECRETARIAT, Role.Kind.CLERK):
            return self.filter(erased_at__isnull=True)
        return self.filter(user=user) if user.is_authenticated else self.none()


class Person(models.Model):
    """One human, as the city knows them. Changed by the person, or by a clerk, who is named."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")
        PHONE = "phone", _("phone")

    uuid = models.UUIDField(_("number in the portal"), default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    district = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("district")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    channel = models.CharField(_("reached by"), max_length=10, choices=Channel, default=Channel.LETTER)
    language = models.CharField(_("language"), max_length=8, default="de")
    helper_name = models.CharField(_("helped by"), max_length=200, blank=True)
    helper_phone = models.CharField(_("phone of the helper"), max_length=40, blank=True)
    needs = models.TextField(_("needs"), blank=True)
    is_email_bouncing = models.BooleanField(_("e-mails come back"), default=False)
    name_is_public = models.BooleanField(_("name shown in public"), default=False)
    verified_until = models.DateField(_("confirmed as resident until"), null=True, blank=True)
    voting_from = models.DateField(_("may vote from"), null=True, blank=True)
    identity_hash = models.CharField(
        _("mark of name and date of birth"), max_length=64, unique=True, null=True, blank=True
    )
    created_at = models.DateTimeField(_("known since"))
    erased_at = models.DateTimeField(null=True, blank=True)
    delete_on = models.DateField(_("to be deleted on"), null=True, blank=True, db_index=True)
    objects = PersonQuerySet.as_manager()
    personal = {
        **dict.fromkeys(["given_name", "family_name", "uuid", "identity_hash", "name_is_public"], IDENTITY),
        **dict.fromkeys(
            ["verified_until", "voting_from", "district", "created_at", "delete_on", "erased_at"], IDENTITY
        ),
        **dict.fromkeys(["street", "postal_code", "town", "email", "phone", "channel", "language"], CONTACT),
        **dict.fromkeys(["helper_name", "helper_phone", "is_email_bouncing"], CONTACT),
        "needs": NEEDS,
    }

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        indexes = [models.Index(Lower("family_name"), Lower("given_name"), "id", name="person_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(given_name="", family_name="", street="", email="", phone="", identity_hash__isnull=True),
                name="erased_person_is_blank",
            )
        ]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or f"#{self.pk}"

    @property
    def label_id(self) -> str:
        return str(self.uuid)

    @property
    def public_name(self) -> str:
        """The name if the person wants it shown, else a word that says no more than that it is a person."""
        return str(self) if self.name_is_public else str(_("A resident"))

    @property
    def is_verified(self) -> bool:
        """Whether the city knows today that this person lives here. Asks the clock: in a list compare the dates."""
        return self.erased_at is None and self.verified_until is not None and self.verified_until >= today()

    @property
    def address(self) -> str:
        """The postal address in one line, empty while it is incomplete."""
        return f"{self.street}, {self.postal_code} {self.town}" if self.has_address else ""

    @property
    def has_address(self) -> bool:
        """Whether a letter can reach this person."""
        return bool(self.street and self.postal_code and self.town)


class UserQuerySet(models.QuerySet["User"]):
    def select_for_update(self, *args, **options):
        """Lock the login alone: PostgreSQL cannot lock the side of a join that may be missing."""
        return super().select_for_update(*args, **options).select_related(None)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> models.QuerySet["User"]:
        """A login comes with its person: every page of someone signed in asks for both."""
        return super().get_queryset().select_related("person")

    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A login, by e-mail. Belongs to at most one person, and a person has at most one."""

    email = models.EmailField(_("e-mail"), unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    personal = dict.fromkeys(["email", "person", "is_active", "date_joined", "last_login", "password"], LOGIN)

    class Meta:
        verbose_name = _("login")

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Asked by some packages; nobody here goes around the services, so nobody is."""
        return False

    @property
    def label_id(self) -> str:
        return str(self.pk)


Viewer = User | AnonymousUser
"""Whoever looks at a page, for annotations: a login, or nobody in particular."""


class RoleQuerySet(models.QuerySet["Role"]):
    def current(self) -> "RoleQuerySet":
        """Roles held today (both days included)."""
        return self.filter(begin_date__lte=Today()).filter(Q(end_date__isnull=True) | Q(end_date__gte=Today()))


class Role(models.Model):
    """An office of a person, with dates. Granted and ended by two (`RoleRequest`) or by a seat that was filled."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("council member")
        ALTERNATE = "alternate", _("alternate")
        FACILITATOR = "facilitator", _("facilitator")
        EXPERT = "expert", _("expert")
        SECRETARIAT = "secretariat", _("secretariat")
        CLERK = "clerk", _("clerk at the desk")
        DRAW_OFFICER = "draw_officer", _("draw officer")
        BOARD_SECRETARY = "board_secretary", _("board secretary")
        AUDITOR = "auditor", _("auditor")
        EDITOR = "editor", _("editor")
        COUNCILLOR = "councillor", _("elected councillor")
        HOLDINGS = "holdings", _("holdings office")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    begin_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    objects = RoleQuerySet.as_manager()
    personal = dict.fromkeys(["person", "organization", "kind", "begin_date", "end_date"], OFFICE)

    class Meta:
        ordering = ["kind", "begin_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=models.F("begin_date")),
                name="role_ends_after_begin",
            ),
            ExclusionConstraint(
                name="role_held_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "begin_date",
                            "end_date",
                            models.Value("[]"),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        verbose_name = _("role")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.organization}"


HARMFUL_ROLES = frozenset(
    {
        Role.Kind.SECRETARIAT,
        Role.Kind.CLERK,
        Role.Kind.DRAW_OFFICER,
        Role.Kind.BOARD_SECRETARY,
        Role.Kind.AUDITOR,
        Role.Kind.EDITOR,
        Role.Kind.FACILITATOR,
        Role.Kind.HOLDINGS,
    }
)
"""Roles that can do harm: without a second factor they open nothing."""


class RoleRequest(models.Model):
    """A role to be granted or ended, asked by one and confirmed by another; the database refuses the same two."""

    class Action(models.TextChoices):
        GRANT = "grant", _("grant")
        END = "end", _("end")

    class State(models.TextChoices):
        OPEN = "open", _("waiting for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    action = models.CharField(max_length=10, choices=Action)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_requests")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Role.Kind)
    date = models.DateField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    personal = dict.fromkeys(
        [
            "person",
            "organization",
            "kind",
            "date",
            "reason",
            "state",
            "requested_by",
            "decided_by",
            "created_at",
            "action",
        ],
        OFFICE,
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True) | ~Q(state="open") & Q(decided_by__isnull=False),
                name="role_request_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("requested_by")) & ~Q(decided_by=models.F("person")),
                name="role_request_decided_by_another",
            ),
            models.CheckConstraint(condition=~Q(requested_by=models.F("person")), name="role_request_asked_by_another"),
            models.UniqueConstraint(
                fields=["person", "organization", "kind", "action"],
                condition=Q(state="open"),
                name="role_request_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.get_kind_display()}"


def role_kinds(user, organization: Organization | None = None) -> frozenset[str]:
    """The kinds of roles `user` holds today, in `organization` or anywhere; read once per request.

    A role that can do harm counts only with a second factor (`accounts.middleware` sends its holder to set one up).
    """
    if not user.is_authenticated or user.person_id is None:
        return frozenset()
    if not hasattr(user, "_roles"):
        user._roles = list(
            Role.objects.current().filter(person_id=user.person_id).values_list("kind", "organization_id")
        )
    return frozenset(kind for kind, where in user._roles if organization is None or where == organization.pk)


def has_role(user, *kinds: str, organization: Organization | None = None) -> bool:
    """Whether `user` holds one of `kinds` today."""
    return not role_kinds(user, organization).isdisjoint(kinds)
