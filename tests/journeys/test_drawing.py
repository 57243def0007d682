"""One draw from an empty cockpit to a council of 56: register, letters, replies, quotas, seal, digits, hall, seats, purge."""

import datetime
import re
from pathlib import Path
from typing import Any

from audit.clock import BERLIN
from tests.journeys.browser import Visitor
from tests.journeys.people import AUDITOR, OFFICER, City
from tests.journeys.sampling import from_the_register, prove, signs
from tests.journeys.wcag import axe, form_of

SEATS = 56
WALL = {"width": 1920, "height": 1080}
SMALL = """
() => [...document.querySelectorAll(".hall *")].filter((node) => !node.closest(".kern-sr-only")
    && [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim())
    && node.getBoundingClientRect().width && parseFloat(getComputedStyle(node).fontSize) < innerHeight / 20)
  .map((node) => node.textContent.trim())
"""


def wait_for_panels(officer: Visitor, cockpit: str) -> None:
    """The worker computes; the cockpit says when it is done."""
    for _second in range(120):
        officer.go(cockpit)
        if officer.has("link", "Seal the panels"):
            return
        officer.page.wait_for_timeout(1_000)
    raise AssertionError(officer.text()[:1500])


def test_from_an_empty_cockpit_to_a_council(city: City, tmp_path: Path) -> None:
    stage = from_the_register(city, tmp_path)
    number, cockpit = stage["draw"], f"/losverfahren/leitung/{stage['draw']}/"
    officer, auditor = city.signed_in(OFFICER, "officer"), city.signed_in(AUDITOR, "auditor")
    the_panel_is_drawn(city, officer, auditor, stage, cockpit)
    in_the_hall(city, number)
    seats_are_taken(city, officer, number, cockpit)
    assert seats_held(city, number) == SEATS


def the_panel_is_drawn(city: City, officer: Visitor, auditor: Visitor, stage: dict[str, Any], cockpit: str) -> None:
    """Quotas, way of drawing, panels, the seal by two, the number typed by two, the published panel."""
    officer.go(f"{cockpit}quoten/")
    officer.sees(officer.says("Yes. Those who said yes can fill every seat within these quotas."))
    officer.shot("quotas")
    officer.press("Set the quotas")
    officer.shot("method")
    officer.press("Choose this way of drawing")
    for visitor in (officer, auditor):
        signs(visitor, f"{cockpit}einfrieren/", "Sign the quotas")
    officer.go(f"{cockpit}berechnen/")
    officer.press("Compute")
    wait_for_panels(officer, cockpit)
    officer.go(f"{cockpit}siegel/empfang/")
    officer.fill(people="Sabine Weiß; Notarin; notariat@beispiel.example")
    officer.press("Keep this list")
    hour = datetime.datetime.fromisoformat(stage["drum_at"]).astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
    signs(officer, f"{cockpit}siegeln/", "Sign the seal", drum="Trommel im Rathaus", drum_at=hour)
    signs(auditor, f"{cockpit}siegeln/", "Sign the seal")
    officer.go(cockpit)
    officer.shot("sealed")
    city.scene("hours_go_by", "4")
    for visitor in (officer, auditor):
        visitor.go(f"{cockpit}zahl/")
        prove(visitor)
        visitor.fill(value_0="417")
        if visitor is officer:
            visitor.fill(witnesses="Notarin Weiß\nSchülerin Demir")
        visitor.press("Record what was drawn")
    officer.go(f"{cockpit}auslosen/")
    officer.press("Publish the panel")


def in_the_hall(city: City, draw: int) -> None:
    """From the seal to the last chair by one key; everything can be read from the last row, and axe finds nothing."""
    visitor = city.visitor("hall")
    page = visitor.page
    page.set_viewport_size(WALL)  # type: ignore[arg-type]
    visitor.go(f"/losverfahren/{draw}/saal/")
    seen = 0
    while page.locator("a[rel=next]").count():
        if seen in (0, 2, 4, 21):
            assert axe(page) == []
            assert page.evaluate(SMALL) == []
            visitor.page.screenshot(path=f"var/screenshots/hall-{seen}.png")
        before = page.url
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
        seen += 1
    assert seen == 3 + 1 + 56 + 1
    visitor.sees("Alle 56 Plätze sind ausgelost.")
    assert axe(page) == []
    assert form_of(page, "de") == []


def seats_held(city: City, draw: int) -> int:
    """How many seats of a draw's council somebody holds."""
    held = "SELECT count(*) FROM councils_membership m JOIN councils_seat s ON s.id = m.seat_id WHERE "
    held += "m.end_date IS NULL AND s.council_id = (SELECT council_id FROM lottery_draw WHERE id = %s)"
    return city.stack.value(held, [draw])


def seats_are_taken(city: City, officer: Visitor, draw: int, cockpit: str) -> None:
    """All say yes; one resigns, an alternate takes the seat; then what need not be kept is deleted."""
    for _seat in range(SEATS):
        officer.go(f"{cockpit}zusagen/")
        officer.press("Takes the seat")
    officer.shot("all-seats-taken")
    member = city.stack.query(
        """SELECT m.id, s.number FROM councils_membership m JOIN councils_seat s ON s.id = m.seat_id
           WHERE m.end_date IS NULL AND s.council_id = (SELECT council_id FROM lottery_draw WHERE id = %s)
           ORDER BY s.number LIMIT 1 OFFSET 16""",
        [draw],
    )[0]
    city.scene("one_resigns", str(member[0]))
    assert city.scene("seats_settle")["offered"] == 1
    officer.go(f"{cockpit}zusagen/")
    officer.sees(f"Platz {member[1]}")
    officer.press("Takes the seat")
    assert seats_held(city, draw) == SEATS
    assert city.scene("seats_settle")["purged"] > 0
    visitor = city.visitor("public")
    visitor.go(f"/losverfahren/{draw}/")
    visitor.shot("public")
    assert axe(visitor.page) == []
    assert re.search(r"417", visitor.text())
    city.scene("today_again")
