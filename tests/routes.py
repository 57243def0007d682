"""Who may ask for what: every address of the portal, by role. docs/domain.md has the same rights in words.

A row says for one route, one object of `tests/world.py` and one method who is answered; everybody else is sent to the
login, told 403 or 404, or told no on the page. `tests/test_routes.py` asks every row as every role, and fails for a
route that stands in no row.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit.clock import today
from councils.models import Membership
from councils.statutes import complete
from lottery.reply_forms import token_for
from lottery.views.chance import token_of
from meetings.models import AgendaItem
from tests.world import PASSWORD, ROLES, World

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"

Data = dict[str, Any] | Callable[[World], dict[str, Any]]

ALL = frozenset(ROLES)
SIGNED_IN = ALL - {"anonymous"}
PERSONS = SIGNED_IN - {"account"}
STRANGERS = frozenset({"anonymous"})
RESIDENTS = frozenset({"resident", "neighbour", "member", "other_member", "alternate"})
AUTHOR = frozenset({"resident"})
COUNCIL = frozenset({"member", "alternate", "facilitator", "secretariat", "auditor"})
CHAIR = frozenset({"facilitator", "secretariat"})
SECRETARIAT = frozenset({"secretariat"})
DESK = frozenset({"secretariat", "clerk"})
DOOR = frozenset({"secretariat", "clerk", "facilitator"})
OFFICES_OF_ROLES = frozenset({"secretariat", "auditor"})
BOARD = frozenset({"board_secretary"})
BOARDS = frozenset({"board_secretary", "other_board_secretary"})
EDITOR = frozenset({"editor"})
HARMFUL = frozenset(
    {
        *("secretariat", "clerk", "draw_officer", "auditor", "editor", "holdings"),
        *("board_secretary", "other_board_secretary", "facilitator", "other_facilitator"),
    }
)
"""Those who cannot work without a second factor (and have one in this world)."""
OFFICER = frozenset({"draw_officer"})
AUDITOR = frozenset({"auditor"})
SIGNING = OFFICER | AUDITOR
PREPARING = SIGNING | SECRETARIAT
REPLIES = OFFICER | {"clerk"}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One request: `at` names the object of the world in the address (a tuple: its parts, `@` before an object).

    `query` is the person for whom the desk acts. `is_tried`: what is sent is wrong on purpose, or nothing; being shown
    the form again is an answer then.
    """

    method: str
    name: str
    may: frozenset[str]
    at: str | tuple[str, ...] = ""
    data: Data | None = None
    query: str = ""
    is_tried: bool = False

    @property
    def label(self) -> str:
        where = self.at if isinstance(self.at, str) else "/".join(self.at)
        return f"{self.method} {self.name}" + (f"[{where}]" if where else "") + (f"?{self.query}" if self.query else "")

    def address(self, world: World) -> str:
        """The address with the keys of this world."""
        if self.name.startswith("/"):
            return self.name
        args = self.at if isinstance(self.at, tuple) else (key_of(world, self.at),) if self.at else ()
        filled = [key_of(world, part[1:]) if part.startswith("@") else part for part in args]
        query = f"?person={world[self.query].uuid}" if self.query else ""
        return reverse(self.name, args=filled) + query

    def posted(self, world: World) -> dict[str, Any]:
        """What is sent with a POST."""
        return (self.data(world) if callable(self.data) else self.data) or {}


def key_of(world: World, name: str) -> str:
    """The key by which an address names an object: people by their uuid, everything else by number."""
    name, _, attribute = name.partition(".")
    found = world[name]
    if attribute:
        return str(getattr(found, attribute))
    return str(found.uuid if hasattr(found, "uuid") else found.pk)


def get(name: str, may: frozenset[str], at: str | tuple[str, ...] = "", query: str = "") -> Row:
    return Row("GET", name, may, at, None, query)


def post(
    name: str, may: frozenset[str], at: str | tuple[str, ...] = "", data: Data | None = None, query: str = ""
) -> Row:
    return Row("POST", name, may, at, data, query)


def tried(name: str, may: frozenset[str], at: str | tuple[str, ...] = "", data: Data | None = None) -> Row:
    return Row("POST", name, may, at, data, is_tried=True)


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def tomorrow() -> str:
    return f"{today() + timedelta(days=1)}T18:00"


def in_a_month() -> str:
    return (today() + timedelta(days=30)).isoformat()


def _seat_of(world: World, person: str) -> int:
    return Membership.objects.current().get(person=world[person]).pk


def _line_of(world: World, item: str) -> int:
    """The line on the roll of somebody who did not vote."""
    vote = AgendaItem.objects.select_related("vote").get(pk=world[item].pk).vote
    assert vote is not None
    found = vote.roll.filter(ballot__isnull=True, person=world.users["member"].person).get()
    return int(found.pk)


PROPOSAL: dict[str, Any] = {"title": "Mehr Bänke", "text": "Am Fluss stehen Bänke.", "reasons": "Zum Sitzen."}
NOTICE = {"category": "spam", "explanation": "Das ist Werbung."}
ANSWER = {"answer": "accepted", "resolution_number": "7/2026"}
PERSON = {
    "given_name": "Anna",
    "family_name": "Beispiel",
    "street": "Markt 3",
    "postal_code": "12345",
    "town": "Musterstadt",
    "channel": "letter",
    "language": "de",
}

PUBLIC = [
    get("portal:home", ALL),
    get("portal:participate", ALL),
    get("portal:search", ALL),
    get("portal:company_detail", ALL, "company"),
    get("portal:company_detail", NOBODY, "dissolved_company"),
    get("portal:imprint", ALL),
    get("portal:privacy", ALL),
    get("portal:accessibility", ALL),
    get("portal:city_css", ALL),
    get("portal:styleguide", ALL),
    post("portal:theme", ALL, data={"theme": "dark"}),
    post("set_language", ALL, data={"language": "en"}),
    get("councils:council_list", ALL),
    get("councils:council_detail", ALL, "council"),
    get("councils:statute_detail", ALL, "statute"),
    get("councils:company_list", ALL),
    get("wagtail_serve", ALL, ("",)),
    get("wagtaildocs_serve", ALL, ("@document", "@document.filename")),
]

MINE = [
    get("portal:tasks", SIGNED_IN),
    get("portal:my_data_export", SIGNED_IN),
    get("portal:my_data_erase", SIGNED_IN),
    # whoever holds an office or a seat ends it first
    post("portal:my_data_erase", frozenset({"account", "unverified", "resident", "neighbour"})),
    get("accounts:me", SIGNED_IN),
    post("accounts:me", SIGNED_IN, data=PERSON),
    get("accounts:me_edit", SIGNED_IN),
    post("accounts:me_edit", SIGNED_IN, data=PERSON),
    get("accounts:verify", SIGNED_IN),
    get("accounts:verify_letter", SIGNED_IN),
    tried("accounts:verify_letter", SIGNED_IN, data={"code": "AAAA-BBBB-CCCC", "birth_date": "01.02.1980"}),
    post("accounts:letter_request", SIGNED_IN),
    get("accounts:verify_register", SIGNED_IN),
    tried("accounts:verify_register", SIGNED_IN, data={"birth_date": "01.02.1980"}),
    post("accounts:verify_provider", frozenset({"account"})),  # nobody here has connected one
]

