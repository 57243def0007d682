"""The stations of the chain as people go them: from the start page, by links, fields and buttons."""

import datetime

from playwright.sync_api import expect

from tests.journeys.browser import Visitor

REASONS = "Die Geschäftsführung kann das im laufenden Jahr leisten; die Mittel stehen im Wirtschaftsplan."


def open_from_navigation(visitor: Visitor, entry: str, title: str) -> None:
    """From the start page over an entry of the navigation to something by its title."""
    visitor.go("/")
    visitor.follow(entry, within="header nav")
    visitor.follow_title(title)


def read_all(visitor: Visitor, decision: str) -> None:
    """What a reader without a login can follow: a decision, its proposal, its vote, who sits there, the companies."""
    visitor.go("/")
    visitor.shot("start")
    visitor.follow("Decisions", within="header nav")
    visitor.shot("decisions")
    visitor.follow_title(decision)
    visitor.shot("decision")
    for entry in ("Proposals", "Companies", "Citizens' council"):
        visitor.follow(entry, within="header nav")
        expect(visitor.page.locator("main h1")).to_have_count(1)
        visitor.shot(entry.lower().replace("'", "").replace(" ", "-"))


def comment(visitor: Visitor, proposal: str, text: str) -> None:
    open_from_navigation(visitor, "Proposals", proposal)
    visitor.fill(text=text)
    visitor.shot("comment")
    visitor.press("Publish")
    visitor.sees(text)
    visitor.shot("comment-published")


def propose(visitor: Visitor, title: str) -> None:
    visitor.go("/")
    visitor.follow("Proposals", within="header nav")
    visitor.follow("Write a proposal")
    visitor.fill(title=title, text="Die Stadtwerke sollen das tun.\n\nUnd darüber berichten.", reasons="Weil es hilft.")
    visitor.shot("propose")
    visitor.press("Save and submit")
    visitor.sees(visitor.says("The proposal is submitted. The secretariat checks it."))
    visitor.shot("proposed")


def admit(secretary: Visitor, title: str) -> None:
    """The secretariat finds it among its tasks and lets it in."""
    secretary.go("/aufgaben/")
    secretary.shot("secretariat-tasks")
    secretary.follow("Check proposals for admissibility")
    secretary.follow_title(title)
    secretary.fill(decision="admit")
    secretary.shot("admissibility")
    secretary.press("Decide")
    secretary.sees(secretary.says("Decided. The author will be told."))


def vote(member: Visitor, title: str, choice: str = "yes") -> None:
    """A member finds the open vote among their tasks and votes; no count is shown."""
    member.go("/aufgaben/")
    member.shot("member-tasks")
    member.follow_title(member.says("Vote: %(title)s") % {"title": title})
    member.shot("vote")
    member.fill(choice=choice)
    member.press("button|Vote")
    member.sees(member.says("Your vote is cast. You can change it until the vote is closed."))
    member.shot("voted")
    assert member.page.locator("main .bars").count() == 0, "a count is shown before the close"


def acknowledge(board: Visitor, decision: str) -> None:
    """The board secretary finds the decision in the inbox and confirms its receipt."""
    board.go("/aufgaben/")
    board.shot("board-tasks")
    board.follow("Board area")
    board.shot("inbox")
    board.follow_title(decision)
    if board.has("button", "Confirm receipt"):
        board.press("Confirm receipt")
        board.sees(board.says("Receipt is confirmed. Thank you."))
    board.shot("acknowledged")


def answer(board: Visitor, number: str) -> None:
    """The answer: two mistakes first, which come back beside their fields with nothing lost."""
    board.follow("Answer now")
    board.fill(answer="modified", resolution_number=number)
    board.press("Publish the answer")
    board.shot("answer-with-errors")
    expect(board.page.locator("main [name=resolution_number]")).to_have_value(number)
    assert board.page.locator("main [name=resolution_date][aria-invalid=true]").count() == 1
    board.fill(reasons=REASONS, resolution_date=datetime.date.today().isoformat())
    board.shot("answer")
    board.press("Publish the answer")
    board.sees(board.says("The answer is published. Thank you."))
    board.shot("answered")


def read_answer(reader: Visitor, decision: str, number: str) -> None:
    """Everybody reads decision, receipt, answer with reasons and number of the resolution."""
    open_from_navigation(reader, "Decisions", decision)
    reader.sees(REASONS)
    reader.sees(number)
    reader.shot("public-answer")
