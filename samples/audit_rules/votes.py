"""Proposals, and the numbers that they change."""
from .base import ABOUT, CODE, EFFECTIVE, END, EXPIRES, KEY, NOT_BEFORE, NUMBER, SUBJECT, WHAT, demand, \
    identifier, one


class Votes:
    """Proposals: who has a vote, how many are needed, when they take effect, and numbers that they change."""

    def check_proposal(self, ident, before, after):
        what = after["terms"][WHAT]
        if before is None:
            self.propose(what, after)
        else:
            fixed = ("terms", "proposer", "made")
            rosters = [[r[:3] for r in row["rosters"]] for row in (before, after)]
            same = all(after[n] == before[n] for n in fixed) and rosters[0] == rosters[1]
            demand(same, "a proposal changes what is voted on")
        for i, (_, needed, subjects, approved) in enumerate(after["rosters"]):
            demand(set(approved) <= set(subjects), "somebody approves who has no vote")
            came = set(approved) - set(before["rosters"][i][3] if before else [])
            voted = self.entry.kind == "approved" and self.entry.body == [ident] and came == {self.signer()}
            demand(not came or voted, "somebody approves who has not signed it")
            if after["status"] in ("approved", "effective"):
                demand(len(approved) >= needed, "a proposal takes effect below its threshold")
        self.take_effect(ident, what, before, after)

    def propose(self, what, proposal):
        """The rosters of all classes that the charter names, fixed now, with their thresholds."""
        role = one(proposal["terms"][CODE])
        others = ["authority" if role == "auditor" else "auditor"]
        classes = [["others", 3, 4], *[[o, 2, 1] for o in others]] if what == "recover" else self.classes(what)
        if what == "admit" and not self.members(role):
            classes = [c for c in classes if c[0] != role]
        named = [r[0] for r in proposal["rosters"]] == [c[0] for c in classes]
        demand(named, "a class has no vote that the charter names")
        for (name, needed, subjects, _), (_, num, den) in zip(proposal["rosters"], classes):
            right = 2 if what == "recover" and name != "others" else max(1, -(-num * len(subjects) // den))
            demand(needed == right, "a threshold is not that of its class")
            roster = self.roster(what, proposal["terms"], name)
            demand(subjects and sorted(subjects) == sorted(roster), "a roster is not that of its class")

    def classes(self, what):
        threshold = self.state.find("threshold", what.encode())
        demand(threshold, "a proposal is of no kind that the charter names")
        return threshold["classes"]

    def roster(self, what, terms, name):
        """The members of a class that have a vote: for long enough, not out by a final verdict, in no cause of their own."""
        role, excluded = one(terms[CODE]), self.excluded(what, terms)
        everybody = {m["subject"]: m for m in self.state.of("member") if m["subject"] not in excluded and not self.is_out(m)}
        if what != "recover":
            return [s for s, m in everybody.items() if name in m["roles"] and self.has_been(m, name)]
        others = {s: m for s, m in everybody.items() if role not in m["roles"] and any(self.has_been(m, r) for r in m["roles"])}
        return [s for s, m in others.items() if name == "others" or (name in m["roles"] and self.has_been(m, name))]

    def has_been(self, member, role):
        since = self.state.find("counter", identifier("since", member["subject"].encode(), role.encode()))
        age = self.param("roster.age")
        return self.now - since["count"] >= age if since else member["founder"] or self.now - member["admitted"] >= age

    def is_out(self, member):
        suspension = self.state.find("suspension", member["subject"].encode()) if member["suspended"] else None
        verdict = one(suspension["breach"]) if suspension else None
        return bool(verdict) and self.state.find("breach", verdict)["status"] == "final"

    def excluded(self, what, terms):
        out, about = set(terms[SUBJECT]), one(terms[ABOUT])
        if what in ("verdict", "dismiss"):
            report = self.state.find("report", about)
            asset = self.state.find("asset", report["about"])
            out |= {report["accused"], report["reporter"], *self.parties(self.about(report["about"]))}
            out |= {asset["provider"]} if asset else set()
        elif what == "annul":
            breach = self.state.find("breach", about)
            out |= {breach["subject"], *breach["judges"], *breach["other"]}
            out |= {party for agreement in breach["agreement"] for party in self.parties(agreement)}
        elif what == "compromise":
            out.add(self.state.find("key", terms[KEY][0])["subject"])
        return out

    def parties(self, agreement):
        row = self.state.find("agreement", agreement) if agreement else None
        return [*row["providers"], row["user"]] if row else []

    def take_effect(self, ident, what, before, after):
        was, now = before["status"] if before else "open", after["status"]
        at_once = what in ("verdict", "dismiss", "annul")
        if now == "approved" and was != now and not at_once:
            delay = {"ruleset": "ruleset.delay", "recover": "recovery.delay"}.get(what, "governance.delay")
            right = max(min(after["terms"][NOT_BEFORE], END - 1), self.now + self.param(delay))
            demand(after["effect"] == right, "a proposal takes effect at another time")
        happens = (*EFFECTIVE, ident) in self.events or at_once or was in (now, "effective", "disputed")
        demand(happens or now not in ("effective", "capped"), "a proposal takes effect at another time")
        if now == "open" or (now == "approved" and not at_once):
            self.proposals[ident] = after
        if now == "effective" and was != now:
            self.effective.append(after)
            if what == "compensation":
                # out of the patients' fund to the account of a patient, unless the fund has less
                self.grow(after["terms"][KEY][0], after["terms"][NUMBER])
        if (was, now) == ("effective", "capped") and what == "compensation":
            self.grow(after["terms"][KEY][0], -after["terms"][NUMBER])

    def check_param(self, ident, before, after):
        decided = [[p["terms"][i] for i in (WHAT, CODE, NUMBER)] for p in self.effective]
        changed = ["param", [ident.decode()], after["value"]] in decided
        demand(self.entry.kind == "charter" or changed, "a number of the charter changes by nobody's decision")

    def check_threshold(self, ident, before, after):
        demand(self.entry.kind == "charter", "a threshold changes")

    def voted(self):
        for ident, p in self.proposals.items():
            if self.state.find("proposal", ident)["status"] == p["status"]:
                self.waits(*((EXPIRES, ident, p["expires"]) if p["status"] == "open" else (EFFECTIVE, ident, p["effect"])))
