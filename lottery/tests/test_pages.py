"""The pages of a draw: what everyone sees, the reply without an account, the cockpit, and who gets no further."""

import datetime
import gzip
import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_init
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.canonical import canonical_json
from audit.clock import BERLIN, clock, set_clock
from audit.models import Event
from documents.models import File
from lottery import services, verify
from lottery.codes import hash_of
from lottery.models import Draw, DrawApproval, Invitation
from lottery.tests.factories import STEPS, Stage, again, change_rows, drum, rows_of, sample_csv
from lottery.tests.test_sample import TABLE

pytestmark = pytest.mark.django_db
CODE = "ABCD-EFGH-JKMN-PQRS"
PASSWORD = "ein langes Passwort 1"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def at(name: str, *arguments) -> str:
    return reverse(f"lottery:{name}", args=arguments)


def signed_in(client, user, *, fresh: bool = False):
    """A client with `user`; `fresh`: who has just typed the password again."""
    client.force_login(user)
    if fresh:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def with_code(stage: Stage) -> Invitation:
    row = stage.rows()[0]
    change_rows([row], code_hash=hash_of(CODE))
    return row


def answered(**fields):
    return {
        "wants": "yes",
        "feature_education": "abitur",
        "email": "frei@beispiel.example",
        "phone": "",
        "needs": "Dolmetschen",
        "consent": "on",
        **fields,
    }


class TestPublic:
    @pytest.mark.parametrize("state", STEPS)
    def test_every_stage_has_its_page(self, state, client, django_assert_max_num_queries):
        stage = STEPS[state](Stage())
        response = client.get(stage.draw.get_absolute_url())
        if state == Draw.State.DRAFT:
            assert response.status_code == 404
            return
        page = text_of(response)
        assert page.count("<h1>") == 1
        assert stage.draw.title in page
        with django_assert_max_num_queries(13):
            client.get(stage.draw.get_absolute_url())
        is_shown = bool(stage.draw.commitment) and stage.draw.commitment in page.replace("<wbr>", "")
        assert is_shown is (list(STEPS).index(state) >= list(STEPS).index(Draw.State.COMMITTED))

    def test_the_list_costs_what_it_shows(self, client, django_assert_max_num_queries):
        for _ in range(3):
            Stage(sample=8).invited()
        client.get(at("draw_list"))
        built = []
        post_init.connect(lambda sender, **kwargs: built.append(sender), weak=False, dispatch_uid="count")
        try:
            with django_assert_max_num_queries(8):
                response = client.get(at("draw_list"))
        finally:
            post_init.disconnect(dispatch_uid="count")
        assert len(built) <= 6 * 3
        assert len(gzip.compress(response.content)) <= 10_000

    def test_before_the_commitment_is_signed_its_hash_is_not_shown(self, client):
        from lottery import services

        stage = Stage().computed()
        draw = services.commit(stage.draw, by=stage.officer, sources=[drum()])
        assert draw.commitment[:32] not in text_of(client.get(draw.get_absolute_url()))

    def test_the_record_downloads_byte_for_byte_and_verifies(self, client, tmp_path):
        stage = Stage().selected()
        response = client.get(at("draw_record", stage.draw.pk))
        assert response.content == canonical_json(stage.draw.record)
        path = tmp_path / "record.json"
        path.write_bytes(response.content)
        assert verify.main([str(path)]) == 0

    def test_there_is_no_record_before_the_draw(self, client):
        assert client.get(at("draw_record", Stage().committed().draw.pk)).status_code == 404

    def test_figures_have_their_table(self, client):
        page = text_of(client.get(Stage().selected().draw.get_absolute_url()))
        assert page.count("Dasselbe als Tabelle") >= 4
        assert "Alle Quoten, wie sie unterschrieben wurden" in page

    def test_the_number_and_its_witnesses_are_named(self, client):
        page = text_of(client.get(Stage().selected().draw.get_absolute_url()))
        assert "A. Zeugin" in page
        assert "Die Zahl 7 hat eines von 10 Gremien gewählt" in page


