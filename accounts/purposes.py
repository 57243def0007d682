"""The purposes for which the portal keeps anything about a person; models name one for each personal field."""

from audit.personal import Personal

CONTACT = Personal(
    purpose="reach the person by the way they chose",
    basis="GDPR art. 6 (1) e with the statute of the council",
    recipients="secretariat",
    deletion="two years after the last role, membership or participation ended",
)
IDENTITY = Personal(
    purpose="one human has one voice",
    basis="GDPR art. 6 (1) e with the statute of the council",
    recipients="secretariat; in public only by consent",
    deletion="two years after the last role, membership or participation ended",
)
LOGIN = Personal(
    purpose="sign in",
    basis="GDPR art. 6 (1) a: the person opened the account",
    recipients="nobody but the person",
    deletion="when the person closes the account",
)
NEEDS = Personal(
    purpose="make taking part possible (interpreter, care, transport, accessibility)",
    basis="GDPR art. 9 (2) a: explicit consent",
    recipients="secretariat",
    deletion="with the end of the membership, or when the person withdraws it",
    is_special_category=True,
)
OFFICE = Personal(
    purpose="show who acted in which office, and when",
    basis="GDPR art. 6 (1) e; accountability of public bodies",
    recipients="secretariat, auditors",
    deletion="ten years after the end of the office",
)
CLOSED_FILE = Personal(
    purpose="know for a sitting of a company’s organ what is dealt with, and what the delegate did there",
    basis="GDPR art. 6 (1) e; § 394, § 395 AktG: confidentiality of those who are sent",
    recipients="whoever holds the seat, the organ’s own secretary",
    deletion="so many years after the sitting as the rules of procedure say; the date stands on the file",
)
INTERESTS = Personal(
    purpose="see who is biased in a matter",
    basis="GDPR art. 6 (1) e with the statute of the council",
    recipients="secretariat, the chair of a session; the public where the rules of procedure say so",
    deletion="ten years after the end of the office",
)
OPINION = Personal(
    purpose="deliberation: what a person wrote, supported or voted openly",
    basis="GDPR art. 9 (2) a and e: consent; made public by the person",
    recipients="the public, under the name or seat the person chose",
    deletion="with the topic's archive date, or on erasure replaced by a pseudonym",
    is_special_category=True,
)
POOL = Personal(
    purpose="draw a council that mirrors the city",
    basis="§ 34, § 37 BMG with the statute; GDPR art. 6 (1) e",
    recipients="draw officers; the auditor of the draw",
    deletion="non-responders first, all else when the draw is final; the date stands on the draw",
)
POOL_SPECIAL = Personal(
    purpose="draw a council that mirrors the city: features of those who volunteered",
    basis="GDPR art. 9 (2) a: explicit consent on the reply form",
    recipients="draw officers; the auditor of the draw",
    deletion="profiles of the seated at the end of the term, of all others when the draw is final",
    is_special_category=True,
)
MESSAGE = Personal(
    purpose="prove that a message was sent, and send it again",
    basis="GDPR art. 6 (1) e",
    recipients="secretariat",
    deletion="one year after sending; codes are blanked when used",
)
