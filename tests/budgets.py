"""What a page may cost, by its route; `tests/test_budgets.py` measures each with ten and with a thousand proposals.

SQL statements are those of somebody who is not signed in; signed in it may be four more (session, login, roles, second
factor). Kilobytes are those of the HTML after gzip. Rows built into objects: six for each row shown, and a handful.
"""

from dataclasses import dataclass

SIGNED_IN = 4
A_ROW = 6
A_HANDFUL = 15


@dataclass(frozen=True)
class Budget:
    """`sql` statements, `kilobytes` of HTML; `is_list` pages are measured for CPU too."""

    sql: int
    kilobytes: float = 10
    is_list: bool = False


PAGE, LIST, DETAIL = Budget(8), Budget(8, 10, True), Budget(12, 25)
WORDS = Budget(2)

BUDGETS = {
    "portal:home": Budget(6, 10, True),
    "portal:participate": WORDS,
    "portal:search": WORDS,
    "portal:imprint": WORDS,
    "portal:privacy": WORDS,
    "portal:accessibility": WORDS,
    "portal:styleguide": Budget(2, 25),
    "portal:company_detail": DETAIL,
    "portal:tasks": Budget(12),  # one question for each kind of work that may wait for an office
    "councils:council_list": LIST,
    "councils:council_detail": DETAIL,
    "councils:statute_detail": DETAIL,
    "councils:company_list": LIST,
    "councils:draft_detail": DETAIL,
    "councils:company_office": Budget(12),
    "councils:council_office": Budget(12),  # seats, groups, civil society, term: each a question
    "councils:membership": Budget(12),
    "councils:my_seat": Budget(12),
    "councils:delegate_seats": Budget(12),
    "wagtail_serve": Budget(15),
    "proposals:list": LIST,
    "proposals:detail": DETAIL,
    "meetings:list": LIST,
    "meetings:detail": Budget(13, 25),  # agenda, papers, experts, changes, questions and minutes of one session
    "meetings:vote": DETAIL,
    "meetings:minutes": Budget(
        34, 25
    ),  # approved ones are a row; before, each part is told from who came, spoke, voted
    "meetings:live": Budget(12),
    "meetings:projector": Budget(14),
    "meetings:speakers": Budget(12),
    "meetings:hearing": Budget(10),
    "meetings:door_papers": Budget(8, 25),
    "decisions:list": LIST,
    "decisions:detail": DETAIL,
    "decisions:inbox": LIST,
    "decisions:office": LIST,
    "accounts:person_list": LIST,
    "accounts:person_detail": Budget(12, 10),
    "accounts:role_requests": LIST,
    "accounts:corrections": LIST,
    "accounts:conflicts": LIST,
    "proposals:admissibility": LIST,
    "proposals:notices": LIST,
    "portal:job_list": LIST,
    "portal:message_list": LIST,
    "portal:batch_list": LIST,
    "lottery:draw_list": LIST,
    "lottery:draw_detail": Budget(17, 25),  # opening the pool for the seats costs four statements
    "lottery:office": LIST,
    "lottery:replies": Budget(10, 10, True),
    "lottery:confirmations": Budget(10),
    "lottery:reply_enter": Budget(10),
    "lottery:desk": Budget(24),
    "lottery:check": Budget(16),
    "lottery:response": Budget(16, 12),
    "lottery:phone": Budget(10),
    "lottery:visits": Budget(10),
    "lottery:reply_file_check": Budget(12),
    # A page that opens the pool asks four questions more.
    "lottery:custody": Budget(12),
    "lottery:letter_genuine": Budget(12),
    "lottery:quotas": Budget(12),
    "lottery:release": Budget(14),
    "lottery:cockpit": Budget(24, 12),
}
"""Pages by what they are; a form or a page of one thing that stands here with nothing of its own is a `PAGE`."""


def budget_of(name: str) -> Budget:
    """The budget of a route."""
    return BUDGETS.get(name, PAGE)
