"""What is closed reaches nobody without the right: by no address, feed, calendar, search hit, export or mail.

Words that stand nowhere else are planted in every field of a closed item, its vote and its papers; then every role
without the right asks for every address there is, and every answer is searched for them.
"""

import logging
from io import BytesIO

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from pypdf import PdfReader

from accounts.models import Message
from audit.models import Event
from documents.models import File
from documents.services import store_file
from meetings import services as meetings
from meetings.models import AgendaItem, Paper
from tests.routes import CMS, COUNCIL, ROWS, walk
from tests.world import ROLES, World, standing_world, undone
from voting.models import Vote

pytestmark = pytest.mark.django_db
CANARY = "Zimtschnecke"
BESIDE = ("Personal", "Vorlage", "beschlossen")
"""Words of the same titles: a page may repeat what was searched for, so nobody searches for the canary itself."""
WITHOUT = sorted(set(ROLES) - COUNCIL)
OFTEN = {"anonymous"}
"""Asked in every run of the tests; the others in a full one."""

LEAVING = {"account_logout", "set_language"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), standing_world() as made:
        plant(made)
        yield made
    logging.disable(logging.NOTSET)


def plant(world: World) -> None:
    """The word into whatever is closed: before the meeting, in it while it is called and voted, and in its papers."""
    by, session = world.users["secretariat"], world["session"]
    closed = [world["closed_item"].pk, world["voted_closed_item"].pk, world["votable_closed_item"].pk]
    AgendaItem.objects.filter(pk__in=closed).update(title=f"{CANARY} Personal", resolution=f"{CANARY} beschlossen")
    votes = AgendaItem.objects.filter(pk__in=closed, vote__isnull=False).values("vote")
    Vote.objects.filter(pk__in=votes).update(title=f"{CANARY}?", question=f"Soll {CANARY} gehen?")
    first = {"title": f"{CANARY} Vorlage", "asked": CANARY, "choices": CANARY, "dissent": CANARY, "text": CANARY}
    data = f"%PDF-1.7 {CANARY}".encode()
    file = store_file(data, name=f"{CANARY}.pdf", media_type="application/pdf", owner="test")
    item = AgendaItem.objects.get(pk=world["voted_closed_item"].pk)
    meetings.add_paper(item, file=file, by=by, **first)
    Paper.objects.filter(pk=world["closed_paper"].pk).update(**first)
    File.objects.filter(pk=world["closed_paper"].file_id).update(name=f"{CANARY}.pdf")
    meetings.call_item(item, by=by)
    said = {"given_name": CANARY, "family_name": CANARY, "profession": CANARY, "list_name": CANARY, "interests": CANARY}
    meetings.call_expert(item, email="", chosen_by="council", by=by, **said)
    order = meetings.raise_hand(session, person=world["in_the_hall"], kind="order", by=by)
    meetings.start_speech(order, by=by)
    meetings.rule_on_order(order, asked=f"{CANARY} vertagen", ruling=f"{CANARY} bleibt", by=by)
    meetings.stop_speech(session, by=by)
    meetings.tell_members(session, "meeting_invited")
    meetings.tell_members(session, "meeting_moved")


def addresses(world: World) -> list[str]:
    """Every address of the table, every route of meetings with the keys of what is closed, and searches for the word."""
    found = {row.address(world) for row in ROWS if row.name not in LEAVING}
    keys = {world[name].pk for name in ("closed_item", "voted_closed_item", "votable_closed_item", "closed_paper")}
    keys |= set(Paper.objects.values_list("pk", flat=True)) | {world["session"].pk, world["coming_meeting"].pk}
    for name, path, _view in walk(get_resolver().url_patterns):
        if not name.startswith(("meetings:", "voting:", "decisions:", "portal:")) or path.startswith(CMS):
            continue
        for key in keys:
            try:
                found.add(reverse(name, args=[key]))
            except NoReverseMatch:
                break
    searches = ("/suche/", "/sitzungen/", "/beschluesse/", "/vorschlaege/")
    found |= {f"{address}?q={word}" for address in searches for word in BESIDE}
    return sorted(found)


def said(client, address: str) -> str:
    """All an answer says: its body (the words of a PDF too), its headers and where it leads."""
    with undone():
        response = client.get(address)
        body = response.getvalue()
    text = body.decode(errors="replace")
    if response.get("Content-Type") == "application/pdf" and response.status_code == 200:
        try:
            text += "".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
        except Exception:  # a file of the tests that is no whole PDF has been read as it is
            text += ""
    return text + str(dict(response.items()))


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=[] if role in OFTEN else [pytest.mark.slow]) for role in WITHOUT]
)
def test_nobody_without_the_right_reads_what_is_closed(world, role):
    asked = addresses(world)
    assert len(asked) > 250
    client = world.client(role)
    assert [address for address in asked if CANARY in said(client, address)] == []


@pytest.mark.parametrize("role", sorted(COUNCIL))
def test_whoever_has_the_right_reads_it(world, role):
    client = world.client(role)
    for name, key in (("meetings:detail", "session"), ("meetings:paper", "closed_paper")):
        assert CANARY in said(client, reverse(name, args=[world[key].pk])), name


def test_no_mail_letter_or_event_says_it(world):
    assert Message.objects.filter(event="meeting_moved").exists()
    for message in Message.objects.all():
        assert CANARY not in message.text + message.subject + str(message.letter)
    assert not [event for event in Event.objects.all() if CANARY in str(event.facts)]


def test_the_planted_word_is_found_where_it_may_not_stand(world):
    """The test itself: the same words on a public item are found by everybody."""
    with undone():
        AgendaItem.objects.filter(pk=world["voted_closed_item"].pk).update(is_public=True)
        assert CANARY in world.client("anonymous").get(reverse("meetings:detail", args=[world["session"].pk])).text