class TestReply:
    def test_a_code_a_few_questions_and_thanks(self, client):
        stage = Stage().invited()
        row = with_code(stage)
        questions = client.post(at("reply"), {"code": "abcd efgh jkmn pqrs"})
        token = questions.context["token"]
        done = client.post(at("reply"), answered(token=token), follow=True)
        assert "Danke" in text_of(done)
        row = again(row)
        assert (row.state, row.channel, row.needs) == ("interested", "online", "Dolmetschen")

    def test_the_questions_say_nothing_of_who_was_asked(self, client):
        row = with_code(Stage().invited())
        page = text_of(client.post(at("reply"), {"code": CODE}))
        assert row.family_name not in page
        assert row.street not in page
        assert row.pseudonym not in page
        assert CODE not in page

    def test_the_code_stands_in_no_address(self, client):
        with_code(Stage().invited())
        response = client.get(at("reply"), {"code": CODE})
        assert "token" not in response.context

    @pytest.mark.parametrize("code", ["", "ABCD", "ABCD-EFGH-JKMN-PQRT", "x" * 60])
    def test_a_wrong_code_gets_the_same_words_beside_the_field(self, client, code):
        with_code(Stage().invited())
        response = client.post(at("reply"), {"code": code})
        assert response.status_code == 422
        assert response.context["form"].errors["code"]

    @pytest.mark.parametrize("fault", ["consent", "feature_education", "wants"])
    def test_nothing_typed_is_lost(self, client, fault):
        row = with_code(Stage().invited())
        token = client.post(at("reply"), {"code": CODE}).context["token"]
        data = answered(token=token)
        del data[fault]
        response = client.post(at("reply"), data)
        assert response.status_code == 422
        assert fault in response.context["form"].errors
        assert "Dolmetschen" in text_of(response)
        row = again(row)
        assert row.state == "invited"

    def test_no_needs_nothing_else(self, client):
        row = with_code(Stage().invited())
        token = client.post(at("reply"), {"code": CODE}).context["token"]
        assert client.post(at("reply"), {"token": token, "wants": "no"}).status_code == 302
        row = again(row)
        assert row.state == "declined"

    @pytest.mark.parametrize("token", ["", "1:x", "eyJ"])
    def test_a_forged_token_opens_nothing(self, client, token):
        Stage().invited()
        assert client.post(at("reply"), answered(token=token)).status_code == 422
        assert not rows_of(state="interested")

    def test_a_clerk_enters_a_card_and_never_sees_whose_it_is(self, client):
        row = with_code(Stage().invited())
        user = user_with_role(Role.Kind.CLERK)
        signed_in(client, user)
        questions = client.post(at("desk"), {"code": CODE})
        page = text_of(questions)
        assert row.family_name not in page
        assert row.street not in page
        data = answered(token=questions.context["token"], channel="card")
        assert client.post(at("desk"), {**data, "channel": "online"}).status_code == 422
        assert client.post(at("desk"), data).status_code == 302
        row = again(row)
        assert (row.channel, row.entered_by) == ("card", user.person)


def initial_of(form):
    """What a form would send if nobody changed anything."""
    return {name: field.initial for name, field in form.fields.items()}


