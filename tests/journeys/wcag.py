"""Looking at a page as axe does, and at what axe does not see: reflow, one heading, title, language."""

from typing import Any

from playwright.sync_api import Page

from portal.development import ROOT
from tests.journeys.browser import SCREENSHOTS, Visitor

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()
RUN = """
async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((one) => one.id + " (" + one.impact + "): " + one.nodes.length + " × "
    + one.nodes[0].target.join(" ") + " " + one.nodes[0].html.slice(0, 160) + " " + (one.nodes[0].any[0] || {}).message);
}
"""
FORM = """
() => ({
  lang: document.documentElement.lang,
  title: document.title.trim(),
  headings: document.querySelectorAll("h1").length,
  width: document.scrollingElement.scrollWidth,
  wide: [...document.querySelectorAll("main *, header *, footer *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest(".table-scroll, .kern-sr-only, .ribbon-box"))
    .slice(0, 3).map((node) => node.tagName.toLowerCase() + "." + node.className),
})
"""
NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 900}


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands. Injected by the debugger, so that the page's policy stays as it is."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(RUN)


def form_of(page: Page, language: str) -> list[str]:
    """Language, title, heading, and whether anything is wider than a narrow window."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found: dict[str, Any] = page.evaluate(FORM)
    troubles = []
    if found["lang"] != language:
        troubles.append(f"html lang is “{found['lang']}”")
    if not found["title"]:
        troubles.append("no title")
    if found["headings"] != 1:
        troubles.append(f"{found['headings']} h1")
    if found["width"] > NARROW["width"]:
        troubles.append(f"{found['width']} px wide at 320: {', '.join(found['wide'])}")
    return troubles


def look(visitor: Visitor, language: str, name: str = "") -> list[str]:
    """Everything that is wrong with the page the visitor has open: light and wide, then narrow, and in German dark too.

    Colours know no language: the English page is not asked once more in the dark.
    """
    page = visitor.page
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    if name:
        page.screenshot(path=SCREENSHOTS / "pages" / f"{name}-{language}-1280.png", full_page=True)
    troubles = [f"light: {one}" for one in axe(page)]
    troubles += form_of(page, language)
    if language != "de":
        return troubles
    page.emulate_media(color_scheme="dark")
    if name:
        page.screenshot(path=SCREENSHOTS / "pages" / f"{name}-{language}-320-dark.png", full_page=True)
    return troubles + [f"dark: {one}" for one in axe(page)]
