"""The pages of proposals: who sees what, what forms do, what comes back when something is wrong."""

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import PersonFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import clock
from councils.tests.factories import CompanyFactory, CouncilFactory, seated
from proposals.models import Comment, Notice, Proposal, Support
from proposals.services import comment_on
from proposals.tests.factories import CommentFactory, NoticeFactory, ProposalFactory, proposals_of

pytestmark = pytest.mark.django_db
Stage = Proposal.Stage


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def signed_in(client, user=None):
    user = user or UserFactory()
    client.force_login(user)
    return user


def titles(client, query=""):
    return [row.title for row in client.get(reverse("proposals:list") + query).context["proposals"]]


def test_the_list_is_narrowed_by_stage_company_and_words(client):
    company = CompanyFactory()
    ProposalFactory(title="Nachtbus", company=company, text="Die Linie 7 fährt nachts.")
    ProposalFactory(title="Bänke", stage=Stage.DELIBERATION, text="Mehr Bänke am Stromnetzplatz.")
    assert titles(client) == ["Bänke", "Nachtbus"]
    assert titles(client, "?stand=deliberation") == ["Bänke"]
    assert titles(client, f"?unternehmen={company.pk}") == ["Nachtbus"]
    assert titles(client, "?q=Linien nachts") == ["Nachtbus"], "another form of the word"
    assert titles(client, "?q=netz") == ["Bänke"], "part of a compound in the text"
    assert titles(client, "?q=bus") == ["Nachtbus"], "part of a compound in the title"
    assert titles(client, "?q=Nachtbuss") == ["Nachtbus"], "nearly so in the title"
    assert titles(client, "?q=Flughafen") == []
    assert "Kein Vorschlag passt" in page(client, reverse("proposals:list") + "?q=Flughafen")


def test_a_filter_that_makes_no_sense_shows_a_page(client):
    ProposalFactory()
    for query in ("?stand=draft", "?unternehmen=x", "?nach=abc", "?vor=-1", "?q=" + "x" * 300, "?q=%00", "?q='\"%26|!"):
        assert client.get(reverse("proposals:list") + query).status_code == 200


def test_pages_go_on_where_the_last_ended(client):
    proposals_of(CouncilFactory(), 60)
    seen, url, pages = [], reverse("proposals:list"), 0
    while url:
        context = client.get(url).context
        seen += [row.pk for row in context["proposals"]]
        url, pages = reverse("proposals:list") + context["page"].next_url if context["page"].next_url else "", pages + 1
    assert (pages, len(seen)) == (3, 60) and seen == sorted(seen, reverse=True)
    back = client.get(reverse("proposals:list") + f"?vor={seen[30]}").context
    assert [row.pk for row in back["proposals"]] == seen[5:30]


def test_a_draft_is_seen_by_its_author_alone(client):
    draft = ProposalFactory(stage=Stage.DRAFT)
    page(client, draft.get_absolute_url(), 404)
    signed_in(client)
    page(client, draft.get_absolute_url(), 404)
    signed_in(client, UserFactory(person=draft.author))
    assert "Einreichen" in page(client, draft.get_absolute_url())


def test_what_people_write_is_shown_as_text(client):
    proposal = ProposalFactory(title="<i>x</i>", text="<script>alert(1)</script>\n\nZweiter Absatz")
    CommentFactory(proposal=proposal, text="<img src=x onerror=alert(1)>", author_label="<b>")
    html = page(client, proposal.get_absolute_url())
    assert "<script>alert" not in html and "<img src=x" not in html and "<i>x" not in html
    assert 'id="absatz-2"' in html and "&lt;script&gt;alert(1)" in html


def test_a_name_is_shown_beside_the_label_only_by_consent(client):
    proposal = ProposalFactory(author=ResidentFactory(family_name="Verborgen"))
    named = ResidentFactory(given_name="Nora", family_name="Genannt", name_is_public=True)
    CommentFactory(proposal=proposal, author=named, author_label="Stimme 1")
    CommentFactory(proposal=proposal, author=ResidentFactory(family_name="Geheim"), author_label="Platz 3")
    html = page(client, proposal.get_absolute_url())
    assert "Nora Genannt" in html and "Geheim" not in html and "Verborgen" not in html


