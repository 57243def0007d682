"""For whom a request acts: the person of the login, or somebody without one for whom the desk enters it (`?person=`)."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from accounts.models import Person, User
from accounts.permissions import is_at_desk
from audit.clock import today


@dataclass(frozen=True)
class Acting:
    """`person` acts (None: nobody is signed in, or the login has told nothing yet); `query` keeps it in addresses."""

    user: User
    person: Person | None
    is_for_another: bool = False
    query: str = ""

    @property
    def other(self) -> Person | None:
        """The one for whom the desk enters something, else None."""
        return self.person if self.is_for_another else None


def date_of(user: User) -> datetime.date:
    """Today, asked once in a request; `accounts.permissions` keeps it on the login just so."""
    if not hasattr(user, "_today"):
        user._today = today()  # type: ignore[attr-defined]
    return user._today  # type: ignore[attr-defined]


def acting_in(request: HttpRequest) -> Acting:
    """Who acts in this request. 404 for a person who does not exist, and for everybody who is not at the desk."""
    user: User = request.user  # type: ignore[assignment]
    asked = request.GET.get("person")
    if not asked:
        return Acting(user, user.person if user.is_authenticated else None)
    if not is_at_desk(user):
        raise Http404
    try:
        person = Person.objects.get(uuid=UUID(asked), erased_at__isnull=True)
    except (ValueError, Person.DoesNotExist) as error:
        raise Http404 from error
    if person.pk == user.person_id:
        return Acting(user, person)
    return Acting(user, person, True, f"?person={person.uuid}")
