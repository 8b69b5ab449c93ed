"""Numbers of the charter, places in records, digests and faults."""
import hashlib

MILLION, HOUR, DAY, END, LARGEST = 1_000_000, 3_600_000, 86_400_000, 1 << 50, 2**63 - 1
MONTH = 30 * DAY
TREASURY = b"treasury"

# numbers of the charter that decide here, and what they are where it does not say
DEFAULTS = {
    "recall.due": 30 * DAY, "receipt.due": DAY, "value.due": 30 * DAY, "cut.daily": 200_000, "penalty.part": 0,
    "share.life": 1095 * DAY, "deposit.wait": 90 * DAY, "appeal.time": 14 * DAY, "proposal.life": 90 * DAY,
    "governance.delay": 14 * DAY, "ruleset.delay": 30 * DAY, "recovery.delay": 30 * DAY, "roster.age": 30 * DAY,
    "fee.operator": 20_000, "fee.patients": 100_000,
}
KEPT = ["recall.due", "receipt.due", "value.due", "cut.daily", "penalty.part", "share.life", "deposit.wait"]
REPORT_DUE, DAILY_CUT, PENALTY = 2, 3, 4

# places in the terms of an agreement and of a proposal
FROM, PPM, PERIOD, TAIL, DEPOSIT, OWN_PENALTY, PER_THOUSAND, FLAT, FLAT_DAYS = 3, 5, 6, 7, 8, 9, 10, 11, 12
WHAT, SUBJECT, CODE, NUMBER, ABOUT, KEY, NOT_BEFORE = 0, 1, 2, 4, 5, 6, 9

# kinds of what happens by time alone: (kind of record, what)
DEPOSIT_RETURNS, VALUE_LATE, PERIOD_CLOSES, SHARES_LAPSE = (2, 2), (8, 1), (8, 2), (8, 3)
RECALL_LATE, BREACH_FINAL, EFFECTIVE, EXPIRES, HANDLE_ENDS = (3, 1), (7, 1), (9, 1), (9, 2), (11, 1)

MINOR, SERIOUS, GRAVE = 3, 15, 40
MINOR_RULES = "NO_RECEIPT NOT_LOGGED REVIEW_LATE CONTRADICTION_OPEN OPERATOR_SILENT OPERATOR_DELAY"
SERIOUS_RULES = "SERVED BEYOND_RIGHTS RECALL_LATE VALUE_NOT_REPORTED CORRECTION_LATE NOT_RECTIFIED NO_EMERGENCY"
POINTS = dict.fromkeys(MINOR_RULES.split(), MINOR) | dict.fromkeys(SERIOUS_RULES.split(), SERIOUS)
POINTS |= {"TAKEN": GRAVE, "PROHIBITED_PURPOSE": GRAVE}


class Fault(Exception):
    """A log that is not what its rules give."""


def demand(condition, message):
    if not condition:
        raise Fault(message)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(n):
    return n.to_bytes(8, "big")


def identifier(label, *parts):
    return sha(label.encode(), *(x for p in parts for x in (number(len(p)), p)))


def one(items):
    return items[0] if items else None


def some(sums):
    return {ident: amount for ident, amount in sums.items() if amount}
