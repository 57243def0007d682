"""Hearings and questions: whom the council hears and why, who asked for one more, what is asked and answered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from meetings import services
from meetings.forms import AnswerForm, ExpertForm, QuestionDecideForm, QuestionForm
from meetings.models import CounterCall, Expert, Meeting, Question
from meetings.permissions import can, can_act_for
from meetings.views.public import find_meeting
from meetings.views.sessions import item_for
from meetings.views.votes import find_item
from proposals.acting import acting_in


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is heard on an item, chosen by whom; questions of seats and their answers; a member asks (`expert`)."""
    acting = acting_in(request)
    item = find_item(request, pk)
    meeting = item.meeting
    experts = list(Expert.objects.filter(item=item, deleted_at__isnull=True).select_related("person"))
    may_ask = acting.person is not None and can_act_for(acting.user, "ask_expert", meeting, acting.person)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(may_ask and acting.person is not None)
        asked = request.POST.get("expert", "")
        expert = get_object_or_404(Expert, pk=asked if asked.isdecimal() else 0, item=item)

        def act() -> Question:
            text = form.cleaned_data["text"]
            return services.ask_question(meeting, person=acting.person, text=text, expert=expert, by=acting.user)  # type: ignore[arg-type]

        if attempt(form, act):
            messages.success(request, _("Your question is asked. The answer stands here."))
            return redirect(reverse("meetings:hearing", args=[item.pk]) + acting.query)
    calls = list(CounterCall.objects.filter(item=item).select_related("membership__seat"))
    questions = Question.objects.filter(expert__in=experts, deleted_at__isnull=True).select_related("membership__seat")
    by_expert: dict[int | None, list[Question]] = {}
    for question in questions:
        by_expert.setdefault(question.expert_id, []).append(question)
    needed = services.counter_needed(meeting)
    context: dict[str, Any] = {
        "item": item,
        "meeting": meeting,
        "acting": acting,
        "experts": [{"expert": expert, "questions": by_expert.get(expert.pk, [])} for expert in experts],
        "form": form,
        "may_ask": may_ask,
        "calls": calls,
        "needed": needed,
        "has_right": len(calls) >= needed,
        "is_called": any(expert.is_counter for expert in experts),
        "may_sign": acting.person is not None and can_act_for(acting.user, "sign_counter", meeting, acting.person),
        "has_signed": acting.person is not None and any(c.membership.person_id == acting.person.pk for c in calls),
        "may_call": can(acting.user, "call_expert", meeting),
        "may_answer": can(acting.user, "decide_question", meeting),
        "may_note": can(acting.user, "call_item", meeting),
    }
    return render(request, "meetings/hearing_detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def counter_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member asks for a counter-expert, or takes that back; the desk enters it with `?person=`."""
    acting = acting_in(request)
    item = find_item(request, pk)
    person = acting.person
    require(person is not None)
    assert person is not None  # noqa: S101  (for the type checker)
    if request.POST.get("action") == "withdraw":
        carry_out(request, lambda: services.withdraw_counter(item, person=person, by=request.user), _("Taken back."))
    else:
        carry_out(request, lambda: services.ask_counter(item, person=person, by=request.user), _("Counted."))
    return redirect(reverse("meetings:hearing", args=[item.pk]) + acting.query)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def expert_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose an expert for an item."""
    item = item_for(request, pk, "call_expert")
    form = ExpertForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, lambda: services.call_expert(item, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The expert is called."))
        return redirect("meetings:hearing", item.pk)
    context = {
        "title": _("Call an expert"),
        "kicker": item.title,
        "lede": _("Everybody reads who chose the expert, from which list and with which interests."),
        "form": form,
        "submit_label": _("Call the expert"),
        "cancel_url": reverse("meetings:hearing", args=[item.pk]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def expert_heard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note that an expert has been heard."""
    rows = Expert.objects.select_related("item__meeting__council__organization")
    expert = get_object_or_404(rows, pk=pk, item__meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, "call_item", expert.item.meeting))
    carry_out(request, lambda: services.note_heard(expert, by=request.user), _("Noted: heard."))
    return redirect("meetings:hearing", expert.item_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask the council something before its meeting; the desk enters what came on paper with `?person=`."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    person = acting.person
    require(person is not None and can_act_for(request.user, "ask_question", meeting, person))
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> Question:
            text = form.cleaned_data["text"]
            return services.ask_question(meeting, person=person, text=text, by=request.user)  # type: ignore[arg-type]

        if attempt(form, act):
            messages.success(request, _("Thank you. We tell you whether the question is admitted, and the answer."))
            return redirect(meeting.get_absolute_url() + acting.query)
    context = {
        "title": _("Ask the council a question"),
        "kicker": meeting.title,
        "lede": _("It is read aloud in the meeting and answered there. Your name is not shown."),
        "form": form,
        "submit_label": _("Ask"),
        "cancel_url": meeting.get_absolute_url() + acting.query,
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Admit or refuse a question; write down the answer to one that was admitted."""
    rows = Question.objects.select_related("meeting__council__organization", "asker", "expert")
    visible = Meeting.objects.visible_to(request.user)
    question = get_object_or_404(rows, pk=pk, meeting__in=visible, deleted_at__isnull=True)
    require(can(request.user, "decide_question", question.meeting))
    back = question.meeting.get_absolute_url()
    if question.expert is not None:
        back = reverse("meetings:hearing", args=[question.expert.item_id])
    is_new = question.state == Question.State.SUBMITTED
    kind: Any = QuestionDecideForm if is_new else AnswerForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, lambda: _decided(request, question, form.cleaned_data)):
        messages.success(request, _("Noted; whoever asked is told."))
        return redirect(back)
    context = {
        "title": _("A question from the public") if question.expert is None else _("A question to an expert"),
        "kicker": question.meeting.title,
        "lede": question.text,
        "form": form,
        "submit_label": _("Decide") if is_new else _("Write down the answer"),
        "cancel_url": back,
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


def _decided(request: SignedInRequest, question: Question, data: dict[str, Any]) -> Question:
    if question.state == Question.State.SUBMITTED:
        is_admitted = data["decision"] == "admit"
        return services.decide_question(question, is_admitted=is_admitted, reason=data["reason"], by=request.user)
    return services.answer_question(question, answer=data["answer"], answered_by=data["answered_by"], by=request.user)
