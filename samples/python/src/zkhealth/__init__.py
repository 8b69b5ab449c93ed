"""Verifies statistics that hospitals prove about hidden tables of patients, and audits the ledger that they are published on.

A valid proof means: the hospital knows a table behind the commitment; every value lies in its declared range; and the published number is exactly what that
table gives. It does not mean the table is true. Not audited.
"""
from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Tuple, Union

from . import _native
from ._result import Audit, Result

__all__ = ["Audit", "Ledger", "Limits", "Result", "UsageError", "describe", "verify", "version"]

Source = Union[str, "os.PathLike[str]", bytes]


class UsageError(ValueError):
    """An argument or a file that cannot be used: nothing was verified."""


@dataclass(frozen=True)
class Limits:
    """How much the verification of one file may take, estimated before any work. None: to match the cells.

    cells: the most cells of a cube, 1 to 2**20.
    memory: the most bytes.
    seconds: the most work, in seconds of one core of 2023.
    """

    cells: int = 1 << 16
    memory: Optional[int] = None
    seconds: Optional[float] = None

    def __post_init__(self) -> None:
        if not 1 <= self.cells <= 1 << 20:
            raise UsageError(f"cells: expected 1 to {1 << 20}, got {self.cells}")
        for name, value in (("memory", self.memory), ("seconds", self.seconds)):
            if value is not None and not 0 < value < 9e9 * (1e9 if name == "memory" else 1):
                raise UsageError(f"{name}: expected more than 0, got {value}")


def verify(
    file: Source,
    *,
    ledger: Union[str, "os.PathLike[str]", "Ledger", None] = None,
    receipt: Optional[Source] = None,
    ledger_key: Optional[str] = None,
    checkpoint: Optional[Source] = None,
    registry: Optional[Source] = None,
    purpose: Optional[str] = None,
    requester: Optional[str] = None,
    limits: Limits = Limits(),
) -> Result:
    """Verifies a proof file: alone, or against a ledger or a receipt.

    file: the path of a proof file, or its bytes; so for receipt, checkpoint and registry.
    ledger: the ledger file on which its owner must have published the table.
    receipt: a receipt in place of the ledger; needs ledger_key.
    ledger_key: the ledger's public key as you were told it, name+id+base64.
    checkpoint: a checkpoint that you kept: the ledger must still begin with it, a receipt be for it.
    registry: the key registry that you trust, for what a member says.
    purpose, requester: accept only a proof made for these.

    A file that is not accepted is a result with a reason; UsageError says that nothing was verified.
    """
    name, content = _read(file)
    if isinstance(ledger, Ledger):
        ledger_key = ledger_key or ledger.key
        checkpoint = ledger.checkpoint if checkpoint is None else checkpoint
        ledger = ledger.path
    request = _native.Request(
        name=_native.text(name, "file"),
        ledger=None if ledger is None else os.fsencode(ledger),
        receipt=_native.data(_bytes(receipt)),
        ledger_key=_native.text(ledger_key, "ledger_key"),
        checkpoint=_native.data(_bytes(checkpoint)),
        registry=_native.data(_bytes(registry)),
        purpose=_native.text(purpose, "purpose"),
        requester=_native.text(requester, "requester"),
        max_cells=limits.cells,
        max_memory=limits.memory or 0,
        max_work=0 if limits.seconds is None else max(1, int(limits.seconds * 1e9)),
    )
    return Result(*_usable(_native.verify(content, request)), verified=True)


def describe(file: Source) -> Result:
    """Says what a proof file claims, without verifying it."""
    name, content = _read(file)
    return Result(*_usable(_native.describe(content, _native.text(name, "file"))), verified=False)


def version() -> Dict[str, str]:
    """The library's version, and the instructions that it uses on this machine."""
    found = _native.version()
    return {name: str(found[name]) for name in ("version", "runtime")}


class Ledger:
    """A ledger file. key and checkpoint, where they are given, are what every verification and audit holds it to."""

    def __init__(self, path: Union[str, "os.PathLike[str]"], key: Optional[str] = None, checkpoint: Optional[Source] = None) -> None:
        self.path = os.fspath(path)
        self.key = key
        self.checkpoint = _bytes(checkpoint)

    def audit(self) -> Audit:
        """Checks every entry, signature, hash and checkpoint, and the rules of releases."""
        return Audit(*_usable(_native.audit(os.fsencode(self.path), _native.text(self.key, "key"), self.checkpoint)))

    def verify(self, file: Source, **options: Any) -> Result:
        """Verifies a proof file against this ledger; options as in zkhealth.verify."""
        return verify(file, ledger=self, **options)

    def __repr__(self) -> str:
        return f"Ledger({self.path!r})"


def _read(file: Source) -> Tuple[str, bytes]:
    return ("", bytes(file)) if isinstance(file, (bytes, bytearray, memoryview)) else (os.fspath(file), Path(file).read_bytes())


def _bytes(source: Optional[Source]) -> Optional[bytes]:
    return None if source is None else _read(source)[1]


def _usable(answer: Tuple[int, Dict[str, Any]]) -> Tuple[int, Dict[str, Any]]:
    code, found = answer
    if code == 2:
        raise UsageError(found["reason"])
    if code < 0:
        raise RuntimeError(f"a fault of the library, which says nothing about the file: {found.get('reason')}")
    return code, found
