"""Logs that can be changed, and the ways to break a rule in one: each case names a story and what the audit has to say."""
import base64
import copy
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "samples"))
import audit  # noqa: E402


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

    def last(self, kind, where=lambda row: True):
        """The last change of a kind of record that leaves one: (id, row)."""
        *_, (_, _, ident, _, row) = [c for c in self.records(kind) if c[4] and where(c[4])]
        return ident, row

    def add(self, kind, ident, row, leaf=-1, part="changed", **fields):
        """Writes a record once more, in the last leaf or another one."""
        value = audit.encode([1, *(row | fields).values()]).hex()
        self.json["leaves"][leaf][part].append([kind, ident.hex(), value])

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
SILENT, IMAGE = "one per cent unreported", "CT image altered"
