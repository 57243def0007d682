"""From the register to the post: the office's commitment, whom no letter reaches, the codes, the release by two."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.clock import clock
from audit.services import record, require
from documents.models import File
from documents.services import discard_file, store_file
from lottery.codes import hash_of, new_code, new_pseudonym
from lottery.models import Draw, Invitation, RegisterSample
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.sample import all_faults, canonical
from lottery.services.checking import least_checked
from lottery.services.drawing import sign
from lottery.services.preparation import count_due, locked

if TYPE_CHECKING:
    import datetime

HEX = re.compile(r"[0-9a-f]{64}")
MOST_CODES = 50_000
LONG_PARTS = ("codes", "positions", "leaves", "proof")
"""Parts of the office's record that grow with the letters: they lie in its file, whose hash stands for them."""


def register_of(draw: Draw) -> RegisterSample:
    """How the sample of a draw came out of the register; an empty one for a draw that has none yet."""
    return RegisterSample.objects.defer("code_hashes").filter(draw=draw).first() or RegisterSample(draw=draw)


def _locked_register(draw: Draw) -> RegisterSample:
    RegisterSample.objects.get_or_create(draw=draw)
    return RegisterSample.objects.select_for_update().get(draw=draw)


@dataclass(frozen=True)
class Plan:
    """What the cockpit plans with: the route, who draws, on what basis, and the first sitting it all counts back from."""

    route: str = RegisterSample.Route.TRANSFER
    office: str = ""
    legal_basis: str = ""
    resolution: str = ""
    first_sitting: "datetime.date | None" = None
    postage_cents: int = 95
    check_percent: int = 10


@transaction.atomic
def describe_register(draw: Draw, *, plan: Plan, by: User) -> RegisterSample:
    """Note the plan of a draw. The route cannot change once there is a sample."""
    draw = locked(draw)
    require(can(by, "describe_register", draw))
    register = _locked_register(draw)
    require(plan.route in RegisterSample.Route.values)
    require(draw.sample_size == 0 or plan.route == register.route, _("The route cannot change once there is a sample."))
    require(bool(plan.legal_basis.strip()), _("Name the legal basis on which the register may be used."))
    least = least_checked(draw.council)
    require(
        least <= plan.check_percent <= 100,
        _("By the statute at least %(percent)s %% of the cards are looked at twice.") % {"percent": least},
    )
    register.route, register.office, register.resolution = plan.route, plan.office.strip(), plan.resolution.strip()
    register.first_sitting, register.postage_cents = plan.first_sitting, plan.postage_cents
    register.check_percent = plan.check_percent
    register.save()
    draw.legal_basis = plan.legal_basis.strip()
    draw.save(update_fields=["legal_basis"])
    record("register.described", draw, by=by, route=register.route)
    return register


@transaction.atomic
def enter_frame(
    draw: Draw, *, frame: Mapping[str, Any], number: str, blocked: int, unaddressed: int, by: User
) -> RegisterSample:
    """Keep the office's commitment to its frame (the JSON of `lottery.sample`), the number, and whom no letter reaches.

    `blocked` have a bar on disclosure, `unaddressed` no address a letter could go to. A record with the drawn places is
    kept as a file too, which the release makes public: the verifier finds a fault where anybody could be named in it.
    Refused without the Merkle root.
    """
    draw = locked(draw)
    require(can(by, "describe_register", draw) or can(by, "release_letters", draw))
    register = _locked_register(draw)
    require(register.released_at is None, _("The letters are released; what was signed stays as it is."))
    require(bool(root_of(frame)), _("The file has no root: upload the commitment that lottery.sample wrote."))
    require(blocked >= 0 and unaddressed >= 0)
    require(_keeps_its_word(register, frame), _("This is not the commitment that was entered before the number."))
    kept = {name: value for name, value in frame.items() if name not in LONG_PARTS}
    for file in _record_files(draw):
        discard_file(file)
    if isinstance(frame.get("codes"), list):  # sample.json: the hashes of the codes that the office made
        require(
            all_faults(dict(frame)) == [], _("This record of the sample is wrong: the verifier finds faults in it.")
        )
        kept["codes_sha256"] = digest_of(sorted(str(one) for one in frame["codes"]))
        kept["file_sha256"] = _keep_record(draw, frame)
    number = number or str(frame.get("number") or "")
    register.frame, register.number = kept, " ".join(number.split())[:100]
    register.blocked_count, register.unaddressed_count = blocked, unaddressed
    register.save()
    record("frame.entered", draw, by=by, root=root_of(frame), blocked=blocked, unaddressed=unaddressed)
    return register


def _record_files(draw: Draw) -> QuerySet[File]:
    return File.objects.filter(owner=f"register:{draw.pk}", delete_on=None)


def _keep_record(draw: Draw, frame: Mapping[str, Any]) -> str:
    """Keep the office's public record, byte for byte as `lottery.sample` wrote it; its SHA-256. Closed until the release."""
    name, data = f"stichprobe-{draw.pk}.json", canonical(frame) + b"\n"
    return store_file(data, name=name, media_type="application/json", owner=f"register:{draw.pk}").sha256


