"""What the pages of proposals cost, at ten and at a thousand of them (experience.md, Speed)."""

import pytest
from django.urls import reverse

from accounts.tests.factories import ResidentFactory, UserFactory
from councils.tests.budgets import cost_of
from councils.tests.factories import CompanyFactory, CouncilFactory
from proposals.models import Comment
from proposals.tests.factories import CommentFactory, ProposalFactory, proposals_of

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[10, 1_000])
def council(request):
    council = CouncilFactory()
    company = CompanyFactory()
    proposals_of(council, request.param, company=company)
    return council


def discussed(comments, **fields):
    proposal = ProposalFactory(comment_count=comments, company=CompanyFactory(), **fields)
    people = ResidentFactory.create_batch(10)
    for number in range(comments):
        CommentFactory(proposal=proposal, author=people[number % 10], text="Dazu ein Satz mit etwas Inhalt. " * 4)
    return proposal


@pytest.mark.parametrize("query", ["", "?stand=support", "?q=Strom", "?q=Nummer"])
def test_the_list_stays_within_its_budget(client, council, query):
    url = reverse("proposals:list") + query
    client.get(url)
    cost = cost_of(client, url)
    assert cost.sql <= 8, cost.statements
    assert cost.instances <= 6 * 25 and cost.size <= 10_000, (cost.instances, cost.size)


def test_a_signed_in_reader_costs_four_statements_more(client, council):
    url = reverse("proposals:list")
    anonymous = cost_of(client, url)
    client.force_login(UserFactory())
    assert cost_of(client, url).sql <= anonymous.sql + 4


@pytest.mark.parametrize("comments", [0, 50, 200])
def test_one_proposal_stays_within_its_budget_with_its_comments(client, comments):
    proposal = discussed(comments)
    cost = cost_of(client, proposal.get_absolute_url())
    assert cost.sql <= 12, cost.statements
    assert cost.instances <= 6 * 51 and cost.size <= 25_000, (cost.instances, cost.size)
    shown = cost.response.context["threads"]
    assert len(shown) == min(50, comments)


def test_a_page_of_fifty_comments_is_small_to_draw(client):
    html = client.get(discussed(50).get_absolute_url()).content.decode()
    assert html.count("<") - html.count("</") <= 1_500


def test_a_signed_in_reader_of_a_proposal_costs_little_more(client):
    proposal = discussed(50)
    anonymous = cost_of(client, proposal.get_absolute_url())
    client.force_login(UserFactory())
    assert cost_of(client, proposal.get_absolute_url()).sql <= anonymous.sql + 5


def test_supporting_costs_at_most_ten_statements(client):
    proposal = ProposalFactory()
    client.force_login(UserFactory())
    cost = cost_of(client, reverse("proposals:support", args=[proposal.pk]), {"action": "support"})
    assert cost.sql <= 10, cost.statements


def test_commenting_costs_at_most_fifteen_statements(client):
    proposal = ProposalFactory()
    client.force_login(UserFactory())
    cost = cost_of(client, reverse("proposals:comment", args=[proposal.pk]), {"text": "Gut so."})
    assert Comment.objects.count() == 1
    assert cost.sql <= 15, cost.statements
