"""Fees, their split, and where money is."""
from . import INSURER, PAID, SOLD, case


def closing(log):
    return log.first("agreement", lambda b, a: b and a["period"] > b["period"] and a["booked"] > b["booked"])


@case(SOLD, "a fee is not that of its rule")
def a_fee_is_rounded_up(log):
    _, record, _, _, row = closing(log)
    log.set(record, row, booked=row["booked"] + 1)


@case(SOLD, "the value of a period is not the one told of it")
def another_value_is_booked(log):
    _, record, _, _, row = closing(log)
    log.set(record, row, valued=row["valued"] + 100)


@case(SOLD, "a late value is not the one that was told")
def a_late_value_that_nobody_told(log):
    closed = closing(log)[1]
    records = [(record, row) for _, record, _, _, row in log.records("agreement")]
    record, row = records[[r is closed for r, _ in records].index(True) + 1]
    log.set(record, row, valued=row["valued"] + 100)


@case(INSURER, "a proposal changes what is voted on")
def a_compensation_of_another_sum(log):
    _, record, _, _, row = log.first("proposal", lambda b, a: a["status"] == "effective" and a["terms"][0] == "compensation")
    terms = row["terms"]
    log.set(record, row, terms=[*terms[:4], terms[4] - 1, *terms[5:]])


@case(SOLD, "the weights of a period are not those of its uses")
def a_provider_weighs_more(log):
    _, record, _, _, row = log.first("pool", lambda b, a: a["closed"])
    log.set(record, row, weights=[row["weights"][0] + 1, *row["weights"][1:]])


@case(SOLD, "the handles of a period are not those of its uses")
def handles_are_not_counted(log):
    _, record, _, _, row = closing(log)
    log.set(record, row, handles=row["handles"] - 1)


@case(SOLD, "what is owed is not the sum of the periods")
def a_fee_is_owed_for_no_period(log):
    *_, (_, record, _, _, row) = [c for c in log.records("pool") if c[4]["booked"]]
    log.set(record, row, booked=row["booked"] - 1)


@case(SOLD, "what was paid is not the sum of the periods")
def a_fee_is_paid_for_no_period(log):
    _, record, _, _, row = log.first("pool", lambda b, a: b and a["paid"] > b["paid"])
    log.set(record, row, paid=row["paid"] - 1, amount=row["amount"] - 1)


@case(SOLD, "what was paid falls")
def what_was_paid_is_taken_back(log):
    ident, row = log.last("agreement")
    log.add("agreement", ident, row, paid=row["paid"] - 1)


@case(SOLD, "accounts grow by other sums than the rules give")
def a_share_goes_to_another_provider(log):
    """One unit of the centre's share of a fee goes to the hospital's account, in the same leaf."""
    for leaf in log.json["leaves"]:
        for part in (leaf["due"], leaf["changed"]):
            own = {r[1]: r for r in part if r[0] == "account" and r[2] is not None}
            if b"centre".hex() in own and b"hospital".hex() in own:
                for name, more in ((b"centre", -1), (b"hospital", 1)):
                    record = own[name.hex()]
                    row = log.row("account", record[2])
                    log.set(record, row, amount=row["amount"] + more)
                return
    raise AssertionError("no fee was split")


@case(PAID, "a patient's share is another one")
def a_patient_gets_more_than_her_share(log):
    leaf, record, ident, _, row = log.first("pool", lambda b, a: b and a["claimed"] > b["claimed"])
    log.set(record, row, claimed=row["claimed"] + 1)
    account = next(r for r in leaf["changed"] if r[0] == "account")
    row = log.row("account", account[2])
    log.set(account, row, amount=row["amount"] + 1)


@case(SOLD, "money is lost or made")
def money_is_made(log):
    *_, (_, record, _, _, row) = [c for c in log.records("fund") if c[2] == b"dust"]
    log.set(record, row, amount=row["amount"] + 1)


@case(SOLD, "the rails hold more or less than is owed")
def money_lies_nowhere(log):
    *_, (_, record, _, _, row) = log.records("rail")
    log.set(record, row, free=row["free"] - 1)