PROPOSALS = [
    get("proposals:list", ALL),
    get("proposals:detail", ALL, "supportable"),
    get("proposals:detail", ALL, "submitted"),
    get("proposals:detail", AUTHOR, "draft"),
    get("proposals:detail", NOBODY, "taken_down"),
    get("proposals:detail", DESK, "draft", query="resident_person"),
    get("proposals:create", SIGNED_IN),
    get("proposals:create", DESK, query="person"),
    post("proposals:create", SIGNED_IN, data=lambda w: {**PROPOSAL, "council": w["council"].pk}),
    post("proposals:create", DESK, data=lambda w: {**PROPOSAL, "council": w["council"].pk}, query="person"),
    get("proposals:edit", AUTHOR, "draft"),
    get("proposals:edit", AUTHOR, "returned"),
    get("proposals:edit", NOBODY, "supportable"),
    get("proposals:edit", DESK, "draft", query="resident_person"),
    post("proposals:edit", AUTHOR, "draft", data=PROPOSAL),
    post("proposals:edit", DESK, "draft", data=PROPOSAL, query="resident_person"),
    post("proposals:submit", AUTHOR, "draft"),
    post("proposals:submit", NOBODY, "unverified_draft"),
    post("proposals:submit", DESK, "draft", query="resident_person"),
    get("proposals:withdraw", AUTHOR, "draft"),
    get("proposals:withdraw", AUTHOR, "supportable"),
    post("proposals:withdraw", AUTHOR, "supportable"),
    post("proposals:withdraw", NOBODY, "taken_down"),
    post("proposals:support", RESIDENTS, "supportable"),
    post("proposals:support", NOBODY, "deliberated"),
    post("proposals:support", DESK, "supportable", query="person"),
    post("proposals:support", NOBODY, "supportable", query="unverified_person"),
    post("proposals:comment", PERSONS, "deliberated", data={"text": "Gut so."}),
    post("proposals:comment", NOBODY, "draft", data={"text": "Gut so."}),
    post("proposals:comment", DESK, "deliberated", data={"text": "Gut so."}, query="person"),
    get("proposals:notice", ALL, "supportable"),
    get("proposals:notice", AUTHOR, "draft"),
    post("proposals:notice", ALL, "supportable", data=NOTICE),
    get("proposals:admissibility", SECRETARIAT),
    get("proposals:admissibility_decide", SECRETARIAT, "submitted"),
    get("proposals:admissibility_decide", NOBODY, "draft"),
    post("proposals:admissibility_decide", SECRETARIAT, "submitted", data={"decision": "admit"}),
    get("proposals:notices", CHAIR | {"other_facilitator", "auditor"}),
    get("proposals:notice_decide", CHAIR | {"auditor"}, "notice"),
    get("proposals:notice_decide", frozenset({"secretariat", "other_facilitator", "auditor"}), "other_notice"),
    post("proposals:notice_decide", CHAIR, "notice", data={"state": "no_action", "reasons": "In Ordnung."}),
]

