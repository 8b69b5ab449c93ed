#!/usr/bin/env python3
"""Demands that samples/audit.py agrees on logs that tests have played: leaves as an exported log has them, with credit and accounts.

    python3 tests/model/regions.py DIR
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "samples"))
import audit  # noqa: E402


def differs(log):
    run = audit.Audit(log)
    try:
        for count, leaf in enumerate(log["leaves"]):
            run.leaf(leaf)
        audit.demand(run.credits() == log["credit"], "credit is another one")
        audit.demand(run.accounts() == log["accounts"], "an account is another one")
    except audit.Fault as fault:
        return f"leaf {count}, {run.entry.kind or 'what was due'}: {fault}"
    return None


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
    found = [(f.name, differs(json.loads(f.read_text()))) for f in files]
    for name, fault in found:
        if fault:
            print(f"{name}: {fault}")
    print(f"{sum(fault is None for _, fault in found)} of {len(files)} logs agree")


if __name__ == "__main__":
    main()
