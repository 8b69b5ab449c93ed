#!/usr/bin/env python3
"""Recomputes the logs that 'zkhealth demo --region --out DIR' leaves: a second implementation, of the standard library alone.

    python3 samples/audit.py DIR [--damage]

For every log: the tree under its checkpoint, every state root and the order of what was due, here; fees, money, breaches and votes, in
the folder audit_rules; then credit, accounts and who answers, which must be those of DIR/stories.json. Signatures and the other
rules are replayed by 'zkhealth ledger audit'. --damage also changes one value of each log, which must be found.
"""
import base64
import copy
import json
import pathlib
import sys

from audit_rules import Fault, Rules, demand, sha

ZERO = bytes(32)


# --- CBOR, as far as records and leaves use it (RFC 8949, 4.2.1) ---

def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    size = next(s for s in (1, 2, 4, 8) if n < 1 << 8 * s)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + n.to_bytes(size, "big")


def encode(value):
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(4, len(value)) + b"".join(map(encode, value))


def decode(data, at=0):
    """The value at a place, and the place behind it."""
    major, n, at = data[at] >> 5, data[at] & 31, at + 1
    if major == 7:
        return {20: False, 21: True, 22: None}[n], at
    if n >= 24:
        size = 1 << n - 24
        n, at = int.from_bytes(data[at:at + size], "big"), at + size
    if major == 0:
        return n, at
    if major in (2, 3):
        raw = data[at:at + n]
        return (raw if major == 2 else raw.decode()), at + n
    demand(major == 4, "a record holds what no record may hold")
    items = []
    for _ in range(n):
        item, at = decode(data, at)
        items.append(item)
    return items, at


# --- the state map, and the tree of the log (RFC 6962) ---

def bit(key, depth):
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def state_root(pairs, depth=0):
    """pairs: (key, SHA-256 of the value)."""
    if not pairs:
        return ZERO
    if len(pairs) == 1:
        return sha(b"\0", *pairs[0])
    sides = [[p for p in pairs if bit(p[0], depth) == side] for side in (0, 1)]
    return sha(b"\1", state_root(sides[0], depth + 1), state_root(sides[1], depth + 1))


def tree_root(hashes):
    if not hashes:
        return sha()
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1", tree_root(hashes[:half]), tree_root(hashes[half:]))


class State:
    """The records of a log, by kind and id, as rows of named fields."""

    def __init__(self, fields):
        self.fields, self.rows, self.hashes = fields, {}, {}

    def put(self, kind, ident, value):
        """Writes a record, or removes it; returns the row before and after."""
        before, key = self.rows.get((kind, ident)), sha(b"zkhealth state v1\0", kind.encode(), b"\0", ident)
        if value is None:
            demand(before is not None, f"a record of {kind} is removed that is not there")
            del self.rows[kind, ident], self.hashes[key]
            return before, None
        items, end = decode(value)
        demand(end == len(value) and encode(items) == value, f"a record of {kind} is not canonical")
        demand(items[0] == 1 and len(items) == 1 + len(self.fields[kind]), f"a record of {kind} has other fields")
        self.rows[kind, ident] = row = dict(zip(self.fields[kind], items[1:]))
        self.hashes[key] = sha(value)
        return before, row

    def root(self):
        return state_root(sorted(self.hashes.items()))

    def of(self, kind):
        return [row for (k, _), row in self.rows.items() if k == kind]

    def find(self, kind, ident):
        return self.rows.get((kind, ident))

    def amount(self, kind, ident, field="amount"):
        return self.rows.get((kind, ident), {}).get(field, 0)


class Entry:
    """What an entry says: its kind, whose key signed it, and the fields of its body; of a tick nothing."""

    def __init__(self, encoded):
        self.kind, self.signer, self.payload, self.along = "", b"", b"", []
        if encoded is not None:
            _, _, self.signer, _, _, (kind, _, self.payload, self.along) = decode(encoded)[0][0]
            self.kind = kind.removeprefix("zkhealth ").removesuffix(" v1")

    @property
    def body(self):
        return decode(self.payload)[0][1:]