MEETINGS = [
    get("meetings:list", ALL),
    get("meetings:detail", ALL, "coming_meeting"),
    get("meetings:create", SECRETARIAT),
    post(
        "meetings:create",
        SECRETARIAT,
        data=lambda w: {
            **{"council": w["council"].pk, "title": "Sitzung", "place": "Rathaus"},
            **{"date": in_a_month(), "begins": "18:00", "ends": "20:00"},
        },
    ),
    get("meetings:agenda", CHAIR, "coming_meeting"),
    post("meetings:agenda", CHAIR, "coming_meeting", data={"title": "Verschiedenes", "is_public": "on"}),
    post("meetings:item_move", CHAIR, "coming_item", data={"direction": "down"}),
    get("meetings:item_remove", CHAIR, "coming_item"),
    post("meetings:item_remove", CHAIR, "coming_item"),
    get("meetings:edit", CHAIR, "coming_meeting"),
    get("meetings:edit", NOBODY, "session"),
    post(
        "meetings:edit",
        CHAIR,
        "coming_meeting",
        data=lambda w: {
            **{"title": "Sitzung", "place": "Rathaus", "date": in_a_month(), "begins": "18:00", "ends": "20:00"},
        },
    ),
    get("meetings:cancel", SECRETARIAT, "coming_meeting"),
    post("meetings:cancel", SECRETARIAT, "coming_meeting", data={"reason": "Hochwasser"}),
    get("meetings:ical", ALL, "coming_meeting"),
    get("meetings:council_ical", ALL, "council"),
    get("meetings:room", SIGNED_IN, "assembly"),
    get("meetings:room", NOBODY, "session"),  # has none
    get("meetings:live", ALL, "session"),
    get("meetings:projector", ALL, "session"),
    get("meetings:speakers", ALL, "session"),
    get("meetings:speakers", ALL, "assembly"),
    get("meetings:speakers", DESK, "session", query="on_paper"),
    post("meetings:hand_raise", frozenset({"member"}), "session", data={"hand": "contra"}),
    post("meetings:hand_raise", PERSONS, "assembly", data={"hand": "pro"}),
    post("meetings:hand_raise", CHAIR, "session", data={"hand": "order", "seat": "3"}),
    post("meetings:hand_raise", DESK, "session", data={"hand": "pro"}, query="in_the_hall"),
    post("meetings:hand_raise", NOBODY, "coming_meeting", data={"hand": "pro"}),
    post("meetings:hand_withdraw", CHAIR | {"member", "clerk"}, "hand"),
    post("meetings:hand_withdraw", DESK | CHAIR, "other_hand"),
    post("meetings:hand_call", CHAIR, "hand"),
    post("meetings:speaker_next", CHAIR, "session"),
    post("meetings:speaker_next", NOBODY, "coming_meeting"),
    get("meetings:speakers_live", ALL, "session"),
    post("meetings:item_end", CHAIR, "quiet_session"),
    post("meetings:recess", CHAIR, "quiet_session"),
    post("meetings:recess", CHAIR, "quiet_session", data={"action": "end"}),
    get("meetings:order_rule", CHAIR, "heard_order"),
    post("meetings:order_rule", CHAIR, "heard_order", data={"asked": "Schluss der Debatte", "ruling": "Abgelehnt"}),
    get("meetings:order_rule", NOBODY, "hand"),  # is no point of order
    post("meetings:guest_unname", DESK | CHAIR, "named_guest"),
    get("meetings:speaker_rule", CHAIR, "session"),
    post("meetings:speaker_rule", CHAIR, "session", data={"order": "balanced", "seconds": "90"}),
    post("meetings:item_call", CHAIR, "session", data=lambda w: {"item": w["voted_item"].pk}),
    get("meetings:question_ask", PERSONS, "coming_meeting"),
    get("meetings:question_ask", DESK, "coming_meeting", query="person"),
    post("meetings:question_ask", PERSONS, "coming_meeting", data={"text": "Wann?"}),
    post("meetings:question_ask", NOBODY, "session", data={"text": "Wann?"}),
    get("meetings:question_decide", CHAIR, "question"),
    get("meetings:question_decide", CHAIR, "expert_question"),
    post("meetings:question_decide", CHAIR, "question", data={"decision": "admit"}),
    post("meetings:question_decide", CHAIR, "expert_question", data={"answer": "Viel.", "answered_by": "Kammer"}),
    get("meetings:hearing", ALL, "heard_item"),
    get("meetings:hearing", COUNCIL, "closed_item"),
    get("meetings:hearing", DESK, "heard_item", query="on_paper"),
    post(
        "meetings:hearing",
        frozenset({"member"}),
        "heard_item",
        data=lambda w: {"text": "Wie lange?", "expert": w["called_expert"].pk},
    ),
    post("meetings:counter_sign", frozenset({"member"}), "heard_item"),
    post("meetings:counter_sign", DESK, "heard_item", query="on_paper"),
    get("meetings:expert_add", CHAIR, "heard_item"),
    post(
        "meetings:expert_add",
        CHAIR,
        "heard_item",
        data={
            **{"given_name": "Ada", "family_name": "Beispiel", "profession": "Statik", "chosen_by": "secretariat"},
            **{"list_name": "Liste", "interests": "keine"},
        },
    ),
    post("meetings:expert_heard", CHAIR, "called_expert"),
    get("meetings:paper_add", CHAIR, "coming_item"),
    post(
        "meetings:paper_add",
        CHAIR,
        "coming_item",
        data=lambda w: {
            **{"title": "Vorlage", "asked": "Raten Sie.", "choices": "Ja", "dissent": "Niemand."},
            "document": upload("vorlage.pdf"),
        },
    ),
    get("meetings:paper", ALL, "paper"),
    get("meetings:paper", COUNCIL, "closed_paper"),
    get("meetings:paper", COUNCIL | {"expert"}, "experts_paper"),
    get("meetings:paper_file", ALL, "paper"),
    get("meetings:paper_file", COUNCIL, "closed_paper"),
    get("meetings:paper_file", NOBODY, "plain_paper"),  # has none
    post("meetings:paper_withdraw", CHAIR, "closed_paper"),
    post("meetings:guests", DOOR, "session", data={"count": "12"}),
    get("meetings:door_papers", DOOR, "session"),
    get("meetings:check_in", ALL, ("@session", "@door")),
    get("meetings:check_in", NOBODY, ("@session", "@wrong_door")),
    post("meetings:check_in", frozenset({"member"}), ("@session", "@door")),
    get("meetings:badge", DOOR, "badge"),
    post("meetings:badge", DOOR, "badge", data={"action": "leave"}),
    post("meetings:open", CHAIR, "ready_meeting"),
    post("meetings:open", NOBODY, "coming_meeting"),  # before its day
    get("meetings:close", CHAIR, "quiet_session"),
    post("meetings:close", CHAIR, "quiet_session"),
    get("meetings:presence", DOOR, "session"),
    post("meetings:presence", DOOR, "session"),
    post("meetings:presence_note", frozenset({"member"}), "session"),
    post("meetings:presence_note", DESK, "session", query="on_paper"),
    get("meetings:vote", ALL, "voted_item"),
    get("meetings:vote", ALL, "passed_item"),
    get("meetings:vote", ALL, "votable_item"),
    get("meetings:vote", COUNCIL, "voted_closed_item"),
    get("meetings:vote", COUNCIL, "votable_closed_item"),
    get("meetings:vote", DESK, "voted_item", query="in_the_hall"),
    post("meetings:vote", frozenset({"member"}), "voted_item", data={"choice": "yes"}),
    post("meetings:vote", frozenset({"member"}), "voted_closed_item", data={"choice": "yes"}),
    post("meetings:vote", NOBODY, "passed_item", data={"choice": "yes"}),
    post("meetings:vote", DESK, "voted_item", data={"choice": "yes"}, query="in_the_hall"),
    get("meetings:item_vote_open", CHAIR, "votable_item"),
    post("meetings:item_vote_open", CHAIR, "votable_item", data={"electorate": "hall", "question": "Ja?"}),
    post("meetings:item_vote_close", CHAIR, "voted_closed_item"),
    post("meetings:item_vote_close", NOBODY, "votable_item"),
    post("meetings:paper_discard", DESK, "voted_item", query="on_paper"),
]

