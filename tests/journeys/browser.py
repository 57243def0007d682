"""People at a browser: what they see and press, and a record of everything that goes wrong meanwhile."""

import os
import re
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, Response

from portal.development import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
WIDTHS = (1280, 320)
QUIET = [
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync"),
    *("--disable-domain-reliability", "--metrics-recording-only", "--no-first-run", "--no-pings"),
    *("--disable-client-side-phishing-detection", "--disable-features=OptimizationHints,MediaRouter,Translate"),
]
"""Chromium asks nobody but the portal."""

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP: " + event.violatedDirective + " blocked " + (event.blockedURI || "inline")
    + " at " + (event.sourceFile || location.href) + ":" + event.lineNumber + " " + event.sample);
});
"""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium. Errors: AssertionError if there is none: a missing browser must not pass for a green test."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is missing: apt-get install -y chromium"
    return playwright.chromium.launch(
        executable_path=program, args=[*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    )


def words(msgid: str, language: str = "de") -> str:
    """What the portal says for `msgid` in a language; a context stands before a bar ("button|Vote")."""
    context, bar, text = msgid.rpartition("|")
    with translation.override(language):
        return translation.pgettext(context, text) if bar else translation.gettext(text)


def is_editors(url: str) -> bool:
    """Whether an address is one of Wagtail's, whose policy allows inline scripts."""
    return urlsplit(url).path.startswith("/cms/")


class Visitor:
    """One person with a browser of their own: cookies, language, width, with or without JavaScript."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        name: str = "",
        javascript: bool = True,
        locale: str = "de-DE",
        width: int = 1280,
        scheme: str = "light",
        storage: str | None = None,
    ) -> None:
        self.base, self.name, self.shots = base, name, 0
        self.troubles: list[str] = []
        self.context = browser.new_context(
            base_url=base,
            java_script_enabled=javascript,
            locale=locale,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            storage_state=storage,
        )
        self.context.set_default_timeout(15_000)
        if javascript:
            self.context.add_init_script(REPORT_VIOLATIONS)
        self.page = self.context.new_page()
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Write down policy violations, script errors, dialogs, server errors and requests to anybody else."""
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.note(page.url, f"script error: {error}"))
        page.on("dialog", lambda dialog: (self.note(page.url, f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", self.requested)
        page.on("response", self.answered)

    def note(self, url: str, what: str) -> None:
        if not is_editors(url):
            self.troubles.append(f"{url}: {what}")

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.note(message.location.get("url") or self.page.url, message.text)

    def requested(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.note(self.page.url, f"asks a third party: {request.url}")

    def answered(self, response: Response) -> None:
        is_part = response.request.resource_type != "document"
        if response.status >= 500 or (is_part and response.status >= 400):
            self.note(response.url, f"answered {response.status}")

    # What people do

    def go(self, path: str) -> None:
        """Open an address of the portal."""
        answer = self.page.goto(path)
        assert answer is not None and answer.ok, f"{path} answered {answer and answer.status}"

    def fill(self, **values: str) -> None:
        """Write into fields, by their names; choose in lists; tick what is `True`."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
            assert field.count(), f"{self.page.url} has no field {name}"
            kind = field.first.evaluate("node => node.tagName + ':' + node.type")
            if kind == "SELECT:select-one":
                field.first.select_option(value)
            elif kind == "INPUT:checkbox" and field.count() == 1:
                field.check()
            elif kind in ("INPUT:radio", "INPUT:checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').first.check()
            else:
                field.first.fill(value)

    def press(self, msgid: str, *, within: str = "main") -> None:
        """Press the button that says `msgid` in the language of the page."""
        self.activate(self.one("button", msgid, within))

    def follow(self, msgid: str, *, within: str = "main") -> None:
        """Follow the link that says `msgid`."""
        self.activate(self.one("link", msgid, within))

    def follow_title(self, title: str) -> None:
        """Follow the first link that begins with these words."""
        found = self.page.locator("main").get_by_role("link", name=re.compile(rf"^\s*{re.escape(title)}"))
        assert found.count(), f"{self.page.url} has no link “{title}”:\n{self.controls()}"
        self.activate(found.first)

    def has(self, role: str, msgid: str, within: str = "main") -> bool:
        """Whether there is such a control."""
        return self.find(role, msgid, within).count() > 0

    def find(self, role: str, msgid: str, within: str) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.says(msgid))}\s*$")
        return self.page.locator(within).get_by_role(role, name=name)  # type: ignore[arg-type]

    def activate(self, control: Locator) -> None:
        """Use a link or a button, and wait for the page it leads to."""
        control.click()
        self.page.wait_for_load_state()

    def one(self, role: str, msgid: str, within: str = "main") -> Locator:
        """The first control of this role and name."""
        found = self.find(role, msgid, within)
        assert found.count(), f"{self.page.url} has no {role} “{self.says(msgid)}”:\n{self.controls()}"
        return found.first

    def controls(self) -> str:
        """What could have been pressed instead, for the message of a failing test."""
        names = self.page.locator("main a, main button, main [role=status]").all_inner_texts()
        return "\n".join(f"  - {' '.join(name.split())}" for name in names if name.strip())

    def says(self, msgid: str) -> str:
        """`msgid` in the language of the page."""
        return words(msgid, self.page.locator("html").get_attribute("lang") or "de")

    def sees(self, text: str) -> None:
        """The page shows this text; waits a few seconds for it."""
        deadline = time.monotonic() + 10
        while (shown := self.text()) is not None and text not in shown:
            assert time.monotonic() < deadline, f"{self.page.url} does not show “{text}” but:\n{shown[:1500]}"
            self.page.wait_for_timeout(100)

    def text(self) -> str:
        """The words of the page's content, blanks joined."""
        return " ".join(self.page.locator("main").inner_text().split())

    def send(self, within: str = "main form[method=post]") -> None:
        """Press the first button of the page's form."""
        self.page.locator(within).first.locator("button:not([type=button])").first.click()
        self.page.wait_for_load_state()

    # What tests keep

    def shot(self, name: str) -> None:
        """Pictures of the page at both widths, below var/screenshots."""
        self.shots += 1
        folder = SCREENSHOTS / self.name
        folder.mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=folder / f"{self.shots:02d}-{name}-{width}.png", full_page=True)
        if before:
            self.page.set_viewport_size(before)

    def storage(self) -> str:
        """Cookies as a file for another visitor of the same login."""
        return self.context.storage_state()  # type: ignore[return-value]

    def leave(self) -> None:
        """Close the browser. Errors: AssertionError with everything that went wrong on the way."""
        self.context.close()
        assert not self.troubles, "\n".join(self.troubles)


def clear_screenshots(name: str) -> Path:
    """An empty folder for the pictures of one journey."""
    folder = SCREENSHOTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
