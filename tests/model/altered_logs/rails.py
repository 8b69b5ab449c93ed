"""Payment rails and deposits."""
from . import CHAIN, INSURER, SOLD, audit, case


def drawn(log):
    return log.first("entitlement", lambda b, a: b and a["paid"] > b["paid"])


@case(CHAIN, "what an account may draw from a contract falls")
def an_entitlement_falls(log):
    _, record, _, before, row = drawn(log)
    log.set(record, row, amount=before["amount"] - 1)


@case(CHAIN, "what a contract has paid falls")
def what_was_paid_falls(log):
    leaf, record, ident, _, row = drawn(log)
    log.json["leaves"][-1]["changed"].append([record[0], record[1], audit.encode([1, *(row | {"paid": 0}).values()]).hex()])


@case(CHAIN, "a contract has paid more than it was told")
def a_contract_pays_more_than_it_was_told(log):
    _, record, _, _, row = drawn(log)
    log.set(record, row, paid=row["amount"] + 1)


def escrow(log, **fields):
    """The deposit of a story is written once more, in the last leaf, with other fields."""
    *_, (_, record, _, _, row) = log.records("escrow")
    log.json["leaves"][-1]["changed"].append([record[0], record[1], audit.encode([1, *(row | fields).values()]).hex()])


@case(CHAIN, "a deposit or its cut falls")
def a_deposit_falls(log):
    *_, (_, _, _, _, row) = log.records("escrow")
    escrow(log, paid=row["paid"] - 1)


@case(INSURER, "a deposit or its cut falls")
def a_cut_falls(log):
    escrow(log, cut=0)


@case(CHAIN, "more than a deposit is cut")
def more_than_a_deposit_is_cut(log):
    *_, (_, _, _, _, row) = log.records("escrow")
    escrow(log, cut=row["paid"] + 1)


@case(CHAIN, "a deposit that was let go changes")
def a_deposit_that_was_let_go_changes(log):
    *_, (_, _, ident, _, row) = log.records("escrow")
    leaf = log.json["leaves"][-1]
    event = [leaf["time"], 8, bytes([2, 2]) + ident]
    place = event[0].to_bytes(8, "big") + bytes([8]) + event[2]
    leaf["due"] += [["due", place.hex(), audit.encode([1, *event]).hex()], ["due", place.hex(), None]]
    log.add("escrow", ident, row, part="due", released=True)
    log.add("escrow", ident, row, part="due", paid=row["paid"] + 1)


@case(CHAIN, "a deposit is let go before its time")
def a_deposit_is_let_go_early(log):
    escrow(log, released=True)


@case(SOLD, "a deposit is not the one that was paid")
def a_deposit_of_another_amount(log):
    _, record, _, _, row = log.first("escrow")
    log.set(record, row, paid=row["paid"] + 1)


@case(SOLD, "what is locked is not what is left of a deposit")
def more_is_locked_than_was_paid(log):
    _, record, _, _, row = log.first("agreement", lambda b, a: b and a["locked"])
    log.set(record, row, locked=row["locked"] + 1)


@case(CHAIN, "money lies on another rail than the rules give")
def money_goes_to_another_rail(log):
    rails = {ident: row["free"] for _, _, ident, _, row in log.records("rail")}
    full = next(i for i, free in rails.items() if free)
    log.add("rail", full, {"free": rails[full] - 1})
    log.add("rail", b"treasury", {"free": rails.get(b"treasury", 0) + 1})


@case(CHAIN, "an account is paid by a rail that its owner has not chosen")
def an_account_is_paid_elsewhere(log):
    ident, row = log.last("account", lambda row: row["rail"])
    log.add("account", ident, row, rail=[])


@case(CHAIN, "an account draws where its owner has not chosen")
def an_account_is_paid_to_another_address(log):
    _, record, _, _, row = log.first("entitlement")
    log.set(record, row, address=bytes(20))


@case(CHAIN, "a statement about a contract comes twice or too late")
def a_statement_comes_twice(log):
    *_, (_, record, _, _, _) = log.records("stated")
    log.json["leaves"][-1]["changed"].append(list(record))