MEMBER = frozenset({"member"})
METHODS = ("approval", "score", "majority_judgment", "schulze", "stv", "equal_shares")
RECUSED = {"is_recused": "yes", "how": "chair", "reason": "Eigenes Gehalt"}
RECORD = [
    get("meetings:minutes", CHAIR, "unminuted_meeting"),
    post("meetings:minutes", CHAIR, "unminuted_meeting"),
    get("meetings:minutes", COUNCIL, "drafted_meeting"),
    get("meetings:minutes", COUNCIL, "laid_meeting"),
    get("meetings:minutes", ALL, "approved_meeting"),
    get("meetings:minutes_file", ALL, "approved_meeting"),
    get("meetings:minutes_file", NOBODY, "laid_meeting"),
    get("meetings:minutes_closed_file", COUNCIL, "approved_meeting"),
    get("meetings:minutes_note", CHAIR, "drafted_meeting"),
    post("meetings:minutes_note", CHAIR, "drafted_meeting", data={"text": "Ohne Zwischenfall."}),
    post("meetings:minutes_lay", CHAIR, "drafted_meeting"),
    get("meetings:objection", MEMBER, "laid_meeting"),
    post("meetings:objection", MEMBER, "laid_meeting", data={"text": "Es waren mehr."}),
    get("meetings:objection", DESK, "laid_meeting", query="on_paper"),
    post("meetings:objection", DESK, "laid_meeting", data={"text": "Es waren mehr."}, query="on_paper"),
    get("meetings:objection_decide", CHAIR, "objection"),
    post("meetings:objection_decide", CHAIR, "objection", data={"is_accepted": "no", "answer": "Es waren 12."}),
    post("meetings:minutes_approve", CHAIR, "minutes_ready_meeting"),
    post("meetings:minutes_approve", NOBODY, "approved_meeting"),
    get("meetings:promise_add", CHAIR, "votable_item"),
    post("meetings:promise_add", CHAIR, "votable_item", data={"who": "Geschäftsstelle", "what": "Nachfragen"}),
    get("meetings:promise_keep", CHAIR, "promise"),
    post("meetings:promise_keep", CHAIR, "promise", data={"outcome": "Nachgereicht"}),
    get("meetings:recusals", CHAIR | MEMBER, "votable_item"),
    post(
        "meetings:recusals",
        CHAIR | MEMBER,
        "votable_item",
        data=lambda w: {"member": _seat_of(w, "on_paper"), "grounds": "Arbeitet dort"},
    ),
    get("meetings:recusal_decide", CHAIR, "recusal"),
    post("meetings:recusal_decide", CHAIR, "recusal", data=RECUSED),
    get("meetings:lot", CHAIR, "tied_item"),
    post("meetings:lot", CHAIR, "tied_item", data={"seed": "4 2 6"}),
    get("meetings:lot", NOBODY, "voted_item"),
    get("meetings:correction", CHAIR | DESK, "passed_item"),
    post(
        "meetings:correction",
        CHAIR | DESK,
        "passed_item",
        data=lambda w: {"entry": _line_of(w, "passed_item"), "choice": "yes", "reason": "Übersehen"},
    ),
    get("meetings:correction", CHAIR | DESK, "counted_stv_item"),
    get("meetings:ballots", ALL, "passed_item"),
    get("meetings:ballots", NOBODY, "voted_item"),
    get("meetings:vote", ALL, "tied_item"),
    *(get("meetings:vote", ALL, f"counted_{method}_item") for method in METHODS),
    *(get("meetings:vote", ALL, f"open_{method}_item") for method in METHODS),
    post("meetings:vote", MEMBER, "open_stv_item", data={"option_1": "2", "option_2": "1"}),
    post("meetings:vote", MEMBER, "open_equal_shares_item", data={"option_2": "on"}),
    post(
        "meetings:item_vote_open",
        CHAIR,
        "votable_item",
        data={"electorate": "hall", "method": "greedy", "options": "Bänke; 900\nBaum; 300", "budget": "1000"},
    ),
]

COMPANY = {"name": "Netze GmbH", "legal_form": "gmbh", "sector": "energy", "purpose": "Netze für alle."}
BASIS = {"binding": "advisory", "binding_document": "Beschluss", "binding_date": "2025-03-12"}
SEAT = {"kind": "vote", "basis_document": "Vertrag § 9", "basis_date": "2025-03-12", "term_years": "3"}
HOLDER = frozenset({"member"})
HOLDERS = frozenset({"member", "other_member"})

RULES = [
    get("councils:draft_new", SECRETARIAT | {"member"}, "council"),
    post(
        "councils:draft_new",
        SECRETARIAT | {"member"},
        "council",
        data=lambda w: {
            **complete(w["statute"].settings),
            **{"title": "Geschäftsordnung", "text": "§ 1 Kürzer", "reasons": "Man liest sie besser."},
        },
    ),
    get("councils:draft_detail", ALL, "rules_draft"),
    post("councils:draft_withdraw", SECRETARIAT, "rules_draft"),
    get("meetings:draft_schedule", CHAIR | {"member"}, "rules_draft"),
    post(
        "meetings:draft_schedule",
        CHAIR | {"member"},
        "rules_draft",
        data=lambda w: {"meeting": w["coming_meeting"].pk},
    ),
    get("meetings:elected_send", SECRETARIAT, "passed_item"),
    tried("meetings:elected_send", SECRETARIAT, "passed_item"),
    get("councils:draft_enact", SECRETARIAT, "rules_draft"),
    post(
        "councils:draft_enact",
        SECRETARIAT,
        "rules_draft",
        data=lambda w: {"vote": w["rules_vote"].pk, "in_force_on": today().isoformat()},
    ),
]

INTEREST = {"kind": "work", "text": "Ich arbeite dort.", "sectors": ["energy"]}
MEMBERS = [
    get("councils:my_seat", HOLDERS),
    get("councils:name_consent", SIGNED_IN),
    post("councils:name_consent", SIGNED_IN, data={"name": "show"}),
    get("councils:name_enter", DESK, "on_paper"),
    post("councils:name_enter", DESK, "on_paper", data={"name": "show"}),
    get("councils:membership", DESK | {"member"}, "membership"),
    get("councils:membership", DESK, "paper_membership"),
    get("councils:interest_declare", DESK | {"member"}, "membership"),
    post("councils:interest_declare", DESK | {"member"}, "membership", data=INTEREST),
    post("councils:interests_none", DESK, "paper_membership"),
    post("councils:interest_end", DESK | {"member"}, "interest"),
    post("councils:oath_take", SECRETARIAT, "membership"),
    get("councils:membership_suspend", SECRETARIAT, "membership"),
    post("councils:membership_suspend", SECRETARIAT, "membership", data={"reason": "Elternzeit"}),
    post("councils:membership_resume", SECRETARIAT, "resting_membership"),
    get("councils:membership_resign", DESK | {"member"}, "membership"),
    post(
        "councils:membership_resign",
        DESK | {"member"},
        "membership",
        data=lambda w: {"sure": "on", "end_date": today().isoformat()},
    ),
    get("councils:membership_end", SECRETARIAT, "membership"),
    post(
        "councils:membership_end",
        SECRETARIAT,
        "membership",
        data=lambda w: {"reason": "moved_away", "end_date": today().isoformat()},
    ),
    post("councils:group_join", DESK | {"member"}, ("@membership", "@new_group")),
    post("councils:group_leave", DESK | {"member"}, "group_place"),
    get("councils:office_list", DESK),
    get("councils:council_office", DESK, "council"),
    get("councils:renewal", SECRETARIAT | OFFICER, "council"),
    post("councils:renewal", SECRETARIAT | OFFICER, "council"),
    get("councils:renewal", SECRETARIAT | OFFICER, "renewing_council"),
    post("councils:renewal", SECRETARIAT, "renewing_council"),
    get("councils:group_new", SECRETARIAT, "council"),
    post("councils:group_new", SECRETARIAT, "council", data={"name": "Wärme", "task": "Fragen sammeln."}),
    get("councils:group_end", SECRETARIAT, "group"),
    post("councils:group_end", SECRETARIAT, "group"),
    get("councils:civil_nominate", SECRETARIAT, "council"),
    post(
        "councils:civil_nominate",
        SECRETARIAT,
        "council",
        data=lambda w: {
            "name": "Mieterverein",
            "number": w.users["neighbour"].person.uuid,
            "letter": "Brief vom 3. Mai",
        },
    ),
    get("councils:civil_appoint", SECRETARIAT, "nomination"),
    post(
        "councils:civil_appoint",
        SECRETARIAT,
        "nomination",
        data=lambda w: {"basis_document": "Satzung § 2", "begin_date": today().isoformat()},
    ),
    get("councils:civil_decline", SECRETARIAT, "nomination"),
    post("councils:civil_decline", SECRETARIAT, "nomination", data={"reason": "Kein Mandat"}),
    get("councils:civil_end", SECRETARIAT, "civil_seat"),
    post("councils:civil_end", SECRETARIAT, "civil_seat"),
]

