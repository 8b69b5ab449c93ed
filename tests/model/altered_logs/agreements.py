"""Agreements, their periods and what weighs in them."""
from . import SOLD, case
from .fees import closing


def made(log):
    return log.first("agreement")


@case(SOLD, "an agreement is made by no entry")
def an_agreement_that_nobody_signed(log):
    log.add("agreement", bytes(32), log.last("agreement")[1])


@case(SOLD, "an agreement is not the one that was signed")
def an_agreement_for_another_part(log):
    _, record, _, _, row = made(log)
    log.set(record, row, terms=[*row["terms"][:5], row["terms"][5] + 1, *row["terms"][6:]])


@case(SOLD, "an agreement keeps other numbers")
def the_operators_part_is_larger(log):
    _, record, _, _, row = made(log)
    log.set(record, row, operatorPart=row["operatorPart"] + 1)


@case(SOLD, "an agreement begins with money")
def an_agreement_begins_with_handles(log):
    _, record, _, _, row = made(log)
    log.set(record, row, handles=1)


@case(SOLD, "an agreement begins with another period")
def an_agreement_skips_a_period(log):
    _, record, _, _, row = made(log)
    log.set(record, row, period=1)


@case(SOLD, "an agreement changes what was agreed")
def the_patients_part_falls_later(log):
    _, record, _, _, row = closing(log)
    log.set(record, row, patientsPart=0)


@case(SOLD, "a period closes before its time")
def a_period_is_closed_by_hand(log):
    ident, row = log.last("agreement")
    log.add("agreement", ident, row, period=row["period"] + 1)


@case(SOLD, "a value is not the one that was told")
def a_value_that_nobody_told(log):
    _, record, _, _, row = log.first("agreement", lambda b, a: b and a["reported"] > b["reported"])
    log.set(record, row, reported=row["reported"] + 1)


@case(SOLD, "the operators of a period are not those of its closing")
def another_operator_has_the_operators_part(log):
    _, record, _, _, row = log.first("pool", lambda b, a: a["closed"])
    log.set(record, row, operators=["institute"])


@case(SOLD, "a closed period changes its weights")
def a_provider_weighs_more_later(log):
    _, record, _, _, row = log.first("pool", lambda b, a: b and b["closed"])
    log.set(record, row, weights=[row["weights"][0] + 1, *row["weights"][1:]])


@case(SOLD, "what is left over is given away too early")
def dust_is_given_away_early(log):
    ident, row = log.last("pool", lambda row: row["closed"])
    log.add("pool", ident, row, settled=row["paid"])


@case(SOLD, "the patients' part of a fee is another one")
def patients_have_less_of_a_fee(log):
    _, record, _, _, row = log.first("pool", lambda b, a: b and a["amount"] > b["amount"])
    log.set(record, row, amount=row["amount"] - 1)


@case(SOLD, "shares lapse before their time")
def shares_lapse_early(log):
    ident, row = log.last("pool", lambda row: row["closed"])
    log.add("pool", ident, row, claimed=row["amount"], lapsed=True)


@case(SOLD, "patients weigh who are not those of a use")
def a_patient_who_was_not_used_weighs(log):
    _, record, _, _, row = log.first("pool", lambda b, a: a["handles"])
    log.set(record, row, handles=row["handles"] + 1)


@case(SOLD, "a provider weighs by no use")
def a_provider_weighs_before_the_closing(log):
    *_, (_, record, _, _, row) = log.records("weight")
    log.set(record, row, value=row["value"] + 1)


@case(SOLD, "money lies on another rail than the rules give")
def more_is_received_than_was_said(log):
    """One unit that nobody paid, in the account, in what was received and where it lies."""
    leaf, record, _, _, row = log.first("account")
    log.set(record, row, amount=row["amount"] + 1)
    for kind, field in (("fund", "amount"), ("rail", "free")):
        record = next(r for r in leaf["changed"] if r[0] == kind)
        row = log.row(kind, record[2])
        log.set(record, row, **{field: row[field] + 1})


@case(SOLD, "the dust is not what the floors leave over")
def dust_is_made(log):
    funds = {ident: row for _, _, ident, _, row in log.records("fund")}
    for name in (b"dust", b"received"):
        log.add("fund", name, {"amount": funds[name]["amount"] + 1})
