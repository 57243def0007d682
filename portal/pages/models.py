"""Editorial pages: articles and learning pages, with blocks that show live data. Nothing a service decides lives here."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, IntegerBlock, RichTextBlock, StaticBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.search import index

from accounts.purposes import OFFICE
from decisions.models import Addressee, Decision
from meetings.models import Meeting
from proposals.models import Proposal

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(ImageBlock):
    """A picture with words for those who do not see it; "decorative" is no excuse in an article."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, **kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse a picture without alt text."""
        from wagtail.blocks.struct_block import StructBlockValidationError

        if value is not None and not (getattr(value, "contextual_alt_text", "") or "").strip():
            raise StructBlockValidationError(
                block_errors={
                    "alt_text": models.Field.default_error_messages["blank"]
                }  # the usual words for "fill this in"
            )
        return super().clean(value)

    class Meta:
        icon = "image"
        template = "pages/blocks/picture.html"


class WaitingBlock(StaticBlock):
    """Live: decisions that still wait for an answer."""

    def get_context(self, value: Any, parent_context: dict | None = None) -> dict:
        waiting = Addressee.objects.filter(state__in=[Addressee.State.DELIVERED, Addressee.State.ACKNOWLEDGED])
        rows = waiting.select_related("decision", "organ__organization").order_by("due_on")[:5]
        return {**super().get_context(value, parent_context), "addressees": rows}

    class Meta:
        icon = "time"
        label = _("Live: waiting for an answer")
        template = "pages/blocks/waiting.html"


class ProposalsBlock(StaticBlock):
    """Live: what is being discussed."""

    def get_context(self, value: Any, parent_context: dict | None = None) -> dict:
        stages = [Proposal.Stage.SUPPORT, Proposal.Stage.DELIBERATION, Proposal.Stage.VOTE]
        rows = Proposal.objects.filter(stage__in=stages, deleted_at__isnull=True).order_by("-id")[:5]
        return {**super().get_context(value, parent_context), "proposals": rows}

    class Meta:
        icon = "comment"
        label = _("Live: open proposals")
        template = "pages/blocks/proposals.html"


class MeetingBlock(StaticBlock):
    """Live: the next meeting."""

    def get_context(self, value: Any, parent_context: dict | None = None) -> dict:
        meeting = Meeting.objects.exclude(state=Meeting.State.CLOSED).order_by("starts_at").first()
        return {**super().get_context(value, parent_context), "meeting": meeting}

    class Meta:
        icon = "date"
        label = _("Live: the next meeting")
        template = "pages/blocks/meeting.html"


class DecisionBlock(StructBlock):
    """Live: one decision and how far it has come, by its number."""

    number = CharBlock(max_length=20, label=_("number of the decision"))

    def get_context(self, value: Any, parent_context: dict | None = None) -> dict:
        found = Decision.objects.filter(number=value.get("number"), state=Decision.State.SEALED).first()
        addressees = found.addressees.select_related("organ__organization") if found else []
        return {**super().get_context(value, parent_context), "decision": found, "addressees": addressees}

    class Meta:
        icon = "doc-full"
        label = _("Live: one decision")
        template = "pages/blocks/decision.html"


class FiguresBlock(StructBlock):
    """A number that matters, with its words."""

    number = IntegerBlock()
    words = CharBlock(max_length=120)

    class Meta:
        icon = "order"
        label = _("a figure")
        template = "pages/blocks/figure.html"


class BodyBlock(StreamBlock):
    """What an editorial page is made of."""

    text = RichTextBlock(features=RICH_TEXT, label=_("text"))
    picture = PictureBlock(label=_("picture"))
    figure = FiguresBlock()
    waiting = WaitingBlock()
    proposals = ProposalsBlock()
    meeting = MeetingBlock()
    decision = DecisionBlock()


class ArticlePage(Page):
    """An article or learning page in German, with English and Leichte Sprache beside it where they are written."""

    lead = models.CharField(_("lead"), max_length=300, help_text=_("One sentence: what is this page about?"))
    body = StreamField(BodyBlock(), verbose_name=_("text"))
    body_en = StreamField(BodyBlock(required=False), blank=True, verbose_name=_("text in English"))
    body_plain = StreamField(BodyBlock(required=False), blank=True, verbose_name=_("text in Leichte Sprache"))
    personal = {"owner": OFFICE, "locked_by": OFFICE}

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("body"),
        FieldPanel("body_en"),
        FieldPanel("body_plain"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]
    template = "pages/article_page.html"

    class Meta:
        verbose_name = _("article")

    @property
    def words(self) -> Any:
        """The text in the reader's language, German where it is not written."""
        return {"en": self.body_en, "de-ls": self.body_plain}.get(get_language() or "de") or self.body


class IndexPage(Page):
    """A list of the articles below it, newest first."""

    lead = models.CharField(_("lead"), max_length=300)
    personal = {"owner": OFFICE, "locked_by": OFFICE}

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    search_fields = [*Page.search_fields, index.SearchField("lead")]
    template = "pages/index_page.html"
    subpage_types = ["pages.ArticlePage", "pages.IndexPage"]

    class Meta:
        verbose_name = _("list of articles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        articles = ArticlePage.objects.child_of(self).live().order_by("-first_published_at")[:25]
        return {**super().get_context(request, *args, **kwargs), "articles": articles}