def test_supporting_is_one_button_and_counts_once(client):
    proposal, user = ProposalFactory(), signed_in(client)
    url = reverse("proposals:support", args=[proposal.pk])
    for _ in range(2):
        assert client.post(url, {"action": "support"}).status_code == 302
    assert Support.objects.get().person == user.person
    assert "Ihre Unterstützung zählt" in page(client, proposal.get_absolute_url())
    client.post(url, {"action": "withdraw"})
    assert Support.objects.count() == 0
    assert client.get(url).status_code == 405


def test_who_may_not_support_is_told_what_to_do(client):
    proposal = ProposalFactory()
    assert "Anmelden und unterstützen" in page(client, proposal.get_absolute_url())
    assert client.post(reverse("proposals:support", args=[proposal.pk])).url.startswith("/konto/")
    signed_in(client, UserFactory(person=PersonFactory()))
    assert reverse("accounts:verify") in page(client, proposal.get_absolute_url())
    assert client.post(reverse("proposals:support", args=[proposal.pk])).status_code == 403
    signed_in(client, UserFactory(person=None))
    assert reverse("accounts:me") in page(client, proposal.get_absolute_url())
    assert client.post(reverse("proposals:comment", args=[proposal.pk]), {"text": "x"}).status_code == 403


def test_a_comment_leads_to_its_place_and_an_answer_joins_its_thread(client):
    proposal, user = ProposalFactory(), signed_in(client)
    response = client.post(reverse("proposals:comment", args=[proposal.pk]), {"text": "Gut so."})
    comment = Comment.objects.get()
    assert response.url == comment.get_absolute_url()
    answered = page(client, f"{proposal.get_absolute_url()}?antwort={comment.pk}")
    assert f'name="parent" value="{comment.pk}"' in answered
    client.post(reverse("proposals:comment", args=[proposal.pk]), {"text": "Und mehr.", "parent": comment.pk})
    answer = Comment.objects.get(parent=comment)
    assert answer.author == user.person
    assert f'id="beitrag-{answer.pk}"' in page(client, answer.get_absolute_url().split("#")[0])


def test_a_comment_that_cannot_be_sent_comes_back_with_its_words(client):
    proposal = ProposalFactory()
    signed_in(client)
    response = client.post(reverse("proposals:comment", args=[proposal.pk]), {"text": "Wort " * 700})
    assert response.status_code == 422 and "Wort Wort" in response.content.decode()
    assert Comment.objects.count() == 0


def test_threads_stay_together_over_pages(client):
    proposal = ProposalFactory()
    first = CommentFactory(proposal=proposal)
    others = [CommentFactory(proposal=proposal) for _ in range(30)]
    answers = [CommentFactory(proposal=proposal, parent=first) for _ in range(60)]
    response = client.get(proposal.get_absolute_url())
    (thread,) = response.context["threads"]
    assert (thread["pk"], [one["pk"] for one in thread["answers"]]) == (first.pk, [a.pk for a in answers[:49]])
    second = client.get(response.context["next_url"]).context["threads"]
    assert [second[0]["pk"], *(one["pk"] for one in second[0]["answers"])] == [a.pk for a in answers[49:]]
    assert [thread["pk"] for thread in second[1:]] == [comment.pk for comment in others]


def test_an_address_of_a_comment_elsewhere_shows_the_page(client):
    proposal = ProposalFactory()
    for query in (f"?ab={CommentFactory().pk}", "?ab=0", "?ab=x", f"?antwort={CommentFactory().pk}"):
        assert proposal.title in page(client, proposal.get_absolute_url() + query)


