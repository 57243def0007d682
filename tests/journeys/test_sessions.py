"""A chair runs a session by keyboard alone: next, stop, a point of order from the hall, another item, taken down."""

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import KeyboardVisitor
from tests.journeys.people import SECRETARY, City


def test_a_chair_runs_a_session_by_keyboard_alone(city: City, request: pytest.FixtureRequest) -> None:
    hall = city.scene("hall")
    first, second, third, fourth = hall["seats"][:4]
    chair = city.signed_in(SECRETARY, request.node.name, kind=KeyboardVisitor)
    page = chair.page
    chair.go(hall["speakers"])
    following = page.locator("button[name=action][value=next]")
    for seat in (first, second):  # the button has the focus: Enter alone
        expect(following).to_be_focused()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        expect(page.locator("#floor")).to_contain_text(str(seat))
    chair.shot("speaking")
    chair.activate(page.locator("button[name=action][value=stop]"))
    expect(page.locator("button[name=action][value=stop]")).to_have_count(0)

    who, what = page.locator("#seat"), page.locator("#side")
    chair.reach(who)
    page.keyboard.type(f"Platz {fourth}")
    chair.reach(what)
    page.keyboard.press("End")
    chair.activate(page.locator("form:has(#seat) button"))
    expect(page.locator("ol.rows li").first).to_contain_text(f"Platz {fourth}")

    chair.activate(page.locator("ol.rows li").nth(1).locator("button").last)
    expect(page.locator("ol.rows li")).to_have_count(1)
    chair.reach(page.locator("#item"))
    page.keyboard.press("End")
    chair.activate(page.locator("form:has(#item) button"))
    expect(page.locator("main")).to_contain_text("Zweiter Punkt")
    chair.shot("second-item")
    assert third


def test_the_wall_follows_the_list_without_a_hand_on_it(city: City, request: pytest.FixtureRequest) -> None:
    hall = city.scene("hall")
    wall = city.visitor(request.node.name)
    wall.go(hall["speakers"].replace("redeliste", "leinwand"))
    expect(wall.page.locator("#live")).to_contain_text(f"Platz {hall['seats'][0]}")
    chair = city.signed_in(SECRETARY, request.node.name)
    chair.go(hall["speakers"])
    chair.page.locator("button[name=action][value=next]").click()
    expect(wall.page.locator(".stage__name")).to_contain_text(str(hall["seats"][0]), timeout=5_000)
    wall.shot("wall")
