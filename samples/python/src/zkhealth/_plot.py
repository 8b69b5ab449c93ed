"""Pictures of a result, by matplotlib."""
from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ._result import Result

# fonts with Chinese characters, of which the first that is installed is used where a text needs one
_CHINESE = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "SimHei", "PingFang SC")
_BLUE = "#0969da"


def plot(result: "Result", ax: Optional["Axes"] = None, column: Optional[str] = None) -> "Axes":
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as e:
        raise ImportError("plot() needs matplotlib (pip install matplotlib)") from e

    rows = _rows(result, column)
    if not rows:
        raise ValueError("plot() draws numbers: to_frame() gives what a row holds, what a member says, and answers without numbers")
    with pyplot.rc_context({"font.family": "sans-serif", "font.sans-serif": fonts()}):
        rates = [row for row in rows if row["method"] not in (None, "range")]
        drawn = rates or rows
        if ax is None:
            _, ax = pyplot.subplots(figsize=(7, 1.6 + 0.32 * len(drawn)), layout="constrained")
        (_points if rates else _bars)(ax, drawn)
        if "columns" in result.json:
            ax.set_xlabel(rows[0]["name"])
        ax.set_title(textwrap.fill(_title(result, drawn), 80), fontsize="medium", loc="left")
        _add_verdict(ax, result)
        _keep_fonts(ax)
    return ax


def _rows(result: "Result", column: Optional[str]) -> List[Dict[str, Any]]:
    """What is drawn: the numbers of statistics, one column of the answer to a query, or the numbers that answer a plan."""
    records = result.records()
    json = result.json
    if "columns" in json:
        return _answer(json["sql"], list(records[0]) if records else [], records, json["withheld"], column)
    if column is not None:
        raise ValueError(f"column: expected none for a file that is not the answer to a query, got {column!r}")
    if "answers" in json:
        return [
            _number("the answers to a plan", f"question {r['question']}, of the rows of {r['of']}", f"number {r['number']}", r["value"]) for r in records
        ]
    return [row for row in records if "name" in row]


def _answer(sql: str, columns: List[str], records: List[Dict[str, Any]], withheld: List[str], column: Optional[str]) -> List[Dict[str, Any]]:
    """One column of numbers, its bars called by the columns of texts, or by the first column where there are numbers alone."""
    numbers = [c for c in columns if all(_is_number(r[c]) or r[c] is None for r in records)]
    names = [c for c in columns if c not in numbers] or (columns[:1] if len(columns) > 1 else [])
    drawn = [c for c in numbers if c not in names]
    if column is not None and column not in numbers:
        raise ValueError(f"column: expected a column of numbers ({', '.join(numbers)}), got {column!r}")
    if not drawn and column is None:
        return []
    which = column or drawn[0]
    rows = [_number(sql, ", ".join(_word(r[n]) for n in names), which, r[which], "NULL") for r in records]
    return rows + [_number(sql, group, which, None, "withheld") for group in withheld]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _word(value: Any) -> str:
    """A value as SQL has it."""
    return "NULL" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _number(statistic: str, group: str, name: str, value: Optional[float], note: str = "") -> Dict[str, Any]:
    return {"statistic": statistic, "group": group, "name": name, "value": value, "low": None, "high": None, "method": None, "note": note}


def fonts() -> List[str]:
    """DejaVu Sans, and after it a font with Chinese characters where one is installed."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *[name for name in _CHINESE if name in installed][:1]]


def _label(row: Dict[str, Any], rows: List[Dict[str, Any]]) -> str:
    """What tells a row from the others."""
    parts = []
    if len({r["statistic"] for r in rows}) > 1 and not row["group"]:
        parts.append(row["statistic"])
    if row["group"]:
        parts.append(row["group"])
    if len({r["name"] for r in rows}) > 1 or not parts:
        parts.append(row["name"])
    return textwrap.fill(": ".join(parts), 40)


def _points(ax: "Axes", rows: List[Dict[str, Any]]) -> None:
    places = range(len(rows))
    values = [row["value"] for row in rows]
    ax.errorbar(values, places, xerr=[[max(0.0, v - r["low"]) for v, r in zip(values, rows)], [max(0.0, r["high"] - v) for v, r in zip(values, rows)]],
                fmt="o", color=_BLUE, capsize=4)
    methods = ", ".join(sorted({row["method"] for row in rows}))
    ax.set_xlabel(f"value with its 95 % interval ({methods})")
    _name(ax, rows)


def _bars(ax: "Axes", rows: List[Dict[str, Any]]) -> None:
    top = max([row["value"] or 0 for row in rows] + [row["high"] or 0 for row in rows] + [1])
    for place, row in enumerate(rows):
        if row["value"] is not None:
            ax.barh(place, row["value"], color=_BLUE)
            ax.text(row["value"], place, f" {row['value']:g}", va="center", fontsize="small")
        elif row["method"] == "range":
            ax.barh(place, row["high"] - row["low"], left=row["low"], facecolor="none", edgecolor=_BLUE, hatch="////")
            ax.text(row["high"], place, f" {row['note']}", va="center", fontsize="small")
        else:
            ax.barh(place, top, facecolor="none", edgecolor="#8c959f", hatch="....", linewidth=0)
            ax.text(0, place, f" {row['note']}", va="center", fontsize="small")
    ax.set_xlim(right=1.15 * top)
    ax.set_xlabel("rows")
    _name(ax, rows)


def _name(ax: "Axes", rows: List[Dict[str, Any]]) -> None:
    ax.set_yticks(range(len(rows)), [_label(row, rows) for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(axis="x", alpha=0.3)


def _title(result: "Result", rows: List[Dict[str, Any]]) -> str:
    """What all numbers have in common: the statistic, what is counted, or the table."""
    counted = {s.get("counted") for s in result.json.get("statistics", [])}
    if len({row["statistic"] for row in rows}) == 1:
        return str(rows[0]["statistic"])
    return str(counted.pop() if len(counted) == 1 and None not in counted else result.json.get("table", ""))


def _add_verdict(ax: "Axes", result: "Result") -> None:
    """A picture travels without the text around it: the verdict is part of it."""
    rests = "proof and ledger" if result.on_ledger else "proof only" if result.accepted else "claims alone"
    ax.set_xlabel(f"{ax.get_xlabel()}\n{result.verdict}: {rests}")


def _keep_fonts(ax: "Axes") -> None:
    """Texts look their font up when they are drawn, after the context of plot has ended."""
    from matplotlib.text import Text

    for text in ax.findobj(Text):
        text.set_fontfamily(fonts())
