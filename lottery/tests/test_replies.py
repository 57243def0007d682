"""Replies: with the code and no account, by card and phone through a clerk; closed when their time is over."""

import datetime
import io

import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message
from accounts.tests.factories import UserFactory
from audit.clock import clock, set_clock, today
from audit.models import Event, Job
from audit.services import Refused, label
from documents.models import File
from documents.services import read_file
from lottery import services
from lottery.codes import ALPHABET, hash_of, new_code
from lottery.models import Draw, Invitation
from lottery.tasks import print_letters
from lottery.tests.factories import Stage, answers, change_rows, clerk

pytestmark = pytest.mark.django_db
State = Invitation.State


def first(stage: Stage) -> Invitation:
    return stage.rows()[0]


def test_a_code_has_eighty_bits_and_survives_typing():
    code = new_code()
    assert len(ALPHABET) ** 16 == 2**80
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert hash_of(typed) == hash_of(code)
    assert code not in hash_of(code)


def letters_of(stage: Stage) -> str:
    file = File.objects.get(owner=label(stage.draw), name__startswith="briefe")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(read_file(file))).pages)


def test_letters_are_printed_once_with_a_code_that_opens_the_reply():
    stage = Stage(sample=12).invited()
    job = Job.objects.get(kind="lottery.print_letters")
    print_letters(job.pk)
    services.print_letters(stage.draw)
    text = letters_of(stage)
    assert text.count("Sie wurden ausgelost.") == 12
    codes = [word for word in text.split() if len(word) == 19 and word.count("-") == 3]
    invitation = services.find_invitation(codes[0])
    assert invitation.draw == stage.draw
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_letter_has_one_page_and_few_words():
    stage = Stage(sample=3).invited()
    services.print_letters(stage.draw)
    file = File.objects.get(owner=label(stage.draw), name__startswith="briefe")
    pages = pypdf.PdfReader(io.BytesIO(read_file(file))).pages
    assert len(pages) == 3
    row = first(stage)
    from accounts.models import City
    from lottery.services.letters import letter_data

    body = " ".join(letter_data(row, row.draw, City.objects.get(), new_code())["body"])
    assert len(body.split()) <= 180
    assert body.startswith("Sie wurden ausgelost.")
    assert file.delete_on > today()


def test_nothing_of_the_sample_goes_through_the_outbox():
    stage = Stage(sample=5).invited()
    services.print_letters(stage.draw)
    assert not Message.objects.exists()


def test_yes_online_keeps_what_was_asked_and_no_more():
    stage = Stage().invited()
    row = services.reply(first(stage), answers=answers(1), channel="online")
    assert (row.state, row.channel, row.entered_by) == (State.INTERESTED, "online", None)
    assert row.features["education"] == "mittlere_reife"
    stage.fresh()
    assert (stage.draw.response_count, stage.draw.interested_count) == (1, 1)


def test_no_keeps_nothing_and_a_change_of_mind_counts_once():
    stage = Stage().invited()
    services.reply(first(stage), answers=answers(1), channel="online")
    row = services.reply(first(stage), answers=answers(1, wants=False), channel="online")
    assert (row.state, row.email, row.consent_version) == (State.DECLINED, "", "")
    assert "education" not in row.features
    stage.fresh()
    assert (stage.draw.response_count, stage.draw.interested_count) == (1, 0)
    services.reply(first(stage), answers=answers(1), channel="online")
    stage.fresh()
    assert (stage.draw.response_count, stage.draw.interested_count) == (1, 1)


@pytest.mark.parametrize(
    "fault", [{"consent": False}, {"features": {}}, {"features": {"education": "doktor"}}, {"features": {"sex": "w"}}]
)
def test_yes_needs_consent_and_every_asked_feature(fault):
    stage = Stage().invited()
    with pytest.raises(Refused):
        services.reply(first(stage), answers=answers(1, **fault), channel="online")
    assert first(stage).state == State.INVITED


def test_an_answer_cannot_change_what_the_register_says():
    stage = Stage().invited()
    row = services.reply(
        first(stage), answers=answers(1, features={"education": "abitur", "sex": "m", "age": "65+"}), channel="online"
    )
    assert row.features == {"sex": "w", "age": "16-39", "education": "abitur"}


@pytest.mark.parametrize("channel", ["card", "phone"])
def test_paper_and_phone_name_the_clerk_who_entered_them(channel):
    stage = Stage().invited()
    by = clerk()
    row = services.reply(first(stage), answers=answers(2), channel=channel, by=by)
    assert row.entered_by == by.person
    event = Event.objects.filter(name="reply.received").get()
    assert event.facts == {"channel": channel}


def test_nobody_else_enters_a_reply():
    stage = Stage().invited()
    for by in (UserFactory(), stage.auditor, None):
        with pytest.raises(PermissionDenied):
            services.reply(first(stage), answers=answers(2), channel="card", by=by)
    with pytest.raises(PermissionDenied):
        services.reply(first(stage), answers=answers(2), channel="online", by=clerk())
    with pytest.raises(PermissionDenied):
        services.reply(first(stage), answers=answers(2), channel="fax", by=clerk())


def test_replies_end_with_their_last_day():
    stage = Stage().invited()
    with pytest.raises(Refused):
        services.close_replies(stage.draw, by=stage.officer)
    last = datetime.datetime.combine(stage.draw.reply_until, datetime.time(20), datetime.UTC)
    set_clock(last)
    services.reply(first(stage), answers=answers(1), channel="online")
    set_clock(last + datetime.timedelta(hours=12))
    with pytest.raises(Refused):
        services.reply(first(stage), answers=answers(1, wants=False), channel="online")
    with pytest.raises(Refused):  # one volunteer for six seats
        services.close_replies(stage.draw, by=stage.officer)


def test_closing_freezes_the_pool_under_a_salted_hash():
    stage = Stage().closed()
    assert stage.draw.state == Draw.State.RESPONSE_CLOSED
    assert len(stage.draw.pool_hash) == len(stage.draw.pool_salt) == 64
    assert sum(stage.draw.pool_counts["sex"].values()) == stage.draw.interested_count == 24
    with pytest.raises(Refused):
        services.reply(first(stage), answers=answers(1, wants=False), channel="online")


def test_a_wrong_code_and_one_of_a_closed_draw_open_nothing():
    stage = Stage().invited()
    row = first(stage)
    change_rows([row], code_hash=hash_of("AAAA-BBBB-CCCC-DDDD"))
    assert services.find_invitation("aaaa bbbb cccc dddd") == row
    assert services.find_invitation("AAAA-BBBB-CCCC-DDDE") is None
    assert services.find_invitation("") is None
    set_clock(clock() + datetime.timedelta(days=40))
    assert services.find_invitation("AAAA-BBBB-CCCC-DDDD") is None


def test_when_replies_close_the_age_band_takes_the_place_of_the_birth_date():
    stage = Stage().replied()
    assert all(row.birth_date for row in stage.rows())
    set_clock(clock() + datetime.timedelta(days=22))
    try:
        services.close_replies(stage.draw, by=stage.officer)
    finally:
        set_clock(None)
    rows = stage.rows()
    assert not any(row.birth_date for row in rows)
    pool = [row for row in rows if row.state == Invitation.State.INTERESTED]
    assert all(row.features["age"] in ("16-39", "40-64", "65+") and len(row.identity_hash) == 64 for row in pool)
    assert not any(row.identity_hash for row in rows if row not in pool)