BOARD_SEATS = [
    get("councils:board_report", ALL, "given_report"),
    get("councils:board_report", NOBODY, "due_report"),
    get("councils:delegate_seats", HOLDERS | BOARD),
    post("councils:confidentiality_declare", DESK | {"other_member"}, "undeclared_delegate"),
    post("councils:confidentiality_declare", DESK | {"member"}, "delegate"),
    post("councils:board_file_open", HOLDER | BOARD, ("@board_seat", "@coming_sitting")),
    get("councils:board_file", HOLDER | BOARD, "board_file"),
    post(
        "councils:board_file",
        HOLDER | BOARD,
        "board_file",
        data=lambda w: {"title": "Vorlage", "document": upload("vorlage.pdf")},
    ),
    get("councils:board_file_edit", HOLDER | BOARD, "board_file"),
    post("councils:board_file_edit", HOLDER | BOARD, "board_file", data={"agenda": "TOP 1", "outside": ""}),
    get("councils:board_paper", HOLDER | BOARD, "board_paper"),
    get("councils:mandate_note", HOLDER | DESK, "mandate"),
    post("councils:mandate_note", HOLDER | DESK, "mandate", data={"choice": "no"}),
    get("councils:board_report_write", HOLDER | DESK, "due_report"),
    get("councils:board_report_write", NOBODY, "given_report"),
    post("councils:board_report_write", HOLDER | DESK, "due_report", data={"text": "Es ging um Tarife."}),
    get("councils:company_office_list", SECRETARIAT),
    get("councils:company_new", SECRETARIAT),
    post("councils:company_new", SECRETARIAT, data=COMPANY),
    get("councils:company_office", SECRETARIAT, "company"),
    get("councils:company_office", NOBODY, "dissolved_company"),
    get("councils:company_edit", SECRETARIAT, "company"),
    post("councils:company_edit", SECRETARIAT, "company", data=COMPANY),
    get("councils:owner_add", SECRETARIAT, "company"),
    tried("councils:owner_add", SECRETARIAT, "company", data={"name": "Bank", "percent": "1"}),
    get("councils:owner_remove", SECRETARIAT, "share"),
    post("councils:owner_remove", SECRETARIAT, "share"),
    get("councils:organ_add", SECRETARIAT, "company"),
    post("councils:organ_add", SECRETARIAT, "company", data={"kind": "shareholders", "name": "Versammlung", **BASIS}),
    get("councils:organ_binding", SECRETARIAT, "board_organ"),
    post("councils:organ_binding", SECRETARIAT, "board_organ", data=BASIS),
    get("councils:sitting_list", SECRETARIAT, "board_organ"),
    post(
        "councils:sitting_list",
        SECRETARIAT,
        "board_organ",
        data=lambda w: {"date": in_a_month(), "agenda_closes_on": today().isoformat()},
    ),
    post("councils:sitting_remove", SECRETARIAT, "free_sitting"),
    get("councils:figure_add", SECRETARIAT, "company"),
    post(
        "councils:figure_add",
        SECRETARIAT,
        "company",
        data={"name": "Umsatz", "year": "2024", "value": "10", "unit": "euro", "source": "Jahresabschluss"},
    ),
    get("councils:board_seat_new", SECRETARIAT, "board_organ"),
    post(
        "councils:board_seat_new",
        SECRETARIAT,
        "board_organ",
        data=lambda w: {"sends": "council", "council": w["council"].pk, **SEAT},
    ),
    get("councils:board_seat", DESK, "board_seat"),
    get("councils:delegate_send", SECRETARIAT, "vacant_board_seat"),
    post(
        "councils:delegate_send",
        SECRETARIAT,
        "vacant_board_seat",
        data=lambda w: {
            "member": w.users["member"].person.memberships.get().pk,
            "begin_date": today().isoformat(),
            "election_reference": "Beschluss 4/2026",
        },
    ),
    post("councils:delegate_recall", SECRETARIAT, "delegate"),
    get("councils:mandate_give", SECRETARIAT, "board_seat"),
    post(
        "councils:mandate_give",
        SECRETARIAT,
        "board_seat",
        data=lambda w: {
            "sitting": w["coming_sitting"].pk,
            **{"title": "Tarif", "text": "Dagegen stimmen.", "reference": "Beschluss 3/2026", "is_public": "on"},
        },
    ),
]

DECISIONS = [
    get("decisions:list", ALL),
    get("decisions:detail", ALL, "decision"),
    get("decisions:detail", SECRETARIAT, "unsealed_decision"),
    get("decisions:detail", NOBODY, "deleted_decision"),
    get("decisions:pdf", ALL, "decision"),
    get("decisions:pdf", SECRETARIAT, "unsealed_decision"),
    get("decisions:pdf", NOBODY, "deleted_decision"),
    get("decisions:json", ALL, "decision"),
    get("decisions:json", SECRETARIAT, "unsealed_decision"),
    get("decisions:statement_file", ALL, "statement"),
    get("decisions:step_proof", ALL, "proven_step"),
    get("decisions:step_proof", NOBODY, "step"),  # has none yet
    get("decisions:inbox", BOARDS),
    get("decisions:addressee", SECRETARIAT | BOARD, "addressee"),
    get("decisions:addressee", NOBODY, "pending_addressee"),
    post("decisions:acknowledge", SECRETARIAT | BOARD, "addressee", data={"how": "Rückschein"}),
    get("decisions:answer", BOARD, "addressee"),
    get("decisions:answer", NOBODY, "answered_addressee"),
    post("decisions:answer", BOARD, "addressee", data=lambda w: {**ANSWER, "resolution_date": today().isoformat()}),
    get("decisions:enter_answer", SECRETARIAT, "addressee"),
    post(
        "decisions:enter_answer",
        SECRETARIAT,
        "addressee",
        data=lambda w: {
            **{**ANSWER, "resolution_date": today().isoformat()},
            **{"source": "letter", "document": upload("brief.pdf")},
        },
    ),
    get("decisions:step_add", SECRETARIAT | BOARD, "answered_addressee"),
    get("decisions:step_add", NOBODY, "addressee"),
    post(
        "decisions:step_add",
        SECRETARIAT | BOARD,
        "answered_addressee",
        data=lambda w: {"title": "Bus kaufen", "due_on": in_a_month()},
    ),
    get("decisions:step_done", SECRETARIAT | BOARD, "step"),
    get("decisions:step_done", NOBODY, "proven_step"),
    post(
        "decisions:step_done",
        SECRETARIAT | BOARD,
        "step",
        data=lambda w: {"done_on": today().isoformat(), "document": upload("nachweis.pdf")},
    ),
    get("decisions:office", SECRETARIAT),
    get("decisions:adopt", SECRETARIAT, "passed_item"),
    get("decisions:adopt", NOBODY, "voted_item"),
    post(
        "decisions:adopt",
        SECRETARIAT,
        "passed_item",
        data=lambda w: {"title": "Nachtbus", "text": "Er fährt.", "reasons": "Nachts.", "organs": [w["organ"].pk]},
    ),
]

