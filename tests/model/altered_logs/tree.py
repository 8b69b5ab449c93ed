"""Tree, time, order of what is due, roots and records."""
import base64

from . import ALONE, SILENT, SOLD, audit, case


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
