#!/usr/bin/env python3
"""Alters the logs of 'zkhealth demo --region --out DIR' as somebody would who follows other rules, and demands that samples/audit.py
finds each of them: for every rule that it checks, one log that breaks that rule and no other.

    python3 tests/model/altered.py DIR

A record that is changed gives other roots; an operator who follows other rules writes the roots of its own records. So after a change
every later state root and the checkpoint are made anew, and what is left to find is the rule that was broken.
"""
import base64
import copy
import importlib.util
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("audit", ROOT / "samples" / "audit.py")
audit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audit)


class Log:
    """A log that can be changed."""

    def __init__(self, folder, name):
        story = next(s for s in json.loads((folder / "stories.json").read_text())["stories"] if s["name"] == name)
        self.story, self.folder = copy.deepcopy(story), folder
        self.ledger = self.story["ledgers"][0]
        self.json = json.loads((folder / story["folder"] / (self.ledger["name"] + ".log.json")).read_text())

    def records(self, kind):
        """Every change of a kind of record: (leaf, record, id, row before, row after)."""
        rows = {}
        for leaf in self.json["leaves"]:
            for record in leaf["due"] + leaf["changed"]:
                if record[0] == kind:
                    after = None if record[2] is None else self.row(kind, record[2])
                    yield leaf, record, bytes.fromhex(record[1]), rows.get(record[1]), after
                    rows[record[1]] = after

    def row(self, kind, value):
        return dict(zip(self.json["fields"][kind], audit.decode(bytes.fromhex(value))[0][1:]))

    def first(self, kind, where=lambda before, after: after is not None):
        return next(c for c in self.records(kind) if where(c[3], c[4]))

    @staticmethod
    def set(record, row, **fields):
        record[2] = audit.encode([1, *(row | fields).values()]).hex()

    def seal(self):
        """The roots and the checkpoint of the records as they are now."""
        state, hashes = audit.State(self.json["fields"]), []
        put = lambda r: state.put(r[0], bytes.fromhex(r[1]), None if r[2] is None else bytes.fromhex(r[2]))
        for leaf in self.json["leaves"]:
            for record in leaf["due"]:
                put(record)
            leaf["stateRoot"] = state.root().hex()
            for record in leaf["changed"]:
                put(record)
            entry = None if leaf["entry"] is None else bytes.fromhex(leaf["entry"])
            parts = [leaf["time"], bytes.fromhex(leaf["stateRoot"]), leaf["ruleSet"], entry]
            hashes.append(audit.sha(b"\0", audit.encode(parts)))
        lines = self.json["checkpoint"].split("\n")
        lines[2] = base64.b64encode(audit.tree_root(hashes)).decode()
        self.json["checkpoint"] = "\n".join(lines)
        self.ledger["stateRoot"] = state.root().hex()

    def judge(self):
        """What the audit says of it, or nothing where it agrees."""
        try:
            run = audit.Audit(self.json).run()
            audit.compare(run, self.json, self.ledger)
            audit.answer(run.answering(), self.story)
        except audit.Fault as fault:
            return str(fault)
        return None


CASES = []


def case(story, says, sealed=True):
    """A way to break a rule in the log of a story; what the audit has to say of it."""
    return lambda change: CASES.append((story, says, sealed, change)) or change


SOLD, CHAIN, PAID = "one per cent reported", "one per cent on a chain", "patient who looks, revokes and is paid"
GENOMES, INSURER, ALONE = "genomes without authorisation", "insurer", "operator alone"
SILENT = "one per cent unreported"


# --- the log: tree, time, order of what is due, roots ---

@case(SOLD, "the checkpoint is not that of the leaves", sealed=False)
def another_tree(log):
    lines = log.json["checkpoint"].split("\n")
    log.json["checkpoint"] = "\n".join([*lines[:2], base64.b64encode(bytes(32)).decode(), *lines[3:]])


