"""The whole way in the browser: sign up, prove that one lives here, comment, propose; the board answers, all see it."""

import datetime
import re
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession

from tests.journeys import chain
from tests.journeys.browser import Visitor
from tests.journeys.people import CODE, Authenticator, City

PASSWORD = "ein-langer-satz-aus-auenstadt"
STREET = "Lindenstraße 17"


def sign_up(city: City, visitor: Visitor, login: str) -> None:
    """From the start page to a confirmed address: the link of the mail is opened in the same browser."""
    visitor.go("/")
    visitor.shot("start")
    visitor.follow("Sign in", within="header")
    visitor.shot("login")
    visitor.page.locator("main a[href*='signup']").first.click()
    visitor.shot("signup")
    visitor.fill(email=login, password1=PASSWORD, password2=PASSWORD)
    visitor.send("main form[action*='signup']")
    visitor.shot("mail-sent")
    letter = city.mail(login, "", seconds=60)
    [link] = re.findall(r"http://localhost:\d+(/konto/confirm-email/\S+)", letter)
    visitor.go(link)
    visitor.shot("confirm-address")
    visitor.send()
    visitor.fill(login=login, password=PASSWORD)
    visitor.press("Sign In")


def introduce(visitor: Visitor, given: str, family: str) -> None:
    """Who are you: name and address."""
    visitor.fill(given_name=given, family_name=family, street=STREET, postal_code="99001", town="Auenstadt")
    visitor.shot("who-are-you")
    visitor.press("That is me")


def code_of(pages: list[str], recipient: str) -> str:
    """The code on the letter to somebody, as it is printed."""
    [letter] = [page for page in pages if recipient in page and CODE.search(page)]
    found = CODE.search(letter)
    assert found is not None
    return found.group()


def set_up_totp(city: City, visitor: Visitor, login: str, password: str) -> None:
    """The authenticator app: its key is read from the page."""
    visitor.go("/konto/2fa/")
    visitor.shot("second-factor")
    visitor.page.locator("main a[href$='/totp/activate/']").click()
    city.prove_again(visitor, password)
    secret = visitor.page.locator("main").evaluate(
        "node => [...node.querySelectorAll('input')].map(input => input.value).find(text => /^[A-Z2-7]{32}$/.test(text))"
    )
    city.authenticators[login] = Authenticator(secret)
    visitor.shot("authenticator-app")
    visitor.fill(code=city.authenticator(login).code())
    visitor.press("Activate")
    assert "/recovery-codes/" in visitor.page.url, "recovery codes come with the first factor"
    visitor.shot("recovery-codes")


def plug_in_key(visitor: Visitor) -> CDPSession:
    """A security key as the browser sees it; it says yes to every touch."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def set_up_passkey(city: City, visitor: Visitor, password: str) -> None:
    visitor.go("/konto/2fa/webauthn/add/")
    city.prove_again(visitor, password)
    visitor.fill(name="Mein Telefon")
    visitor.page.locator("main [name=passwordless]").check()
    visitor.shot("passkey")
    with visitor.page.expect_navigation():
        visitor.press("Add")
    visitor.follow("Manage")
    visitor.sees("Mein Telefon")
    visitor.shot("passkeys")


def sign_in_with_passkey(visitor: Visitor) -> None:
    visitor.go("/konto/logout/")
    visitor.send()
    visitor.go("/konto/login/")
    with visitor.page.expect_navigation(url=lambda url: "/konto/" not in url):
        visitor.press("Sign in with a passkey")


def family_name(login: str) -> str:
    """A name of its own for each login: two of one name at one address would be looked into by a clerk."""
    return "Neuberg-" + "".join(chr(ord("A") + int(digit)) for digit in re.findall(r"\d", login)).title()


def day_of_birth(login: str) -> str:
    """A birth date for a login."""
    day = datetime.date(1950, 1, 1) + datetime.timedelta(days=int(re.sub(r"\D", "", login)))
    return day.strftime("%d.%m.%Y")


def verify_by_letter(city: City, resident: Visitor, secretary: Visitor, folder: Path, login: str) -> None:
    """A letter is asked for, printed by the secretariat, and its code entered."""
    resident.shot("confirm-that-you-live-here")
    resident.follow("By letter")
    resident.press("Send me the letter")
    code = code_of(city.print_letters(secretary, folder), f"Ines {family_name(login)}")
    secretary.shot("letters")
    resident.fill(code=code, birth_date=day_of_birth(login))
    resident.shot("code")
    resident.press("Confirm")
    resident.sees(resident.says("My account"))
    resident.shot("my-account")
    assert city.person(login)["verified_until"] > datetime.date.today()


def test_from_signing_up_to_the_boards_answer(
    city: City, secretary: Visitor, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    resident, login = city.visitor(name), city.new_login("ines")
    sign_up(city, resident, login)
    introduce(resident, "Ines", family_name(login))
    verify_by_letter(city, resident, secretary, tmp_path, login)
    set_up_totp(city, resident, login, PASSWORD)
    plug_in_key(resident)
    set_up_passkey(city, resident, PASSWORD)
    sign_in_with_passkey(resident)
    resident.shot("tasks")
    chain.comment(resident, city.topic(), f"Ich wohne dort und bin dafür ({login}).")
    title = f"Sitzbänke an der Linie 8 ({login})"
    chain.propose(resident, title)
    chain.admit(secretary, title)
    chain.open_from_navigation(resident, "Proposals", title)
    resident.shot("admitted")
    chain.vote(city.signed_in(city.member(), name), city.open_vote())
    decision = city.waiting_decision()
    board = city.signed_in(decision["login"], name)
    chain.acknowledge(board, decision["title"])
    chain.answer(board, f"A {login}")
    chain.read_answer(city.visitor(name), decision["title"], f"A {login}")
    assert city.answers(f"A {login}") == 1