class TestCockpit:
    def test_an_officer_goes_from_the_register_to_the_letters(self, client, django_capture_on_commit_callbacks):
        stage = Stage()
        signed_in(client, stage.officer)
        table = SimpleUploadedFile("zensus.csv", TABLE.encode())
        assert client.post(at("features", stage.draw.pk), {"table": table}).status_code == 302
        rows = SimpleUploadedFile("stichprobe.csv", sample_csv(12))
        assert client.post(at("sample", stage.draw.pk), {"sample": rows}).status_code == 302
        page = text_of(client.get(at("columns", stage.draw.pk)))
        assert "Vorname0" in page and "12" in page
        chosen = initial_of(client.get(at("columns", stage.draw.pk)).context["form"])
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(at("columns", stage.draw.pk), chosen).status_code == 302
        assert stage.fresh().draw.state == Draw.State.SAMPLE_IMPORTED
        assert not File.objects.filter(owner=f"sample:{stage.draw.pk}").exists()
        assert client.post(at("invite", stage.draw.pk), {"reply_until": "2020-01-01"}).status_code == 422
        for signer in (stage.officer, stage.auditor):
            services.sign_letter(stage.draw, by=signer)
        from audit.clock import today

        ahead = today().replace(year=today().year + 1)
        assert client.post(at("invite", stage.draw.pk), {"reply_until": ahead.isoformat()}).status_code == 302
        assert stage.fresh().draw.state == Draw.State.INVITED

    def test_faults_of_a_file_are_shown_by_line_in_german(self, client):
        stage = Stage()
        signed_in(client, stage.officer)
        table = SimpleUploadedFile("zensus.csv", TABLE.replace("490", "viele").encode())
        page = text_of(client.post(at("features", stage.draw.pk), {"table": table}))
        assert "Zeile 3: die Einwohnerzahl „viele“ ist keine ganze Zahl" in page
        client.post(at("features", stage.draw.pk), {"table": SimpleUploadedFile("z.csv", TABLE.encode())})
        rows = SimpleUploadedFile("stichprobe.csv", sample_csv(2, plz="1"))
        client.post(at("sample", stage.draw.pk), {"sample": rows})
        chosen = initial_of(client.get(at("columns", stage.draw.pk)).context["form"])
        page = text_of(client.post(at("columns", stage.draw.pk), chosen))
        assert "Zeile 2: die Postleitzahl hat nicht fünf Ziffern" in page
        assert not rows_of()

    def test_the_built_in_example_cites_what_its_figures_come_from(self, client):
        stage = Stage()
        signed_in(client, stage.officer)
        assert client.post(at("features", stage.draw.pk), {}).status_code == 422
        assert client.post(at("features", stage.draw.pk), {"example": "on"}).status_code == 302
        tables = services.feature_tables(stage.draw)
        assert [one.name for one in tables] == ["school", "training", "history"]
        assert all("Mikrozensus" in one.source or "Zensus 2022" in one.source for one in tables)
        for one in stage.draw.features.all():
            quotas = list(one.quotas.all())
            assert sum(quota.minimum for quota in quotas) <= 6 <= sum(quota.maximum for quota in quotas)
        everybody = {one.name: sum(value.population for value in one.values) for one in tables}
        assert everybody["history"] == 82_769  # all people in private households, as published

    def test_two_offices_freeze_compute_seal_and_enter_the_number(self, client):
        stage = Stage().closed()
        pk = stage.draw.pk
        for user in (stage.officer, stage.auditor):
            assert signed_in(client, user, fresh=True).post(at("freeze", pk)).status_code == 302
        signed_in(client, stage.officer, fresh=True)
        assert client.post(at("compute", pk)).status_code == 302
        from lottery import services

        services.run_computation(stage.draw, panels=10)
        assert client.post(at("commit", pk), {"drum": ""}).status_code == 422
        past = {"drum": "Lostrommel", "drum_at": in_hours(-1)}
        assert client.post(at("commit", pk), past).context["form"].errors["drum_at"]
        assert client.post(at("commit", pk), {"drum": "Lostrommel", "drum_at": in_hours(1)}).status_code == 302
        assert signed_in(client, stage.auditor, fresh=True).post(at("commit", pk)).status_code == 302
        assert stage.fresh().draw.state == Draw.State.COMMITTED
        set_clock(clock() + datetime.timedelta(hours=2))
        signed_in(client, stage.officer, fresh=True)
        data = {"value_0": "7", "witnesses": "A\nB"}
        assert client.post(at("number", pk), {**data, "witnesses": "A"}).context["form"].errors["witnesses"]
        assert client.post(at("number", pk), {**data, "value_0": "77"}).status_code == 422
        assert client.post(at("number", pk), data).status_code == 302
        signed_in(client, stage.auditor, fresh=True)
        assert client.post(at("number", pk), {"value_0": "7"}).status_code == 302
        signed_in(client, stage.officer, fresh=True)
        assert client.post(at("select", pk)).status_code == 302
        row = stage.rows("selected")[0]
        assert client.post(at("confirm", pk, row.pk), {"answer": "yes"}).status_code == 302
        other = stage.rows("selected")[0]
        assert client.post(at("confirm", pk, other.pk), {"answer": "no"}).status_code == 302
        assert [len(stage.rows(state)) for state in ("confirmed", "withdrawn", "selected")] == [1, 1, 4]

    @pytest.mark.parametrize("name", ["freeze", "commit", "number"])
    def test_what_weighs_asks_for_the_password_again(self, client, name):
        stage = {"freeze": Stage.closed, "commit": Stage.computed, "number": Stage.committed}[name](Stage())
        signed_in(client, stage.officer)
        for response in (client.get(at(name, stage.draw.pk)), client.post(at(name, stage.draw.pk))):
            assert response.status_code == 302
            assert response.url.startswith(reverse("account_reauthenticate"))
        count = DrawApproval.objects.filter(by=stage.officer.person).count()
        signed_in(client, stage.officer, fresh=True)
        assert client.get(at(name, stage.draw.pk)).status_code == 200
        assert DrawApproval.objects.filter(by=stage.officer.person).count() == count

    def test_each_look_at_the_pool_is_recorded(self, client):
        stage = Stage(sample=30).invited()
        signed_in(client, stage.officer)
        page = text_of(client.get(at("replies", stage.draw.pk), {"q": "Nachname1"}))
        assert "Nachname17" in page
        assert "Nachname2<" not in page
        assert Event.objects.filter(name="pool.read", chain=f"draw:{stage.draw.pk}").count() == 1

    def test_the_pool_is_paged(self, client):
        stage = Stage(sample=30).invited()
        signed_in(client, stage.officer)
        first = client.get(at("replies", stage.draw.pk))
        assert len(first.context["rows"]) == 25
        second = client.get(at("replies", stage.draw.pk) + first.context["next_url"])
        assert [row[0] for row in second.context["rows"]] == [26, 27, 28, 29, 30]

    @pytest.mark.slow
    @pytest.mark.parametrize("state", STEPS)
    def test_the_cockpit_opens_at_every_stage_for_officer_and_auditor(self, state, client):
        stage = STEPS[state](Stage())
        for user in (stage.officer, stage.auditor):
            signed_in(client, user)
            assert client.get(at("cockpit", stage.draw.pk)).status_code == 200
        assert client.get(at("office")).status_code == 200


