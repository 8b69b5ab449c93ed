"""The C library (zkhealth.h) behind the package: one function for each of its functions, bytes and texts in, a code and a dictionary out."""
from __future__ import annotations

import ctypes
import json
import os
import platform
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

_AVX2 = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"}  # x86-64-v3; lzcnt is called abm


class _Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("length", ctypes.c_size_t)]


class Request(ctypes.Structure):
    """zkhealth_request, field by field."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("ledger", ctypes.c_char_p),
        ("receipt", _Bytes),
        ("ledger_key", ctypes.c_char_p),
        ("checkpoint", _Bytes),
        ("registry", _Bytes),
        ("purpose", ctypes.c_char_p),
        ("requester", ctypes.c_char_p),
        ("max_cells", ctypes.c_int64),
        ("max_memory", ctypes.c_int64),
        ("max_work", ctypes.c_int64),
    ]


def instructions(cpuinfo: str) -> str:
    """The set of instructions that a build may use on the machine of this /proc/cpuinfo: x86-64-v3 or x86-64."""
    flags: List[str] = next((line.split(":", 1)[1].split() for line in cpuinfo.splitlines() if line.startswith("flags")), [])
    return "x86-64-v3" if _AVX2 <= set(flags) and {"abm", "lzcnt"} & set(flags) else "x86-64"


def _find() -> Path:
    if "ZKHEALTH_LIBRARY" in os.environ:
        return Path(os.environ["ZKHEALTH_LIBRARY"])
    folder = Path(__file__).parent / "native"
    if platform.machine() != "x86_64":
        return folder / "libzkhealth.native.so"
    try:
        found = instructions(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace"))
    except OSError:
        found = "x86-64"
    return folder / f"libzkhealth.{found}.so"


def _load() -> ctypes.CDLL:
    path = _find()
    if not path.is_file():
        raise ImportError(f"there is no library {path}: expected a wheel made by samples/python/build.sh on such a machine, or ZKHEALTH_LIBRARY=FILE")
    library = ctypes.CDLL(str(path))
    result = ctypes.POINTER(ctypes.c_void_p)
    library.zkhealth_verify.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Request), result]
    library.zkhealth_describe.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, result]
    library.zkhealth_audit.argtypes = [ctypes.c_char_p, ctypes.c_char_p, _Bytes, result]
    library.zkhealth_version.argtypes = [result]
    library.zkhealth_free.argtypes = [ctypes.c_void_p]
    library.zkhealth_free.restype = None
    return library


_library = _load()


def text(value: Optional[str], name: str) -> Optional[bytes]:
    """A text as C has it; one with a zero character would end early, and is refused."""
    if value is None:
        return None
    if "\0" in value:
        raise ValueError(f"{name}: expected a text without zero characters")
    return value.encode("utf-8", "surrogateescape")


def data(value: Optional[bytes]) -> _Bytes:
    return _Bytes(None, 0) if value is None else _Bytes(value, len(value))


def _call(function: Any, *arguments: Any) -> Tuple[int, Dict[str, Any]]:
    result = ctypes.c_void_p()
    code = function(*arguments, ctypes.byref(result))
    if not result:
        raise MemoryError("the library had no memory left for its result")
    try:
        return code, json.loads(ctypes.string_at(result).decode("utf-8"))
    finally:
        _library.zkhealth_free(result)


def verify(file: bytes, request: Request) -> Tuple[int, Dict[str, Any]]:
    request.size = ctypes.sizeof(Request)
    return _call(_library.zkhealth_verify, file, len(file), ctypes.byref(request))


def describe(file: bytes, name: Optional[bytes]) -> Tuple[int, Dict[str, Any]]:
    return _call(_library.zkhealth_describe, file, len(file), name)


def audit(ledger: bytes, ledger_key: Optional[bytes], checkpoint: Optional[bytes]) -> Tuple[int, Dict[str, Any]]:
    return _call(_library.zkhealth_audit, ledger, ledger_key, data(checkpoint))


def version() -> Dict[str, Any]:
    return _call(_library.zkhealth_version)[1]
