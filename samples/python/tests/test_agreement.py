"""The package says what the command says, about files of every kind and hostile ones; nothing that it is given ends the process.

Run as .ci/run does: ZKHEALTH_COMMAND=…/zkhealth PYTHONPATH=…(an installed wheel) python3 -m unittest discover samples/python/tests
"""
from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import fixtures
import zkhealth
from zkhealth import _native


# a cohort looks at more than the 65,536 cells that strangers' files may have
LIMITS = zkhealth.Limits(cells=1 << 18)
MAX_CELLS = ["--max-cells", str(1 << 18)]


def _answer(call: Callable[[], Any]) -> Tuple[int, Dict[str, Any]]:
    try:
        result = call()
    except zkhealth.UsageError as e:
        return 2, {"accepted": None, "verdict": "unusable", "reason": str(e), "exitCode": 2}
    return result.code, {k: v for k, v in result.json.items() if k != "seconds"}


class AgreementTests(unittest.TestCase):
    folder: Path
    names: List[str]
    fast: List[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.names = fixtures.make(cls.folder)
        cls.fast = [name for name in cls.names if "cohort" not in name]  # an answer to a plan, of which another is there

    @classmethod
    def tearDownClass(cls) -> None:
        cls.temporary.cleanup()

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def command(self, *arguments: str) -> Tuple[int, Dict[str, Any]]:
        code, output = fixtures.run(self.folder, *arguments, "--json")
        return code, {k: v for k, v in json.loads(output).items() if k != "seconds"}

    def test_every_kind_against_the_ledger_alone_and_described(self) -> None:
        self.assertEqual(10, len(self.names))
        for name in self.names:
            with self.subTest(name):
                path = self.path(name)
                found = _answer(lambda: zkhealth.verify(path, ledger=self.path("ledger.db"), checkpoint=self.path("kept.checkpoint"), limits=LIMITS))
                self.assertEqual(0, found[0], found[1])
                self.assertEqual(self.command("verify", path, "--ledger", "ledger.db", "--checkpoint", "kept.checkpoint", *MAX_CELLS), found)
                registry = self.path("registry.txt") if name == "said.zkp" else None
                alone = self.command("verify", path, *(["--registry", registry] if registry else []))
                self.assertEqual(alone, _answer(lambda: zkhealth.verify(path, registry=registry)))
                self.assertEqual(self.command("inspect", path, "--all"), _answer(lambda: zkhealth.describe(path)))

    def test_options_receipts_and_wrong_ones(self) -> None:
        path, receipt = self.path("rate.zkp"), self.path("table.receipt")
        key = self.command("ledger", "show", "ledger.db")[1]["key"]
        for options, named in (
            (["--purpose", "other"], {"purpose": "other"}),
            (["--requester", "reader"], {"requester": "reader"}),
            (["--receipt", receipt, "--ledger-key", key], {"receipt": receipt, "ledger_key": key}),
            (["--receipt", path, "--ledger-key", key], {"receipt": path, "ledger_key": key}),
            (["--receipt", receipt], {"receipt": receipt}),
            (["--ledger", path], {"ledger": path}),
            (["--ledger", self.path("none.db")], {"ledger": self.path("none.db")}),
            (["--ledger", self.path("ledger.db"), "--ledger-key", "no key"], {"ledger": self.path("ledger.db"), "ledger_key": "no key"}),
            (["--max-cells", "1"], {"limits": zkhealth.Limits(cells=1)}),
        ):
            with self.subTest(options):
                self.assertEqual(self.command("verify", path, *options), _answer(lambda: zkhealth.verify(path, **named)))
        with self.assertRaisesRegex(zkhealth.UsageError, "for proofs of members"):
            zkhealth.verify(path, registry=self.path("registry.txt"))
        self.assertEqual("limit exceeded", zkhealth.verify(path, limits=zkhealth.Limits(memory=1)).verdict)
        self.assertEqual("limit exceeded", zkhealth.verify(path, limits=zkhealth.Limits(seconds=1e-6)).verdict)
        self.assertEqual(self.command("verify", self.path("ledger.db")), _answer(lambda: zkhealth.verify(self.path("ledger.db"))))

    def test_hostile_files(self) -> None:
        target = self.folder / "hostile.zkp"
        target.write_bytes(b"")
        self.assertEqual(self.command("verify", str(target)), _answer(lambda: zkhealth.verify(str(target))))
        for what, content in fixtures.hostile(self.folder, self.fast, each=2):
            with self.subTest(what):
                target.write_bytes(content)
                ours = _answer(lambda: zkhealth.verify(str(target), ledger=self.path("ledger.db")))
                self.assertIn(ours[0], (1, 3, 4), ours[1])
                self.assertEqual(self.command("verify", str(target), "--ledger", "ledger.db"), ours)
                self.assertEqual(self.command("inspect", str(target), "--all"), _answer(lambda: zkhealth.describe(str(target))))

    def test_many_hostile_bytes_cross_the_boundary(self) -> None:
        for what, content in fixtures.hostile(self.folder, self.fast, each=60):
            with self.subTest(what):
                self.assertFalse(zkhealth.verify(content, ledger=self.path("ledger.db")).accepted)
                # a condition that names a column that the schema does not have was a fault of the library
                self.assertIn(_native.describe(content, None)[0], (0, 1, 3))
        draw = random.Random(3)
        for _ in range(200):
            # what should be a receipt, a registry, a checkpoint, a key
            junk = draw.randbytes(draw.randrange(200))
            for named in ({"receipt": junk, "ledger_key": "o+00000000+AA"}, {"registry": junk}, {"ledger": self.path("ledger.db"), "checkpoint": junk}):
                self.assertIn(_answer(lambda: zkhealth.verify(self.path("rate.zkp"), **named))[0], (0, 1, 2))
        self.assertEqual(2, _native._call(_native._library.zkhealth_verify, None, 5, None)[0])
        self.assertEqual(2, _native._call(_native._library.zkhealth_verify, b"", 0, _native.ctypes.byref(_native.Request(size=3)))[0])
        self.assertEqual(2, _native._call(_native._library.zkhealth_audit, None, None, _native.data(None))[0])
        self.assertEqual(2, _native._call(_native._library.zkhealth_audit, b"\xff\xfe", None, _native.data(None))[0])
        self.assertEqual(-1, _native._library.zkhealth_version(None))

    def test_audits_of_whole_and_damaged_ledgers(self) -> None:
        whole = (self.folder / "ledger.db").read_bytes()
        draw = random.Random(5)
        damaged = self.folder / "damaged.db"
        for i in range(8):
            at = draw.randrange(16, len(whole))
            damaged.write_bytes(whole if i == 0 else whole[:at] if i == 1 else whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
            with self.subTest(at):
                ours = _answer(lambda: zkhealth.Ledger(damaged).audit())
                self.assertEqual(self.command("ledger", "audit", str(damaged)), ours)
        changed = self.folder / "changed.db"
        changed.write_bytes(whole)
        with sqlite3.connect(changed) as file:
            file.execute("UPDATE leaf SET bytes = zeroblob(100) WHERE idx = 1")
        file.close()
        audit = zkhealth.Ledger(changed).audit()
        self.assertEqual((False, 1), (audit.accepted, audit.first_bad_entry))

    def test_ledgers_that_cannot_be_read_now(self) -> None:
        """A ledger that is missing, a folder, no ledger, or locked by a writer says so; a path may have any characters."""
        other = self.folder / "账本 ü.db"
        other.write_bytes((self.folder / "ledger.db").read_bytes())
        self.assertTrue(zkhealth.Ledger(other).audit().accepted)
        copy = self.folder / "比例.zkp"
        copy.write_bytes((self.folder / "rate.zkp").read_bytes())
        self.assertEqual(str(copy), zkhealth.Ledger(other).verify(copy).json["file"])
        (self.folder / "text.db").write_text("no ledger")
        for path in (self.folder / "none.db", self.folder, self.folder / "text.db"):
            with self.subTest(path), self.assertRaises(zkhealth.UsageError) as caught:
                zkhealth.Ledger(path).audit()
            self.assertIn(path.name, str(caught.exception))
        writer = sqlite3.connect(other, isolation_level=None)
        writer.execute("BEGIN EXCLUSIVE")
        try:
            ours = _answer(lambda: zkhealth.Ledger(other).audit())
            self.assertEqual(self.command("ledger", "audit", str(other)), ours)
        finally:
            writer.close()
        self.assertTrue(zkhealth.Ledger(other).audit().accepted)

    def test_a_program_in_c(self) -> None:
        """samples/c/verify.c compiles without a warning against the header, and says what the command says."""
        samples = Path(__file__).parents[2]
        library = _native._find()
        program = self.path("verify")
        header = samples.parent / "src" / "ZkHealth.Native"
        subprocess.run(
            ["gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{header}", str(samples / "c" / "verify.c"), str(library),
             f"-Wl,-rpath,{library.parent}", "-o", program],
            check=True,
        )
        for arguments in (["rate.zkp", "ledger.db"], ["said.zkp"], ["ledger.db"], ["rate.zkp", "none.db"]):
            with self.subTest(arguments):
                done = subprocess.run([program, *arguments], cwd=self.folder, stdout=subprocess.PIPE, check=False)
                found = {k: v for k, v in json.loads(done.stdout).items() if k != "seconds"}
                expected = self.command("verify", arguments[0], *(["--ledger", arguments[1]] if arguments[1:] else []))
                self.assertEqual(expected, (done.returncode, found))

    def test_threads(self) -> None:
        """The library is called by several threads at once: each gets its own answer."""
        found: list = []

        def verify(name: str) -> None:
            found.extend((name, zkhealth.verify(self.path(name), ledger=self.path("ledger.db")).json["file"]) for _ in range(5))

        threads = [threading.Thread(target=verify, args=(name,)) for name in self.names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(5 * len(self.names), sum(self.path(name) == file for name, file in found))

    def test_the_build_is_chosen_by_the_machine(self) -> None:
        v3 = "flags\t\t: fpu avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
        self.assertEqual("x86-64-v3", _native.instructions(v3))
        self.assertEqual("x86-64", _native.instructions(v3.replace(" avx2", "")))
        self.assertEqual("x86-64", _native.instructions(""))
        self.assertEqual(["version", "runtime"], list(zkhealth.version()))  # once with a verdict about nothing

    def test_results_read_well(self) -> None:
        rate = zkhealth.verify(self.path("rate.zkp"), ledger=self.path("ledger.db"))
        rows = [row for row in rate.records() if row["method"]]
        self.assertEqual(2, len(rows))
        for row in rows:
            self.assertTrue(row["low"] < row["value"] < row["high"])
            self.assertAlmostEqual(row["numerator"] / row["denominator"], row["value"])
        self.assertIn("accepted", rate._repr_html_())
        self.assertIn("diabetes", rate.statement)
        with self.assertRaises(TypeError):
            bool(rate)
        forged = zkhealth.verify((self.folder / "rate.zkp").read_bytes()[:-1])
        with self.assertRaisesRegex(ValueError, "rejected"):
            forged.records()
        # the numbers that are proven stood in the place of the table that was asked for
        answer = zkhealth.verify(self.path("answer.zkp"), ledger=self.path("ledger.db"))
        self.assertTrue(answer.statement.startswith("SELECT sex"))
        self.assertEqual(["f", "m"], [row["sex"] for row in answer.records()])
        self.assertEqual(2000, sum(row["n"] for row in answer.records()))
        twice = zkhealth.Result(0, {"columns": ["n", "n"], "rows": [[1, 2]]}, True)
        self.assertEqual([{"n": 1, "n 2": 2}], twice.records())
        rejected = zkhealth.Result(1, {"summary": "rejected: <script>", "reason": "<script>"}, True)
        self.assertNotIn("<script>", rejected._repr_html_())

    def test_pictures(self) -> None:
        """Where matplotlib is installed: a Chinese label is drawn without a missing character, suppressed cells are hatched."""
        try:
            import matplotlib
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest("expected pandas and matplotlib")
        matplotlib.use("svg")
        import matplotlib.pyplot as pyplot

        rate = zkhealth.verify(self.path("rate.zkp"))
        self.assertEqual(rate.to_frame().attrs["verdict"], "accepted")
        rate.plot().figure.savefig(self.folder / "rate.svg")
        hidden = zkhealth.verify(self.path("suppressed.zkp"))
        ax = hidden.plot()
        self.assertTrue(any(bar.get_hatch() for bar in ax.patches))
        ax.figure.savefig(self.folder / "suppressed.svg")
        pyplot.close("all")
        frame = zkhealth.verify(self.path("answer.zkp")).to_frame()
        self.assertEqual((["sex", "n", "count_star()"], 2), (list(frame.columns), len(frame)))
        for name in self.names:
            with self.subTest(name):
                result = zkhealth.verify(self.path(name), registry=self.path("registry.txt") if name == "said.zkp" else None, limits=LIMITS)
                self.assertGreater(len(result.to_frame()), 0)
                if name in ("row.zkp", "said.zkp"):
                    with self.assertRaisesRegex(ValueError, "draws numbers"):
                        result.plot()
                    continue
                result.plot().figure.savefig(self.folder / "any.svg")
                pyplot.close("all")
        self.assertEqual([("beds are short", "week 12")], [(r["message"], r["context"]) for r in zkhealth.describe(self.path("said.zkp")).records()])

        # the answer to a query: one column as bars, what is withheld among them
        answer = zkhealth.verify(self.path("answer.zkp"))
        ax = answer.plot()
        self.assertEqual(("n", ["f", "m", "the group NULL"]), (ax.get_xlabel().split("\n")[0], [t.get_text() for t in ax.get_yticklabels()]))
        self.assertEqual([982.0, 1018.0], [bar.get_width() for bar in ax.patches[:2]])
        self.assertTrue(answer.plot(column="count_star()").get_xlabel().startswith("count_star()"))
        with self.assertRaisesRegex(ValueError, "column of numbers"):
            answer.plot(column="sex")
        pyplot.close("all")
