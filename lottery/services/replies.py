"""Replies: online with the code and without an account, by card or phone through a clerk. Closed by the officer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.verification.identity import identity_hash
from audit.clock import clock, today
from audit.services import record, require
from lottery import record as published
from lottery.codes import hash_of
from lottery.models import Draw, Invitation, Quota
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.answers import Answers, count_change, set_answers
from lottery.services.checking import plan_check
from lottery.services.preparation import locked, new_salt
from lottery.stages import ACTIONS
from lottery.volunteers import volunteers

State, Channel = Invitation.State, Invitation.Channel
OPEN_STATES = (State.INVITED, State.INTERESTED, State.DECLINED)


@pool_open()
def find_invitation(code: str) -> Invitation | None:
    """The invitation a code belongs to, while replies are open; None for a wrong or old one, without saying why."""
    rows = Invitation.objects.of_code(hash_of(code))
    found = rows.select_related("draw__council__organization").first()
    return found if found and is_open(found) else None


def is_open(invitation: Invitation) -> bool:
    """Whether this reply can still be given or changed."""
    draw = invitation.draw
    return "reply" in ACTIONS[Draw.State(draw.state)] and invitation.state in OPEN_STATES and is_in_time(draw)


def is_in_time(draw: Draw) -> bool:
    """Whether the last day for replies is not over."""
    return draw.reply_until is not None and today() <= draw.reply_until


@pool_open()
def reply(
    invitation: Invitation,
    *,
    answers: Answers | Mapping[str, Any],
    channel: str,
    by: User | None = None,
    is_doubtful: bool = False,
) -> Invitation:
    """Note an answer; it can be changed until replies close. Online it needs nobody, on paper and phone a clerk.

    Refused without consent and without an answer to every asked feature, for those who want to take part. A random
    share of cards, and every one that is hard to read (`is_doubtful`), waits for a second pair of eyes.
    """
    given = answers if isinstance(answers, Answers) else Answers(**answers)
    draw = locked(invitation.draw)  # so that no reply slips in while the pool is being closed
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    invitation.draw = draw
    _check_channel(draw, channel, by)
    require(is_open(invitation), _("Replies to this draw are closed."))
    before = invitation.state
    set_answers(invitation, draw, given)
    invitation.channel, invitation.replied_at = channel, clock()
    invitation.entered_by, invitation.call_asked_at = by.person if by else None, None
    invitation.save()
    count_change(draw, before, invitation.state)
    if channel == Channel.CARD and by is not None:
        plan_check(invitation, is_doubtful=is_doubtful)
    record("reply.received", draw, by=by, channel=channel)
    return invitation


def _check_channel(draw: Draw, channel: str, by: User | None) -> None:
    require(channel in Channel.values and channel != Channel.FILE)  # many at once: `respondents.import_replies`
    if channel == Channel.ONLINE or (channel == Channel.HELPER and by is None):
        require(by is None)
    else:
        require(by is not None and by.person_id is not None and can(by, "enter_reply", draw))


@pool_open()
def close_replies(draw: Draw, *, by: User) -> Draw:
    """End the time for replies, once its last day is over; from here on the pool stays as it is, without birth dates.

    Refused before that day is over, and with fewer volunteers than seats.
    """
    draw = locked(draw)
    require(can(by, "close_replies", draw))
    require(
        draw.reply_until is not None and today() > draw.reply_until,
        _("Replies are open until the end of %(date)s.") % {"date": draw.reply_until},
    )
    require(draw.interested_count >= draw.size, _("Fewer people volunteered than there are seats."))
    _keep_age_bands(draw)
    draw.pool_salt = new_salt()
    pool = volunteers(draw)
    draw.pool_hash = published.pool_hash(draw, pool)
    draw.pool_counts = published.counts_of(pool, published.quota_table(draw))
    draw.state = Draw.State.RESPONSE_CLOSED
    draw.save(update_fields=["pool_salt", "pool_hash", "pool_counts", "state"])
    record("replies.closed", draw, by=by, replies=draw.response_count, pool=len(pool), pool_hash=draw.pool_hash)
    return draw


def _keep_age_bands(draw: Draw) -> None:
    """From now on the age band among the features is all that is known of somebody's age.

    People are drawn by the band; the date was needed to find it, and is needed for nothing any more. What stays is a keyed
    hash of name and date until somebody is seated, so that a member does not become a second person.
    """
    rows = Invitation.objects.filter(draw=draw, birth_date__isnull=False)
    volunteering = list(rows.filter(state=State.INTERESTED))
    for row in volunteering:
        if row.birth_date:
            row.identity_hash = identity_hash(row.given_name, row.family_name, row.birth_date)
    Invitation.objects.bulk_update(volunteering, ["identity_hash"], batch_size=500)
    rows.update(birth_date=None)


@transaction.atomic
def set_quotas(draw: Draw, *, bounds: Mapping[int, tuple[int, int]], by: User) -> Draw:
    """Set minimum and maximum of quotas (by key) before they are frozen. Refused where they cannot add up."""
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    quotas = list(Quota.objects.filter(feature__draw=draw).select_related("feature"))
    changed = []
    for quota in quotas:
        low, high = bounds.get(quota.pk, (quota.minimum, quota.maximum))
        require(0 <= low <= high, _("%(label)s: the minimum lies above the maximum.") % {"label": quota.label})
        if (low, high) != (quota.minimum, quota.maximum):
            quota.minimum, quota.maximum = low, high
            changed.append(quota)
    for feature in {quota.feature for quota in quotas}:
        own = [quota for quota in quotas if quota.feature_id == feature.pk]
        fits = sum(quota.minimum for quota in own) <= draw.size <= sum(quota.maximum for quota in own)
        require(fits, _("%(label)s: minima and maxima do not leave room for the seats.") % {"label": feature.label})
    Quota.objects.bulk_update(changed, ["minimum", "maximum"])
    record("quotas.set", draw, by=by, changed=len(changed))
    return draw
