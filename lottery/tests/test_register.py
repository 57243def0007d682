"""From the register to the post: commitment, routes, the letter and its signatures, codes published before posting."""

import datetime
import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied

from audit.clock import today
from audit.services import Refused
from documents.models import File
from documents.services import read_file
from lottery import services
from lottery.models import Invitation, RegisterSample
from lottery.services.register import digest_of, root_of
from lottery.tests.factories import Stage, answers, change_rows, features, rows_of
from lottery.tests.factories import sample_csv as sample_rows

pytestmark = pytest.mark.django_db
ROOT = "ab" * 32


def signed(stage: Stage) -> Stage:
    for signer in (stage.officer, stage.auditor):
        services.sign_letter(stage.draw, by=signer)
    return stage


def framed(stage: Stage) -> Stage:
    frame = {"format": "allmende-frame-1", "root": ROOT, "people": 1000}
    services.enter_frame(stage.draw, frame=frame, number="4 8 15", blocked=7, unaddressed=2, by=stage.officer)
    return stage


def posted(count: int = 8) -> Stage:
    """A draw with everything done but the two signatures under the codes."""
    stage = framed(Stage(sample=count).invited())
    services.print_letters(stage.draw)
    return stage.fresh()


class TestTheLetter:
    def test_it_is_printed_only_when_both_offices_signed_it(self):
        stage = Stage(sample=4).imported()
        until = today() + datetime.timedelta(days=20)
        services.sign_letter(stage.draw, by=stage.officer)
        with pytest.raises(Refused):
            services.send_invitations(stage.draw, reply_until=until, by=stage.officer)
        services.sign_letter(stage.draw, by=stage.auditor)
        services.send_invitations(stage.draw, reply_until=until, by=stage.officer)

    def test_a_changed_text_needs_both_signatures_anew(self):
        stage = signed(Stage(sample=4).imported())
        assert services.is_letter_signed(stage.draw)
        words = services.words_of(stage.draw)
        changed = services.Words(words.subject, words.text + "\n\nIhre Stadt")
        services.edit_letter(stage.draw, words=changed, by=stage.officer)
        assert not services.is_letter_signed(stage.draw)
        with pytest.raises(Refused):
            services.send_invitations(stage.draw, reply_until=today() + datetime.timedelta(days=20), by=stage.officer)

    @pytest.mark.parametrize(
        "text",
        ["Guten Tag, Sie wurden ausgelost.", "Sie wurden ausgelost. " + "Wort " * 178, ""],
    )
    def test_it_begins_with_its_sentence_and_has_at_most_180_words(self, text):
        stage = Stage()
        with pytest.raises(Refused):
            services.edit_letter(stage.draw, words=services.Words("Betreff", text), by=stage.officer)

    def test_our_own_text_keeps_the_rule(self):
        words = services.words_of(Stage().draw)
        assert words.text.startswith("Sie wurden ausgelost.")
        assert 60 < services.count_words(words.text) <= 180
        assert "{frist}" in words.text and "{briefe}" in words.text and "{plaetze}" in words.text

    def test_the_facsimile_is_one_picture_of_the_page(self):
        picture = services.letter_picture(Stage().draw)
        assert picture.startswith(b"\x89PNG")

    def test_the_insert_is_a_pdf(self):
        assert services.insert_pdf(Stage().draw).startswith(b"%PDF")


class TestTheCodes:
    def test_letters_are_given_out_once_both_offices_signed_the_hashes_of_all_codes(self, client):
        from django.urls import reverse

        stage = posted()
        file = File.objects.filter(owner=f"draw:{stage.draw.pk}", name__startswith="briefe").get()
        client.force_login(stage.officer)
        place = reverse("lottery:letter_file", args=[stage.draw.pk, file.pk])
        assert client.get(place).status_code == 403
        services.release_letters(stage.draw, by=stage.officer)
        with pytest.raises(Refused):
            services.release_letters(stage.draw, by=stage.officer)
        assert client.get(place).status_code == 403
        register = services.release_letters(stage.draw, by=stage.auditor)
        response = client.get(place)
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        hashes = register.code_hashes.split("\n")
        assert hashes == sorted(row.code_hash for row in stage.rows())
        assert register.code_digest == digest_of(hashes)

    def test_the_published_file_has_the_sum_that_was_signed(self, client):
        from django.urls import reverse

        stage = posted()
        place = reverse("lottery:draw_codes", args=[stage.draw.pk])
        assert client.get(place).status_code == 404
        for signer in (stage.officer, stage.auditor):
            register = services.release_letters(stage.draw, by=signer)
        assert hashlib.sha256(client.get(place).content).hexdigest() == register.code_digest

    def test_nothing_is_released_before_the_office_committed_or_while_letters_are_printed(self):
        stage = Stage(sample=4).invited()
        with pytest.raises(Refused):
            services.release_letters(stage.draw, by=stage.officer)
        framed(stage)
        with pytest.raises(Refused):
            services.release_letters(stage.draw, by=stage.officer)

    def test_no_code_is_added_and_no_frame_changed_after_the_release(self):
        stage = posted()
        for signer in (stage.officer, stage.auditor):
            services.release_letters(stage.draw, by=signer)
        with pytest.raises(Refused):
            framed(stage)
        with pytest.raises(PermissionDenied):
            services.add_codes(stage.draw, count=20, origin="unregistered", by=stage.officer)

    def test_a_code_printed_later_is_published_beside_the_one_it_replaces(self):
        stage = posted()
        for signer in (stage.officer, stage.auditor):
            services.release_letters(stage.draw, by=signer)
        row = stage.rows()[0]
        services.send_again(row, by=stage.officer)
        services.print_letters(stage.draw)
        [now] = rows_of(pk=row.pk)
        register = RegisterSample.objects.get(draw=stage.draw)
        assert register.replaced_codes == [[row.code_hash, now.code_hash]]
        assert row.code_hash != now.code_hash

    @pytest.mark.parametrize(
        ("frame", "root"),
        [({"root": ROOT}, ROOT), ({"frame": {"merkle_root": ROOT}}, ROOT), ({"root": "kurz"}, ""), ({}, "")],
    )
    def test_the_root_is_found_where_the_office_wrote_it(self, frame, root):
        assert root_of(frame) == root