class Audit(Rules):
    """One log, leaf by leaf."""

    def __init__(self, log):
        super().__init__(State(log["fields"]))
        self.log, self.time = log, 0

    def run(self):
        hashes = []
        for count, leaf in enumerate(self.log["leaves"]):
            try:
                hashes.append(self.leaf(leaf))
            except Fault as fault:
                raise Fault(f"leaf {count}: {fault}") from None
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as broken:
                raise Fault(f"leaf {count}: it lacks what its records refer to ({broken!r})") from None
        _, size, root = self.log["checkpoint"].split("\n")[:3]
        same = int(size) == len(hashes) and base64.b64decode(root) == tree_root(hashes)
        demand(same, "the checkpoint is not that of the leaves")
        return self

    def leaf(self, leaf):
        demand(leaf["time"] >= self.time, "its time is before that of the leaf before it")
        self.time = self.now = leaf["time"]
        encoded = None if leaf["entry"] is None else bytes.fromhex(leaf["entry"])
        self.begin(Entry(None))
        for kind, ident, value in leaf["due"]:
            if kind == "due" and value is None:
                self.happen(bytes.fromhex(ident))
            self.change(kind, ident, value)
        demand(not self.queue() or self.queue()[0][0] > self.time, "something is due that has not happened")
        demand(self.state.root().hex() == leaf["stateRoot"], "its state root is not that of its records")
        self.end()
        self.begin(Entry(encoded))
        self.now = self.time
        for record in leaf["changed"]:
            self.change(*record)
        self.end()
        return sha(b"\0", encode([leaf["time"], bytes.fromhex(leaf["stateRoot"]), leaf["ruleSet"], encoded]))

    def queue(self):
        return sorted((d["time"], d["rank"], d["id"]) for d in self.state.of("due"))

    def happen(self, ident):
        """The first of what is due happens; or a decision or the end of a key takes away what would have come later."""
        first = self.queue()[0]
        what = int.from_bytes(ident[:8], "big"), ident[8], ident[9:]
        happens = what == first and first[0] <= self.time
        if not happens and self.takes_away() and what[0] > self.now:
            return
        demand(happens, "what was due did not happen in its order")
        self.now = first[0]
        self.events.append((what[2][0], what[2][1], what[2][2:]))

    def change(self, kind, ident, value):
        before, after = self.state.put(kind, bytes.fromhex(ident), None if value is None else bytes.fromhex(value))
        check = getattr(self, "check_" + kind, None)
        if check and after:
            check(bytes.fromhex(ident), before, after)

    def accounts(self):
        return {ident.hex(): row["amount"] for (kind, ident), row in self.state.rows.items() if kind == "account"}

    def answering(self):
        return sorted({b["subject"] for b in self.state.of("breach") if b["status"] != "void"})


def damaged(log):
    """The log with one byte of one record changed."""
    log = copy.deepcopy(log)
    record = log["leaves"][0]["changed"][0]
    record[2] = record[2][:-2] + f"{int(record[2][-2:], 16) ^ 1:02x}"
    return log


def compare(audit, log, ledger):
    """Holds the end of a log against what the demonstration says of it."""
    demand(log["key"] == ledger["key"], "a log has another key")
    demand(audit.state.root().hex() == ledger["stateRoot"], "the state ends with another root")
    demand(audit.credits() == ledger["credit"], "credit is another one")
    demand(audit.accounts() == ledger["accounts"], "an account is another one")


def answer(answers, story):
    demand(not answers or ", ".join(sorted(answers)) == story["responsible"], "somebody else answers")


def audit_story(folder, story, damage):
    answers = set()
    for ledger in story["ledgers"]:
        log = json.loads((folder / story["folder"] / (ledger["name"] + ".log.json")).read_text())
        audit = Audit(log).run()
        compare(audit, log, ledger)
        answers |= set(audit.answering())
        if damage:
            try:
                Audit(damaged(log)).run()
            except Fault:
                continue
            raise Fault("a changed record was not found")
    answer(answers, story)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder, damage, faults = pathlib.Path(sys.argv[1]), "--damage" in sys.argv, 0
    stories = json.loads((folder / "stories.json").read_text())["stories"]
    for story in stories:
        try:
            audit_story(folder, story, damage)
            print(f"{story['name']}: agrees; answers: {story['responsible']}")
        except Fault as fault:
            faults += 1
            print(f"{story['name']}: DIFFERS: {fault}")
    print(f"{len(stories) - faults} of {len(stories)} stories agree")
    sys.exit(1 if faults or not stories else 0)


if __name__ == "__main__":
    main()