def sample_record(draw: Draw) -> File | None:
    """The public record of the register sample, once both offices have signed it with the codes."""
    return _record_files(draw).filter(is_public=True).first()


def _keeps_its_word(register: RegisterSample, frame: Mapping[str, Any]) -> bool:
    """Whether a record with a number belongs to the commitment that was entered before it, if one was."""
    before = root_of(register.frame)
    return "number" not in frame or not before or before == root_of(frame)


def root_of(frame: Mapping[str, Any]) -> str:
    """The Merkle root of a commitment: 64 hexadecimal digits, wherever the office's file has it; "" if nowhere."""
    for key in ("root", "merkle_root", "commitment"):
        value = frame.get(key)
        if isinstance(value, Mapping):
            value = root_of(value)
        if isinstance(value, str) and HEX.fullmatch(value):
            return value
    return next((found for one in frame.values() if isinstance(one, Mapping) and (found := root_of(one))), "")


@pool_open()
def add_codes(draw: Draw, *, count: int, origin: str, by: User) -> int:
    """Make invitations without name and address: letters the office posts itself, or codes handed out in a shelter.

    Who answers says name and address with the reply. Those without a registered address are counted apart.
    """
    draw = locked(draw)
    require(can(by, "add_codes", draw))
    require(origin in (Invitation.Origin.FORWARDING, Invitation.Origin.UNREGISTERED))
    require(0 < count <= MOST_CODES, _("Name how many letters are needed, at most 50,000."))
    require(draw.features.exists(), _("Set the features first: they say what is asked."))
    register = _locked_register(draw)
    is_forwarded = origin == Invitation.Origin.FORWARDING
    require(
        not is_forwarded or register.route == RegisterSample.Route.FORWARDING,
        _("The office posts letters itself only on the route that was chosen so."),
    )
    require(register.released_at is None, _("The letters are released; what was signed stays as it is."))
    first = draw.sample_size + 1
    Invitation.objects.bulk_create(
        [
            Invitation(
                draw=draw, number=number, pseudonym=new_pseudonym(), code_hash=hash_of(new_code()), origin=origin
            )
            for number in range(first, first + count)
        ],
        batch_size=1000,
    )
    draw.sample_size, draw.state = draw.sample_size + count, Draw.State.SAMPLE_IMPORTED
    draw.save(update_fields=["sample_size", "state"])
    if not is_forwarded:
        register.unregistered_count += count
        register.save(update_fields=["unregistered_count"])
    record("codes.added", draw, by=by, count=count, origin=origin)
    return count


@pool_open()
def code_hashes(draw: Draw) -> list[str]:
    """The hashes of all codes, sorted: the order says nothing about who has which."""
    return sorted(Invitation.objects.filter(draw=draw).values_list("code_hash", flat=True))


def digest_of(hashes: list[str]) -> str:
    """SHA-256 over the sorted hashes, one to a line: what `sha256sum` says of the published file."""
    return hashlib.sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest()


def release_content(draw: Draw, register: RegisterSample, code_digest: str) -> dict[str, Any]:
    """What both offices sign before a letter is posted."""
    return {
        "draw": str(draw.public_id),
        "route": register.route,
        "legal_basis": draw.legal_basis,
        "frame": register.frame,
        "number": register.number,
        "sample": {"size": draw.sample_size, "sha256": draw.sample_hash},
        "not_written_to": {"blocked": register.blocked_count, "no_address": register.unaddressed_count},
        "without_registered_address": register.unregistered_count,
        "codes": code_digest,
    }


def _are_the_offices(draw: Draw, register: RegisterSample) -> bool:
    """Whether the codes of the transferred rows are those of the office's record, where it has any."""
    expected = register.frame.get("codes_sha256")
    if not expected or register.route != RegisterSample.Route.TRANSFER:
        return True
    rows = Invitation.objects.filter(draw=draw, origin=Invitation.Origin.TRANSFER)
    return digest_of(sorted(rows.values_list("code_hash", flat=True))) == expected


@pool_open()
def release_letters(draw: Draw, *, by: User) -> RegisterSample:
    """Sign frame and codes; with the second office's signature they are public, and the letters may be posted.

    Refused before every letter is printed, because printing makes the codes.
    """
    draw = locked(draw)
    require(can(by, "release_letters", draw))
    register = _locked_register(draw)
    require(register.released_at is None, _("The letters are released already."))
    require(
        bool(root_of(register.frame)) or register.is_rehearsal,
        _("Enter the commitment of the registration office first."),
    )
    require(count_due(draw) == 0, _("Letters are still being printed. Their codes belong to what is signed."))
    hashes = code_hashes(draw)
    code_digest = digest_of(hashes)
    require(
        _are_the_offices(draw, register),
        _("These are not the codes that the registration office published. Nothing is released; tell the auditor."),
    )
    if sign(draw, step="release", content_hash=digest(release_content(draw, register, code_digest)), by=by):
        register.code_hashes, register.code_digest = "\n".join(hashes), code_digest
        register.released_at = clock()
        register.save(update_fields=["code_hashes", "code_digest", "released_at"])
        _record_files(draw).update(is_public=True)
        record("letters.released", draw, by=by, codes=code_digest, count=len(hashes))
    return register
