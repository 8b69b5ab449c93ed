"""Members, keys, consents, requests and uses: who they are and what they said is what was signed or decided."""
from .base import demand, identifier


class People:
    """Records from which weights, rosters and who signed follow: a wrong one would give shares and votes to others."""

    def check_member(self, _, before, after):
        self.conduct = True
        demand(after["admitted"] == (before["admitted"] if before else self.now), "a member was admitted at another time")
        fixed = [n for n in after if n not in ("breaches", "keys")]
        if not before or any(after[n] != before[n] for n in fixed):
            decided = self.has_decided("admit", "recover", "suspend", "renew")
            demand(self.entry.kind == "charter" or decided, "a member changes by nobody's decision")

    def check_key(self, _, before, after):
        fixed = [n for n in after if n not in ("revoked", "disputedFrom")]
        if not before:
            named = self.entry.kind == "charter" or self.has_decided("admit", "recover")
            own = self.entry.kind == "key added" and after["subject"] == self.signer()
            demand(named or own, "a key is of a member that nobody gave it to")
        else:
            demand(all(after[n] == before[n] for n in fixed), "a key changes what it is")
            said = self.entry.kind == "compromised" or self.has_decided("compromise")
            demand(said or after == before, "a key is revoked by nobody's word")

    def check_consent(self, ident, before, after):
        along = {self.subject(key) for key in self.entry.along}
        if not before:
            signed = self.entry.kind == "consent granted" and ident == self.entry.signer and after["provider"] in along
            registrars = {s for s in along if s and s in self.members("registrar")} - {after["provider"]}
            demand(signed and after["backed"] == bool(registrars), "a consent is not the one that was signed")
        else:
            fixed = [n for n in after if n not in ("revoked", "taken", "backed")]
            demand(all(after[n] == before[n] for n in fixed), "a consent changes what was granted")
            denied = self.entry.kind == "consents checked" and not after["backed"]
            demand(after["backed"] == before["backed"] or denied, "a consent is backed later")

    def check_use(self, _, before, after):
        """The words of both sides, as they were said; what contradicts them is a dispute."""
        if before and after | {"dispute": before["dispute"]} == before:
            return
        before, body = before or {"server": [], "taker": [], "handles": [], "rows": 0}, self.entry.body
        both = [after[n] for n in ("server", "taker", "handles")]
        said = [before[n] for n in ("server", "taker", "handles")]
        if self.entry.kind == "used":
            said = [[self.signer()], before["taker"], body[1]]
        if self.entry.kind == "receipt":
            said = [before["server"], [self.signer()], before["handles"]]
        rows = (body[5] if self.entry.kind == "used" else body[3]) if before["rows"] == 0 else after["rows"]
        demand(both == said and after["request"] == body[0] and after["rows"] == rows, "a use is not what was said of it")

    def check_request(self, ident, before, after):
        """What was asked for; credit decides it under an agreement for whoever does not treat."""
        if before:
            fixed = [n for n in after if n != "revoked"]
            demand(all(after[n] == before[n] for n in fixed), "a request changes what was asked")
            return
        asked, body = [after["recipient"], after["agreement"], after["columns"]], self.entry.body
        if self.entry.kind == "statistics requested":
            demand(asked == [self.signer(), [body[0]], body[3]], "a request is not the one that was signed")
        else:
            asked.append(after["handles"])
            demand(asked == [self.signer(), body[0], body[4], body[6]], "a request is not the one that was signed")
        self.decide_by_credit(after)

    def since(self):
        """From when on a member has a role is noted when it is admitted to that role."""
        noted = {identifier("since", m["subject"].encode(), r.encode()) for m in self.state.of("member") for r in m["roles"]}
        decided = self.fresh.keys().isdisjoint(noted) or self.has_decided("admit", "recover")
        demand(decided, "a member changes by nobody's decision")

    def has_decided(self, *kinds):
        return any(p["terms"][0] in kinds for p in self.effective)
