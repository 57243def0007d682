"""Proposals at any stage, with comments and supports, for tests of every app above."""

import datetime
from typing import Any

import factory

from accounts.tests.factories import ResidentFactory
from audit.canonical import digest
from audit.clock import clock, today
from councils.tests.factories import CouncilFactory
from proposals.models import Comment, Notice, Proposal, ProposalVersion

WORDS = "Die Stadtwerke stellen die Busse auf Strom um.\n\nDer Fahrplan bleibt dicht.\n\nDie Kosten werden offengelegt."


class ProposalFactory(factory.django.DjangoModelFactory):
    """A proposal that collects support; `stage`, `text` and every column can be given."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    council = factory.SubFactory(CouncilFactory)
    author = factory.SubFactory(ResidentFactory)
    title = factory.Sequence(lambda n: f"Busse mit Strom, Vorschlag {n}")
    stage = Proposal.Stage.SUPPORT
    support_needed = 50
    submitted_at = factory.LazyAttribute(lambda o: None if o.stage == Proposal.Stage.DRAFT else clock())
    stage_until = factory.LazyAttribute(
        lambda o: today() + datetime.timedelta(days=14) if o.stage in ("submitted", "support") else None
    )

    @factory.post_generation
    def text(self, create, extracted, **kwargs):
        if create:
            self.current_version = ProposalVersion.objects.create(
                proposal=self,
                number=1,
                title=self.title,
                text=extracted or WORDS,
                reasons="Weil die Luft besser wird.",
                hash=digest({"title": self.title}),
                created_by=self.author,
                created_at=clock(),
            )
            self.save(update_fields=["current_version"])


class CommentFactory(factory.django.DjangoModelFactory):
    """A visible comment of a resident."""

    class Meta:
        model = Comment

    proposal = factory.SubFactory(ProposalFactory)
    author = factory.SubFactory(ResidentFactory)
    author_label = factory.Sequence(lambda n: f"Stimme {n}")
    text = "Das hilft auch meiner Straße."


class NoticeFactory(factory.django.DjangoModelFactory):
    """An open notice about a comment."""

    class Meta:
        model = Notice

    comment = factory.SubFactory(CommentFactory)
    category = Notice.Category.INSULT
    explanation = "Das beleidigt meine Nachbarin."
    created_at = factory.LazyFunction(clock)


def proposals_of(council: Any, count: int, **fields: Any) -> list[Proposal]:
    """Many proposals of one author with few statements, for tests of cost."""
    author = fields.pop("author", None) or ResidentFactory()
    now, until = clock(), today() + datetime.timedelta(days=14)
    stamps = {"created_at": now, "modified_at": now, "submitted_at": now, "stage_until": until}
    values = {"stage": Proposal.Stage.SUPPORT, "support_needed": 50, **stamps, **fields}
    made = Proposal.objects.bulk_create(
        Proposal(council=council, author=author, title=f"Vorschlag Nummer {n}", **values) for n in range(count)
    )
    versions = ProposalVersion.objects.bulk_create(
        ProposalVersion(
            proposal=proposal,
            number=1,
            title=proposal.title,
            text=WORDS,
            hash="0" * 64,
            created_by=author,
            created_at=now,
        )
        for proposal in made
    )
    for proposal, version in zip(made, versions, strict=True):
        proposal.current_version = version
    Proposal.objects.bulk_update(made, ["current_version"])
    return made