class TestLettersWithoutAddresses:
    def forwarding(self) -> Stage:
        stage = Stage(size=3)
        services.define_features(stage.draw, features=features(), by=stage.officer)
        plan = services.Plan(route="forwarding", legal_basis="§ 34 BMG", office="Bürgeramt")
        services.describe_register(stage.draw, plan=plan, by=stage.officer)
        services.add_codes(stage.draw, count=6, origin="forwarding", by=stage.officer)
        services.add_codes(stage.draw, count=2, origin="unregistered", by=stage.officer)
        signed(stage.fresh())
        services.send_invitations(stage.draw, reply_until=today() + datetime.timedelta(days=20), by=stage.officer)
        return stage.fresh()

    def test_nothing_is_known_of_anybody_before_the_reply(self):
        stage = self.forwarding()
        assert stage.draw.sample_size == 8
        assert services.register_of(stage.draw).unregistered_count == 2
        assert {(row.family_name, row.street, str(row.features)) for row in stage.rows()} == {("", "", "{}")}

    def test_name_and_address_arrive_with_the_reply_and_every_feature_is_asked(self):
        stage = self.forwarding()
        row = stage.rows()[0]
        assert [one.name for one in services.asked_features(stage.draw, row)] == ["sex", "age", "education"]
        given = answers(1, features={"sex": "w", "age": "16-39", "education": "abitur"})
        with pytest.raises(Refused):
            services.reply(row, answers=given, channel="online")
        address = {"street": "Weg 1", "postal_code": "52062", "town": "Musterstadt"}
        given |= {"given_name": "Ada", "family_name": "Beispiel", **address}
        services.reply(row, answers=given, channel="online")
        [now] = rows_of(pk=row.pk)
        assert (now.state, now.family_name, now.features["age"]) == ("interested", "Beispiel", "16-39")
        assert now.household_hash
        services.reply(now, answers={"wants": False}, channel="online")
        [now] = rows_of(pk=row.pk)
        assert (now.family_name, now.street, now.features, now.household_hash) == ("", "", {}, "")

    def test_the_letters_are_printed_without_addresses(self):
        stage = self.forwarding()
        assert services.print_letters(stage.draw) == 8

    def test_rows_are_not_transferred_on_this_route(self):
        from lottery.tests.factories import sample_csv

        stage = Stage()
        services.define_features(stage.draw, features=features(), by=stage.officer)
        plan = services.Plan(route="forwarding", legal_basis="§ 34 BMG")
        services.describe_register(stage.draw, plan=plan, by=stage.officer)
        with pytest.raises(Refused):
            services.import_sample(stage.draw, data=sample_csv(3), by=stage.officer)
        assert not rows_of()


def test_a_batch_comes_with_a_job_sheet():
    stage = posted()
    names = sorted(File.objects.filter(owner=f"draw:{stage.draw.pk}").values_list("name", flat=True))
    assert names == [f"auftrag-{stage.draw.pk}-001.pdf", f"briefe-{stage.draw.pk}-001.pdf"]
    sheet = File.objects.get(name__startswith="auftrag")
    assert b"Nachname" not in read_file(sheet)


def test_a_large_sample_is_imported_with_progress():
    from lottery.services import staging
    from lottery.tests.factories import sample_csv

    stage = Stage()
    services.define_features(stage.draw, features=features(), by=stage.officer)
    file = staging.keep(stage.draw, data=sample_csv(3_000), by=stage.officer)
    told = []
    staging.run_import(
        stage.draw, file=file, columns={}, by=stage.officer, tell=lambda done, total: told.append((done, total))
    )
    assert told == [(1_000, 3_000), (2_000, 3_000), (3_000, 3_000)]
    assert stage.fresh().draw.sample_size == len(stage.rows()) == 3_000