@case(SOLD, "the checkpoint is not that of the leaves", sealed=False)
def an_entry_left_out_at_the_end(log):
    log.json["leaves"].pop()


@case(SOLD, "its state root is not that of its records", sealed=False)
def another_record(log):
    _, record, _, _, row = log.first("consent")
    log.set(record, row, until=row["until"] + 1)


@case(SOLD, "its time is before that of the leaf before it")
def time_goes_back(log):
    leaves = log.json["leaves"]
    leaves[5]["time"] = leaves[4]["time"] - 1


@case(SILENT, "what was due did not happen in its order")
def what_is_due_in_another_order(log):
    due = next(l["due"] for l in log.json["leaves"] if sum(r[0] == "due" and r[2] is None for r in l["due"]) > 1)
    a, b = [i for i, r in enumerate(due) if r[0] == "due" and r[2] is None][:2]
    due[a], due[b] = due[b], due[a]


@case(ALONE, "something is due that has not happened")
def what_is_due_does_not_happen(log):
    leaf = next(l for l in log.json["leaves"] if any(r[0] == "due" and r[2] is None for r in l["due"]))
    leaf["due"] = []


@case(SOLD, "what was due did not happen in its order")
def what_is_not_due_yet_happens(log):
    changes = [(record[1], row) for _, record, _, _, row in log.records("due")]
    waits = {ident for ident, row in changes if row} - {ident for ident, row in changes if not row}
    log.json["leaves"][-1]["due"].append(["due", min(waits), None])


@case(SOLD, "is removed that is not there", sealed=False)
def a_record_is_removed_that_is_not_there(log):
    log.json["leaves"][3]["changed"].append(["account", b"nobody".hex(), None])


@case(SOLD, "is not canonical", sealed=False)
def a_record_in_another_encoding(log):
    _, record, _, _, _ = log.first("account")
    record[2] = record[2].replace("01", "1801", 1)


@case(SOLD, "a record holds what no record may hold", sealed=False)
def a_record_with_a_map(log):
    _, record, _, _, _ = log.first("account")
    record[2] = record[2][:-2] + "a0"


@case(SOLD, "has other fields", sealed=False)
def a_record_with_another_field(log):
    _, record, _, _, row = log.first("account")
    record[2] = audit.encode([1, *row.values(), 0]).hex()


# --- fees and their split ---

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


@case(INSURER, "accounts grow by other sums than the rules give")
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
    *_, (_, record, _, _, row) = [c for c in log.records("agreement") if c[4]["paid"]]
    log.set(record, row, paid=row["paid"] - 1)


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


# --- payment rails ---

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
    *_, (_, _, _, _, row) = log.records("escrow")
    escrow(log, released=True)
    escrow(log, released=False, paid=row["paid"] + 1)


@case(CHAIN, "a statement about a contract comes twice or too late")
def a_statement_comes_twice(log):
    *_, (_, record, _, _, _) = log.records("stated")
    log.json["leaves"][-1]["changed"].append(list(record))


# --- thresholds ---

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


# --- breaches, credit, who answers ---

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


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, wrong = pathlib.Path(sys.argv[1]), 0
    checks = re.findall(r'demand\(.*, f?"(.*?)"\)', (ROOT / "samples" / "audit.py").read_text())
    untried = [c for c in checks if not any(says in c for _, says, _, _ in CASES)]
    assert checks and not untried, f"nothing is altered that breaks: {untried}"
    for story, says, sealed, change in CASES:
        log = Log(folder, story)
        assert log.judge() is None, f"{story}: the log as it is does not agree"
        change(log)
        if sealed:
            log.seal()
        found = log.judge()
        right = found is not None and says in found
        wrong += not right
        print(f"{change.__name__.replace('_', ' ')}: {found or 'NOT FOUND'}" + ("" if right else f"; EXPECTED: {says}"))
    print(f"{len(CASES) - wrong} of {len(CASES)} altered logs are found")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
