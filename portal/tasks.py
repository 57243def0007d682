"""What the minute and the day bring: every app's timers, each idempotent, none able to stop another."""

import logging
from collections.abc import Callable, Sequence

from celery import shared_task

from accounts.services import people_due
from accounts.services import purge as purge_people
from audit.clock import today
from councils.services import purge_board_files, settle_delegations, settle_reports, settle_suspensions, settle_terms
from decisions.services import escalate, settle_items
from documents.services import purge_files
from lottery.services import purge_draws, settle_vacancies
from meetings.services import settle_votes
from portal import mydata
from proposals.services import settle_proposals

logger = logging.getLogger(__name__)
TIMERS = (
    settle_votes,
    settle_proposals,
    settle_suspensions,
    settle_terms,
    settle_delegations,
    settle_reports,
    settle_vacancies,
    escalate,
    settle_items,
)


@shared_task(name="portal.settle")
def settle() -> None:
    _run_all(TIMERS)


@shared_task(name="portal.purge")
def purge() -> None:
    _run_all((erase_people_due, purge_people, purge_draws, purge_board_files, purge_files))


def erase_people_due() -> int:
    """Erase in every app whoever is past the date of deletion; the others' dates move on."""
    due = people_due(today())
    for person in due:
        mydata.erase(person, by=None)
    return len(due)


def _run_all(timers: Sequence[Callable[[], object]]) -> None:
    """Each of `timers`, whatever happens to the others; the first failure is raised at the end."""
    failed: list[Exception] = []
    for timer in timers:
        try:
            timer()
        except Exception as error:
            logger.exception("timer %s failed", timer.__name__)
            failed.append(error)
    if failed:
        raise failed[0]