def in_hours(hours: int) -> str:
    moment = clock() + datetime.timedelta(hours=hours)
    return moment.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


OFFICER_PAGES = ["cockpit", "features", "sample", "invite", "replies", "close", "quotas", "reopen", "freeze", "compute"]
OFFICER_PAGES += ["method", "outsiders", "sheet"]
OFFICER_PAGES += ["commit", "number", "select", "certify", "confirmations", "print"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [k for k in Role.Kind.values if k not in ("draw_officer", "auditor")])
def test_no_other_role_enters_the_cockpit(kind, client):
    stage = Stage(sample=8).invited()
    signed_in(client, user_with_role(kind), fresh=True)
    row = stage.rows()[0]
    for name in OFFICER_PAGES:
        assert client.get(at(name, stage.draw.pk)).status_code == 403, name
        assert client.post(at(name, stage.draw.pk)).status_code in (403, 405), name
    assert client.get(at("reply_enter", stage.draw.pk, row.pk)).status_code == 403
    assert client.post(at("confirm", stage.draw.pk, row.pk)).status_code == 403
    assert client.get(at("office")).status_code == client.get(at("draw_open")).status_code == 403
    assert client.get(at("desk")).status_code == (200 if kind == "clerk" else 403)


def test_an_auditor_gets_no_page_with_names(client):
    stage = Stage().selected()
    signed_in(client, stage.auditor, fresh=True)
    row = stage.rows("selected")[0]
    assert client.get(at("replies", stage.draw.pk)).status_code == 403
    assert client.get(at("confirmations", stage.draw.pk)).status_code == 403
    assert client.get(at("reply_enter", stage.draw.pk, row.pk)).status_code == 404
    assert client.get(at("desk")).status_code == 403


def test_without_a_login_there_is_only_the_way_to_sign_in(client):
    stage = Stage(sample=8).invited()
    for name in OFFICER_PAGES:
        assert client.get(at(name, stage.draw.pk)).status_code == 302
    client.force_login(UserFactory(person=None))
    assert client.get(at("cockpit", stage.draw.pk)).status_code == 403


def test_hostile_names_are_shown_as_names(client):
    stage = Stage()
    from lottery import services
    from lottery.tests.factories import features

    services.define_features(stage.draw, features=features(), by=stage.officer)
    data = sample_csv(2, family="<script>alert(1)</script>")
    services.import_sample(stage.draw, data=data, by=stage.officer)
    signed_in(client, stage.officer)
    assert "<script>alert" not in client.get(at("replies", stage.draw.pk)).content.decode()


def test_the_hash_of_the_sample_is_that_of_the_file(client):
    stage = Stage(sample=8).invited()
    page = text_of(client.get(stage.draw.get_absolute_url())).replace("<wbr>", "")
    assert hashlib.sha256(sample_csv(8)).hexdigest() in page
    assert json.dumps(stage.draw.pool_salt) == '""'
