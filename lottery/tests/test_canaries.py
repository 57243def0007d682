"""Two hundred people with names and features that occur nowhere else: nobody but a draw officer meets them anywhere.

Every address of the lottery and of the decisions is opened in every role at every stage of a draw, each with GET and
POST; then messages, audit chains, jobs and stored public files are searched.
"""

import pytest
from django.core import mail
from django.forms import model_to_dict
from django.urls import get_resolver, reverse

from accounts.models import Message, Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.models import Event, Job
from councils.models import Council
from documents.models import File
from documents.services import read_file
from lottery import services
from lottery.features import FeatureTable, FeatureValue
from lottery.models import Draw, DrawApproval, Invitation
from lottery.pool import pool_open
from lottery.tests.factories import CENSUS, STEPS, Stage, answers, features, rows_of

pytestmark = pytest.mark.django_db
COUNT = 200
NEST = FeatureTable(
    "nest",
    "Nistplatz",
    CENSUS,
    True,
    [FeatureValue("kanariengelb", "Kanariengelb", 500), FeatureValue("kanariengruen", "Kanariengrün", 500)],
)
MARKS = [
    *(f"Kanarienvorname{n}x" for n in range(COUNT)),
    *(f"Kanarienname{n}x" for n in range(COUNT)),
    *(f"Kanarienweg {n}x" for n in range(COUNT)),
    *(f"kanari{n}x@vogel.example" for n in range(COUNT)),
    *(f"0999-{n:04d}" for n in range(COUNT)),
    *(f"Kanarienfutter {n}x" for n in range(COUNT)),
    *(f"Kanarienhelfer{n}x" for n in range(COUNT)),
]
"""What must be found nowhere: names, streets, addresses, numbers, needs, helpers."""


