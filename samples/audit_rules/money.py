"""Fees, shares, deposits, accounts and rails."""
from .base import DAY, DEPOSIT_RETURNS, FLAT, FLAT_DAYS, FROM, HANDLE_ENDS, KEPT, LARGEST, MILLION, PERIOD, \
    PERIOD_CLOSES, PER_THOUSAND, PPM, REPORT_DUE, SHARES_LAPSE, TREASURY, demand, identifier, number, \
    some
from .weights import Weights, last_period, period_at


def shares(agreement, period, amount):
    """What a sum that was paid for a period is to the patients, to each operator and each provider, and the dust."""
    operator = agreement["operatorPart"] * amount // MILLION
    patients = agreement["patientsPart"] * amount // MILLION
    rest, total, count = amount - operator - patients, sum(period["weights"]), len(period["operators"])
    each = [operator // max(1, count)] * count + [rest * w // total if total else 0 for w in period["weights"]]
    return patients, each, amount - patients - sum(each)


def paid_anew(agreement, pool, paid=None):
    """The shares of what was paid for a period since its dust was given away."""
    return shares(agreement, pool, (pool["paid"] if paid is None else paid) - pool["settled"])


def of_value(agreement, value):
    """The part of a value that is the fee."""
    return agreement["terms"][PPM] * value // MILLION


def fee(agreement, time):
    """A part of the value that is booked, so much for a thousand handles, so much for each span of days."""
    start, per_thousand, flat, flat_days = (agreement["terms"][i] for i in (FROM, PER_THOUSAND, FLAT, FLAT_DAYS))
    total = of_value(agreement, agreement["valued"]) + per_thousand * agreement["handles"] // 1000
    if flat:
        total += flat * (max(0, min(time, agreement["until"]) - start) // (flat_days * DAY))
    return min(total, LARGEST)


def asks_fees(agreement):
    return any(agreement["terms"][i] for i in (PPM, PER_THOUSAND, FLAT))


class Money(Weights):
    """Fees, shares, deposits, accounts and rails."""

    def check_agreement(self, ident, before, after):
        """A fee is booked when a period closes, or changes with the value of the last one that has closed."""
        terms = after["terms"]
        if before is None or self.entry.kind == "agreement made":
            demand(self.entry.kind == "agreement made", "an agreement is made by no entry")
            signed = [after[n] for n in ("providers", "user", "terms")] == self.entry.body
            demand(signed, "an agreement is not the one that was signed")
            parts = [self.param("fee.operator"), self.param("fee.patients"), [self.param(n) for n in KEPT]]
            kept = [after[n] for n in ("operatorPart", "patientsPart", "kept")]
            demand(kept == parts, "an agreement keeps other numbers")
            empty = ("locked", "reported", "booked", "paid", "valued", "handles")
            demand(not any(after[n] for n in empty), "an agreement begins with money")
            first = period_at(after | {"period": 0}, self.now)
            demand(after["period"] in (0, first), "an agreement begins with another period")
            self.agreements.add(ident)
            return
        fixed = ("providers", "user", "terms", "operatorPart", "patientsPart", "kept")
        demand(all(after[n] == before[n] for n in fixed), "an agreement changes what was agreed")
        pool = self.state.find("pool", ident + number(before["period"])) or {"handles": 0}
        if after["period"] > before["period"]:
            over = terms[FROM] + after["period"] * terms[PERIOD] + after["kept"][REPORT_DUE]
            happens = (*PERIOD_CLOSES, ident) in self.events and after["period"] == before["period"] + 1
            demand(happens and self.now >= over, "a period closes before its time")
            right = fee(after, self.now)
            value = pool["value"] if before["told"] > before["period"] else before["valued"]
            demand(after["valued"] == value, "the value of a period is not the one told of it")
            handles = before["handles"] + pool["handles"]
            demand(after["handles"] == handles, "the handles of a period are not those of its uses")
        else:
            demand(after["valued"] in (before["valued"], after["reported"]), "a late value is not the one that was told")
            right = before["booked"] + of_value(after, after["valued"]) - of_value(before, before["valued"])
        demand(after["booked"] == min(right, LARGEST), "a fee is not that of its rule")
        if after["reported"] != before["reported"]:
            tells = self.entry.kind in ("use value reported", "use value estimated", "use value corrected")
            right = tells and self.entry.body == [ident, after["told"] - 1, after["reported"]]
            demand(right, "a value is not the one that was told")
        demand(after["paid"] >= before["paid"], "what was paid falls")
        self.grow(after["user"].encode(), before["paid"] - after["paid"])
        self.agreements.add(ident)

    def check_pool(self, ident, before, after):
        agreement, period = self.state.find("agreement", ident[:32]), int.from_bytes(ident[32:], "big")
        before = before or {n: 0 for n in after} | {"weights": [], "operators": []}
        self.agreements.add(ident[:32])
        if after["closed"] and not before["closed"]:
            ids = [identifier("weight", ident[:32], ident[32:], p.encode()) for p in agreement["providers"]]
            weights = [self.state.amount("weight", i, "value") for i in ids]
            demand(after["weights"] == weights, "the weights of a period are not those of its uses")
            operators = sorted(self.members("operator"))[:64]
            demand(sorted(after["operators"]) == operators, "the operators of a period are not those of its closing")
        elif before["closed"]:
            fixed = ("closed", "handles", "weight", "weights", "operators")
            demand(all(after[n] == before[n] for n in fixed), "a closed period changes its weights")
        else:
            self.weigh(ident, after["handles"] - before["handles"], after["weight"] - before["weight"])
        if after["settled"] != before["settled"]:
            over = agreement["told"] > period + 1 or after["lapsed"]
            whole = after["settled"] == after["paid"] == after["booked"]
            demand(over and whole, "what is left over is given away too early")
        demand(after["paid"] >= before["paid"], "what was paid falls")
        (had, old, _), (has, new, _) = (paid_anew(agreement, after, row["paid"]) for row in (before, after))
        if after["paid"] == before["paid"]:
            had, old = has, new
        more = has - had if after["handles"] > 0 and not after["lapsed"] else 0
        demand(after["amount"] == before["amount"] + more, "the patients' part of a fee is another one")
        for receiver, a, b in zip(after["operators"] + agreement["providers"], old, new):
            self.grow(receiver.encode(), b - a)
        if after["lapsed"] and not before["lapsed"]:
            demand((*SHARES_LAPSE, ident) in self.events, "shares lapse before their time")
        elif after["claimed"] != before["claimed"]:
            self.claim(ident, after["claimed"] - before["claimed"], after)

    def claim(self, pool, claimed, row):
        """The share of the patient who claims: of all that was paid so far, less what she has claimed before."""
        counted = identifier("counted", pool[:32], pool[32:], self.entry.signer)
        mine = identifier("claimed", counted)
        has, weight = (self.state.amount("counter", i, "count") for i in (mine, counted))
        had = (self.fresh.get(mine) or {"count": 0})["count"] if mine in self.fresh else has
        right = row["amount"] * weight // max(1, row["weight"])
        named = self.entry.kind == "share claimed" and self.entry.body == [pool[:32], int.from_bytes(pool[32:], "big")]
        demand(named and has == right and claimed == has - had, "a patient's share is another one")
        self.grow(self.entry.signer, claimed)

    def check_account(self, ident, before, after):
        if after["rail"] != (before["rail"] if before else []):
            chosen = self.entry.kind == "rail chosen" and self.entry.body == [after["rail"]] and ident == self.owner()
            ends = (*HANDLE_ENDS, ident) in self.events and not after["rail"]
            demand(chosen or ends, "an account is paid by a rail that its owner has not chosen")

    def check_entitlement(self, _, before, after):
        """What a contract may pay never falls, and it has not paid more."""
        had = before["amount"] if before else 0
        demand(after["amount"] >= had, "what an account may draw from a contract falls")
        demand(not before or after["paid"] >= before["paid"], "what a contract has paid falls")
        demand(after["paid"] <= after["amount"], "a contract has paid more than it was told")
        payee = [after[n] for n in ("chain", "contract", "address")]
        changed = not before or payee != [before[n] for n in ("chain", "contract", "address")] or after["amount"] > had
        own = (self.state.find("account", after["account"]) or {"rail": []})["rail"]
        demand(not changed or own == [payee], "an account draws where its owner has not chosen")
        self.lay(identifier("rail", number(after["chain"]), after["contract"]), had - after["amount"])

    def check_escrow(self, ident, before, after):
        before = before or {"paid": 0, "cut": 0, "released": False}
        demand(after["paid"] >= before["paid"] and after["cut"] >= before["cut"], "a deposit or its cut falls")
        demand(after["cut"] <= after["paid"], "more than a deposit is cut")
        demand(not before["released"], "a deposit that was let go changes")
        self.put(self.deposits, ident, after["paid"] - before["paid"])
        self.put(self.cuts, ident, after["cut"] - before["cut"])
        rail = after["rail"] and identifier("rail", number(after["rail"][0][0]), after["rail"][0][1])
        self.lay(rail or TREASURY, after["cut"] - before["cut"])
        self.agreements.add(ident)
        if after["released"]:
            demand((*DEPOSIT_RETURNS, ident) in self.events, "a deposit is let go before its time")
            if not after["rail"]:
                self.lay(TREASURY, after["paid"] - after["cut"])
                self.grow(self.state.find("agreement", ident)["user"].encode(), after["paid"] - after["cut"])

    def check_stated(self, _, before, after):
        later = not before or (after["cumulative"] > before["cumulative"] and after["block"] >= before["block"])
        demand(later, "a statement about a contract comes twice or too late")
        self.more += after["cumulative"] - (before["cumulative"] if before else 0)

    def check_rail(self, ident, before, after):
        self.lay(ident, (before["free"] if before else 0) - after["free"])

    def check_fine(self, ident, before, after):
        more = after["amount"] - (before["amount"] if before else 0)
        if after["amount"] == LARGEST:
            more = self.finals.get(ident, 0) - self.fines.get(ident, 0)
        if more > 0:
            self.put(self.fines, ident, more)
        else:
            self.grow(ident, more)

    def moved(self):
        """What the entry itself says about money: received, paid out, claimed, drawn, stated of a contract, locked."""
        kind, locked = self.entry.kind, {}
        if kind == "money received":
            subject, amount = self.entry.body
            self.grow(subject.encode(), amount)
            self.lay(TREASURY, amount)
        elif kind == "payout recorded":
            account, amount = self.entry.body
            self.grow(account, -amount)
            self.lay(TREASURY, -amount)
        elif kind == "rail drawn":
            self.grow(self.owner(), self.entry.body[1])
            self.lay(TREASURY, self.entry.body[1])
        elif kind == "deposit paid":
            locked = dict([self.entry.body])
        elif kind == "chain stated":
            (chain, contract), what, about, _, _ = self.entry.body
            if what == "deposit":
                locked = {about[0]: self.more}
            elif what != "paid":
                self.lay(identifier("rail", number(chain), contract), self.more)
                self.lay(TREASURY, -self.more) if what == "float" else self.grow(about[0], self.more)
        demand(some(self.deposits) == locked, "a deposit is not the one that was paid")

    def periods(self, ident):
        """Whatever is owed under an agreement is owed for one of its periods, and what is locked is its deposit."""
        agreement = self.state.find("agreement", ident)
        pools = [self.state.find("pool", ident + number(n)) for n in range(agreement["period"])]
        booked, paid = (sum(p[name] for p in pools if p) for name in ("booked", "paid"))
        demand(booked == max(agreement["booked"], agreement["paid"]), "what is owed is not the sum of the periods")
        demand(paid == agreement["paid"], "what was paid is not the sum of the periods")
        escrow = self.state.find("escrow", ident) or {"paid": 0, "cut": 0, "released": False}
        held = sum(b["held"] for b in self.state.of("breach") if ident in b["agreement"])
        left = 0 if escrow["released"] else escrow["paid"] - escrow["cut"] - held
        demand(agreement["locked"] == left, "what is locked is not what is left of a deposit")
        if asks_fees(agreement) and agreement["period"] <= last_period(agreement):
            self.waits(PERIOD_CLOSES, ident)
        if agreement["ended"] and escrow["paid"] and not escrow["released"]:
            self.waits(DEPOSIT_RETURNS, ident)

    def holdings(self):
        """What each account has and may draw from contracts."""
        held = {i: row["amount"] for (k, i), row in self.state.rows.items() if k == "account"}
        for row in self.state.of("entitlement"):
            held[row["account"]] = held.get(row["account"], 0) + row["amount"]
        return held

    def grow(self, account, amount):
        """Notes by how much an account has to grow."""
        self.put(self.growth, account, amount)

    def lay(self, rail, amount):
        """Notes by how much the free money of a rail has to grow, or by how much less it has grown."""
        self.put(self.rails, rail, amount)

    @staticmethod
    def put(sums, ident, amount):
        sums[ident] = sums.get(ident, 0) + amount

    def money(self):
        lies = sum(a["amount"] for a in self.state.of("account")) + sum(a["locked"] for a in self.state.of("agreement"))
        lies += sum(b["held"] for b in self.state.of("breach"))
        lies += sum(p["amount"] - p["claimed"] for p in self.state.of("pool"))
        fund = {name: self.state.amount("fund", name.encode()) for name in ("received", "dust", "patients", "paidOut")}
        inside = lies + fund["dust"] + fund["patients"]
        demand(fund["received"] == inside + fund["paidOut"], "money is lost or made")
        pools = [(self.state.find("agreement", i[:32]), p) for (k, i), p in self.state.rows.items() if k == "pool"]
        demand(fund["dust"] == sum(paid_anew(a, p)[2] for a, p in pools), "the dust is not what the floors leave over")
        rails = sum(r["free"] for r in self.state.of("rail"))
        rails += sum(e["paid"] - e["cut"] for e in self.state.of("escrow") if not e["released"])
        demand(rails == inside, "the rails hold more or less than is owed")
        demand(not any(self.rails.values()), "money lies on another rail than the rules give")
        has = self.holdings()
        got = {i: has[i] - self.had.get(i, 0) for i in has}
        wrong = [i for i in got.keys() | self.growth.keys() if got.get(i, 0) != self.growth.get(i, 0)]
        demand(not wrong, f"accounts grow by other sums than the rules give: {sorted(wrong)}")
