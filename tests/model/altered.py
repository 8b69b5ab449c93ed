#!/usr/bin/env python3
"""Alters the logs of 'zkhealth demo --region --out DIR' as somebody would who follows other rules, and demands that samples/audit.py
finds each of them: for every rule that it checks, one log that breaks that rule and no other.

    python3 tests/model/altered.py DIR

A record that is changed gives other roots; an operator who follows other rules writes the roots of its own records. So after a change
every later state root and the checkpoint are made anew, and what is left to find is the rule that was broken.
"""
import pathlib
import re
import sys

from altered_logs import CASES, ROOT, Log
from altered_logs import agreements, conduct, fees, people, rails, tree, votes  # noqa: F401 (each adds its cases)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, wrong = pathlib.Path(sys.argv[1]), 0
    text = "".join(p.read_text() for p in (ROOT / "samples").glob("audit*/*.py")) + (ROOT / "samples" / "audit.py").read_text()
    checks = re.findall(r'demand\(.*, f?"(.*?)"\)', text)
    untried = [c for c in checks if not any(says in c for _, says, _, _ in CASES)]
    assert checks and not untried, f"nothing is altered that breaks: {untried}"
    for story, says, sealed, change in CASES:
        log = Log(folder, story)
        assert log.judge() is None, f"{story}: the log as it is does not agree"
        change(log)
        if sealed:
            log.seal()
        found = log.judge()
        right = found is not None and says in found
        wrong += not right
        print(f"{change.__name__.replace('_', ' ')}: {found or 'NOT FOUND'}" + ("" if right else f"; EXPECTED: {says}"))
    print(f"{len(CASES) - wrong} of {len(CASES)} altered logs are found")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
