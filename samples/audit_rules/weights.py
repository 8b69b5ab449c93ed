"""Weights of providers and patients in the fees of a period."""
from .base import FROM, MILLION, PERIOD, TAIL, demand, identifier, number, one


def last_period(agreement):
    start, period, tail = (agreement["terms"][i] for i in (FROM, PERIOD, TAIL))
    return (max(1, agreement["until"] + tail - start) - 1) // period


def period_at(agreement, time):
    period = max(0, time - agreement["terms"][FROM]) // agreement["terms"][PERIOD]
    return max(agreement["period"], min(period, last_period(agreement)))


class Weights:
    """What weighs in a fee: handles and proven rows of deliveries of which both words agree."""

    def check_counter(self, ident, before, after):
        self.fresh.setdefault(ident, before)

    def check_weight(self, ident, before, after):
        self.weights[ident] = self.weights.get(ident, 0) + after["value"] - (before["value"] if before else 0)

    def weigh(self, ident, handles, weight):
        """Handles weigh once a period, those of a delivery that was permitted and of which both words agree."""
        if handles == weight == 0:
            return
        new = {h for h in self.delivered() if identifier("counted", ident[:32], ident[32:], h) in self.fresh}
        demand(handles == len(new) and weight == sum(map(self.remote, new)), "patients weigh who are not those of a use")

    def remote(self, handle):
        provider = self.state.find("member", self.state.find("consent", handle)["provider"].encode())
        return one(provider["remote"]) or MILLION

    def use(self):
        """The use of which the entry is the second word, or nothing."""
        if self.entry.kind not in ("used", "receipt"):
            return None
        body = self.entry.body
        server, root = (self.signer(), body[8]) if self.entry.kind == "used" else (body[1], body[4])
        use = self.state.find("use", identifier("use", body[0], server.encode(), root))
        return use if use and use["server"] and use["taker"] and use["permitted"] and not use["dispute"] else None

    def delivered(self):
        """The handles of the delivery, of those whom a registrar backs."""
        use = self.use()
        request = self.state.find("request", use["request"]) if use else {"handles": []}
        handles = set(use["handles"] or request["handles"]) & set(request["handles"]) if use else ()
        return [h for h in handles if self.state.find("consent", h)["backed"]]

    def weighed(self):
        """The weight of a provider grows by its factor for each handle that is new in the period, or for rows that are proven."""
        use = self.use() if any(self.weights.values()) else None
        for ident, growth in self.weights.items():
            request = self.state.find("request", use["request"]) if use else None
            agreement = request and one(request["agreement"])
            demand(agreement and growth >= 0, "a provider weighs by no use")
            period = number(period_at(self.state.find("agreement", agreement), self.now))
            own = identifier("weight", agreement, period, use["provider"].encode())
            proven = identifier("proven", own)
            rows = self.state.amount("counter", proven, "count")
            rows -= (self.fresh.get(proven) or {"count": 0})["count"] if proven in self.fresh else rows
            new = sum(identifier("weighed", own, h) in self.fresh for h in self.delivered()) + rows
            factor = self.state.find("member", use["provider"].encode())["factor"]
            right = ident == own and growth == factor * new and (rows == 0 or use["proven"])
            demand(right, "a provider weighs by no use")