def test_what_was_taken_down_shows_its_reason_in_its_place(client):
    comment = CommentFactory(state=Comment.State.HIDDEN, state_reason="Beleidigt eine Person.", text="böse Worte")
    html = page(client, comment.proposal.get_absolute_url())
    assert "Beleidigt eine Person." in html and "böse Worte" not in html


def test_a_proposal_is_written_kept_and_submitted(client):
    council, company, user = CouncilFactory(), CompanyFactory(), signed_in(client)
    CouncilFactory()
    words = {"council": council.pk, "title": "Nachtbus", "text": "Fährt nachts.", "company": company.pk}
    response = client.post(reverse("proposals:create"), {**words, "action": "draft"})
    draft = Proposal.objects.get()
    assert (response.url, draft.stage, draft.author) == (draft.get_absolute_url(), Stage.DRAFT, user.person)
    url = reverse("proposals:edit", args=[draft.pk])
    assert "Fährt nachts." in page(client, url)
    client.post(url, {"title": "Nachtbus", "text": "Fährt immer.", "company": company.pk, "action": "submit"})
    draft.refresh_from_db()
    assert (draft.stage, draft.current_version.text) == (Stage.SUBMITTED, "Fährt immer.")
    page(client, url, 403)


def test_a_form_that_is_not_complete_keeps_what_was_typed(client):
    council = CouncilFactory()
    signed_in(client)
    response = client.post(reverse("proposals:create"), {"council": council.pk, "title": "", "text": "Meine Worte"})
    html = response.content.decode()
    assert response.status_code == 422 and "Meine Worte" in html and 'aria-invalid="true"' in html


def test_somebody_not_verified_keeps_a_draft_and_learns_why(client):
    council = CouncilFactory()
    signed_in(client, UserFactory(person=PersonFactory()))
    words = {"council": council.pk, "title": "Nachtbus", "text": "Fährt.", "action": "submit"}
    response = client.post(reverse("proposals:create"), words, follow=True)
    assert Proposal.objects.get().stage == Stage.DRAFT
    assert "dass Sie hier wohnen" in response.content.decode()


def test_an_account_without_a_person_tells_first_who_it_is(client):
    signed_in(client, UserFactory(person=None))
    assert client.get(reverse("proposals:create")).url == reverse("accounts:me")


def test_a_board_secretary_chooses_for_whom(client):
    council, company = CouncilFactory(), CompanyFactory(organization__name="Netze GmbH")
    user = signed_in(client, user_with_role(Role.Kind.BOARD_SECRETARY, company.organization))
    assert "Netze GmbH" in page(client, reverse("proposals:create"))
    words = {"council": council.pk, "title": "x", "text": "x", "on_behalf_of": company.organization.pk}
    client.post(reverse("proposals:create"), {**words, "action": "submit"})
    proposal = Proposal.objects.get()
    assert (proposal.on_behalf_of, proposal.author) == (company.organization, user.person)
    client.logout()
    assert "Netze GmbH" in page(client, proposal.get_absolute_url())


def test_withdrawing_asks_first(client):
    user = signed_in(client)
    proposal = ProposalFactory(author=user.person)
    url = reverse("proposals:withdraw", args=[proposal.pk])
    assert "rückgängig" in page(client, url)
    client.post(url)
    proposal.refresh_from_db()
    assert proposal.stage == Stage.WITHDRAWN
    page(client, url, 403)


