"""Replies from a file of another tool: all or none, each faulty line named, nobody without consent, nobody twice."""

import csv
import io
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import user_with_role
from audit.clock import clock, set_clock
from audit.models import Event
from audit.services import Refused
from documents.models import File
from documents.services import path_of
from lottery import consents, services
from lottery.codes import hash_of, new_code
from lottery.features import TableError
from lottery.models import Draw, Invitation, RegisterSample, ReplyCheck
from lottery.pool import pool_open
from lottery.respondents import read_respondents
from lottery.services.preparation import SampleRefused
from lottery.tests.factories import EDUCATION, Stage, answers, change_rows, features, rows_of

pytestmark = pytest.mark.django_db
State = Invitation.State


def table(rows: list[dict[str, str]]) -> bytes:
    """Rows as a CSV; the first one has every column."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def said(row: Invitation, **cells: str) -> dict[str, str]:
    """What a file says of somebody who wants to take part."""
    return {"id": row.pseudonym, "consent": "ja", "education": EDUCATION[row.number % 3], **cells}


def read_in(stage: Stage, data: bytes) -> services.Preview:
    """Upload and enter a file as the draw officer does."""
    file = services.keep_replies(stage.draw, data=data, by=stage.officer)
    return services.import_replies(stage.draw, sha256=file.sha256, by=stage.officer)


def problems_of(stage: Stage, data: bytes) -> dict[int, str]:
    """Line → what is wrong with it; makes sure that the preview says the same and that nothing was entered."""
    before = [(row.pk, row.state, row.features, row.replied_at) for row in stage.rows()]
    file = services.keep_replies(stage.draw, data=data, by=stage.officer)
    with pytest.raises(SampleRefused) as refused:
        services.import_replies(stage.draw, sha256=file.sha256, by=stage.officer)
    shown = services.preview_replies(stage.draw, file=file, by=stage.officer)
    assert [str(one) for one in shown.problems] == [str(one) for one in refused.value.problems]
    assert [(row.pk, row.state, row.features, row.replied_at) for row in stage.rows()] == before
    assert not Event.objects.filter(name="replies.imported").exists()
    return {one.line: one.text % one.values for one in refused.value.problems}


def test_a_file_enters_yes_and_no_and_says_who_read_it():
    stage = Stage().invited()
    one, two, three, *_rest = stage.rows()
    rows = [
        said(one, wants="ja", phone="0241 1", needs="Dolmetschen", research="ja"),
        said(two, wants="", phone="", needs="", research="nein"),
        {"id": three.pseudonym, "wants": "nein", "phone": "0241 3"},
    ]
    found = read_in(stage, table(rows))
    assert (found.yes, found.no, found.same) == (2, 1, 0)
    one, two, three, *rest = stage.rows()
    assert [row.state for row in (one, two, three)] == [State.INTERESTED, State.INTERESTED, State.DECLINED]
    assert (one.channel, one.entered_by, one.phone, one.needs) == (
        "file",
        stage.officer.person,
        "0241 1",
        "Dolmetschen",
    )
    assert one.consent_version and one.research_version and two.consent_version and not two.research_version
    assert one.features == {"sex": "w", "age": "16-39", "education": EDUCATION[1]}
    assert (three.phone, three.consent_version, three.features) == ("", "", {"sex": "w", "age": "65+"})
    assert {row.state for row in rest} == {State.INVITED}
    stage.fresh()
    assert (stage.draw.response_count, stage.draw.interested_count) == (3, 2)
    figures = services.response_of(stage.draw)
    assert (figures.channels["file"], figures.answered, figures.interested) == (3, 3, 2)
    facts = Event.objects.get(name="replies.imported").facts
    assert {key: facts[key] for key in ("channel", "rows", "yes", "no", "same")} == {
        "channel": "file", "rows": 3, "yes": 2, "no": 1, "same": 0,
    }  # fmt: skip


def test_an_exported_pool_read_into_the_same_sample_gives_the_same_pool():
    """Ours writes `id`, features and `household`; beside it stands the consent, which no export of the field has."""
    first = Stage().closed()
    exported = services.export_pool(first.draw, by=first.officer)
    set_clock(None)
    second = Stage().invited()
    for old, new in zip(first.rows(), second.rows(), strict=True):
        change_rows([new], pseudonym=old.pseudonym)
    head, *lines = exported.splitlines()
    read_in(second, "\n".join([f"{head},consent", *(f"{line},yes" for line in lines)]).encode())
    assert second.fresh().draw.interested_count == 24
    set_clock(clock() + first.draw.reply_until.resolution * 22)
    services.close_replies(second.draw, by=second.officer)
    assert services.export_pool(second.fresh().draw, by=second.officer) == exported


def test_a_file_with_codes_gives_the_pool_that_replies_at_the_desk_give():
    typed, filed = Stage().replied(12), Stage().invited()
    rows = []
    for row in filed.rows()[:12]:
        code = new_code()
        change_rows([row], code_hash=hash_of(code))
        given = answers(row.number)
        rows.append(
            {"Code": code.lower(), "Einwilligung": "JA", "Schulabschluss": given["features"]["education"].upper()}
            | {"E-Mail": given["email"], "Telefon": given["phone"], "Alter": row.features["age"]}
        )
    read_in(filed, table(rows))
    names = ("number", "features", "email", "phone", "consent_version", "state")
    first, second = ([[getattr(row, name) for name in names] for row in stage.rows()[:12]] for stage in (typed, filed))
    assert first == second


def test_both_codes_of_somebody_reminded_open_the_reply():
    stage = Stage().invited()
    code, row = new_code(), stage.rows()[0]
    change_rows([row], earlier_hash=hash_of(code))
    read_in(stage, table([{"code": code, "consent": "1", "education": "abitur"}]))
    assert stage.rows()[0].state == State.INTERESTED


FAULTS = [
    ({"consent": ""}, "no consent"),
    ({"consent": "nein"}, "no consent"),
    ({"consent": "vielleicht"}, "“consent” is neither yes nor no"),
    ({"wants": "hm"}, "“wants” is neither yes nor no"),
    ({"education": ""}, "Education is empty".replace("Education", "Schulabschluss")),
    ({"education": "doktor"}, "Schulabschluss “doktor” is none of hauptschule, mittlere_reife, abitur"),
    ({"sex": "m"}, "Geschlecht is not what the register says"),
    ({"age": "70"}, "Alter is not what the register says"),
    ({"id": ""}, "neither id nor code"),
    ({"id": "LXXXXXXX"}, "the id belongs to nobody"),
    ({"code": "ABCD-EFGH-JKMN-PQRS"}, "the code opens no invitation"),
    ({"email": "frei@"}, "“email” is no e-mail address"),
    ({"phone": "0" * 41}, "“phone” is longer than 40"),
    ({"family_name": "Anders"}, "the family name is not the one in the register"),
    ({"needs": "a\x00b"}, "a character that is none"),
]


@pytest.mark.parametrize(("cells", "words"), FAULTS)
def test_each_fault_names_its_line_and_keeps_the_good_ones_out_too(cells, words):
    stage = Stage().invited()
    good, bad, *_rest = stage.rows()
    blank = dict.fromkeys(("wants", "code", "sex", "age", "email", "phone", "family_name", "needs"), "")
    found = problems_of(stage, table([said(good, **blank), {**said(bad, **blank), **cells}]))
    assert list(found) == [3]
    assert words in found[3]
    assert bad.pseudonym not in found[3]


def test_many_faults_come_in_the_order_of_the_lines():
    stage = Stage().invited()
    one, two, three, four, *_rest = stage.rows()
    rows = [said(one), said(two, id="LXXXXXXX"), said(three, consent=""), said(one), said(four, education="x")]
    assert list(problems_of(stage, table(rows))) == [3, 4, 5, 6]


def test_the_same_person_twice_is_found_also_under_id_and_code():
    stage = Stage().invited()
    code, row = new_code(), stage.rows()[0]
    change_rows([row], code_hash=hash_of(code))
    rows = [said(row, code=""), said(row, id="", code=code), said(stage.rows()[1], code=code)]
    found = problems_of(stage, table(rows))
    assert found == {3: "the same person stands in line 2", 4: "id and code belong to two people"}


def test_who_answered_otherwise_is_not_overwritten_and_the_same_answer_counts_once():
    stage = Stage().invited()
    yes, no, same, *_rest = stage.rows()
    services.reply(yes, answers=answers(1), channel="online")
    services.reply(no, answers={"wants": False}, channel="online")
    services.reply(same, answers=answers(3, phone="", email=""), channel="online")
    education = answers(3)["features"]["education"]
    found = problems_of(stage, table([said(yes), said(no), said(same, education=education)]))
    assert list(found) == [2, 3]
    assert all("answered otherwise" in words for words in found.values())
    fresh = stage.rows()[3]
    again = read_in(stage, table([said(same, education=education), said(fresh)]))
    assert (len(again.rows), again.same) == (1, 1)
    assert stage.rows()[2].channel == "online"
    assert read_in(stage, table([said(same, education=education), said(fresh)])).same == 2
    assert stage.fresh().draw.response_count == 4


def test_letters_that_came_back_and_codes_of_another_draw_are_refused():
    stage, other = Stage().invited(), Stage().invited()
    back, *_rest = stage.rows()
    services.note_return(back, by=stage.officer)
    found = problems_of(stage, table([said(back), said(other.rows()[0])]))
    assert "came back" in found[2]
    assert "nobody who was invited to this draw" in found[3]


def test_who_has_no_row_of_the_register_says_name_address_and_every_feature():
    stage = Stage().invited()
    row = stage.rows()[0]
    change_rows([row], origin="forwarding", features={}, given_name="", family_name="", street="", household_hash="")
    known = {"sex": "w", "age": "34", "Vorname": "Ada", "Nachname": "Muster", "Anschrift": "Weg 1"}
    place = {"PLZ": "52062", "Ort": "Musterstadt"}
    assert "name and address" in problems_of(stage, table([said(row, **known)]))[2]
    assert "Geschlecht is empty" in problems_of(stage, table([said(row, **known, **place) | {"sex": ""}]))[2]
    read_in(stage, table([said(row, **known, **place)]))
    row = stage.rows()[0]
    assert (row.state, row.given_name, row.town, row.features["age"]) == ("interested", "Ada", "Musterstadt", "16-39")
    assert len(row.household_hash) == 64


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file has no rows"),
        ("id,education\nL1,abitur", "columns are missing: consent"),
        ("consent,education\nja,abitur", "columns are missing: id / code"),
        ("id,consent\nL1,ja", "columns are missing: education"),
        ("id,id,consent,education\nL1,L2,ja,abitur", "the column “id” stands twice"),
        ("id,consent,education,schulabschluss\nL1,ja,abitur,abitur", "mean the same, leave one: education, schulabschluss"),
        ('id,consent,education\n"' + "x" * 140_000, "this is no CSV"),
        ("id,consent,education\n" + "L1,ja,abitur\n" * 10_001, "10001 rows; at most 10000"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_as_a_whole_says_why(text, words):
    with pytest.raises(TableError) as error:
        read_respondents(text, features())
    assert words in str(error.value)


def test_a_comma_too_many_is_a_fault_and_no_shifted_answer():
    stage = Stage().invited()
    row = stage.rows()[0]
    data = f"id,consent,needs,education\n{row.pseudonym},ja,Rampe, Dolmetschen,abitur".encode()
    assert problems_of(stage, data) == {2: "the line has more cells than the first line has names"}


def test_columns_nobody_reads_are_named():
    stage = Stage().invited()
    file = services.keep_replies(
        stage.draw, data=table([said(stage.rows()[0], household="1", Haarfarbe="blond")]), by=stage.officer
    )
    shown = services.preview_replies(stage.draw, file=file, by=stage.officer)
    assert (shown.yes, shown.problems, shown.ignored) == (1, [], ["household", "haarfarbe"])
    assert stage.rows()[0].state == State.INVITED


def test_the_file_that_was_looked_at_is_the_one_that_is_entered_and_then_it_is_gone(django_capture_on_commit_callbacks):
    stage = Stage().invited()
    seen = services.keep_replies(stage.draw, data=table([said(stage.rows()[0])]), by=stage.officer)
    later = services.keep_replies(stage.draw, data=table([said(stage.rows()[1])]), by=stage.officer)
    with pytest.raises(Refused):
        services.import_replies(stage.draw, sha256=seen.sha256, by=stage.officer)
    assert path_of(later.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        services.import_replies(stage.draw, sha256=later.sha256, by=stage.officer)
    assert not File.objects.filter(owner=f"replies:{stage.draw.pk}").exists()
    assert not path_of(seen.sha256).exists() and not path_of(later.sha256).exists()


def test_only_the_draw_officer_reads_a_file_and_only_while_replies_are_open():
    stage = Stage().invited()
    data = table([said(stage.rows()[0])])
    for kind in (Role.Kind.CLERK, Role.Kind.AUDITOR, Role.Kind.SECRETARIAT):
        with pytest.raises(PermissionDenied):
            services.keep_replies(stage.draw, data=data, by=user_with_role(kind))
    file = services.keep_replies(stage.draw, data=data, by=stage.officer)
    with pytest.raises(PermissionDenied):
        services.import_replies(stage.draw, sha256=file.sha256, by=user_with_role(Role.Kind.CLERK))
    set_clock(clock() + stage.draw.reply_until.resolution * 22)
    for late in (services.keep_replies, services.import_replies):
        given = {"data": data} if late is services.keep_replies else {"sha256": file.sha256}
        with pytest.raises(Refused):
            late(stage.draw, by=stage.officer, **given)
    Draw.objects.filter(pk=stage.draw.pk).update(state=Draw.State.RESPONSE_CLOSED)
    with pytest.raises(PermissionDenied):
        services.import_replies(stage.draw, sha256=file.sha256, by=stage.officer)
    assert stage.rows()[0].state == State.INVITED


def test_nobody_types_a_reply_as_one_of_a_file():
    stage = Stage().invited()
    with pytest.raises(PermissionDenied):
        services.reply(stage.rows()[0], answers=answers(1), channel="file", by=stage.officer)


@pytest.mark.parametrize(("percent", "least", "most"), [(100, 40, 40), (10, 0, 20)])
def test_a_share_of_the_file_waits_for_a_second_look_like_cards(percent, least, most):
    stage = Stage().invited()
    RegisterSample.objects.update_or_create(draw=stage.draw, defaults={"check_percent": percent})
    read_in(stage, table([said(row) for row in stage.rows()]))
    with pool_open():
        waiting = ReplyCheck.objects.filter(invitation__draw=stage.draw)
        assert least <= waiting.count() <= most
        assert {one.entered_by for one in waiting} <= {stage.officer.person}
    facts = Event.objects.get(name="replies.imported").facts
    assert facts["to_check"] == services.check_figures(stage.draw).waiting
    assert services.check_figures(stage.draw).cards == 40


def test_two_thousand_rows_take_seconds_and_as_many_questions_as_twenty():
    asked, spent = [], []
    for count in (20, 2_000):
        stage = Stage(sample=count).invited()
        data = table([said(row, email=f"f{row.number}@beispiel.example", needs="Rampe") for row in stage.rows()])
        file = services.keep_replies(stage.draw, data=data, by=stage.officer)
        began = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            services.import_replies(stage.draw, sha256=file.sha256, by=stage.officer)
        spent.append(time.process_time() - began)
        asked.append(len(queries))
        assert len(rows_of(draw=stage.draw, state=State.INTERESTED, channel="file")) == count
    assert spent[1] < 5  # 0.8 on an idle core
    assert asked[1] <= asked[0] + 3  # batches of a thousand


def opened(client, stage: Stage, name: str = "reply_file") -> str:
    client.force_login(stage.officer)
    return reverse(f"lottery:{name}", args=[stage.draw.pk])


def uploaded(client, stage: Stage, data: bytes) -> str:
    """The words of the page that says what the file would do."""
    sent = {"table": SimpleUploadedFile("respondents.csv", data)}
    answer = client.post(opened(client, stage), sent, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_officer_sees_what_the_file_would_do_and_enters_it(client):
    stage = Stage().invited()
    first, *_rest = stage.rows()
    page = " ".join(client.get(opened(client, stage)).text.split())
    assert "Schulabschluss: Hauptschule, Mittlere_reife, Abitur" in page
    assert str(consents.DRAW[consents.DRAW_VERSION]) in page
    page = uploaded(client, stage, table([said(first, sex="w", Haar="x")]))
    assert "wird gelesen als" in page and "Nicht gelesen: haar" in page
    assert first.family_name not in page
    assert stage.rows()[0].state == State.INVITED
    check = opened(client, stage, "reply_file_check")
    seen = client.get(check).context["form"].initial
    assert client.post(check, {"sha256": "0" * 64}).status_code == 302
    assert stage.rows()[0].state == State.INVITED
    answer = client.post(check, seen, follow=True)
    assert "1 Antwort ist eingetragen." in answer.text
    assert stage.rows()[0].state == State.INTERESTED
    assert "Datei eines anderen Werkzeugs" in client.get(opened(client, stage, "response")).text


def test_the_page_names_each_faulty_line_in_german_and_offers_no_button(client):
    stage = Stage().invited()
    first, second, *_rest = stage.rows()
    page = uploaded(client, stage, table([said(first), said(second, consent="")]))
    assert "Zeile 3: keine Einwilligung" in page
    assert "Alle Antworten eintragen" not in page
    check = opened(client, stage, "reply_file_check")
    answer = client.post(check, client.get(check).context["form"].initial)
    assert answer.status_code == 422
    assert "Zeile 3: keine Einwilligung" in answer.text
    assert stage.rows()[0].state == State.INVITED


def test_a_file_that_is_too_large_or_missing_is_told_so(client, monkeypatch):
    stage = Stage().invited()
    assert client.post(opened(client, stage), {}).status_code == 422
    monkeypatch.setattr("lottery.forms.MOST_BYTES", 10)
    answer = client.post(opened(client, stage), {"table": SimpleUploadedFile("r.csv", b"x" * 11)})
    assert answer.status_code == 422
    assert "Die Datei ist zu groß." in answer.text
    assert client.get(opened(client, stage, "reply_file_check")).status_code == 302


def test_both_pages_are_linked_while_replies_are_open_and_lead_nowhere_else(client):
    stage = Stage().invited()
    address = opened(client, stage)
    for name in ("cockpit", "response"):
        assert address in client.get(opened(client, stage, name)).text
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert client.get(address).status_code == 403
    set_clock(clock() + stage.draw.reply_until.resolution * 22)
    answer = client.post(opened(client, stage), {"table": SimpleUploadedFile("r.csv", b"id")})
    assert "geschlossen" in answer.text
