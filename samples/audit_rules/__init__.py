"""What the records of a log have to be by the rules: fees and their split, patients' shares, deposits and their cuts, where money
lies, breaches and credit, votes and what they change. samples/audit.py reads a log and shows them each change.

They hold a record against the records before it, the entry that changed it and what was due: so an operator who writes records by
rules of its own is found, though all roots fit them.
"""
from .base import DEFAULTS, EFFECTIVE, HANDLE_ENDS, Fault, demand, sha
from .conduct import Conduct
from .money import Money
from .people import People
from .votes import Votes


class Rules(Money, Conduct, Votes, People):
    """All of them: the records of a leaf, those of what was due and those of its entry, are shown one after the other."""

    def __init__(self, state):
        self.state, self.daily, self.now = state, {}, 0

    def begin(self, entry):
        self.entry, self.events, self.effective, self.proposals = entry, [], [], {}
        self.had, self.growth, self.rails, self.agreements = self.holdings(), {}, {}, set()
        self.fresh, self.weights, self.deposits, self.cuts, self.forfeits = {}, {}, {}, {}, {}
        self.fines, self.finals, self.more, self.conduct = {}, {}, 0, False

    def end(self):
        self.moved()
        self.weighed()
        for ident in self.agreements:
            self.periods(ident)
        self.convicted()
        self.voted()
        self.since()
        self.money()

    def param(self, name):
        row = self.state.find("param", name.encode())
        return row["value"] if row else DEFAULTS[name]

    def members(self, role):
        return [m["subject"] for m in self.state.of("member") if role in m["roles"]]

    def signer(self):
        """The member whose key signed the entry, or nothing."""
        return self.subject(self.entry.signer)

    def subject(self, key):
        row = self.state.find("key", key)
        return row["subject"] if row else None

    def owner(self):
        """The account of the signer: its member's, or its handle's."""
        return self.signer().encode() if self.signer() else self.entry.signer

    def takes_away(self):
        return any((kind, what) in (EFFECTIVE, HANDLE_ENDS) for kind, what, _ in self.events[-1:])

    def waits(self, effect, ident, time=None):
        """What has to happen by time alone is due."""
        id = bytes(effect) + ident
        due = any(d["id"] == id and time in (None, d["time"]) for d in self.state.of("due"))
        demand(due, "what has to happen by time is not due")