PEOPLE = [
    get("accounts:person_list", DESK),
    post("accounts:person_list", DESK, data={"q": "Muster"}),
    get("accounts:person_new", DESK),
    post("accounts:person_new", DESK, data=PERSON),
    get("accounts:person_detail", DESK, "person"),
    get("accounts:person_detail", NOBODY, "erased"),
    get("accounts:person_edit", DESK, "person"),
    post("accounts:person_edit", DESK, "person", data=PERSON),
    get("accounts:person_verify", DESK, "unverified_person"),
    post(
        "accounts:person_verify",
        DESK,
        "unverified_person",
        data={"document": "id_card", "birth_date": "01.02.1980"},
    ),
    post("accounts:person_letter", DESK, "person"),
    get("accounts:role_request_new", SECRETARIAT, "person"),
    post(
        "accounts:role_request_new",
        SECRETARIAT,
        "person",
        data=lambda w: {
            **{"action": "grant", "kind": "clerk", "organization": w["city_office"].pk},
            **{"date": today().isoformat(), "reason": "Vertretung"},
        },
    ),
    get("accounts:role_requests", OFFICES_OF_ROLES),
    get("accounts:role_request_detail", OFFICES_OF_ROLES, "role_request"),
    post("accounts:role_request_confirm", SECRETARIAT, "role_request"),
    post("accounts:role_request_confirm", NOBODY, "own_role_request"),  # who asked does not confirm
    post("accounts:role_request_refuse", SECRETARIAT, "role_request"),
    get("accounts:corrections", DESK),
    get("accounts:correction_new", DESK, "person"),
    post(
        "accounts:correction_new",
        DESK,
        "resident_person",
        data={**PERSON, "reason": "Ausweis", "birth_date": "01.02.1980"},
    ),
    get("accounts:correction_detail", DESK, "correction"),
    post("accounts:correction_confirm", DESK, "correction"),
    post("accounts:correction_confirm", SECRETARIAT, "own_correction"),  # the clerk entered it
    post("accounts:correction_refuse", DESK, "correction"),
    get("accounts:conflicts", DESK),
    get("accounts:conflict_detail", DESK, "conflict"),
    post("accounts:conflict_detail", DESK, "conflict", data={"decision": "different"}),
    get("accounts:register_import", SECRETARIAT),
    tried("accounts:register_import", SECRETARIAT, data=lambda w: {"delete_on": in_a_month()}),
]

OFFICE = [
    get("portal:job_list", SECRETARIAT),
    post("portal:job_retry", SECRETARIAT, "failed_job"),
    get("portal:message_list", DESK),
    get("portal:message_detail", DESK, "letter"),
    post("portal:message_told", DESK, "call"),
    post("portal:message_retry", DESK, "failed_mail"),
    get("portal:batch_list", DESK),
    post("portal:batch_request", DESK),
    get("portal:batch_pdf", DESK, "batch"),
    get("portal:batch_pdf", NOBODY, "unprinted_batch"),
    post("portal:batch_posted", DESK, "batch"),
]

