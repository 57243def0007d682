"""The chain for those who never log in: what happens reaches them on paper or by phone, what they do is entered."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import chain
from tests.journeys.browser import Visitor
from tests.journeys.people import CLERK, SECOND, SECRETARY, City

ON_PAPER = """
    SELECT p.id, p.uuid::text, p.given_name || ' ' || p.family_name, s.number
    FROM councils_membership m JOIN councils_seat s ON s.id = m.seat_id JOIN accounts_person p ON p.id = m.person_id
    LEFT JOIN accounts_user u ON u.person_id = p.id
    WHERE s.council_id = (SELECT min(id) FROM councils_council) AND m.end_date IS NULL AND p.channel = 'letter' AND p.email = '' AND p.phone = '' AND u.id IS NULL
    ORDER BY s.number
"""


def paper_members(city: City) -> list[dict[str, Any]]:
    """Members of the demo's first council without login, e-mail and phone; other journeys may have founded others."""
    rows = city.stack.query(ON_PAPER)
    return [{"id": row[0], "uuid": row[1], "name": row[2], "seat": row[3]} for row in rows]


def messages_to(city: City, person: int) -> dict[str, set[str]]:
    """The events of which somebody was told, and by which ways."""
    told: dict[str, set[str]] = {}
    for event, channel in city.stack.query(
        "SELECT event, channel FROM accounts_message WHERE person_id = %s", [person]
    ):
        told.setdefault(event, set()).add(channel)
    return told


def reach_by_phone(clerk: Visitor, member: dict[str, Any], number: str) -> None:
    """The clerk notes that somebody wants to be called."""
    clerk.go(f"/personen/{member['uuid']}/bearbeiten/")
    clerk.fill(channel="phone", phone=number)
    clerk.shot("reached-by-phone")
    clerk.press("Save")
    clerk.sees(number)


def hold_session(secretary: Visitor, meeting: int, item: str, present: list[dict[str, Any]]) -> None:
    """The meeting is opened, who is there is ticked, and the vote on its item opened for all members."""
    secretary.go(f"/sitzungen/{meeting}/")
    secretary.shot("session-invited")
    secretary.press("Open the meeting")
    secretary.follow("Presence")
    for member in present:
        secretary.page.get_by_label(member["name"]).first.check()
    secretary.shot("presence")
    secretary.send()
    secretary.go(f"/sitzungen/{meeting}/")
    row = secretary.page.locator(".row__main", has=secretary.page.locator(".row__title", has_text=item))
    secretary.activate(row.get_by_role("link", name=secretary.says("Open a vote on this")))
    secretary.fill(electorate="all")
    secretary.shot("open-the-vote")
    secretary.press("Open the vote")
    secretary.sees(secretary.says("The vote is open."))


def open_card(clerk: Visitor, member: dict[str, Any]) -> None:
    """Find somebody by name, as at the desk."""
    clerk.go("/personen/")
    clerk.fill(q=member["name"])
    clerk.press("Search", within="main form[role=search]")
    given, family = member["name"].rsplit(" ", 1)
    clerk.follow_title(f"{family}, {given}")
    clerk.sees(member["name"])


def speak_for(clerk: Visitor, member: dict[str, Any], topic: str, text: str) -> None:
    """A support and a comment that came on paper."""
    open_card(clerk, member)
    clerk.shot("card")
    clerk.follow("Propose, support or comment")
    clerk.follow_title(topic)
    clerk.press("Support this proposal")
    clerk.sees(clerk.says("The support of this person counts."))
    clerk.fill(text=text)
    clerk.shot("comment-for-another")
    clerk.press("Publish")
    clerk.sees(text)


def propose_for(clerk: Visitor, member: dict[str, Any], title: str) -> None:
    open_card(clerk, member)
    clerk.follow("Propose, support or comment")
    clerk.follow("Write a proposal")
    clerk.fill(title=title, text="Am Markt fehlt ein Dach.", reasons="Es regnet dort hinein.")
    clerk.press("Save and submit")
    clerk.sees(clerk.says("The proposal is submitted. The secretariat checks it."))
    clerk.shot("proposed-for-another")


def enter_ballot(clerk: Visitor, member: dict[str, Any], meeting: str, choice: str) -> None:
    """From the card of the member to the vote; the clerk enters what stands on the paper."""
    open_card(clerk, member)
    clerk.follow("Vote or note presence in a meeting")
    clerk.follow_title(meeting)
    clerk.follow("To the vote")
    clerk.fill(choice=choice)
    clerk.shot("paper-ballot")
    clerk.press("vote|Enter")
    clerk.sees(clerk.says("Entered from the paper."))


