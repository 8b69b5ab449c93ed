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


def plot(result: "Result", ax: Optional["Axes"] = None) -> "Axes":
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as e:
        raise ImportError("plot() needs matplotlib (pip install matplotlib)") from e

    if "statistics" not in result.json and result.code == 0:
        raise ValueError("plot() draws statistics: of the answer to a query to_frame() gives the table, which has plot() of its own")
    rows = [row for row in result.records() if "name" in row]
    with pyplot.rc_context({"font.family": "sans-serif", "font.sans-serif": fonts()}):
        rates = [row for row in rows if row["method"] not in (None, "range")]
        drawn = rates or rows
        if ax is None:
            _, ax = pyplot.subplots(figsize=(7, 1.6 + 0.32 * len(drawn)), layout="constrained")
        (_points if rates else _bars)(ax, drawn)
        ax.set_title(textwrap.fill(_title(result, drawn), 80), fontsize="medium", loc="left")
        _add_verdict(ax, result)
        _keep_fonts(ax)
    return ax


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
        return rows[0]["statistic"]
    return counted.pop() if len(counted) == 1 and None not in counted else result.json.get("table", "")


def _add_verdict(ax: "Axes", result: "Result") -> None:
    """A picture travels without the text around it: the verdict is part of it."""
    rests = "proof and ledger" if result.on_ledger else "proof only" if result.accepted else "claims alone"
    ax.set_xlabel(f"{ax.get_xlabel()}\n{result.verdict}: {rests}")


def _keep_fonts(ax: "Axes") -> None:
    """Texts look their font up when they are drawn, after the context of plot has ended."""
    from matplotlib.text import Text

    for text in ax.findobj(Text):
        text.set_fontfamily(fonts())