DRAWS = [
    get("lottery:draw_list", ALL),
    get("lottery:draw_detail", ALL, "selected_draw"),
    get("lottery:draw_detail", PREPARING, "draft_draw"),
    get("lottery:draw_hall", ALL, "committed_draw"),
    get("lottery:draw_hall", ALL, "numbered_draw"),
    get("lottery:draw_hall", ALL, "selected_draw"),
    get("lottery:draw_protocol", ALL, "selected_draw"),
    get("lottery:draw_protocol", NOBODY, "committed_draw"),
    get("lottery:chance", ALL),
    tried("lottery:chance", ALL, data={"code": "ABCD"}),
    post("lottery:offer", ALL, data=lambda w: {"token": token_of(w["drawn"]), "answer": "yes"}),
    post("lottery:opening", ALL, data=lambda w: {"token": token_of(w["drawn"])}),
    get("lottery:custody", AUDITOR, "selected_draw"),
    tried("lottery:custody", AUDITOR, "selected_draw"),
    post("lottery:custody_note", AUDITOR, ("@selected_draw", "@custody_check"), data={"result": "real"}),
    get("lottery:openings", AUDITOR, "selected_draw"),
    post("lottery:openings", AUDITOR, "selected_draw", data={"undertaking": "on"}),
    get("lottery:draw_record", ALL, "selected_draw"),
    *(get(f"lottery:stamp_{name}", ALL, "committed_draw") for name in ("response", "document", "authority")),
    *(get(f"lottery:stamp_{name}", NOBODY, "selected_draw") for name in ("response", "document", "authority")),
    get("lottery:stamp", OFFICER, "committed_draw"),
    get("lottery:stamp", NOBODY, "selected_draw"),
    tried("lottery:stamp", OFFICER, "committed_draw"),  # it has its stamp
    get("lottery:draw_record", NOBODY, "invited_draw"),
    get("lottery:verify", ALL),
    get("lottery:verify_download", ALL),
    get("lottery:reply", ALL),
    post("lottery:reply", ALL, data=lambda w: {"token": token_for(w["invitation"]), "wants": "no"}),
    get("lottery:reply_done", ALL, "invited_draw"),
    get("lottery:reply_done", PREPARING, "draft_draw"),
    get("lottery:desk", REPLIES),
    post(
        "lottery:desk",
        REPLIES,
        data=lambda w: {"token": token_for(w["invitation"]), "wants": "no", "channel": "card"},
    ),
    get("lottery:check", REPLIES, "invited_draw"),
    get("lottery:check", NOBODY, "closed_draw"),
    tried("lottery:check", REPLIES, "invited_draw"),
    get("lottery:returns", REPLIES),
    tried("lottery:returns", REPLIES),
    get("lottery:letter_genuine", ALL, "invited_draw"),
    get("lottery:letter_genuine", PREPARING, "draft_draw"),
    get("lottery:letter_picture", ALL, "invited_draw"),
    get("lottery:letter_picture", PREPARING, "draft_draw"),
    get("lottery:draw_codes", ALL, "invited_draw"),
    get("lottery:draw_codes", NOBODY, "closed_draw"),
    get("lottery:draw_sample", ALL, "invited_draw"),
    get("lottery:draw_sample", NOBODY, "closed_draw"),
    get("lottery:register", OFFICER, "draft_draw"),
    get("lottery:register", NOBODY, "invited_draw"),
    tried("lottery:register", OFFICER, "draft_draw"),
    get("lottery:frame", OFFICER, "replied_draw"),
    tried("lottery:frame", OFFICER, "replied_draw"),
    get("lottery:frame", NOBODY, "closed_draw"),
    get("lottery:codes", OFFICER, "draft_draw"),
    tried("lottery:codes", OFFICER, "draft_draw"),
    get("lottery:columns", OFFICER, "draft_draw"),
    tried("lottery:columns", OFFICER, "draft_draw"),
    get("lottery:letter", SIGNING, "draft_draw"),
    tried("lottery:letter", OFFICER, "draft_draw"),
    get("lottery:letter_proof", SIGNING, "draft_draw"),
    get("lottery:letter_insert", SIGNING, "draft_draw"),
    get("lottery:letter_sign", SIGNING, "imported_draw"),
    tried("lottery:letter_sign", NOBODY, "imported_draw"),  # both offices have signed it
    get("lottery:release", SIGNING, "replied_draw"),
    tried("lottery:release", SIGNING, "replied_draw"),
    get("lottery:response", SIGNING, "invited_draw"),
    get("lottery:remind", OFFICER, "invited_draw"),
    post("lottery:remind", OFFICER, "invited_draw"),
    get("lottery:postcards", OFFICER, "closed_draw"),
    post("lottery:postcards", OFFICER, "closed_draw"),
    post("lottery:postcards", NOBODY, "invited_draw"),
    get("lottery:visits", OFFICER, "invited_draw"),
    tried("lottery:visits", OFFICER, "invited_draw"),
    get("lottery:phone", OFFICER, "invited_draw"),
    post("lottery:phone", OFFICER, "invited_draw", data={"q": "Nachname1"}),
    post("lottery:phone_act", OFFICER, ("@invited_draw", "@invitation"), data={"act": "again"}),
    post("lottery:phone_act", NOBODY, ("@closed_draw", "@invitation"), data={"act": "again"}),
    get("lottery:rehearsal", OFFICER, "draft_draw"),
    post("lottery:rehearsal", OFFICER, "imported_draw"),
    get("lottery:office", SIGNING),
    get("lottery:draw_open", OFFICER),
    post(
        "lottery:draw_open",
        OFFICER,
        data=lambda w: {"council": w["other_council"].pk, "title": "Auslosung", "size": "2", "legal_basis": "§ 37 BMG"},
    ),
    get("lottery:renewal_open", OFFICER),
    tried("lottery:renewal_open", OFFICER),
    get("lottery:cockpit", SIGNING, "invited_draw"),
    get("lottery:features", OFFICER, "draft_draw"),
    get("lottery:features", NOBODY, "invited_draw"),
    tried("lottery:features", OFFICER, "draft_draw"),
    get("lottery:sample", OFFICER, "draft_draw"),
    tried("lottery:sample", OFFICER, "draft_draw"),
    get("lottery:invite", OFFICER, "imported_draw"),
    post("lottery:invite", OFFICER, "imported_draw", data=lambda w: {"reply_until": in_a_month()}),
    get("lottery:letter_file", OFFICER, ("@invited_draw", "@draw_letters")),
    get("lottery:letter_file", NOBODY, ("@closed_draw", "@draw_letters")),
    get("lottery:print", OFFICER, "invited_draw"),
    post("lottery:print", OFFICER, "invited_draw"),
    get("lottery:replies", OFFICER, "invited_draw"),
    post("lottery:replies", OFFICER, "invited_draw", data={"q": "Nachname1"}),
    get("lottery:reply_enter", OFFICER, ("@invited_draw", "@invitation")),
    get("lottery:reply_enter", NOBODY, ("@closed_draw", "@invitation")),
    get("lottery:close", OFFICER, "replied_draw"),
    post("lottery:close", OFFICER, "replied_draw"),
    post("lottery:close", NOBODY, "invited_draw"),  # its last day has not come
    get("lottery:reply_file", OFFICER, "invited_draw"),
    get("lottery:reply_file", NOBODY, "closed_draw"),
    tried("lottery:reply_file", OFFICER, "invited_draw"),
    get("lottery:reply_file_check", OFFICER, "invited_draw"),
    tried("lottery:reply_file_check", OFFICER, "invited_draw"),
    get("lottery:quotas", OFFICER, "closed_draw"),
    tried("lottery:quotas", OFFICER, "closed_draw"),
    tried("lottery:quota_check", OFFICER, "closed_draw"),
    tried("lottery:relax", OFFICER, "closed_draw"),
    get("lottery:method", OFFICER, "closed_draw"),
    tried("lottery:method", OFFICER, "closed_draw"),
    post("lottery:simulate", OFFICER, "closed_draw"),
    post("lottery:whole", OFFICER, "renewal_draw"),
    get("lottery:quota_file", OFFICER, "closed_draw"),
    tried("lottery:quota_file", OFFICER, "closed_draw"),
    post("lottery:export_quotas", OFFICER, "closed_draw"),
    post("lottery:export_pool", OFFICER, "closed_draw"),
    post("lottery:export_pool", NOBODY, "selected_draw"),
    get("lottery:freeze", SIGNING, "closed_draw"),
    post("lottery:freeze", SIGNING, "closed_draw"),
    post("lottery:freeze", NOBODY, "frozen_draw"),
    get("lottery:reopen", OFFICER, "frozen_draw"),
    post("lottery:reopen", OFFICER, "frozen_draw", data={"reason": "Die Tabelle war falsch."}),
    get("lottery:compute", OFFICER, "frozen_draw"),
    post("lottery:compute", OFFICER, "frozen_draw"),
    get("lottery:commit", SIGNING, "computed_draw"),
    post("lottery:commit", SIGNING, "computed_draw", data=lambda w: {"drum": "Lostrommel", "drum_at": tomorrow()}),
    get("lottery:outsiders", OFFICER, "computed_draw"),
    post("lottery:outsiders", OFFICER, "computed_draw", data={"people": "S. Weiß; Notarin; notariat@beispiel.example"}),
    get("lottery:sheet", SIGNING, "committed_draw"),
    get("lottery:sheet", NOBODY, "computed_draw"),
    get("lottery:number", SIGNING, "committed_draw"),
    post("lottery:number", SIGNING, "committed_draw", data={"value_0": "7", "witnesses": "A. Zeugin\nB. Zeuge"}),
    post("lottery:number", NOBODY, "numbered_draw", data={"value_0": "7", "witnesses": "A\nB"}),
    get("lottery:select", OFFICER, "numbered_draw"),
    post("lottery:select", OFFICER, "numbered_draw"),
    get("lottery:certify", AUDITOR, "selected_draw"),
    post("lottery:certify", AUDITOR, "selected_draw"),
    get("lottery:confirmations", OFFICER, "selected_draw"),
    post("lottery:confirm", OFFICER, ("@selected_draw", "@drawn"), data={"answer": "yes"}),
    post("lottery:confirm", NOBODY, ("@selected_draw", "@invitation"), data={"answer": "yes"}),
]

