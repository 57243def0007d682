"""The page that checks a record in the browser, as the one file that others host: no network, the same answers."""

import copy
import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from audit.canonical import canonical_json
from lottery.tests.dice import Dice
from lottery.tests.mutations import mutate
from lottery.tests.test_forgeries import honest
from lottery.verify import verify
from lottery.views.verifying import verify_download
from tests.journeys.browser import SCREENSHOTS
from tests.journeys.wcag import axe, form_of


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    """The downloaded file, opened from a folder."""
    with translation.override("de"):
        html = verify_download(RequestFactory().get("/")).content
    path = tmp_path_factory.mktemp("page") / "pruefen.html"
    path.write_bytes(html)
    opened = chromium.new_page(offline=True)
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def answers(page, record, opening=None):
    """The keys of the checks that do not hold, asked of the page's script."""
    script = "([r, o]) => window.allmendeVerify.verify(JSON.parse(r), o && JSON.parse(o)).filter(x => !x.holds).map(x => x.key)"
    return page.evaluate(script, [canonical_json(record).decode(), json.dumps(opening) if opening else None])


def test_the_page_says_that_an_honest_record_holds(page, tmp_path):
    record, files = honest()
    (tmp_path / "record.json").write_bytes(canonical_json(record))
    (tmp_path / "mine.json").write_bytes(canonical_json(files["volunteer"]))
    page.set_input_files("#verify-record", tmp_path / "record.json")
    page.set_input_files("#verify-opening", tmp_path / "mine.json")
    page.click("button[type=submit]")
    page.wait_for_selector("[data-verify-result] li")
    text = page.inner_text("[data-verify-result]")
    assert text.startswith("Alles, was geprüft wurde, stimmt.")
    assert "Geprüft: was alle sehen können, und Ihre eigene Datei." in text
    assert text.count("stimmt: ") == 16 and "hier nicht geprüft: " in text and record["commitment"] in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_the_looks_of_the_portal_without_a_network_and_axe_finds_nothing(page, tmp_path, scheme):
    (tmp_path / "record.json").write_bytes(canonical_json(honest()[0]))
    page.emulate_media(color_scheme=scheme)
    page.set_input_files("#verify-record", tmp_path / "record.json")
    page.set_input_files("#verify-opening", [])
    page.click("button[type=submit]")
    page.wait_for_selector("text=Geprüft: was alle sehen können.")
    page.wait_for_function("document.fonts.check('600 1em \"Fira Sans\"')")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=SCREENSHOTS / f"verify-{scheme}.png", full_page=True)
    assert axe(page) == []
    assert form_of(page, "de") == []


def test_the_page_finds_what_the_command_finds(page):
    record, files = honest()
    assert answers(page, record, files["volunteer"]) == []
    for turn in range(60):
        changed = copy.deepcopy(record)
        path = mutate(changed, Dice(f"page {turn}"))
        if canonical_json(changed) != canonical_json(record) and isinstance(changed.get("committed"), dict):
            assert verify(changed).faults and answers(page, changed), path