def test_a_member_without_mail_and_phone_has_the_same_voice(
    city: City, secretary: Visitor, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    [her, him, *_others] = paper_members(city)
    clerk, second = city.signed_in(CLERK, name), city.signed_in(SECOND, name)
    reach_by_phone(clerk, him, "0900 555 0142")
    session = city.scene("session")
    hold_session(secretary, session["meeting"], session["proposal"], [her, him])
    pages = [" ".join(page.split()) for page in city.print_letters(secretary, tmp_path)]
    hers = [page for page in pages if her["name"] in page]
    assert all(messages_to(city, her["id"])[event] == {"letter"} for event in ("membership_began", "meeting_invited"))
    for words in (session["title"], session["proposal"]):
        assert any(words in page for page in hers), f"no letter to {her['name']} says “{words}”: {hers}"
    tell_on_the_phone(city, clerk, him, session["proposal"])
    topic, text = city.topic(), "Ich schreibe Ihnen das mit der Hand."
    speak_for(clerk, her, topic, text)
    proposal = f"Ein Dach für den Markt ({session['meeting']})"
    propose_for(clerk, her, proposal)
    chain.admit(secretary, proposal)
    enter_ballot(clerk, her, session["title"], "no")
    enter_ballot(second, her, session["title"], "no")
    count_and_read(city, secretary, session, her)
    reader = city.visitor(name)
    chain.open_from_navigation(reader, "Proposals", topic)
    reader.sees(text)
    reader.sees(reader.says("entered at the desk"))
    her_acts_are_hers(city, her)


def tell_on_the_phone(city: City, clerk: Visitor, member: dict[str, Any], topic: str) -> None:
    """Who is reached by phone is called: the note says what to say, and that it was said."""
    assert "phone" in messages_to(city, member["id"])["vote_opened"]
    notes = city.stack.query(
        "SELECT id FROM accounts_message WHERE person_id = %s AND channel = 'phone' AND state = 'queued'",
        [member["id"]],
    )
    clerk.go("/geschaeftsstelle/post/?channel=phone&state=queued")
    clerk.shot("calls-to-make")
    for (note,) in notes:
        clerk.go(f"/geschaeftsstelle/post/{note}/")
        clerk.sees("0900 555 0142")
        clerk.press("I have told them")
    clerk.shot("told")
    left = city.stack.value(
        "SELECT count(*) FROM accounts_message WHERE id = ANY(%s) AND state = 'queued'", [[row[0] for row in notes]]
    )
    assert notes and left == 0, "a call that was made still waits"


def count_and_read(city: City, secretary: Visitor, session: dict[str, Any], her: dict[str, Any]) -> None:
    """Everybody else votes yes; after the close her no stands in the result beside the others, as one of them."""
    others = city.scene("others_vote", session["proposal"])["count"]
    assert city.scene("time_is_over", session["proposal"])["state"] == "closed"
    secretary.go(f"/sitzungen/{session['meeting']}/")
    secretary.shot("session-counted")
    secretary.follow("How each seat voted")
    secretary.shot("counted")
    [(result,)] = city.stack.query(
        "SELECT result FROM voting_vote WHERE title = %s ORDER BY id DESC LIMIT 1", [session["proposal"]]
    )
    assert (result["yes"], result["no"], result["by_channel"]["paper"]) == (others, 1, 1)
    seat = secretary.page.locator("th", has_text=re.compile(rf"^\s*Platz {her['seat']}\s*$"))
    row = secretary.page.locator("main tr").filter(has=seat)
    assert secretary.says("No") in row.last.inner_text()


def her_acts_are_hers(city: City, her: dict[str, Any]) -> None:
    """In the data each act is hers, and beside it stands who entered it."""
    entered = """
        SELECT count(*) FROM {table} WHERE {who} = %s AND entered_by_id IS NOT NULL AND entered_by_id <> {who}
    """
    for table, who in (
        ("proposals_comment", "author_id"),
        ("proposals_support", "person_id"),
        ("proposals_proposal", "author_id"),
    ):
        assert city.stack.value(entered.format(table=table, who=who), [her["id"]]) == 1, table
    two = "SELECT b.entered_by_id <> b.confirmed_by_id FROM voting_openballot b JOIN voting_rollentry e ON e.id = b.entry_id"
    assert city.stack.query(f"{two} WHERE e.person_id = %s ORDER BY b.id DESC", [her["id"]])[0][0] is True


def test_a_stranger_at_the_desk_is_refused(city: City, request: pytest.FixtureRequest) -> None:
    member = paper_members(city)[0]
    visitor = city.signed_in(city.resident(), request.node.name)
    for path in (f"/personen/{member['uuid']}/", f"/vorschlaege/?person={member['uuid']}", "/geschaeftsstelle/briefe/"):
        assert visitor.context.request.get(path).status in (403, 404), path
    assert SECRETARY not in visitor.page.content()
