"""The story the demo plays, chapter by chapter, from the resolution to the board's answer."""

import datetime
from collections.abc import Iterator

from accounts.models import User
from audit.clock import today
from councils.services import constitute
from decisions import services as decisions
from decisions.services import escalate
from meetings.services import open_vote
from portal.demo import boards, draw, evening, life, pages, sessions, software, texts
from portal.demo.city import COMPANIES, SEATS, Stage, found
from portal.demo.clockwork import at
from proposals.models import Proposal

LONG_DEBATED = 3
"""How many of today's topics are in deliberation already; the others still collect support."""


def chapters() -> Iterator[str]:
    """Sentences of what has just happened; each chapter calls the services that the pages call."""
    at(430)
    stage = found()
    yield f"Auenstadt ist gegründet: {len(COMPANIES)} Unternehmen, ihre Organe, die Satzung."
    yield from draw.play(stage)
    at(325)
    constitute(stage.council, by=stage.secretary)
    yield f"Der Bürgerrat mit {SEATS} Plätzen hat sich konstituiert."
    at(320)
    readers = life.settle_in(stage)
    yield f"{len(readers)} Einwohnerinnen und Einwohner haben sich angemeldet."
    first = []
    for place, row in enumerate(texts.ADOPTED):
        at(318 - place)
        topic = life.propose(stage, row, readers[place])
        first.append(life.discuss(topic, readers, supports=16 + place, comments=6 + place))
    yield f"{len(first)} Vorschläge haben Unterstützung gefunden."
    made = life.meet(stage, 1, 270, first[:3], readers)
    yield "1. Sitzung: drei namentliche Abstimmungen, drei Beschlüsse, zugestellt."
    yield from life.follow_up(stage, made)
    yield from _later(stage, readers, first)


def _later(stage: Stage, readers: list[User], first: list[Proposal]) -> Iterator[str]:
    """A decision that is late, one on its way, and what can be supported, discussed and voted on today."""
    late = life.meet(stage, 2, 245, first[3:4], readers)
    yield "2. Sitzung: ein Beschluss zur Pflege; seine Antwort wird ausbleiben."
    waiting = life.meet(stage, 3, 40, first[4:5], readers)
    yield "3. Sitzung: ein Beschluss zur Stadtreinigung, zugestellt."
    life.meet(stage, 4, 30, first[5:6], readers)
    at(12)
    for decision in waiting:
        decisions.acknowledge(decision.addressees.get(), how="Telefonisch bestätigt", by=stage.secretary)
    escalate()
    yield f"Beschluss {late[0].number if late else ''} wird sichtbar erwartet; die Stufen sind von selbst gelaufen."
    yield from _today(stage, readers)


def _today(stage: Stage, readers: list[User]) -> Iterator[str]:
    topics = []
    for place, row in enumerate(texts.OPEN):
        is_long_debated = place < LONG_DEBATED
        at(28 - place if is_long_debated else 11 - place)
        topic = life.propose(stage, row, readers[10 + place])
        supports = 14 + place if is_long_debated else 5 + place
        topics.append(life.discuss(topic, readers, supports=supports, comments=4 + 2 * place))
        if place == LONG_DEBATED - 1:
            at(22)
            meeting = life.call(stage, 5, today() + datetime.timedelta(days=20), topics[:1])
    yield f"{len(topics)} Vorschläge sind heute in der Beratung oder sammeln Unterstützung."
    at(4)
    coming = life.call(stage, 6, today() + datetime.timedelta(days=20), topics[1:2])
    sessions.prepare(stage, coming, readers, topics[1])
    sessions.assembly(stage)
    yield "Die 6. Sitzung mit einer Anhörung und eine offene Versammlung sind einberufen."
    evening.arrive(stage, meeting, 2)
    sessions.discuss(stage, meeting.items.get(proposal=topics[0]))
    open_vote(meeting.items.get(proposal=topics[0]), is_hall=False, by=stage.secretary)
    evening.leave(stage, meeting)
    yield "Über die Trinkbrunnen wird gerade abgestimmt, online und auf Papier."
    yield from boards.play(stage)
    yield from software.play(stage)
    pages.write()
    yield "Die Redaktion hat erste Seiten geschrieben."
