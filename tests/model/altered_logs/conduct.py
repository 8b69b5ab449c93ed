"""Breaches, credit, and who answers."""
from . import GENOMES, IMAGE, INSURER, SOLD, case


def breach(log):
    return log.first("breach", lambda b, a: b is None)


@case(GENOMES, "the points of a breach are not those of its severity")
def a_breach_is_forgiven(log):
    """Fewer points, in the breach and in what its member is told."""
    for kind in ("breach", "member"):
        for _, record, _, _, row in list(log.records(kind)):
            if row and kind == "breach" and row["subject"] == "institute":
                log.set(record, row, points=1)
            elif row and kind == "member" and row["subject"] == "institute":
                log.set(record, row, breaches=[[t, 1, *more] for t, _, *more in row["breaches"]])


def taken(log):
    """The breach of the taker, whose deposit is cut."""
    return log.first("breach", lambda b, a: a["subject"] == "institute")


@case(GENOMES, "a breach begins or waits at another time")
def a_breach_is_final_early(log):
    _, record, _, _, row = taken(log)
    log.set(record, row, due=row["due"] - 1)


@case(GENOMES, "what has to happen by time is not due")
def a_breach_never_ends(log):
    ident = taken(log)[2]
    for leaf in log.json["leaves"]:
        leaf["changed"] = [r for r in leaf["changed"] if not (r[0] == "due" and r[1].endswith((bytes([7, 1]) + ident).hex()))]


@case(GENOMES, "a breach does not cut the deposit of its agreement")
def a_deposit_is_spared(log):
    _, record, _, _, row = taken(log)
    log.set(record, row, agreement=[], held=0)


@case(GENOMES, "a breach cuts another part of a deposit")
def a_smaller_part_is_cut(log):
    _, record, _, _, row = taken(log)
    log.set(record, row, held=row["held"] - 1)


@case(GENOMES, "judges decide a breach without a verdict")
def judges_who_have_not_judged(log):
    _, record, _, _, row = taken(log)
    log.set(record, row, judges=["auditor-a"])


@case(IMAGE, "a breach is not what judges found")
def a_breach_of_another_rule_than_was_reported(log):
    _, record, _, _, row = breach(log)
    log.set(record, row, rule="LEAK")


@case(GENOMES, "a breach is of no rule")
def a_breach_of_no_rule(log):
    _, record, _, _, row = taken(log)
    log.set(record, row, rule="ODD")


@case(IMAGE, "a breach changes what it is")
def somebody_else_is_in_breach_later(log):
    ident, row = log.last("breach")
    log.add("breach", ident, row, subject="centre")


@case(GENOMES, "a breach ends by nobody's decision")
def a_breach_is_void_by_nobody(log):
    _, _, ident, _, row = taken(log)
    log.add("breach", ident, row, status="void", held=0)


@case(GENOMES, "what is held is not what was cut")
def less_is_held_later(log):
    _, _, ident, _, row = taken(log)
    log.add("breach", ident, row, held=row["held"] - 1)


@case(GENOMES, "a fine is not that of its breach")
def a_fine_for_nothing(log):
    log.add("fine", b"institute", {"amount": 5, "since": 0})


@case(INSURER, "a cut is not that of a final breach")
def more_is_cut_than_was_held(log):
    (ident, agreement), (_, row) = log.last("agreement", lambda row: row["user"] == "insurer"), log.last("escrow")
    log.add("agreement", ident, agreement, locked=agreement["locked"] - 1)
    log.add("escrow", ident, row, cut=row["cut"] + 1)


@case(GENOMES, "a member was admitted at another time")
def a_member_is_older_than_it_is(log):
    ident, row = log.last("member", lambda row: row["subject"] == "institute")
    log.add("member", ident, row, admitted=0)


@case(SOLD, "a request is decided by another credit")
def a_request_is_denied_for_credit(log):
    _, record, _, _, row = log.first("request")
    log.set(record, row, permitted=False, codes=["CREDIT"])


@case(GENOMES, "a request is permitted against a reason")
def a_denied_request_is_permitted(log):
    _, record, _, _, row = log.first("request", lambda b, a: a["codes"])
    log.set(record, row, permitted=True)


@case(GENOMES, "a member's breaches are not those recorded")
def a_breach_that_its_member_does_not_have(log):
    *_, (_, record, _, _, row) = [c for c in log.records("member") if c[4] and c[4]["subject"] == "institute"]
    log.set(record, row, breaches=[])


@case(GENOMES, "credit is another one", sealed=False)
def another_credit(log):
    log.ledger["credit"]["institute"] += 1


@case(SOLD, "an account is another one", sealed=False)
def another_account(log):
    log.ledger["accounts"][b"hospital".hex()] += 1


@case(SOLD, "the state ends with another root", sealed=False)
def another_end(log):
    log.ledger["stateRoot"] = bytes(32).hex()


@case(SOLD, "a log has another key", sealed=False)
def another_key(log):
    log.ledger["key"] += "A"


@case(GENOMES, "somebody else answers", sealed=False)
def somebody_else_answers(log):
    log.story["responsible"] = "hospital"
