#!/usr/bin/env python3
"""Recomputes the logs that 'zkhealth demo --region --out DIR' leaves: a second implementation, of the standard library alone.

    python3 samples/audit.py DIR [--damage]

For every log: the tree under its checkpoint, every state root, the order of what was due, fees and their split, patients' shares,
thresholds, whose all money is and on which rail it lies, what contracts may pay; then credit, accounts and who answers, which must
be those of DIR/stories.json. Signatures and the other rules are replayed by 'zkhealth ledger audit'. --damage also changes one value
of each log, which must be found.
"""
import base64
import copy
import hashlib
import json
import pathlib
import sys

ZERO, MILLION, DAY = bytes(32), 1_000_000, 86_400_000
MONTH = 30 * DAY


class Fault(Exception):
    """A log that is not what its rules give."""


def demand(condition, message):
    if not condition:
        raise Fault(message)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


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
        return {20: False, 21: True}[n], at
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


def identifier(label, *parts):
    return sha(label.encode(), *(x for p in parts for x in (len(p).to_bytes(8, "big"), p)))


# --- fees, thresholds, credit ---

def shares(agreement, period, amount):
    """What a sum that was paid for a period is to each operator and each provider."""
    operator = agreement["operatorPart"] * amount // MILLION
    patients = agreement["patientsPart"] * amount // MILLION
    rest, total, count = amount - operator - patients, sum(period["weights"]), len(period["operators"])
    return [operator // count] * count + [rest * w // total if total else 0 for w in period["weights"]]


def of_value(agreement, value):
    """The part of a value that is the fee."""
    return agreement["terms"][5] * value // MILLION


def fee(agreement, time):
    """A part of the value that is booked, so much for a thousand handles, so much for each span of days."""
    start, per_thousand, flat, flat_days = (agreement["terms"][i] for i in (3, 10, 11, 12))
    total = of_value(agreement, agreement["valued"]) + per_thousand * agreement["handles"] // 1000
    if flat:
        total += flat * (max(0, min(time, agreement["until"]) - start) // (flat_days * DAY))
    return min(total, 2**63 - 1)


def credit(time, admitted, breaches):
    lost = sum(max(0, points - (time - at) // MONTH) for at, points in breaches if at <= time)
    return max(0, 100 - max(0, 20 - (time - admitted) // MONTH) - lost)


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

    def amount(self, kind, ident, field="amount"):
        return self.rows.get((kind, ident), {}).get(field, 0)


class Audit:
    """One log, leaf by leaf."""

    def __init__(self, log):
        self.log, self.state, self.time, self.due = log, State(log["fields"]), 0, 0
        self.growth, self.claims, self.agreements, self.counted = {}, [], set(), {}

    def run(self):
        hashes = []
        for number, leaf in enumerate(self.log["leaves"]):
            try:
                hashes.append(self.leaf(leaf))
            except Fault as fault:
                raise Fault(f"leaf {number}: {fault}") from None
        _, size, root = self.log["checkpoint"].split("\n")[:3]
        same = int(size) == len(hashes) and base64.b64decode(root) == tree_root(hashes)
        demand(same, "the checkpoint is not that of the leaves")
        return self

    def leaf(self, leaf):
        demand(leaf["time"] >= self.time, "its time is before that of the leaf before it")
        self.time = leaf["time"]
        had = self.holdings()
        self.growth, self.claims, self.agreements, self.counted = {}, [], set(), {}
        for kind, ident, value in leaf["due"]:
            if kind == "due" and value is None:
                self.next_due(bytes.fromhex(ident))
            self.change(kind, ident, value)
        demand(not self.queue() or self.queue()[0][0] > self.time, "something is due that has not happened")
        demand(self.state.root().hex() == leaf["stateRoot"], "its state root is not that of its records")
        for record in leaf["changed"]:
            self.change(*record)
        for ident in self.agreements:
            self.periods(ident)
        self.money(had, leaf["entry"] is not None)
        entry = None if leaf["entry"] is None else bytes.fromhex(leaf["entry"])
        return sha(b"\0", encode([leaf["time"], bytes.fromhex(leaf["stateRoot"]), leaf["ruleSet"], entry]))

    def queue(self):
        return sorted((d["time"], d["rank"], d["id"]) for d in self.state.of("due"))

    def next_due(self, ident):
        first = self.queue()[0]
        happens = int.from_bytes(ident[:8], "big"), ident[8], ident[9:]
        demand(happens == first and first[0] <= self.time, "what was due did not happen in its order")
        self.due = first[0]

    def change(self, kind, ident, value):
        before, after = self.state.put(kind, bytes.fromhex(ident), None if value is None else bytes.fromhex(value))
        check = getattr(self, "check_" + kind, None)
        if check and after:
            check(bytes.fromhex(ident), before, after)

    def check_agreement(self, ident, before, after):
        """A fee is booked when a period closes, or changes with the value of the last one that has closed."""
        if not before:
            return
        pool = self.state.rows.get(("pool", ident + before["period"].to_bytes(8, "big")), {"handles": 0})
        if after["period"] > before["period"]:
            right = fee(after, self.due)
            value = pool["value"] if before["told"] > before["period"] else before["valued"]
            demand(after["valued"] == value, "the value of a period is not the one told of it")
            demand(after["handles"] == before["handles"] + pool["handles"], "the handles of a period are not those of its uses")
        else:
            demand(after["valued"] in (before["valued"], after["reported"]), "a late value is not the one that was told")
            right = before["booked"] + of_value(after, after["valued"]) - of_value(before, before["valued"])
        demand(after["booked"] == min(right, 2**63 - 1), "a fee is not that of its rule")
        if after["paid"] > before["paid"]:
            self.grow(after["user"].encode(), before["paid"] - after["paid"])
        self.agreements.add(ident)

    def check_pool(self, ident, before, after):
        agreement = self.state.rows["agreement", ident[:32]]
        if after["closed"] and not (before and before["closed"]):
            ids = [identifier("weight", ident[:32], ident[32:], p.encode()) for p in agreement["providers"]]
            weights = [self.state.amount("weight", i, "value") for i in ids]
            demand(after["weights"] == weights, "the weights of a period are not those of its uses")
        if before and after["paid"] > before["paid"]:
            old, new = (shares(agreement, after, row["paid"] - after["settled"]) for row in (before, after))
            for receiver, a, b in zip(after["operators"] + agreement["providers"], old, new):
                self.grow(receiver.encode(), b - a)
        if before and after["claimed"] > before["claimed"] and not after["lapsed"]:
            self.claims.append((ident, after["claimed"] - before["claimed"], after))
        self.agreements.add(ident[:32])

    def check_counter(self, ident, before, after):
        self.counted.setdefault(ident, before["count"] if before else 0)

    def check_fine(self, ident, before, after):
        if before and after["amount"] < before["amount"]:
            self.grow(ident, after["amount"] - before["amount"])

    def periods(self, ident):
        """Whatever is owed under an agreement is owed for one of its periods."""
        agreement = self.state.rows["agreement", ident]
        pools = [self.state.rows.get(("pool", ident + n.to_bytes(8, "big"))) for n in range(agreement["period"])]
        booked, paid = (sum(p[name] for p in pools) for name in ("booked", "paid"))
        demand(booked == max(agreement["booked"], agreement["paid"]), "what is owed is not the sum of the periods")
        demand(paid == agreement["paid"], "what was paid is not the sum of the periods")

    def check_breach(self, ident, before, after):
        """Minor, serious or grave; doubled where the member broke the same rule within a year."""
        if before is None:
            others = [b for (kind, i), b in self.state.rows.items() if kind == "breach" and i != ident and b["status"] != "void"]
            same = [b for b in others if (b["subject"], b["rule"]) == (after["subject"], after["rule"])]
            again = any(after["time"] - b["time"] < 365 * DAY for b in same)
            points = [p * (2 if again else 1) for p in (3, 15, 40)]
            demand(after["points"] in points, "the points of a breach are not those of its severity")

    def check_entitlement(self, _, before, after):
        """What a contract may pay never falls, and it has not paid more."""
        demand(not before or after["amount"] >= before["amount"], "what an account may draw from a contract falls")
        demand(not before or after["paid"] >= before["paid"], "what a contract has paid falls")
        demand(after["paid"] <= after["amount"], "a contract has paid more than it was told")

    def check_escrow(self, ident, before, after):
        before = before or {"paid": 0, "cut": 0, "released": False}
        demand(after["paid"] >= before["paid"] and after["cut"] >= before["cut"], "a deposit or its cut falls")
        demand(after["cut"] <= after["paid"], "more than a deposit is cut")
        demand(not before["released"], "a deposit that was let go changes")
        if after["released"] and not after["rail"]:
            user = self.state.rows["agreement", ident]["user"]
            self.grow(user.encode(), after["paid"] - after["cut"])

    def check_stated(self, _, before, after):
        later = not before or (after["cumulative"] > before["cumulative"] and after["block"] >= before["block"])
        demand(later, "a statement about a contract comes twice or too late")

    def check_proposal(self, _, before, after):
        if after["terms"][0] == "compensation":
            # out of the patients' fund to the account of a patient, unless the fund has less
            sign = (after["status"] == "effective") - bool(before and before["status"] == "effective")
            self.grow(after["terms"][6][0], sign * after["terms"][4])
        for name, needed, subjects, approved in after["rosters"]:
            if before is None:
                demand(needed == self.needed(after["terms"][0], name, len(subjects)), "a threshold is not that of its class")
            demand(set(approved) <= set(subjects), "somebody approves who has no vote")
            if after["status"] in ("approved", "effective"):
                demand(len(approved) >= needed, "a proposal takes effect below its threshold")

    def needed(self, what, name, members):
        """Of a class max(1, its part of the roster); a silent class is recovered by 3/4 of all others and two judges."""
        if what == "recover" and name != "others":
            return 2
        classes = [["others", 3, 4]] if what == "recover" else self.state.rows["threshold", what.encode()]["classes"]
        num, den = next(t[1:] for t in classes if t[0] == name)
        return max(1, -(-num * members // den))

    def holdings(self):
        """What each account has and may draw from contracts."""
        held = {i: row["amount"] for (k, i), row in self.state.rows.items() if k == "account"}
        for row in self.state.of("entitlement"):
            held[row["account"]] = held.get(row["account"], 0) + row["amount"]
        return held

    def grow(self, account, amount):
        """Notes by how much an account has to grow in this leaf: shares, deposits that go back, less fees and fines."""
        self.growth[account] = self.growth.get(account, 0) + amount

    def money(self, had, acts):
        lies = sum(a["amount"] for a in self.state.of("account")) + sum(a["locked"] for a in self.state.of("agreement"))
        lies += sum(b["held"] for b in self.state.of("breach"))
        lies += sum(p["amount"] - p["claimed"] for p in self.state.of("pool"))
        fund = {name: self.state.amount("fund", name.encode()) for name in ("received", "dust", "patients", "paidOut")}
        inside = lies + fund["dust"] + fund["patients"]
        demand(fund["received"] == inside + fund["paidOut"], "money is lost or made")
        rails = sum(r["free"] for r in self.state.of("rail"))
        rails += sum(e["paid"] - e["cut"] for e in self.state.of("escrow") if not e["released"])
        demand(rails == inside, "the rails hold more or less than is owed")
        has = self.holdings()
        got = {i: has[i] - had.get(i, 0) for i in has}
        other = {i: got.get(i, 0) - self.growth.get(i, 0) for i in got.keys() | self.growth.keys()}
        moved = sorted(i for i, amount in other.items() if amount)
        demand(len(moved) <= acts, f"accounts grow by other sums than the rules give: {moved}")
        for pool, claimed, row in self.claims:
            counted = identifier("counted", pool[:32], pool[32:], moved[0]) if moved else b""
            mine = identifier("claimed", counted)
            has, weight = (self.state.amount("counter", i, "count") for i in (mine, counted))
            same = has == row["amount"] * weight // row["weight"] and has - self.counted.get(mine, 0) == claimed
            demand(moved and same and other[moved[0]] == claimed, "a patient's share is another one")

    def credits(self):
        out = {}
        for m in self.state.of("member"):
            breaches = [b for b in self.state.of("breach") if b["subject"] == m["subject"] and b["status"] != "void"]
            own = sorted((b["time"], b["points"]) for b in breaches)
            demand(own == sorted((b[0], b[1]) for b in m["breaches"]), "a member's breaches are not those recorded")
            out[m["subject"]] = credit(self.time, m["admitted"], own)
        return out

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
            except (Fault, KeyError, IndexError, UnicodeDecodeError):
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
