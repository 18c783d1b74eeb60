"""Curves as inline SVG that stretches with the card, with labels as text so that they keep their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from jupyter_mlops.cards.icons import SILENT
from jupyter_mlops.cards.metrics import Points, points
from jupyter_mlops.domain.units import MINUS

_SIDE = 1000
_BUCKETS = 120
_SPARK_POINTS = 40


Cell = tuple[float, float, float]
"""A step, and the least and the greatest value of all ranks there."""


class Series(NamedTuple):
    """One line of a chart.

    Attributes:
        name: What stands at the line's end; empty for none.
        curve: (step, value) in the order they were reported.
        paint: Class of the series' colour: ``j-c1`` ...
        dashed: Whether the line is dashed.
        loose: Whether points stand alone, with no line between them.
    """

    name: str
    curve: Points
    paint: str
    dashed: bool = False
    loose: bool = False


class _Frame(NamedTuple):
    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        return (value - self.left) / (self.right - self.left)

    def y(self, value: float) -> float:
        return 1 - (value - self.low) / (self.high - self.low)


def chart(
    series: Sequence[Series], sentence: str, axis: str, plan: float | None = None, band: Sequence[Cell] = ()
) -> str:
    """Return a line chart, or its empty frame where there is nothing to draw yet.

    Args:
        series: The lines, first one in front.
        sentence: What the chart says, for those who do not see it.
        axis: What the steps count.
        plan: The last step that is planned; what is to come is shaded.
        band: What all ranks say of the first line.
    """
    drawn = [line._replace(curve=points(line.curve)) for line in series]
    cells = [cell for cell in band if len(points([(cell[0], cell[1]), (cell[0], cell[2])])) == 2]
    extremes = [(step, end) for step, low, high in cells for end in (low, high)]
    frame = _frame([*drawn, Series("", extremes, "")], plan)
    has_points = any(line.curve for line in drawn)
    parts = [_future(drawn, frame) if plan is not None and has_points else "", *_grid(frame)]
    parts += [_band(cells, drawn[0].paint, frame)] if len(cells) > 1 and drawn else []
    parts += [_line(line, frame) for line in reversed(drawn) if line.curve]
    # Where style sheets and drawings are taken out, the labels stay hidden: no bare numbers stand about.
    labels = [*_y_labels(frame, has_points), *_x_labels(frame, axis, has_points or plan is not None)]
    return (
        f'<div class="j-plot" hidden style="display:none" role="img" aria-label="{escape(sentence)}">'
        f'<svg viewBox="0 0 {_SIDE} {_SIDE}" preserveAspectRatio="none" {SILENT}>{"".join(parts)}</svg>'
        f"{' '.join([*labels, *_end_labels(drawn, frame)])}</div>"
    )


def spark(values: Sequence[float], paint: str = "j-quiet", width: int = 60, height: int = 16) -> str:
    """Return a curve without axes for a line of text; empty where there are not two values to join."""
    curve = points([(float(place), value) for place, value in enumerate(values)])
    if len(curve) < 2:
        return ""
    pad, frame = 2.5, _frame([Series("", _thinned(curve, _SPARK_POINTS // 2), paint)], None, margin=0)
    spots = [
        (pad + frame.x(x) * (width - 2 * pad), pad + frame.y(y) * (height - 2 * pad))
        for x, y in _thinned(curve, _SPARK_POINTS // 2)
    ]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    end_x, end_y = spots[-1]
    return (
        f'<svg class="j-spark {paint}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" {SILENT}>'
        f'<path d="M{path}"/><circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="2"/></svg>'
    )


def spark_text(values: Sequence[float], most: int = 12) -> str:
    """Return a curve in eight block characters; empty where there are not two values."""
    known = [value for _, value in points([(0.0, value) for value in values])]
    if len(known) < 2:
        return ""
    count = min(most, len(known))
    chosen = [known[round(place * (len(known) - 1) / (count - 1))] for place in range(count)]
    low, high = min(chosen), max(chosen)
    # Halves keep the difference of two huge numbers finite.
    return "".join(
        "▁▂▃▄▅▆▇█"[round(7 * (value / 2 - low / 2) / (high / 2 - low / 2))] if high > low else "▄" for value in chosen
    )


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return round numbers within the range, about so many."""
    if not high > low or not math.isfinite(high - low):
        return []
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor for factor, below in ((1, 1.5), (2, 3.0), (5, 7.0), (10, 11.0)) if raw < below * power) * power
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, first + 2 * about + 2) if place * step <= high + step * 1e-6]


def _frame(series: Sequence[Series], plan: float | None, margin: float = 0.06) -> _Frame:
    xs = [x for line in series for x, _ in line.curve]
    ys = [y for line in series for _, y in line.curve]
    left, right = (min(xs), max(xs)) if xs else (0.0, plan or 1.0)
    if 0 < left <= 0.2 * max(right, plan or 0.0):
        left = 0.0
    right = max(right, plan) if plan is not None and math.isfinite(plan) else right
    low, high = (min(ys), max(ys)) if ys else (0.0, 1.0)
    if high == low:
        spread = abs(high) * 0.1 or 1.0
        low, high = low - spread, high + spread
    reach = high - low
    # A curve that comes near zero from above is read against zero.
    bottom = 0.0 if 0 <= low <= reach * 0.25 and margin else low - reach * margin
    return _Frame(left, right if right > left else left + max(1.0, abs(left) * 0.1), bottom, high + reach * margin)


