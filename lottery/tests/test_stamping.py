"""The time stamp on the seal, from the second signature to the command that checks it, against a real authority."""

import base64
import datetime
import html
import re
import shlex
import subprocess

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit.clock import clock, set_clock
from audit.jobs import resend_jobs
from audit.models import Event, Job
from audit.services import Refused
from documents.tests import authority as answers
from documents.tests.authority import Authority, serving
from lottery import services, system_checks
from lottery.checks.stamp import read_stamp, wrong_stamp
from lottery.models import Draw, DrawApproval, RegisterSample, TimeStamp
from lottery.services.stamping import command_of
from lottery.tests.factories import Stage, drum
from lottery.tests.test_pages import signed_in
from lottery.verify import verify

pytestmark = pytest.mark.django_db
State = Draw.State


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def configured(settings, office):
    """As if a city had named this authority; returns what starts it with its answers."""

    def start(*kinds, root=None):
        path = office.folder / "configured.pem"
        path.write_bytes(root or office.root)
        settings.TIME_STAMP_CERTIFICATES = str(path)
        return serving(office, *kinds)

    return start


def sealed(settings, address):
    """A draw whose seal both have signed, and whose commit is through (the job is sent on commit)."""
    settings.TIME_STAMP_URL = address
    stage = Stage().computed()
    services.commit(stage.draw, by=stage.officer, sources=[drum()])
    assert not Job.objects.filter(kind="lottery.stamp").exists()
    services.commit(stage.draw, by=stage.auditor)
    return stage.fresh()