def test_an_import_that_was_interrupted_starts_again_from_nothing():
    from lottery.services import staging
    from lottery.tests.factories import sample_csv

    stage = Stage()
    services.define_features(stage.draw, features=features(), by=stage.officer)
    file = staging.keep(stage.draw, data=sample_csv(1_500), by=stage.officer)

    def killed(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        staging.run_import(stage.draw, file=file, columns={}, by=stage.officer, tell=killed)
    assert stage.fresh().draw.state == "draft"
    staging.run_import(stage.draw, file=file, columns={}, by=stage.officer, tell=lambda done, total: None)
    assert len(stage.rows()) == 1_500


def test_columns_with_unknown_heads_are_named_by_hand():
    stage = Stage()
    services.define_features(stage.draw, features=features(), by=stage.officer)
    from lottery.tests.factories import sample_csv

    data = sample_csv(3).replace(b"Familienname", b"Feld 7")
    with pytest.raises(services.SampleRefused):
        services.import_sample(stage.draw, data=data, by=stage.officer)
    services.import_sample(stage.draw, data=data, columns={"family_name": "Feld 7"}, by=stage.officer)
    assert stage.rows()[0].family_name == "Nachname0"
    assert stage.rows()[0].origin == Invitation.Origin.TRANSFER


class TestTheOfficesOwnFiles:
    """What `lottery.sample` writes is what the portal takes: frame, number, rows with codes, hashes."""

    def office(self, tmp_path, count=6):
        from lottery import sample

        register = tmp_path / "register.csv"
        register.write_bytes(sample_rows(40))
        out = tmp_path / "out"
        arguments = [str(register), "--size", str(count), "--by", "Geschlecht", "--commit", "--out", str(out)]
        assert sample.main(arguments) == 0
        assert sample.main([str(register), "--number", "471108", "--out", str(out)]) == 0
        return out

    def imported(self, tmp_path):
        out = self.office(tmp_path)
        stage = Stage(sample=6)
        services.define_features(stage.draw, features=features(), by=stage.officer)
        services.import_sample(stage.draw, data=(out / "drawn.csv").read_bytes(), by=stage.officer)
        signed(stage.fresh())
        services.send_invitations(stage.draw, reply_until=today() + datetime.timedelta(days=20), by=stage.officer)
        return out, stage.fresh()

    def test_its_codes_are_printed_and_its_hashes_published(self, tmp_path):
        out, stage = self.imported(tmp_path)
        record = json.loads((out / "sample.json").read_text())
        services.enter_frame(stage.draw, frame=record, number="", blocked=0, unaddressed=0, by=stage.officer)
        services.print_letters(stage.draw)
        for signer in (stage.officer, stage.auditor):
            register = services.release_letters(stage.draw, by=signer)
        assert register.number == "471108"
        assert register.code_hashes + "\n" == (out / "code-hashes.txt").read_text()
        assert {row.code for row in stage.rows()} == {""}

    def test_a_record_that_the_verifier_would_not_pass_is_not_entered(self, tmp_path):
        out, stage = self.imported(tmp_path)
        record = json.loads((out / "sample.json").read_text())
        forged = {**record, "positions": [*record["positions"][:-1], record["positions"][-1] + 1]}
        with pytest.raises(Refused):
            services.enter_frame(stage.draw, frame=forged, number="", blocked=0, unaddressed=0, by=stage.officer)

    def test_a_record_of_another_frame_than_the_one_committed_to_is_not_entered(self, tmp_path):
        out, stage = self.imported(tmp_path)
        framed(stage)  # another root, before the number
        record = json.loads((out / "sample.json").read_text())
        with pytest.raises(Refused):
            services.enter_frame(stage.draw, frame=record, number="", blocked=0, unaddressed=0, by=stage.officer)
        assert root_of(services.register_of(stage.draw).frame) == ROOT

    def test_of_the_record_stays_what_does_not_grow_with_the_letters(self, tmp_path):
        out, stage = self.imported(tmp_path)
        record = json.loads((out / "sample.json").read_text())
        services.enter_frame(stage.draw, frame=record, number="", blocked=0, unaddressed=0, by=stage.officer)
        kept = services.register_of(stage.draw).frame
        assert kept["result"] == record["result"] and root_of(kept) == record["commitment"]
        assert len(json.dumps(kept)) < 2_000

    def test_a_code_that_the_office_did_not_make_stops_the_release(self, tmp_path):
        out, stage = self.imported(tmp_path)
        record = json.loads((out / "sample.json").read_text())
        services.enter_frame(stage.draw, frame=record, number="", blocked=0, unaddressed=0, by=stage.officer)
        change_rows(stage.rows()[:1], code="0000-0000-0000-0000")
        services.print_letters(stage.draw)
        with pytest.raises(Refused):
            services.release_letters(stage.draw, by=stage.officer)
