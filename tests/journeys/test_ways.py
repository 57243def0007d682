"""The chain on other ways: without JavaScript, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys import chain
from tests.journeys.browser import Visitor
from tests.journeys.keyboard import KeyboardVisitor
from tests.journeys.people import SECRETARY, City


def play_chain(city: City, name: str, mark: str, **options) -> str:
    """Read, comment, propose, admit, vote, acknowledge, answer, read again. Returns the number of the board's resolution."""
    decision = city.waiting_decision()
    reader = city.visitor(name, **options)
    chain.read_all(reader, decision["title"])
    resident = city.signed_in(city.resident(), name, **options)
    chain.comment(resident, city.topic(), f"Das geht auch {mark}.")
    title = f"Fahrpläne in großer Schrift ({mark} {city.new_login('')})"
    chain.propose(resident, title)
    chain.admit(city.signed_in(SECRETARY, name, **options), title)
    chain.vote(city.signed_in(city.member(), name, **options), city.open_vote(), "no")
    board = city.signed_in(decision["login"], name, **options)
    chain.acknowledge(board, decision["title"])
    number = f"GV {mark} {decision['addressee']}"
    chain.answer(board, number)
    chain.read_answer(reader, decision["title"], number)
    return number


def test_the_chain_without_javascript(city: City, request: pytest.FixtureRequest) -> None:
    visitor = city.visitor(request.node.name, javascript=False)
    city.sign_in(visitor, city.resident(1))
    visitor.shot("signed-in")
    assert city.answers(play_chain(city, request.node.name, "ohne Skript", javascript=False)) == 1


def test_the_chain_by_keyboard_alone(city: City, request: pytest.FixtureRequest) -> None:
    visitor = city.visitor(request.node.name, kind=KeyboardVisitor)
    city.sign_in(visitor, city.resident(2))
    visitor.shot("signed-in")
    assert city.answers(play_chain(city, request.node.name, "mit Tasten", kind=KeyboardVisitor)) == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_the_first_stop_skips_to_the_content(city: City, request: pytest.FixtureRequest, width: int) -> None:
    visitor = city.visitor(request.node.name, kind=KeyboardVisitor, width=width)
    visitor.go("/beschluesse/")
    visitor.page.keyboard.press("Tab")
    visitor.look()
    expect(visitor.page.locator("a.skip")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_of_a_phone_opens_and_closes_with_keys(city: City, request: pytest.FixtureRequest) -> None:
    visitor = city.visitor(request.node.name, kind=KeyboardVisitor, width=320)
    visitor.go("/")
    menu = visitor.page.locator("details.menu > summary")
    visitor.reach(menu)
    visitor.page.keyboard.press("Enter")
    link = visitor.page.locator("header nav").get_by_role("link", name=visitor.says("Proposals"))
    expect(link).to_be_visible()
    visitor.shot("menu")
    visitor.page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(menu).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.activate(link)
    assert visitor.page.url.endswith("/vorschlaege/")


def test_tab_goes_through_a_whole_page_and_is_never_trapped(city: City, request: pytest.FixtureRequest) -> None:
    visitor: Visitor = city.visitor(request.node.name, kind=KeyboardVisitor)
    assert isinstance(visitor, KeyboardVisitor)
    for path in ("/", "/beschluesse/", "/vorschlaege/", "/konto/login/", "/gestaltung/"):
        visitor.go(path)
        foot = visitor.page.locator("footer a").last
        visitor.reach(foot)