def text_of(response):
    """What is read on a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def work():
    """What a worker does, and beat half a minute later."""
    job = Job.objects.filter(kind="lottery.stamp").latest("pk")
    Job.objects.filter(pk=job.pk).update(heartbeat_at=clock() - datetime.timedelta(minutes=1))
    resend_jobs()
    job.refresh_from_db()
    return job


class TestAsking:
    def test_the_second_signature_has_the_commitment_itself_stamped(self, settings, configured, office):
        office.asked.clear()
        with configured(answers.good) as address:
            stage = sealed(settings, address)
            assert work().state == Job.State.DONE
        stamp = TimeStamp.objects.get(draw=stage.draw)
        assert read_stamp(bytes(stamp.response)).digest.hex() == stage.draw.commitment
        assert bytes.fromhex(stage.draw.commitment) in office.asked[0]
        event = Event.objects.get(name="commitment.stamped")
        assert event.facts["authority"] == stamp.authority == "Stempel 1, Zeitstelle Test"

    def test_a_second_run_asks_nobody(self, settings, configured, office):
        with configured(answers.good) as address:
            stage = sealed(settings, address)
            work()
            office.asked.clear()
            assert services.run_stamping(stage.draw) == TimeStamp.objects.get()
        assert not office.asked

    def test_where_no_authority_is_configured_nobody_is_asked_and_nothing_changes(self, settings):
        stage = sealed(settings, "")
        assert not Job.objects.filter(kind="lottery.stamp").exists()
        with pytest.raises(Refused):
            services.ask_again(stage.draw, by=stage.officer)

    def test_a_rehearsal_is_not_stamped(self, settings, configured):
        settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
        stage = Stage().computed()
        RegisterSample.objects.update_or_create(draw=stage.draw, defaults={"is_rehearsal": True})
        draw = stage.seal().draw
        assert draw.state == State.COMMITTED and not Job.objects.filter(kind="lottery.stamp").exists()
        with pytest.raises(PermissionDenied):
            services.ask_again(draw, by=stage.officer)


class TestFailing:
    def test_an_authority_out_of_order_is_asked_again_and_then_answers(self, settings, configured):
        with configured(answers.broken, answers.good) as address:
            stage = sealed(settings, address)
            job = work()
            assert (job.state, job.error) == (Job.State.RUNNING, "Unreachable: HTTP 500")
            assert services.stamp_of(stage.draw) is None
            assert work().state == Job.State.DONE
        assert services.stamp_of(stage.draw) is not None

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            (answers.wrong_nonce, "Unproven: the stamp answers another request"),
            (answers.over_other_bytes, "Unproven: the stamp is on another hash"),
            (answers.declined, "Declined: rejection: Requested policy is not supported."),
        ],
    )
    def test_what_proves_nothing_is_never_kept_and_given_up_after_five_attempts(
        self, settings, configured, client, kind, words
    ):
        with configured(kind) as address:
            stage = sealed(settings, address)
            jobs = [work() for _ in range(6)]
        assert (jobs[-1].state, jobs[-1].attempt, jobs[-1].error) == (Job.State.FAILED, 5, words)
        assert not TimeStamp.objects.exists()
        signed_in(client, stage.officer)
        page = text_of(client.get(reverse("lottery:cockpit", args=[stage.draw.pk])))
        assert "Das Siegel hat keinen Zeitstempel" in page and words.split(": ", 1)[1] in page

    def test_a_certificate_under_another_root_proves_nothing(self, settings, configured, tmp_path):
        other = Authority(tmp_path / "other")
        with configured(answers.good, root=other.root) as address:
            sealed(settings, address)
            assert work().error.startswith("Unproven: ") and not TimeStamp.objects.exists()

    def test_a_lost_file_of_certificates_is_said(self, settings, configured):
        with configured(answers.good) as address:
            sealed(settings, address)
            settings.TIME_STAMP_CERTIFICATES = "/nowhere.pem"
            assert work().error == "Unproven: the file of certificates cannot be read: No such file or directory"

    def test_the_draw_goes_on_without_and_says_so(self, settings, configured, client):
        with configured(answers.broken) as address:
            stage = sealed(settings, address)
            work()
        page = text_of(client.get(stage.draw.get_absolute_url()))
        assert "Zeitstempel auf dem Siegel angefragt, noch nicht da" in page
        draw = services.select(stage.read_number().draw, by=stage.officer)
        assert "time_stamp" not in draw.record["protocol"] and verify(draw.record).faults == []

    def test_the_officer_has_it_asked_again_from_the_cockpit(self, settings, configured, client):
        with configured(*[answers.broken] * 5, answers.good) as address:
            stage = sealed(settings, address)
            assert [work().state for _ in range(6)][-1] == Job.State.FAILED
            signed_in(client, stage.officer)
            address = reverse("lottery:stamp", args=[stage.draw.pk])
            assert address in client.get(reverse("lottery:cockpit", args=[stage.draw.pk])).content.decode()
            assert client.post(address).status_code == 302
            assert work().state == Job.State.DONE
        assert client.post(address, follow=True).status_code == 200
        assert Event.objects.filter(name="stamp.asked_again").count() == 1
        with pytest.raises(Refused):
            services.ask_again(stage.draw, by=stage.officer)


@pytest.fixture
def stamped(settings, configured):
    with configured(answers.good) as address:
        stage = sealed(settings, address)
        work()
    return stage


class TestShowing:
    def test_anybody_checks_it_with_the_command_of_the_page(self, stamped, client, tmp_path):
        page = client.get(stamped.draw.get_absolute_url()).content.decode()
        command = command_of(stamped.draw, TimeStamp.objects.get())
        assert command in page and "Stempel 1, Zeitstelle Test" in page
        for name, view in (("tsr", "response"), ("json", "document"), ("pem", "authority")):
            answer = client.get(reverse(f"lottery:stamp_{view}", args=[stamped.draw.pk]))
            file = answer["Content-Disposition"].split('"')[1]
            assert file.endswith(name)
            (tmp_path / file).write_bytes(answer.content)
        assert run(command, tmp_path) == 0
        with_the_file = command.replace(f"-digest {stamped.draw.commitment}", "-data commitment.json")
        assert run(with_the_file, tmp_path) == 0
        assert run(command.replace(stamped.draw.commitment, "0" * 64), tmp_path) != 0

    def test_record_and_protocol_carry_it(self, stamped, tmp_path):
        draw = services.select(stamped.read_number().draw, by=stamped.officer)
        report = verify(draw.record)
        assert report.faults == [] and ("time stamp: it is on this commitment", []) in report.checked
        assert any("by the authority's clock, before the first source" in one for one in report.findings)
        assert any("openssl ts -verify" in one for one in report.unchecked)
        held = base64.b64decode(draw.record["protocol"]["time_stamp"])
        assert held == bytes(TimeStamp.objects.get().response)
        assert services.protocol(draw, [["Geschlecht: W", "2–4", "3"]]).startswith(b"%PDF-")

    def test_a_record_without_a_stamp_is_the_one_it_was(self, settings):
        draw = Stage().selected().draw
        assert set(draw.record["protocol"]) == {"witnesses", "approvals"}
        assert not [one for name, one in verify(draw.record).checked if "stamp" in name]

    def test_a_stamp_that_came_too_late_says_that_it_proves_nothing(self, stamped, client):
        at = clock() - datetime.timedelta(days=30)
        sources = [{**one, "at": at.isoformat()} for one in stamped.draw.source["sources"]]
        Draw.objects.filter(pk=stamped.draw.pk).update(source={**stamped.draw.source, "sources": sources})
        assert "Zu spät" in text_of(client.get(stamped.draw.get_absolute_url()))
        signed_in(client, stamped.officer)
        assert "Zu spät" in text_of(client.get(reverse("lottery:cockpit", args=[stamped.draw.pk])))

    def test_without_a_stamp_there_is_nothing_to_download(self, settings, client):
        draw = sealed(settings, "").draw
        assert "Zeitstempel auf dem Siegel keiner" in text_of(client.get(draw.get_absolute_url()))
        for view in ("response", "document", "authority"):
            assert client.get(reverse(f"lottery:stamp_{view}", args=[draw.pk])).status_code == 404


def test_a_stamp_does_not_make_up_for_a_value_published_before_the_signatures(stamped):
    """A stamp is from long before; what counts is still that both had signed when the source spoke."""
    TimeStamp.objects.update(at=clock() - datetime.timedelta(days=99))
    set_clock(clock() + datetime.timedelta(hours=2))
    DrawApproval.objects.filter(draw=stamped.draw, step="commitment").update(at=clock())
    with pytest.raises(Refused, match="war vor der Festlegung bekannt"):
        services.record_randomness(stamped.draw, value="7", witnesses=["A", "B"], by=stamped.officer)


def run(command, folder):
    return subprocess.run(shlex.split(command), cwd=folder, capture_output=True).returncode


class TestVerifier:
    def changed(self, stamped, **protocol):
        draw = services.select(stamped.read_number().draw, by=stamped.officer)
        record = {**draw.record, "protocol": {**draw.record["protocol"], **protocol}}
        return [one for one in verify(record).faults if one.startswith("time stamp")]

    @pytest.mark.parametrize("value", [None, 7, "", "!", "AAAA", "AA==", "MAA="])
    def test_what_is_no_stamp_is_named(self, stamped, value):
        assert self.changed(stamped, time_stamp=value)

    def test_a_stamp_on_another_commitment_is_named(self, stamped, office):
        held = bytes(TimeStamp.objects.get().response)
        other = held.replace(bytes.fromhex(stamped.draw.commitment), bytes(32))
        (fault,) = self.changed(stamped, time_stamp=base64.b64encode(other).decode())
        assert "not on the commitment" in fault

    def test_cut_off_anywhere_it_is_named_and_nothing_breaks(self, stamped):
        held = bytes(TimeStamp.objects.get().response)
        assert wrong_stamp(held, stamped.draw.commitment) == []
        for length in range(len(held)):
            assert wrong_stamp(held[:length], stamped.draw.commitment), length


class TestSystemCheck:
    def found(self, settings, address, path=""):
        settings.TIME_STAMP_URL, settings.TIME_STAMP_CERTIFICATES = address, str(path)
        return [one.id for one in system_checks.time_stamps_can_be_checked()]

    def test_an_address_without_certificates_is_said(self, settings, office, tmp_path):
        address = "https://zeit.example/tsa"
        assert self.found(settings, "") == []
        assert self.found(settings, "zeit.example/tsa") == ["lottery.E001"]
        assert self.found(settings, address) == ["lottery.E002"]
        assert self.found(settings, address, tmp_path / "missing.pem") == ["lottery.E003"]
        assert self.found(settings, address, office.folder / "middle.pem") == ["lottery.E003"]
        assert self.found(settings, address, office.folder / "root.pem") == []
