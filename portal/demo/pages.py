"""The first editorial pages: a list of articles and one learning page with live blocks."""

from django.conf import settings
from wagtail.models import Page, Site
from wagtail.rich_text import RichText

from portal.pages.models import ArticlePage, IndexPage

LOT = """<p>Niemand bewirbt sich um einen Platz im Bürgerrat. Das Los entscheidet, und damit die Mischung stimmt, gibt es
Quoten: für Alter, Geschlecht, Stadtbezirk und Schulabschluss. Sie werden veröffentlicht, bevor gelost wird.</p>
<h2>Warum Quoten?</h2><p>Wer antwortet, ist im Schnitt älter und länger zur Schule gegangen als die Stadt. Ohne Quoten
säße im Rat eine Hälfte der Stadt. Mit Quoten haben alle, die geantwortet haben, so gleiche Chancen wie möglich.</p>"""
LOT_EN = """<p>Nobody applies for a seat in the citizens' council. It is drawn by lot, and quotas for age, sex, district and
education keep the mix right. They are published before the draw.</p>"""
LOT_PLAIN = """<p>Niemand kann sich für den Bürgerrat bewerben.</p><p>Die Plätze werden ausgelost.</p><p>Der Rat soll so
sein wie die Stadt: junge und alte Menschen, Frauen und Männer, Menschen aus allen Stadt-Teilen.</p>"""
ANSWERS = """<p>Ein Beschluss des Bürgerrats ist eine Empfehlung. Aber er darf nicht liegen bleiben: Das zuständige Organ
muss ihn in einer ordentlichen Sitzung behandeln und mit Gründen antworten. Bleibt die Antwort aus, steht das hier.</p>"""


def write() -> None:
    """Two articles below one list, which is what `/seiten/` shows."""
    root = Page.get_first_root_node()
    index = root.add_child(
        instance=IndexPage(title="Wissen", slug="wissen", lead="Wie der Bürgerrat arbeitet, kurz erklärt.")
    )
    index.add_child(
        instance=ArticlePage(
            title="So wird gelost",
            slug="so-wird-gelost",
            lead="Vom Melderegister bis zum Platz: wie aus 3.500 Briefen ein Rat wird.",
            body=[
                ("text", _rich(LOT)),
                ("figure", {"number": 3500, "words": "Briefe für 56 Plätze"}),
                ("meeting", None),
            ],
            body_en=[("text", _rich(LOT_EN))],
            body_plain=[("text", _rich(LOT_PLAIN))],
        )
    )
    index.add_child(
        instance=ArticlePage(
            title="Was mit einem Beschluss geschieht",
            slug="was-mit-einem-beschluss-geschieht",
            lead="Zustellen, antworten, umsetzen, belegen: kein Beschluss verschwindet.",
            body=[("text", _rich(ANSWERS)), ("waiting", None), ("proposals", None)],
        )
    )
    host, _, port = settings.PUBLIC_URL.split("//")[-1].partition(":")
    Site.objects.all().delete()
    Site.objects.create(
        hostname=host, port=int(port or 80), root_page=index, is_default_site=True, site_name="Auenstadt"
    )
    Page.objects.filter(depth=2).exclude(pk=index.pk).delete()


def _rich(html: str) -> RichText:
    return RichText(" ".join(html.split()))