LOGIN = [
    get("account_login", ALL),
    tried("account_login", ALL, data={"login": "a@b.example", "password": PASSWORD}),
    get("account_logout", ALL),
    post("account_logout", ALL),
    get("account_inactive", ALL),
    get("account_signup", ALL),
    tried("account_signup", ALL, data={"email": "a@b.example", "password1": PASSWORD, "password2": PASSWORD}),
    get("account_reauthenticate", SIGNED_IN),
    tried("account_reauthenticate", SIGNED_IN, data={"password": PASSWORD}),
    get("account_email", SIGNED_IN),
    tried("account_email", SIGNED_IN, data={"email": "neu@b.example", "action_add": "1"}),
    get("account_email_verification_sent", ALL),
    get("account_confirm_email", ALL, ("falsch",)),
    get("account_change_password", SIGNED_IN),
    tried("account_change_password", SIGNED_IN, data={"oldpassword": PASSWORD}),
    get("account_set_password", SIGNED_IN),
    get("account_reset_password", ALL),
    tried("account_reset_password", ALL, data={"email": "a@b.example"}),
    get("account_reset_password_done", ALL),
    get("account_reset_password_from_key", ALL, ("1", "falsch")),
    get("account_reset_password_from_key_done", ALL),
    get("account_confirm_login_code", SIGNED_IN),  # in the middle of a login; whoever is in is sent on
    get("mfa_index", SIGNED_IN),
    get("mfa_authenticate", SIGNED_IN),  # the same
    get("mfa_reauthenticate", HARMFUL),
    get("mfa_activate_totp", SIGNED_IN),
    get("mfa_deactivate_totp", HARMFUL),
    get("mfa_view_recovery_codes", NOBODY),  # nobody here has any
    get("mfa_generate_recovery_codes", SIGNED_IN),
    get("mfa_download_recovery_codes", NOBODY),
    get("mfa_list_webauthn", SIGNED_IN),
    get("mfa_add_webauthn", SIGNED_IN),
    get("mfa_reauthenticate_webauthn", NOBODY),  # nobody here has a passkey
    get("mfa_remove_webauthn", NOBODY, ("1",)),
    get("mfa_edit_webauthn", NOBODY, ("1",)),
    get("mfa_login_webauthn", SIGNED_IN),  # for a script; without one back to the login
    get("socialaccount_login_cancelled", ALL),
    get("socialaccount_login_error", NOBODY),  # says so with 401
    get("socialaccount_signup", NOBODY),  # only in the middle of a login elsewhere
    get("socialaccount_connections", SIGNED_IN),
    get("/konto/social/login/cancelled/", ALL),
    get("/konto/social/login/error/", ALL),
    get("/konto/social/signup/", ALL),  # old addresses that lead to the new ones
    get("/konto/social/connections/", ALL),
    get("usersessions_list", SIGNED_IN),
    get("wagtailcore_login", NOBODY),  # leads to the one login there is
    get("/seiten/_util/login/", NOBODY),
    post("wagtailcore_authenticate_with_password", NOBODY, ("1", "1")),
    get("/cms/login/", NOBODY),
]

ROWS: list[Row] = [
    *PUBLIC,
    *MINE,
    *PROPOSALS,
    *MEETINGS,
    *RECORD,
    *RULES,
    *MEMBERS,
    *BOARD_SEATS,
    *DECISIONS,
    *PEOPLE,
    *OFFICE,
    *DRAWS,
    *LOGIN,
]

RECENT = frozenset(
    {
        "portal:my_data_export",
        "portal:my_data_erase",
        "accounts:verify_provider",
        "accounts:role_request_confirm",
        "accounts:role_request_refuse",
        "accounts:correction_confirm",
        "accounts:correction_refuse",
        "lottery:letter_sign",
        "lottery:release",
        "lottery:freeze",
        "lottery:commit",
        "lottery:number",
        "lottery:openings",
    }
)
"""Routes that ask for the password again when it was typed more than five minutes ago."""

OWN = (
    "portal",
    "decisions",
    "meetings",
    "proposals",
    "lottery",
    "councils",
    "voting",
    "accounts",
    "documents",
    "audit",
)
"""The packages of this repository; the first part of a route's name is one of them, or it is somebody else's."""

CMS = "cms/"
"""Wagtail's own pages have no rows: all of them open to editors alone (`tests/test_routes.py` generates them)."""


def walk(patterns: Iterable[Any], prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterable[tuple[str, str, Any]]:
    """Every route below `patterns`: its full name (its path where it has none), its path, its view."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name)) if pattern.name else f"/{path}", path, pattern.callback


def without_a_row(patterns: Iterable[Any]) -> list[str]:
    """Routes that no row names, those of the editors' office apart."""
    named = {row.name for row in ROWS}
    return [name for name, path, _view in walk(patterns) if name not in named and not path.startswith(CMS)]


OUTSIDE_THE_DOOR = {"wagtaildocs_serve", "wagtaildocs_authenticate_with_password"}
"""Documents that articles link to; everybody reads them."""


EXAMPLES = {"<uuid": "00000000-0000-4000-8000-000000000000", "((?:[": "1/"}
"""What fills an address where a number does not."""


def addresses_of_routes() -> dict[str, str]:
    """An address of every route, with 1 for every number and name in it."""
    groups = re.compile(r"\(\(\?:[^)]*\)\*\)|\(\?P<\w+>[^()]*\)|\([^()?]*\)|<uuid:\w+>|<[^>]+>")
    found = {}
    for name, pattern, _view in walk(get_resolver().url_patterns):
        filled = groups.sub(lambda group: EXAMPLES.get(group[0][:5], "1"), pattern)
        found[name] = "/" + filled.replace("^", "").replace("$", "").replace(".*", "1")
    return found


def cms_addresses() -> dict[str, str]:
    """Those of Wagtail's office; its login is none of it."""
    routes = addresses_of_routes().items()
    return {name: at for name, at in routes if at.startswith(f"/{CMS}") and not at.startswith("/cms/login/")}
