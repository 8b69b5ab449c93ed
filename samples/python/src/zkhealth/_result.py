"""What a verification or an audit found: the members of the JSON object that the command prints, as Python has them."""
from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

_VERDICTS = {0: "accepted", 1: "rejected", 3: "unsupported", 4: "limit exceeded"}
_COLORS = {"accepted": "#1a7f37", "not verified": "#9a6700"}


class Result:
    """The verdict about a proof file, and what the file states. json has all of it, member by member as `zkhealth verify --json` prints it."""

    def __init__(self, code: int, json: Dict[str, Any], verified: bool) -> None:
        self.code = code
        self.json = json
        self.verdict: str = _VERDICTS[code] if verified or code != 0 else "not verified"

    @property
    def accepted(self) -> bool:
        """Whether every check passed that was asked for; remarks say which ones were not."""
        return self.verdict == "accepted"

    @property
    def reason(self) -> Optional[str]:
        """The check that failed; None where the file was accepted."""
        return self.json.get("reason")

    @property
    def remarks(self) -> List[str]:
        """What the reader has to know beside the verdict: what was not looked up, a newer version, a release that is not recorded."""
        return list(self.json.get("remarks", []))

    @property
    def on_ledger(self) -> bool:
        """Whether the verdict rests on a ledger: without one, anybody can make a table and prove something about it."""
        return bool(self.json.get("ledgerChecked"))

    @property
    def statement(self) -> Optional[str]:
        """What the file states, one line for each statistic; None where nothing could be read."""
        json = self.json
        if "statistics" in json:
            noise = f", under noise ({json['epsilon']}, {json['delta']})" if "epsilon" in json else ""
            return "\n".join(_statement(s) + noise for s in json["statistics"])
        if "sql" in json:
            return str(json["sql"])
        if "answers" in json:
            return "\n".join(f"of the rows of {a['of']}: {', '.join(map(str, a['released']))}" for a in json["answers"])
        if "entries" in json:
            return "\n".join(f"row {json['row']}: {_entry(e)}" for e in json["entries"])
        if "message" in json:
            return f"a registered member says: {json['message']}"
        return None

    def records(self) -> List[Dict[str, Any]]:
        """The numbers, one dictionary for each: statistic, group, name, value, low and high (95 %), method, note. Refused for a file that was rejected.

        Of the answer to a query in SQL its rows, a dictionary for each, by the names of its columns; json["withheld"] names the groups that are not shown.
        A value of None is a number that there is not, or that is not shown: note says which. A suppressed cell has the ends of its proven range as low and high.
        """
        if self.code != 0:
            raise ValueError(f"{self.verdict}: {self.reason}; its numbers are nobody's")
        json = self.json
        if "entries" in json:
            return [{"row": json["row"], "column": e["column"], "kind": e["kind"], "value": e["value"], "set": e["set"]} for e in json["entries"]]
        if "message" in json:
            return [{"message": json["message"], "context": json.get("context"), "tag": json.get("tag")}]
        if "columns" in json:
            return [dict(zip(_distinct(json["columns"]), row)) for row in json["rows"]]
        if "answers" in json:
            return [
                {"question": i + 1, "of": a["of"], "number": j + 1, "value": n}
                for i, a in enumerate(json["answers"])
                for j, n in enumerate(a["released"])
            ]
        return [row for s in json.get("statistics", []) for row in _rows(s)]

    def to_frame(self) -> "pandas.DataFrame":
        """records() as a table of pandas; its attrs hold verdict, statement, table root and owner."""
        try:
            import pandas
        except ImportError as e:
            raise ImportError("to_frame() needs pandas (pip install pandas); records() gives the same without it") from e

        frame = pandas.DataFrame(self.records(), columns=_distinct(self.json["columns"]) if "columns" in self.json else None)
        frame.attrs.update({"verdict": self.verdict, "statement": self.statement, "root": self.json.get("root"), "owner": self.json.get("owner")})
        return frame

    def plot(self, ax: Optional["Axes"] = None, *, column: Optional[str] = None) -> "Axes":
        """Draws the numbers: rates and means with their intervals, counts as bars, suppressed cells hatched over their range.

        Of the answer to a query one column of numbers as bars: the first, or the one that is named; groups that are withheld are dotted.
        """
        from . import _plot

        return _plot.plot(self, ax, column)

    def __bool__(self) -> bool:
        raise TypeError("expected result.accepted: a result is neither true nor false")

    def __repr__(self) -> str:
        return "\n".join([self._headline(), *(self.statement or "").splitlines()])

    def _headline(self) -> str:
        return self.json.get("summary") or (f"{self.verdict}: {self.reason}" if self.reason else self.verdict)

    def _repr_html_(self) -> str:
        head = f"<strong style='color:{_COLORS.get(self.verdict, '#cf222e')}'>{escape(self._headline())}</strong>"
        facts = [(label, self.json[key]) for label, key in _FACTS if self.json.get(key) is not None]
        lines = "".join(f"<tr><th style='text-align:left'>{escape(label)}</th><td>{escape(str(value))}</td></tr>" for label, value in facts)
        statement = "<br>".join(escape(line) for line in (self.statement or "").splitlines())
        return f"<div>{head}<p>{statement}</p><table>{lines}</table></div>"


