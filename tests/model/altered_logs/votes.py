"""Rosters, thresholds, and what proposals change."""
from . import ALONE, CHAIN, INSURER, SOLD, case


@case(CHAIN, "a threshold is not that of its class")
def a_lower_threshold(log):
    _, record, _, _, row = log.first("proposal", lambda b, a: b is None and any(r[1] > 1 for r in a["rosters"]))
    log.set(record, row, rosters=[[r[0], max(1, r[1] - 1), *r[2:]] for r in row["rosters"]])


@case(ALONE, "somebody approves who has no vote")
def the_operator_votes(log):
    _, record, _, _, row = log.first("proposal")
    name, needed, subjects, approved = row["rosters"][0]
    log.set(record, row, rosters=[[name, needed, subjects, [*approved, "operator"]], *row["rosters"][1:]])


@case(ALONE, "a proposal takes effect below its threshold")
def the_operator_changes_the_standard_alone(log):
    *_, (_, record, _, _, row) = [c for c in log.records("proposal") if c[4] is not None]
    log.set(record, row, status="effective")


@case(ALONE, "a proposal is of no kind that the charter names")
def a_proposal_of_another_kind(log):
    _, record, _, _, row = log.first("proposal")
    log.set(record, row, terms=["odd", *row["terms"][1:]])


@case(ALONE, "a class has no vote that the charter names")
def a_class_is_left_out(log):
    _, record, _, _, row = log.first("proposal")
    log.set(record, row, rosters=row["rosters"][1:])


@case(ALONE, "a roster is not that of its class")
def a_member_is_left_out(log):
    _, record, _, _, row = log.first("proposal")
    log.set(record, row, rosters=[[r[0], 1, r[2][:1], r[3]] for r in row["rosters"]])


@case(INSURER, "somebody approves who has not signed it")
def an_approval_that_nobody_signed(log):
    _, record, _, _, row = log.first("proposal", lambda b, a: a["rosters"][0][3])
    log.set(record, row, rosters=[[*r[:3], r[2]] for r in row["rosters"]])


@case(CHAIN, "a proposal takes effect at another time")
def a_proposal_takes_effect_early(log):
    _, record, _, _, row = log.first("proposal", lambda b, a: a["effect"])
    log.set(record, row, effect=row["effect"] - 1)


@case(SOLD, "a number of the charter changes by nobody's decision")
def a_number_of_the_charter_changes(log):
    log.add("param", b"fee.operator", {"value": 500_000})


@case(SOLD, "a threshold changes")
def a_threshold_falls(log):
    ident, row = log.last("threshold")
    log.add("threshold", ident, row, classes=row["classes"][:1])
