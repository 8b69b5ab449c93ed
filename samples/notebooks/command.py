"""Runs the zkhealth command in a folder of its own, for the notebooks: ZKHEALTH_COMMAND, one that is installed, or the sources of this clone."""
import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

if importlib.util.find_spec("zkhealth") is None:
    raise ImportError(
        "the package zkhealth is not installed: in the clone, samples/python/build.sh OUT, then python3 -m pip install OUT/zkhealth-*.whl (docs/python.md)"
    )

_PROJECT = Path(__file__).resolve().parents[2] / "src" / "ZkHealth.Cli"
_COMMAND = (
    shlex.split(os.environ["ZKHEALTH_COMMAND"]) if "ZKHEALTH_COMMAND" in os.environ
    else ["zkhealth"] if shutil.which("zkhealth") else ["dotnet", "run", "-c", "Release", "--project", str(_PROJECT), "--"]
)
folder = Path(tempfile.mkdtemp(prefix="zkhealth-"))


def zkhealth(line: str) -> None:
    """Runs `zkhealth LINE`, and prints what it says."""
    done = subprocess.run([*_COMMAND, *shlex.split(line)], cwd=folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(f"zkhealth {line}: {done.stdout}{done.stderr}")
    print(done.stdout.splitlines()[0] if done.stdout else "")


def hospital(name: str = "hospital", rows: int = 20000, seed: int = 1, data_set: str = "clinic") -> None:
    """A hospital's key, its synthetic patients, its table on the ledger (made where there is none), its budget."""
    if not (folder / "ledger.db").exists():
        zkhealth("ledger init ledger.db --origin ledger.example.org/health")
    zkhealth(f"synth --rows {rows} --seed {seed} --out {name}.csv")
    zkhealth(f"keygen --out {name}.key")
    zkhealth(f"commit {name}.csv --schema {name}.schema.json --key {name}.key --out {name}.zkt")
    zkhealth(f"publish {name}.zkt --ledger ledger.db --key {name}.key --data-set {data_set}")
    zkhealth(f"ledger policy --data-set {data_set} --max-eps 2 --max-delta 1e-8 --max-exact 5 --ledger ledger.db --key {name}.key")