def test_the_desk_enters_for_somebody_without_a_login(client):
    council, person = CouncilFactory(), ResidentFactory(given_name="Hilde", family_name="Ohnenetz")
    clerk = signed_in(client, user_with_role(Role.Kind.CLERK))
    query, proposal = f"?person={person.uuid}", ProposalFactory(council=council)
    listed = page(client, reverse("proposals:list") + query)
    assert "Hilde Ohnenetz" in listed and f"{proposal.get_absolute_url()}{query}" in listed
    assert "Sie tragen für Hilde Ohnenetz ein" in page(client, proposal.get_absolute_url() + query)
    client.post(reverse("proposals:support", args=[proposal.pk]) + query, {"action": "support"})
    client.post(reverse("proposals:comment", args=[proposal.pk]) + query, {"text": "Am Telefon gesagt."})
    words = {"council": council.pk, "title": "Ihr Vorschlag", "text": "x", "action": "draft"}
    response = client.post(reverse("proposals:create") + query, words)
    draft = Proposal.objects.get(author=person)
    assert response.url == draft.get_absolute_url() + query
    assert "Ihr Vorschlag" in page(client, response.url)
    client.post(reverse("proposals:submit", args=[draft.pk]) + query)
    draft.refresh_from_db()
    assert draft.stage == Stage.SUBMITTED
    entered = {Support.objects.get().entered_by, Comment.objects.get().entered_by, draft.entered_by}
    assert entered == {clerk.person} and Support.objects.get().person == Comment.objects.get().author == person


@pytest.mark.parametrize("kind", [None, Role.Kind.MEMBER, Role.Kind.FACILITATOR, Role.Kind.AUDITOR])
def test_nobody_else_enters_for_another(client, kind):
    proposal, person = ProposalFactory(), ResidentFactory()
    signed_in(client, user_with_role(kind) if kind else None)
    for url in (reverse("proposals:list"), proposal.get_absolute_url(), reverse("proposals:create")):
        page(client, f"{url}?person={person.uuid}", 404)
    assert client.post(reverse("proposals:support", args=[proposal.pk]) + f"?person={person.uuid}").status_code == 404


def test_a_person_who_does_not_exist_is_not_found(client):
    signed_in(client, user_with_role(Role.Kind.CLERK))
    for wrong in ("niemand", "00000000-0000-0000-0000-000000000000"):
        assert wrong not in page(client, reverse("proposals:list") + f"?person={wrong}", 404).split("<main")[1]


def test_a_notice_needs_no_login(client):
    comment = CommentFactory(text="Die Worte")
    url = reverse("proposals:notice", args=[comment.proposal_id])
    assert "Die Worte" in page(client, f"{url}?beitrag={comment.pk}")
    client.post(f"{url}?beitrag={comment.pk}", {"category": "insult", "explanation": "Beleidigt."})
    client.post(url, {"category": "spam", "explanation": "Werbung.", "reporter_email": "a@b.example"})
    assert [(n.comment_id, n.proposal_id) for n in Notice.objects.all()] == [
        (comment.pk, None),
        (None, comment.proposal_id),
    ]
    page(client, f"{url}?beitrag={CommentFactory().pk}", 404)


def test_notices_from_one_address_are_bounded(client):
    url = reverse("proposals:notice", args=[ProposalFactory().pk])
    for _ in range(12):
        response = client.post(url, {"category": "spam", "explanation": "Werbung."})
    assert response.status_code == 422 and "Werbung." in response.content.decode()
    assert Notice.objects.count() == 10


def test_the_secretariat_decides_on_admissibility(client):
    proposal = ProposalFactory(stage=Stage.SUBMITTED, title="Nachtbus")
    url = reverse("proposals:admissibility_decide", args=[proposal.pk])
    signed_in(client, user_with_role(Role.Kind.SECRETARIAT))
    assert "Nachtbus" in page(client, reverse("proposals:admissibility"))
    response = client.post(url, {"decision": "return", "reason": ""})
    assert response.status_code == 422
    client.post(url, {"decision": "return", "reason": "Bitte ein Unternehmen nennen."})
    proposal.refresh_from_db()
    assert proposal.stage == Stage.RETURNED
    assert "Bitte ein Unternehmen nennen." in page(client, proposal.get_absolute_url())
    page(client, url, 404)


def test_the_secretariat_decides_on_notices(client):
    notice = NoticeFactory(explanation="Das beleidigt.")
    signed_in(client, user_with_role(Role.Kind.SECRETARIAT))
    url = reverse("proposals:notice_decide", args=[notice.pk])
    assert url in page(client, reverse("proposals:notices")) and "Das beleidigt." in page(client, url)
    client.post(url, {"state": "hidden", "reasons": "Beleidigt eine Person."})
    notice.refresh_from_db()
    assert notice.state == Notice.State.HIDDEN
    assert url not in page(client, reverse("proposals:notices"))
    assert url in page(client, reverse("proposals:notices") + "?alle")
    assert "Beleidigt eine Person." in page(client, url)
    assert client.post(url, {"state": "removed", "reasons": "x"}).status_code == 403


