"""What the minute brings: every app's timers, each idempotent, none able to stop another."""

import logging

from celery import shared_task

from decisions.services import escalate, settle_items
from lottery.services import settle_vacancies
from meetings.services import settle_votes
from proposals.services import settle_proposals

logger = logging.getLogger(__name__)
TIMERS = (settle_votes, settle_proposals, settle_vacancies, escalate, settle_items)


@shared_task(name="portal.settle")
def settle() -> None:
    failed: list[Exception] = []
    for timer in TIMERS:
        try:
            timer()
        except Exception as error:
            logger.exception("timer %s failed", timer.__name__)
            failed.append(error)
    if failed:
        raise failed[0]