def canary_csv() -> bytes:
    lines = ["Vorname;Familienname;Straße;PLZ;Ort;Stadtbezirk;Geburtsdatum;Geschlecht"]
    for n in range(COUNT):
        birth = f"{1 + n % 28:02d}.03.{[1995, 1970, 1950][n % 3]}"
        sex = "wm"[n // 3 % 2]
        lines.append(f"Kanarienvorname{n}x;Kanarienname{n}x;Kanarienweg {n}x;52062;Musterstadt;Mitte;{birth};{sex}")
    return "\n".join(lines).encode()


class CanaryStage(Stage):
    """A draw whose sample is the canaries; all reply, every third by phone, with needs."""

    def imported(self) -> "CanaryStage":
        services.define_features(self.draw, features=[*features(), NEST], by=self.officer)
        services.import_sample(self.draw, data=canary_csv(), by=self.officer)
        return self.fresh()

    def replied(self, count: int = COUNT) -> "CanaryStage":
        self.invited()
        for row in self.rows():
            n = row.number - 1
            given = answers(n, email=f"kanari{n}x@vogel.example", phone=f"0999-{n:04d}", needs=f"Kanarienfutter {n}x")
            given["helper_name"] = f"Kanarienhelfer{n}x"
            given["features"] = {**given["features"], "nest": ["kanariengelb", "kanariengruen"][n % 2]}
            services.reply(row, answers=given, channel="online")
        return self.fresh()


def found_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def addresses(draw: Draw) -> list[str]:
    """Every address of both apps, filled with this draw, a row of its pool, and every file."""
    row = next(iter(rows_of(draw=draw)), None)
    file = File.objects.filter(owner=f"draw:{draw.pk}").order_by("pk").first()
    values = {"pk": draw.pk, "invitation_pk": row.pk if row else 1, "file_pk": file.pk if file else 1}
    found = []
    for app in ("lottery", "decisions"):
        _prefix, resolver = get_resolver().namespace_dict[app]
        for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
            wanted = resolver.reverse_dict.getlist(name)[0][0][0][1]
            found.append(reverse(f"{app}:{name}", kwargs={key: values.get(key, 1) for key in wanted if key != "name"}))
    return sorted(set(found))


def answer_text(response) -> str:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return data.decode(errors="replace") + str(response.headers)


def strangers() -> list:
    kinds = [kind for kind in Role.Kind.values if kind != Role.Kind.DRAW_OFFICER]
    return [None, UserFactory(), *(user_with_role(kind) for kind in kinds)]


QUERIES = ("?paper=1", "?q=Kanarien&stand=interested", "?format=csv")
STATES = [
    Draw.State.INVITED,
    Draw.State.RESPONSE_CLOSED,
    Draw.State.COMMITTED,
    Draw.State.SELECTED,
]


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_no_page_shows_a_canary_to_anybody_but_a_draw_officer(state, client):
    stage = CanaryStage(size=6)
    getattr(stage, STEPS[state].__name__)()
    services.print_letters(stage.draw)
    places = addresses(stage.draw)
    assert len(places) >= 40
    for user in strangers():
        client.logout()
        if user is not None:
            client.force_login(user)
            client.post(reverse("account_reauthenticate"), {"password": "ein langes Passwort 1"})
        for place in places:
            response = client.get(place)
            assert not found_in(answer_text(response)), (user, place)
            for query in QUERIES if response.status_code == 200 else ():
                assert not found_in(answer_text(client.get(place + query))), (user, place, query)
    assert stage.fresh().draw.state == state


@pytest.mark.slow
def test_forms_sent_by_strangers_change_nothing_and_show_nothing(client):
    stage = CanaryStage(size=6)
    stage.selected()
    before = [model_to_dict(row) for row in stage.rows()]
    for user in strangers():
        client.logout()
        if user is not None:
            client.force_login(user)
        for place in addresses(stage.draw):
            text = answer_text(client.post(place, {"answer": "yes", "code": "ABCD-EFGH-JKMN-PQRS", "token": "x"}))
            assert not found_in(text), (user, place)
    assert [model_to_dict(row) for row in stage.rows()] == before
    approvals = DrawApproval.objects.filter(draw=stage.draw)
    assert approvals.filter(step__in=["quotas", "commitment"]).count() == 4


def test_a_draw_officer_does_find_them(client):
    """The search above would be worth nothing if it could not find."""
    stage = CanaryStage(size=6).invited()
    client.force_login(stage.officer)
    assert found_in(answer_text(client.get(reverse("lottery:replies", args=[stage.draw.pk]))))


def test_no_message_chain_job_public_file_or_record_holds_a_canary():
    stage = CanaryStage(size=6)
    stage.selected()
    services.print_letters(stage.draw)
    services.decline_response(stage.rows("selected")[0], by=stage.officer)
    services.settle_vacancies()
    everything = [str(list(model.objects.values())) for model in (Message, Event, Job, DrawApproval, Council)]
    everything += [str(message.message()) for message in mail.outbox]
    public = File.objects.filter(is_public=True)
    everything += [read_file(file).decode(errors="replace") for file in public]
    draw = stage.fresh().draw
    everything.append(str([draw.record, draw.sealed, draw.pool_counts, draw.problem, draw.title]))
    assert not [mark for text in everything for mark in found_in(text)]


def test_the_record_tells_nobodys_feature():
    """Values are named as quotas and census shares alone; beside them stand totals of the pool and of the drawn panel."""
    record = CanaryStage(size=6).selected().draw.record
    sealed = {key: value for key, value in record["committed"].items() if key not in ("quotas", "census")}
    text = str({**record, "committed": sealed})
    for value in ("kanariengelb", "kanariengruen", "hauptschule", "abitur", "16-39", "65+"):
        assert value in str(record["committed"]["quotas"])
        assert value not in text
    for totals in (sealed["totals"], record["drawn"]["panel"], *record["drawn"]["opened"]):
        assert {type(count) for count in totals["counts"]} == {int}


def test_who_is_seated_is_known_to_accounts_and_to_the_pool_no_longer_by_pseudonym(client):
    """Names become public only by consent: the page of the draw shows seats, never who sits on them."""
    stage = CanaryStage(size=6).confirmed()
    page = answer_text(client.get(stage.draw.get_absolute_url()))
    assert not found_in(page)
    for row in stage.rows(Invitation.State.CONFIRMED):
        assert row.family_name not in page


@pytest.mark.parametrize("kind", [k for k in Role.Kind.values if k != Role.Kind.DRAW_OFFICER])
def test_the_queryset_itself_gives_nothing(kind):
    CanaryStage(size=6).invited()
    user = user_with_role(kind)
    with pool_open():
        assert not Invitation.objects.visible_to(user).exists()


def test_logs_and_error_pages_hold_no_canary(client, caplog):
    """What fails while a pool is open fails without naming anybody, on the page and in the log."""
    stage = CanaryStage(size=6).replied()
    row = stage.rows()[0]
    client.force_login(stage.officer)
    client.raise_request_exception = False
    places = [
        reverse("lottery:phone_act", args=[stage.draw.pk, row.pk]),
        reverse("lottery:reply_enter", args=[stage.draw.pk, row.pk + 100_000]),
        reverse("lottery:confirm", args=[stage.draw.pk, row.pk]),
        reverse("lottery:check", args=[stage.draw.pk]),
    ]
    with caplog.at_level("DEBUG"):
        for place in places:
            client.post(place, {"act": "nothing that exists"})
            client.get(place)
        for outsider in (stage.auditor, user_with_role(Role.Kind.CLERK)):
            client.force_login(outsider)
            for place in places:
                assert not found_in(answer_text(client.get(place)))
    written = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert written
    assert not found_in(written)


def test_the_auditors_pages_show_totals_of_features_and_nobodys(client):
    """The figures an auditor sees add up over everybody: no row of the page belongs to one person."""
    stage = CanaryStage(size=6).replied()
    client.force_login(stage.auditor)
    for name in ("response", "cockpit", "letter"):
        page = client.get(reverse(f"lottery:{name}", args=[stage.draw.pk]))
        assert page.status_code == 200
        text = answer_text(page)
        assert not found_in(text)
        assert not [row.pseudonym for row in stage.rows() if row.pseudonym in text]
