"""Many at once: one ballot each, and the close sees exactly what was accepted."""

import threading

import pytest
from django.db import connection

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.services import Refused
from voting.models import OpenBallot
from voting.services import cast_open, close
from voting.tests.factories import casting_vote

WRITERS = 8


def together(*works):
    """Run each of `works` in a thread of its own, all released at once; exceptions come back in order."""
    barrier, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        barrier.wait()
        try:
            outcomes[place] = work()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_one_member_on_eight_devices_has_one_ballot():
    user = UserFactory()
    vote = casting_vote([user.person])
    choices = ["yes", "no"] * (WRITERS // 2)
    outcomes = together(
        *(lambda choice=choice: cast_open(vote, person=user.person, choice=choice, by=user) for choice in choices)
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert OpenBallot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_close_counts_what_was_accepted_and_nothing_else():
    users, officer = UserFactory.create_batch(WRITERS), user_with_role(Role.Kind.SECRETARIAT)
    vote = casting_vote([user.person for user in users])
    casts = [lambda user=user: cast_open(vote, person=user.person, choice="yes", by=user) for user in users]
    *outcomes, closed = together(*casts, lambda: close(vote, by=officer))
    accepted = [outcome for outcome in outcomes if isinstance(outcome, OpenBallot)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(accepted) + len(refused) == WRITERS
    assert closed.result["cast"] == len(accepted) == OpenBallot.objects.count()
