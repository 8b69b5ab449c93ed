"""Breaches, what they cost, and credit."""
from .base import ABOUT, BREACH_FINAL, DAILY_CUT, DAY, DEPOSIT, MILLION, MINOR, MONTH, NUMBER, OWN_PENALTY, \
    PENALTY, POINTS, RECALL_LATE, SUBJECT, VALUE_LATE, WHAT, demand, one, some


def credit(time, admitted, breaches):
    lost = sum(max(0, points - (time - at) // MONTH) for at, points in breaches if at <= time)
    return max(0, 100 - max(0, 20 - (time - admitted) // MONTH) - lost)


class Conduct:
    """Breaches, what they cost, and credit."""

    def check_breach(self, ident, before, after):
        if before is None:
            self.convict(ident, after)
        else:
            self.decide(ident, before, after)
        self.conduct = True
        for agreement in after["agreement"]:
            self.agreements.add(agreement)

    def convict(self, ident, breach):
        """Minor, serious or grave; doubled where the member broke the same rule within a year. The deposit of the agreement is
        cut by the larger penalty, without a verdict by at most the daily part."""
        others = [b for (kind, i), b in self.state.rows.items() if kind == "breach" and i != ident and b["status"] != "void"]
        same = [b for b in others if [b[n] for n in ("subject", "rule")] == [breach[n] for n in ("subject", "rule")]]
        again = any(breach["time"] - b["time"] < 365 * DAY for b in same)
        severity, about = self.cause(breach)
        demand(breach["points"] == severity * (2 if again else 1), "the points of a breach are not those of its severity")
        right = [self.now, "provisional", self.now + self.param("appeal.time")]
        demand([breach[n] for n in ("time", "status", "due")] == right, "a breach begins or waits at another time")
        agreement = self.state.find("agreement", about) if about else None
        mine = [about] if agreement and agreement["user"] == breach["subject"] else []
        demand(breach["agreement"] == mine, "a breach does not cut the deposit of its agreement")
        due = 0
        if mine:
            deposit, penalty = agreement["terms"][DEPOSIT], max(agreement["terms"][OWN_PENALTY], agreement["kept"][PENALTY])
            due = penalty * deposit // MILLION
            if not breach["judges"]:
                day = (about, self.now // DAY)
                due = min(due, max(0, agreement["kept"][DAILY_CUT] * deposit // MILLION - self.daily.get(day, 0)))
                self.daily[day] = self.daily.get(day, 0) + due
        cut = min(due, agreement["locked"] + breach["held"]) if mine else 0
        demand([breach["held"], breach["fine"]] == [cut, due - cut], "a breach cuts another part of a deposit")

    def cause(self, breach):
        """The severity of a breach, and what it is about: an agreement, or nothing."""
        verdict = next((p for p in self.effective if p["terms"][WHAT] in ("verdict", "dismiss")), None)
        if breach["judges"]:
            demand(verdict, "judges decide a breach without a verdict")
            report = self.state.find("report", verdict["terms"][ABOUT][0])
            voted = sorted({s for r in verdict["rosters"] for s in r[3]})
            is_abusive = verdict["terms"][WHAT] == "dismiss" and verdict["terms"][NUMBER] == 1
            sides = [report["reporter"], report["accused"]] if is_abusive else [report["accused"], report["reporter"]]
            right = [sides[0], "ABUSIVE_REPORT" if is_abusive else report["rule"], voted, [sides[1]]]
            named = [breach[n] for n in ("subject", "rule", "judges", "other")] == right
            demand(named and not report["open"], "a breach is not what judges found")
            return (MINOR, None) if is_abusive else (verdict["terms"][NUMBER], self.about(report["about"]))
        demand(breach["rule"] in POINTS, "a breach is of no rule")
        about = None
        if self.entry.kind in ("used", "receipt", "result published"):
            about = self.about(self.entry.body[2 if self.entry.kind == "result published" else 0])
        for kind, what, ident in self.events[-1:]:
            if (kind, what) == VALUE_LATE:
                about = ident
            if (kind, what) == RECALL_LATE:
                about = self.about(ident)
        return POINTS[breach["rule"]], about

    def about(self, ident):
        """The agreement that something is about, or nothing."""
        if self.state.find("agreement", ident):
            return ident
        if request := self.state.find("request", ident):
            return one(request["agreement"])
        if recall := self.state.find("recall", ident):
            return recall["under"] if self.state.find("agreement", recall["under"]) else None
        use = self.state.find("use", ident)
        return self.about(use["request"]) if use else None

    def decide(self, ident, before, after):
        """A breach is final by its time, void by an appeal that others uphold, open again by one that was held back."""
        fixed = ("subject", "rule", "time", "agreement", "judges", "person", "other")
        demand(all(after[n] == before[n] for n in fixed), "a breach changes what it is")
        was, now, kind = before["status"], after["status"], self.entry.kind
        if (was, now) == ("provisional", "final"):
            right = (*BREACH_FINAL, ident) in self.events
            self.put(self.finals, before["subject"].encode(), before["fine"])
            for agreement in before["agreement"]:
                self.put(self.forfeits, agreement, before["held"])
        elif (was, now) == ("provisional", "void"):
            annulled = any(p["terms"][WHAT] == "annul" for p in self.effective)
            right = kind == "submission shown" or (annulled and (after["rule"] == "RECALL_LATE" or self.is_annulled(ident)))
        elif (was, now) == ("final", "void"):
            # the silence about a recall that goes with its breach; what it took stays
            annulled = any(p["terms"][WHAT] == "annul" for p in self.effective)
            right = after["rule"] == "RECALL_LATE" and (annulled or kind == "submission shown")
        else:
            right = was == now or (was == "final" and now == "provisional" and kind == "appeal")
        demand(right, "a breach ends by nobody's decision")
        if after["due"] != before["due"]:
            right = kind == "appeal" and self.entry.body == [ident] and after["due"] == self.now + self.param("proposal.life")
            demand(right, "a breach begins or waits at another time")
        demand(after["held"] == (before["held"] if now == "provisional" else 0), "what is held is not what was cut")
        demand(after["fine"] in (before["fine"], 0 if was == "final" else before["fine"]), "a fine is not that of its breach")
        annulled = any(p["terms"][WHAT] == "annul" for p in self.effective) or kind == "submission shown"
        right = after["points"] == before["points"] or (annulled and after["points"] * 2 == before["points"])
        demand(right, "the points of a breach are not those of its severity")

    def is_annulled(self, ident):
        return any(p["terms"][WHAT] == "annul" and p["terms"][ABOUT] == [ident] for p in self.effective)

    def check_report(self, ident, before, after):
        if before:
            judged = any(p["terms"][WHAT] in ("verdict", "dismiss") and p["terms"][ABOUT] == [ident] for p in self.effective)
            demand(after | {"open": before["open"]} == before and judged, "a report changes without a verdict")
        elif self.entry.kind == "report":
            said = [after[n] for n in ("reporter", "accused", "rule", "about")]
            demand(said == [self.signer(), *self.entry.body], "a report is not the one that was signed")
        else:
            demand(self.entry.kind in ("patient reported", "contradiction settled"), "a report is not the one that was signed")

    def check_suspension(self, ident, before, after):
        decided = [[p["terms"][i] for i in (WHAT, SUBJECT, ABOUT)] for p in self.effective]
        demand(["suspend", [ident.decode()], after["breach"]] in decided, "a member is out by no verdict")

    def decide_by_credit(self, request):
        member = self.state.find("member", request["recipient"].encode())
        demand(request["permitted"] == (not request["codes"]), "a request is permitted against a reason")
        if "provider" not in member["roles"]:
            least = 40 if request["operation"] == "statistics" else 60
            low = credit(self.now, member["admitted"], [(b[0], b[1]) for b in member["breaches"]]) < least
            demand(("CREDIT" in request["codes"]) == low, "a request is decided by another credit")

    def credits(self):
        out = {}
        for m in self.state.of("member"):
            breaches = [b for b in self.state.of("breach") if b["subject"] == m["subject"] and b["status"] != "void"]
            own = sorted((b["time"], b["points"]) for b in breaches)
            demand(own == sorted((b[0], b[1]) for b in m["breaches"]), "a member's breaches are not those recorded")
            out[m["subject"]] = credit(self.time, m["admitted"], own)
        return out

    def convicted(self):
        """Deposits are cut, and fines owed, for breaches that are final; all others wait for their end."""
        cuts, forfeits, fines, finals = (some(x) for x in (self.cuts, self.forfeits, self.fines, self.finals))
        demand(cuts == forfeits, "a cut is not that of a final breach")
        demand(fines == finals, "a fine is not that of its breach")
        if self.conduct:
            self.credits()
            for (kind, ident), b in self.state.rows.items():
                if kind == "breach" and b["status"] == "provisional":
                    self.waits(BREACH_FINAL, ident, b["due"])