def _grid(frame: _Frame) -> list[str]:
    lines = [f'<path class="j-grid" d="M0 {_at(frame.y(tick))}H{_SIDE}"/>' for tick in ticks(frame.low, frame.high, 4)]
    return [*lines, f'<path class="j-axis" d="M0 {_SIDE}H{_SIDE}"/>']


def _future(series: Sequence[Series], frame: _Frame) -> str:
    now = _at(frame.x(max(line.curve[-1][0] for line in series if line.curve)))
    return f'<path class="j-future" d="M{now} 0H{_SIDE}V{_SIDE}H{now}Z"/>' if now < _SIDE else ""


def _band(cells: Sequence[Cell], paint: str, frame: _Frame) -> str:
    highs = [(step, high) for step, _, high in cells]
    lows = [(step, low) for step, low, _ in reversed(cells)]
    path = "L".join(f"{_at(frame.x(x))} {_at(frame.y(y))}" for x, y in [*highs, *lows])
    return f'<path class="j-band {paint}" d="M{path}Z"/>'


def _line(line: Series, frame: _Frame) -> str:
    # A stroke without length and with round ends stays a circle however the chart is stretched.
    if line.loose:
        dots = "".join(f"M{_at(frame.x(x))} {_at(frame.y(y))}h0" for x, y in line.curve)
        return f'<path class="j-dot {line.paint}" d="{dots}"/>'
    spots = [(_at(frame.x(x)), _at(frame.y(y))) for x, y in _thinned(list(line.curve), _BUCKETS)]
    path = "L".join(f"{x} {y}" for x, y in spots)
    dashed = " j-dashed" if line.dashed else ""
    end_x, end_y = spots[-1]
    end = f'<path class="j-dot {line.paint}" d="M{end_x} {end_y}h0"/>'
    return f'<path class="j-series {line.paint}{dashed}" d="M{path}"/>{end}'


def _thinned(curve: Points, buckets: int) -> Points:
    """Return at most three points a bucket, its extremes among them, so that no spike is lost."""
    if len(curve) <= 2 * buckets:
        return curve
    chosen: list[tuple[float, float]] = []
    for bucket in range(buckets):
        part = curve[bucket * len(curve) // buckets : (bucket + 1) * len(curve) // buckets]
        places = {min(range(len(part)), key=lambda at: part[at][1]), max(range(len(part)), key=lambda at: part[at][1])}
        chosen.extend(part[at] for at in sorted(places))
    return [*chosen, curve[-1]] if chosen[-1] != curve[-1] else chosen


def _y_labels(frame: _Frame, has_points: bool) -> list[str]:
    marks = ticks(frame.low, frame.high, 4) if has_points else []
    return [f'<span class="j-y" style="top:{100 * frame.y(mark):.1f}%">{_tick(mark)}</span>' for mark in marks]


def _x_labels(frame: _Frame, axis: str, is_known: bool) -> list[str]:
    if not is_known:
        return []
    marks = _whole(frame.left, frame.right)
    labels = [f'<span class="j-x" style="left:{100 * frame.x(mark):.1f}%">{_tick(mark)}</span>' for mark in marks]
    return [*labels, f'<span class="j-axisname">{escape(axis)}</span>']


def _whole(left: float, right: float) -> list[float]:
    """Return ticks of a count: no halves of an epoch."""
    marks = ticks(left, right, 5)
    whole = [mark for mark in marks if abs(mark - round(mark)) < 1e-9]
    return whole if len(whole) > 1 else marks


def _end_labels(series: Sequence[Series], frame: _Frame) -> list[str]:
    named = [line for line in series if line.name and line.curve]
    places = _spread([frame.y(line.curve[-1][1]) for line in named])
    return [_end_label(line, frame, place) for line, place in zip(named, places, strict=True)]


def _end_label(line: Series, frame: _Frame, place: float) -> str:
    at = frame.x(line.curve[-1][0])
    side = " j-before" if at > 0.8 else ""
    dashed = " j-dashed" if line.dashed else ""
    swatch = f'<i class="{line.paint}{dashed}"></i>'
    where = f"left:{100 * at:.1f}%;top:{100 * place:.1f}%"
    return f'<span class="j-end{side}" style="{where}">{swatch}{escape(line.name)}</span>'


def _spread(places: list[float], gap: float = 0.13) -> list[float]:
    """Return the places of two labels moved apart where they would touch."""
    if len(places) == 2 and abs(places[0] - places[1]) < gap:
        middle = min(max(sum(places) / 2, gap / 2), 1 - gap / 2)
        upper_first = places[0] <= places[1]
        return [middle - gap / 2, middle + gap / 2] if upper_first else [middle + gap / 2, middle - gap / 2]
    return places


def _tick(value: float) -> str:
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6 or size < 1e-3:
        mantissa, exponent = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    if size >= 1e4:
        return f"{value / 1e3:g}k".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS)


def _at(share: float) -> int:
    return round(_SIDE * min(max(share, 0.0), 1.0))