class Audit:
    """What an audit of a ledger found. json has all of it, as `zkhealth ledger audit --json` prints it."""

    def __init__(self, code: int, json: Dict[str, Any]) -> None:
        self.code = code
        self.json = json

    @property
    def accepted(self) -> bool:
        """Whether every entry is well signed and in its place, and none is flagged."""
        return self.code == 0

    @property
    def reason(self) -> Optional[str]:
        """What is damaged, or the first flag; None where nothing is and there is none."""
        return self.json.get("reason")

    @property
    def entries(self) -> int:
        """How many entries were found good, up to the first bad one."""
        return int(self.json["entries"])

    @property
    def first_bad_entry(self) -> Optional[int]:
        """The number of the first bad entry."""
        return self.json.get("firstBadEntry")

    @property
    def flags(self) -> List[str]:
        """Entries that are well signed and break a rule: a budget that is overdrawn, noise used twice."""
        return list(self.json.get("flags", []))

    @property
    def notes(self) -> List[str]:
        """What the rules report that breaks none of them."""
        return list(self.json.get("notes", []))

    def __bool__(self) -> bool:
        raise TypeError("expected audit.accepted: an audit is neither true nor false")

    def _headline(self) -> str:
        if self.reason and self.reason not in self.flags:
            return f"rejected: {self.reason}"
        return f"accepted: {self.entries} entries" if self.accepted else f"flagged: {len(self.flags)} of {self.entries} entries"

    def __repr__(self) -> str:
        return "\n".join([self._headline(), *(f"FLAGGED: {f}" for f in self.flags), *(f"note: {n}" for n in self.notes)])

    def _repr_html_(self) -> str:
        color = _COLORS["accepted"] if self.accepted else "#cf222e"
        items = "".join(f"<li>{escape(line)}</li>" for line in self.flags + self.notes)
        return f"<div><strong style='color:{color}'>{escape(self._headline())}</strong><ul>{items}</ul></div>"


_FACTS = (("table", "table"), ("rows, asserted by the owner", "rows"), ("root", "root"), ("owner", "owner"), ("made for", "purpose"), ("asked by", "requester"),
          ("ledger", "origin"), ("entry", "entry"), ("release", "release"))


def _distinct(names: List[str]) -> List[str]:
    """The names of columns; the second of one name gets a number."""
    seen: Dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found


def _entry(entry: Dict[str, Any]) -> str:
    if entry["kind"] == "shown":
        return f"{entry['column']} = {entry['value']}"
    among = "" if entry["set"] is None else f" {'not ' if 'not' in entry['kind'] else ''}in {', '.join(entry['set'])}"
    return f"{entry['column']}{among} (hidden)"


def _statement(statistic: Dict[str, Any]) -> str:
    """A rate with its fraction; of other statistics the statement, whose numbers have names of their own."""
    if "counted" not in statistic:
        return str(statistic["statement"])
    return f"{statistic['numerator']} of {statistic['denominator']}: {statistic['counted']}, among {statistic['among']}"


def _rows(statistic: Dict[str, Any]) -> List[Dict[str, Any]]:
    name, group, more = statistic["statement"], statistic.get("stratum") or "", {}
    if "counted" in statistic:
        name = f"{statistic['counted']}, among {statistic['among']}"
        more = {"numerator": statistic["numerator"], "denominator": statistic["denominator"]}
    rows = []
    for value in statistic["values"]:
        low, high, method = _interval(value)
        rows.append({"statistic": name, "group": group, "name": value["name"], "value": value["value"], "low": low, "high": high, "method": method,
                     "note": value.get("label") or value.get("undefined"), **more})
    return rows


def _interval(value: Dict[str, Any]) -> Tuple[Optional[float], Optional[float], Optional[str]]:
    """The first interval, by which the command prints first too; of a suppressed cell its range."""
    if value["intervals"]:
        first = value["intervals"][0]
        return first["low"], first["high"], first["method"]
    hidden = re.fullmatch(r"suppressed: (\d+) to (\d+)", value.get("undefined") or "")
    return (float(hidden[1]), float(hidden[2]), "range") if hidden else (None, None, None)