@pytest.mark.parametrize("kind", [None, *(kind for kind in Role.Kind.values if kind != "secretariat")])
def test_pages_of_the_secretariat_are_closed_to_everybody_else(client, kind):
    proposal, notice = ProposalFactory(stage=Stage.SUBMITTED), NoticeFactory()
    signed_in(client, user_with_role(kind) if kind else None)
    for url in (reverse("proposals:admissibility"), reverse("proposals:admissibility_decide", args=[proposal.pk])):
        assert proposal.title not in page(client, url, 403)
    page(client, reverse("proposals:notices"), 200 if kind in ("facilitator", "auditor") else 403)
    expected = {"facilitator": 404, "auditor": 200}.get(kind, 403)
    page(client, reverse("proposals:notice_decide", args=[notice.pk]), expected)


def test_an_auditor_reads_notices_and_decides_nothing(client):
    notice = NoticeFactory(explanation="Das beleidigt.")
    signed_in(client, user_with_role(Role.Kind.AUDITOR))
    url = reverse("proposals:notice_decide", args=[notice.pk])
    html = page(client, url)
    assert "Das beleidigt." in html and 'name="state"' not in html
    assert client.post(url, {"state": "hidden", "reasons": "x"}).status_code == 403


def test_strangers_sign_in_first(client):
    proposal = ProposalFactory()
    for name in ("create", "admissibility", "notices"):
        assert client.get(reverse(f"proposals:{name}")).url.startswith("/konto/")
    for name in ("edit", "withdraw"):
        assert client.get(reverse(f"proposals:{name}", args=[proposal.pk])).url.startswith("/konto/")


def test_what_was_taken_down_is_not_found(client):
    proposal = ProposalFactory(deleted_at=clock())
    for url in (proposal.get_absolute_url(), reverse("proposals:notice", args=[proposal.pk])):
        assert proposal.title not in page(client, url, 404)


def test_the_way_shows_stations_with_their_dates(client):
    user = UserFactory()
    proposal = ProposalFactory(support_needed=1)
    from proposals.services import support_proposal

    support_proposal(proposal, person=user.person, by=user)
    stations = client.get(proposal.get_absolute_url()).context["stations"]
    assert [station["state"] for station in stations] == ["done", "done", "now", "open", "open", "open"]
    assert stations[2]["date"] is not None


@pytest.mark.parametrize(("stage", "states"), [("lapsed", ["done", "refused"]), ("rejected_formal", ["refused"])])
def test_the_way_ends_where_a_proposal_ended(client, stage, states):
    stations = client.get(ProposalFactory(stage=stage).get_absolute_url()).context["stations"]
    assert [station["state"] for station in stations] == states


def test_a_member_speaks_as_a_chair(client):
    council, user = CouncilFactory(), UserFactory()
    seated(council, 4, user.person)
    proposal = ProposalFactory(council=council)
    comment_on(proposal, person=user.person, text="Vom Platz aus.", by=user)
    (thread,) = client.get(proposal.get_absolute_url()).context["threads"]
    assert (thread["seat"], thread["label"]) == (4, "Platz 4")


def test_the_printed_twin_has_the_same_words(client):
    proposal = ProposalFactory(text="Die Worte auf Papier.")
    assert "Die Worte auf Papier." in page(client, proposal.get_absolute_url() + "?paper")


def test_anchors_carry_numbers_without_separators(client):
    comment = CommentFactory(pk=12_345)
    html = page(client, comment.proposal.get_absolute_url())
    assert 'id="beitrag-12345"' in html and "?ab=12345#beitrag-12345" in html
