"""The registration office's record of its sample: downloaded by anybody once it is signed, and nobody is named in it."""

import copy
import hashlib
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from django.urls import reverse

from audit.services import Refused
from documents.models import File
from documents.services import path_of
from lottery import sample, services, verify
from lottery.tests import test_register as register
from lottery.tests.factories import Stage, sample_csv

pytestmark = pytest.mark.django_db
HASH = re.compile(r"[0-9a-f]{64}")


def entered(tmp_path, *, is_released: bool = True) -> tuple[Stage, bytes]:
    """A draw whose office drew forty people by the command, with its record entered; and the file it wrote."""
    out, stage = register.TestTheOfficesOwnFiles().imported(tmp_path)
    data = (out / "sample.json").read_bytes()
    enter(stage, json.loads(data))
    services.print_letters(stage.draw)
    for signer in (stage.officer, stage.auditor) if is_released else ():
        services.release_letters(stage.draw, by=signer)
    return stage.fresh(), data


def enter(stage: Stage, record: dict[str, Any]) -> None:
    services.enter_frame(stage.draw, frame=record, number="", blocked=0, unaddressed=0, by=stage.officer)


def address(stage: Stage) -> str:
    return reverse("lottery:draw_sample", args=[stage.draw.pk])


def test_anybody_downloads_the_file_the_office_wrote_and_the_command_confirms_it(tmp_path, client):
    stage, data = entered(tmp_path)
    answer = client.get(address(stage))
    assert answer.getvalue() == data
    assert f'filename="stichprobe-{stage.draw.pk}.json"' in answer["Content-Disposition"]
    page = client.get(stage.draw.get_absolute_url()).text.replace("<wbr>", "")
    assert address(stage) in page
    assert hashlib.sha256(data).hexdigest() in page
    assert f"python -m lottery.verify stichprobe-{stage.draw.pk}.json" in page
    file = tmp_path / f"stichprobe-{stage.draw.pk}.json"
    file.write_bytes(data)
    for command in (["lottery.verify", str(file)], ["lottery.sample", "--verify", str(file)]):
        assert subprocess.run([sys.executable, "-m", *command], capture_output=True).returncode == 0
    file.write_bytes(data.replace(b'"number":"471108"', b'"number":"471109"'))
    assert verify.main([str(file)]) == 1


def test_before_both_offices_signed_it_nobody_gets_it(tmp_path, client):
    stage, _data = entered(tmp_path, is_released=False)
    assert client.get(address(stage)).status_code == 404
    assert address(stage) not in client.get(stage.draw.get_absolute_url()).text
    services.release_letters(stage.draw, by=stage.officer)
    assert client.get(address(stage)).status_code == 404
    services.release_letters(stage.draw, by=stage.auditor)
    assert client.get(address(stage)).getvalue()


def test_both_signatures_stand_under_the_hash_of_the_file(tmp_path):
    stage, data = entered(tmp_path)
    now = services.register_of(stage.draw)
    content = services.register.release_content(stage.draw, now, now.code_digest)
    assert content["frame"]["file_sha256"] == hashlib.sha256(data).hexdigest()
    assert "\n".join(json.loads(data)["codes"]) == type(now).objects.get(pk=now.pk).code_hashes


def test_a_record_that_was_replaced_is_closed_and_never_public(tmp_path):
    stage, data = entered(tmp_path, is_released=False)
    enter(stage, json.loads(data)["frame"])
    assert not File.objects.filter(owner=f"register:{stage.draw.pk}", delete_on=None).exists()
    for signer in (stage.officer, stage.auditor):
        services.release_letters(stage.draw, by=signer)
    assert services.sample_record(stage.draw) is None
    assert not File.objects.filter(owner=f"register:{stage.draw.pk}", is_public=True).exists()


def values_in(part: Any) -> list[Any]:
    """Every single value of a record, whatever it stands in."""
    if isinstance(part, dict):
        return [found for one in part.values() for found in values_in(one)]
    return [found for one in part for found in values_in(one)] if isinstance(part, list) else [part]


def test_nobody_of_the_register_is_in_the_record(tmp_path):
    """Beside figures and salted hashes it holds the names of columns and of the strata, and the number: five words."""
    stage, data = entered(tmp_path)
    cells = {cell for line in sample_csv(40).decode().split("\n")[1:] for cell in line.split(";")} - {"w", "m"}
    assert len(cells) > 120
    text = data.decode()
    assert [cell for cell in cells if cell in text] == []
    told = {one for one in values_in(json.loads(data)) if isinstance(one, str) and not HASH.fullmatch(one)}
    assert told == {sample.FORMAT, "Geschlecht", "w", "m", "transfer", "471108", ""}
    codes = {row.code for row in stage.rows()} | {row.code_hash for row in stage.rows()}
    assert not [row for row in stage.rows() if row.pseudonym in text]
    assert codes - {""} == set(json.loads(data)["codes"])


def planted(record: dict[str, Any], place: str) -> dict[str, Any]:
    """The record with somebody's name in it, every hash computed anew so that it agrees with itself."""
    made = copy.deepcopy(record)
    if place == "frame":
        made["frame"]["remark"] = "Erika Muster"
    elif place == "stratum":
        made["frame"]["strata"][0]["clerk"] = "Erika Muster"
    elif place == "codes":
        made["codes"] = sorted([*made["codes"][1:], "Erika Muster"])
    elif place == "source":
        made["frame"]["source"] = {"who": "Erika Muster"}
    else:
        made["frame"]["size"] = "Erika Muster"
    made["commitment"] = sample.digest(made["frame"])
    made["result"] = sample.digest({key: value for key, value in made.items() if key != "result"})
    return made


@pytest.mark.parametrize("place", ["frame", "stratum", "codes", "source", "figure"])
def test_a_record_in_which_somebody_is_named_is_not_entered(tmp_path, place):
    stage, data = entered(tmp_path, is_released=False)
    record = planted(json.loads(data), place)
    said = sample.all_faults(record)
    words = {"frame": "remark", "stratum": "clerk", "codes": "hash", "source": "no text", "figure": ""}
    assert any(words[place] in one for one in said)
    with pytest.raises(Refused):
        enter(stage, record)
    assert path_of(hashlib.sha256(data).hexdigest()).exists()
    assert not path_of(hashlib.sha256(sample.canonical(record) + b"\n").hexdigest()).exists()
