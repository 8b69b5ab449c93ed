"""Proof files of every kind with their ledger, made by the command; and hostile ones made from them."""
from __future__ import annotations

import os
import random
import shlex
import subprocess
from pathlib import Path
from typing import Iterator, List, Tuple

COMMAND = shlex.split(os.environ.get("ZKHEALTH_COMMAND", "zkhealth"))
ASKED = ["--purpose", "guide", "--requester", "reader", "--ledger", "ledger.db"]
LINES = [
    "synth --rows 2000 --out patients.csv",
    "keygen --out hospital.key",
    "keygen --out authority.key",
    "commit patients.csv --schema patients.schema.json --key hospital.key --out table.zkt",
    "ledger init ledger.db --origin ledger.example.org/health",
    "ledger show ledger.db --save-checkpoint empty.checkpoint",
    "publish table.zkt --ledger ledger.db --key hospital.key --data-set clinic",
    "ledger policy --data-set clinic --max-eps 2 --max-delta 1e-8 --max-exact 5 --ledger ledger.db --key hospital.key",
    "ledger show ledger.db --save-checkpoint kept.checkpoint",
    "prove prevalence table.zkt --numerator 'diabetes = yes' --by sex ASKED --out rate.zkp",
    "prove mean table.zkt --column hba1c --among 'diabetes = yes' ASKED --out mean.zkp",
    "prove histogram table.zkt --column region --by diabetes --among 'age >= 80' --suppress 10 ASKED --out suppressed.zkp",
    "prove threshold table.zkt --numerator 'diabetes = yes' --at-least 10 --at-most 2000 ASKED --out threshold.zkp",
    "prove row table.zkt --row 0 --columns age,diabetes ASKED --out row.zkp",
    "prove sql 'SELECT sex, count(*) AS n, count(*) FROM patients GROUP BY sex ORDER BY sex' --table patients=table.zkt ASKED --out answer.zkp",
    "noise commit table.zkt --where 'diabetes = yes' --eps 1 --delta 1e-9 --drawn-by authority.key.pub ASKED --key hospital.key --out count.zkn",
    "ledger beacon 2 --ledger ledger.db --key authority.key",
    "noise release count.zkn table.zkt --ledger ledger.db --key hospital.key --out noisy.zkp",
    # a data set in segments, and a cohort over three related tables
    "synth --rows 300 --seed 3 --out june.csv",
    "synth --rows 300 --seed 4 --out july.csv",
    "commit june.csv --schema june.schema.json --key hospital.key --out june.zkt",
    "commit july.csv --schema july.schema.json --key hospital.key --out july.zkt",
    "append months.zks june.zkt --data-set months --ledger ledger.db --key hospital.key",
    "append months.zks july.zkt --data-set months --ledger ledger.db --key hospital.key",
    "prove prevalence months.zks --numerator 'smoker = yes' --by sex ASKED --out months.zkp",
    "synth --omop omop --rows 60",
    "commit omop/person.csv omop/observation_period.csv omop/cohort.csv --key hospital.key",
    "publish omop/person.zkt --data-set person --ledger ledger.db --key hospital.key",
    "publish omop/observation_period.zkt --data-set observation --ledger ledger.db --key hospital.key",
    "publish omop/cohort.zkt --data-set outcome --ledger ledger.db --key hospital.key",
    "prove cohort period-prevalence --persons omop/person.zkt --observation omop/observation_period.zkt --outcome omop/cohort.zkt --year 2021"
    " --min-count 0 ASKED --out cohort",
    "ledger release rate.zkp --ledger ledger.db --key hospital.key",
    "keys create --out a.member",
    "keys create --out b.member",
    "keys add registry.txt --consortium 'Northern hospitals' --public-key a.member.pub --name 'Hospital A'",
    "keys add registry.txt --public-key b.member.pub --name 'Hospital B'",
    "keys publish registry.txt --ledger ledger.db --key hospital.key",
    "prove key b.member --registry registry.txt --message 'beds are short' --context 'week 12' --tag ASKED --out said.zkp",
]


def run(folder: Path, *arguments: str) -> Tuple[int, str]:
    """Exit code and standard output of the command."""
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode("utf-8") or done.stderr.decode("utf-8")


def make(folder: Path) -> List[str]:
    """Makes all files, and names the proof files."""
    for line in LINES:
        code, output = run(folder, *[a for word in shlex.split(line) for a in (ASKED if word == "ASKED" else [word])])
        if code != 0:
            raise RuntimeError(f"zkhealth {line}: {output}")
    return sorted(path.name for path in folder.glob("*.zkp"))


def hostile(folder: Path, names: List[str], each: int) -> Iterator[Tuple[str, bytes]]:
    """Files that nobody made: others' bytes, cut, lengthened, changed in places drawn from a fixed seed."""
    draw = random.Random(16)
    yield "zeros", bytes(1000)
    yield "nested", b"\x9f" * 5000
    yield "long", b"\x82\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"
    yield "random", draw.randbytes(5000)
    for name in names:
        whole = (folder / name).read_bytes()
        for _ in range(each):
            at = draw.randrange(len(whole))
            yield f"{name}: byte {at}", whole[:at] + bytes([whole[at] ^ 1 << draw.randrange(8)]) + whole[at + 1 :]
            yield f"{name}: length at {at}", whole[:at] + b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff" + whole[at:]
        yield f"{name}: cut", whole[: draw.randrange(len(whole))]
        yield f"{name}: longer", whole + b"\0"

