"""Hearings: experts are chosen, a share of the seats may call one more, questions are asked and answered."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Person, User
from accounts.permissions import entered_by
from audit.clock import clock, local_date
from audit.services import label, record, require
from councils.services import rules_at
from meetings.models import AgendaItem, CounterCall, Expert, Meeting, Question
from meetings.permissions import can, can_act_for
from meetings.services.rows import locked, members_of


@transaction.atomic
def call_expert(
    item: AgendaItem,
    *,
    given_name: str,
    family_name: str,
    email: str,
    profession: str,
    chosen_by: str,
    list_name: str,
    interests: str,
    by: User,
) -> Expert:
    """An expert is heard on an item. Everybody reads who chose them, from which list, with which interests.

    A counter-expert (`chosen_by` "quarter") is refused until as many seats as the rules say have asked. The expert is a
    person the city writes to, known by mail address and name, and no resident by that.
    """
    meeting = locked(item.meeting, "call_expert", by)
    item = meeting.items.get(pk=item.pk)
    is_counter = chosen_by == Expert.ChosenBy.QUARTER
    require(chosen_by in Expert.ChosenBy.values)
    filled = all(word.strip() for word in (given_name, family_name, profession, list_name, interests))
    require(filled, _("Please say who it is, from which list, and what interests were declared; “none” is an answer."))
    require(
        not is_counter or has_counter_right(item),
        _("So many seats have to ask for a counter-expert by the rules of procedure: %(needed)s.")
        % {"needed": counter_needed(meeting)},
    )
    names = {"given_name": given_name.strip(), "family_name": family_name.strip(), "email": email.strip()}
    known = Person.objects.filter(**names, erased_at__isnull=True).first() if names["email"] else None
    now = clock()
    channel = Person.Channel.EMAIL if names["email"] else Person.Channel.PHONE
    person = known or Person.objects.create(**names, channel=channel, created_at=now)
    require(not item.experts.filter(person=person).exists(), _("This expert is called already."))
    expert = Expert.objects.create(
        item=item,
        person=person,
        profession=profession.strip(),
        chosen_by=chosen_by,
        list_name=list_name.strip(),
        interests=interests.strip(),
        is_counter=is_counter,
    )
    record("expert.called", meeting, by=by, item=item.pk, expert=expert.pk, chosen_by=chosen_by)
    if person.channel == Person.Channel.EMAIL:
        send("expert_called", to=person, about=label(meeting), meeting=meeting, item=item)
    return expert


@transaction.atomic
def note_heard(expert: Expert, *, by: User) -> Expert:
    """Note that an expert has been heard, once."""
    meeting = locked(expert.item.meeting, "call_item", by)
    expert = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    if expert.heard_at is None:
        expert.heard_at = clock()
        expert.save(update_fields=["heard_at"])
        record("expert.heard", meeting, by=by, expert=expert.pk)
    return expert


@transaction.atomic
def ask_counter(item: AgendaItem, *, person: Person, by: User) -> CounterCall:
    """A member asks for a counter-expert; asking twice leaves one signature. The desk may enter it from paper."""
    meeting = locked(item.meeting)
    require(can_act_for(by, "sign_counter", meeting, person))
    membership = members_of(meeting.council).filter(person=person).first()
    require(membership is not None)
    assert membership is not None  # noqa: S101  (for the type checker)
    clerk = by.person if by.person_id != person.pk else None
    call, is_new = CounterCall.objects.get_or_create(
        item=item, membership=membership, defaults={"at": clock(), "entered_by": clerk}
    )
    if is_new:
        record("counter.asked", meeting, by=by, item=item.pk)
    return call


@transaction.atomic
def withdraw_counter(item: AgendaItem, *, person: Person, by: User) -> None:
    """A member takes the signature back, until a counter-expert is called."""
    meeting = locked(item.meeting)
    require(can_act_for(by, "sign_counter", meeting, person))
    require(not item.experts.filter(is_counter=True).exists(), _("The counter-expert is called already."))
    if CounterCall.objects.filter(item=item, membership__person=person).delete()[0]:
        record("counter.withdrawn", meeting, by=by, item=item.pk)


def counter_needed(meeting: Meeting) -> int:
    """How many seats must ask for a counter-expert: the share of all seats, rounded up, by the rules of the session's day."""
    share = rules_at(meeting.council, local_date(meeting.starts_at)).counter_expert_percent
    return -(-meeting.council.seat_count * share // 100)


def has_counter_right(item: AgendaItem) -> bool:
    """Whether enough seats have asked."""
    count = item.counter_calls.count()
    return count > 0 and count >= counter_needed(item.meeting)


def require_heard(item: AgendaItem) -> None:
    """Refused before a vote: while a counter-expert whom enough seats asked for has not been heard."""
    if has_counter_right(item):
        require(
            item.experts.filter(is_counter=True, heard_at__isnull=False).exists(),
            _("Enough seats asked for a counter-expert. The vote opens when they have been heard."),
        )


@transaction.atomic
def ask_question(
    meeting: Meeting, *, person: Person, text: str, expert: Expert | None = None, channel: str = "", by: User
) -> Question:
    """A question from the public to a meeting to come, or from a seat to an expert. The desk enters those on paper."""
    meeting = locked(meeting)
    require(can_act_for(by, "ask_expert" if expert else "ask_question", meeting, person))
    require(bool(text.strip()), _("Please write your question."))
    clerk = entered_by(person, by) if by.person_id != person.pk else None
    membership = members_of(meeting.council).filter(person=person).first() if expert else None
    require(expert is None or (membership is not None and expert.item.meeting_id == meeting.pk))
    online, paper = Question.Channel.ONLINE, Question.Channel.PAPER
    question = Question.objects.create(
        meeting=meeting,
        expert=expert,
        asker=person,
        membership=membership,
        text=text.strip()[:1_000],
        channel=channel or (paper if clerk else online),
        entered_by=clerk,
        state=Question.State.ADMITTED if expert else Question.State.SUBMITTED,
    )
    record("question.asked", meeting, by=by, question=question.pk)
    return question


@transaction.atomic
def decide_question(question: Question, *, is_admitted: bool, reason: str = "", by: User) -> Question:
    """Admit a question, or refuse it with a reason; whoever asked is told by the way they chose."""
    meeting, question = _held(question, by)
    require(question.state == Question.State.SUBMITTED, _("This question has been decided already."))
    require(is_admitted or bool(reason.strip()), _("Please give the reason; whoever asked reads it."))
    question.state = Question.State.ADMITTED if is_admitted else Question.State.REFUSED
    question.reason = reason.strip()
    question.save(update_fields=["state", "reason"])
    record("question.decided", meeting, by=by, question=question.pk, is_admitted=is_admitted)
    send("question_decided", to=question.asker, about=label(meeting), meeting=meeting, question=question)
    return question


@transaction.atomic
def answer_question(question: Question, *, answer: str, answered_by: str, by: User) -> Question:
    """Write down the answer that was given and by whom; whoever asked is told."""
    meeting, question = _held(question, by)
    require(question.state == Question.State.ADMITTED, _("Only an admitted question is answered, and once."))
    require(bool(answer.strip()), _("Please write the answer."))
    question.state, question.answer, question.answered_by = Question.State.ANSWERED, answer.strip(), answered_by.strip()
    question.answered_at = clock()
    question.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record("question.answered", meeting, by=by, question=question.pk)
    if question.expert_id is None:
        send("question_decided", to=question.asker, about=label(meeting), meeting=meeting, question=question)
    return question


def _held(question: Question, by: User) -> tuple[Meeting, Question]:
    meeting = locked(question.meeting)
    require(can(by, "decide_question", meeting))
    rows = Question.objects.select_for_update(of=("self",)).select_related("asker")
    return meeting, rows.get(pk=question.pk, deleted_at__isnull=True)
