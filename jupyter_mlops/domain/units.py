"""Sizes, durations, ages and metrics: as people type them, and as they are shown."""

from __future__ import annotations

import math
import re

from jupyter_mlops.domain.errors import InvalidOption

THIN = "\u202f"
"""Narrow no-break space: in thousands, and between a number and its unit."""

MINUS = "\u2212"
MISSING = "\u2013"

_NUMBER = re.compile(r"\s*(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[A-Za-zµ]*)\s*", re.ASCII | re.IGNORECASE)
_SIZES: dict[str, int] = {"": 1, "b": 1} | {
    unit: base**power
    for power, letter in enumerate("kmgtp", start=1)
    for unit, base in ((letter, 1000), (letter + "b", 1000), (letter + "i", 1024), (letter + "ib", 1024))
}
_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0, "ms": 0.001}
_STEPS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def parse_size(text: str) -> int:
    """Return the bytes that ``text`` means: ``2GiB`` is powers of 1024, ``2 GB`` and ``2G`` are powers of 1000.

    Raises:
        InvalidOption: it is no size.
    """
    match = _NUMBER.fullmatch(text)
    factor = _SIZES.get(match["unit"].lower()) if match else None
    if match is None or factor is None:
        raise InvalidOption(f"{text!r} is not a size; write a number and a unit, such as 500MB or 2GiB.")
    return round(float(match["number"]) * factor) if "." in match["number"] else int(match["number"]) * factor


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` means: ``30s``, ``5m``, ``2h``, ``30d``, ``1h30m``; a bare number is seconds.

    Raises:
        InvalidOption: it is no duration.
    """
    total, at = 0.0, 0
    while match := _NUMBER.match(text, at):
        factor = _SECONDS.get(match["unit"].lower())
        if factor is None or (not match["unit"] and match.end() - match.start() != len(text)):
            break
        total, at = total + float(match["number"]) * factor, match.end()
    if at == 0 or at != len(text) or not math.isfinite(total):
        raise InvalidOption(f"{text!r} is not a duration; write a number and a unit, such as 30s, 5m, 2h or 30d.")
    return total


def format_size(size: float) -> str:
    """Return bytes in powers of 1000 with two or three significant digits: ``1.2 MB``."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        # Rounding must not show "1000 kB" for what is nearly a megabyte.
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    digits = 1 if unit != "B" and value < 9.95 else 0
    return f"{value:.{digits}f}{THIN}{unit}"


def format_duration(seconds: float) -> str:
    """Return the two largest units: ``2 h 04 min``, ``1 min 48 s``, ``9.4 s``, ``31 ms``."""
    seconds = max(seconds, 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}{THIN}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}{THIN}s"
    whole = round(seconds)
    if whole >= 3600:
        # Two units are shown: an hour and more has no seconds, a day and more no minutes.
        grain = 3600 if whole >= 86400 else 60
        whole = round(seconds / grain) * grain
    return _largest_two(whole)


def format_left(seconds: float) -> str:
    """Return what is left: in seconds under two minutes, then in the two largest units."""
    if seconds < 120:
        return f"{max(round(seconds), 0)}{THIN}s"
    return format_duration(seconds)


def format_age(seconds: float) -> str:
    """Return an age in one unit, rounded down: ``34 min``, ``1 d``."""
    whole = max(int(seconds), 0)
    unit, size = next(((unit, size) for unit, size in _STEPS if whole >= size), ("s", 1))
    return f"{whole // size}{THIN}{unit}"


def format_count(value: int) -> str:
    """Return a whole number with its thousands set apart: ``85 760``."""
    return f"{value:,}".replace(",", THIN).replace("-", MINUS)


def format_metric(value: float | None) -> str:
    """Return a metric: 3 decimals, 3 digits that count under 0.01, a power of ten below 0.001; a dash if missing."""
    if value is None:
        return MISSING
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    return _finite_metric(value).replace("-", MINUS)


def _finite_metric(value: float) -> str:
    size = abs(value)
    if size >= 1e9:
        return f"{value:.2e}"
    if float(value).is_integer():
        return f"{int(value):,}".replace(",", THIN)
    if size < 0.001:
        return f"{value:.1e}"
    # What would be rounded up to 0.01 is shown as 0.01 is.
    if size < 0.009995:
        return f"{value:.{2 - math.floor(math.log10(size))}f}"
    return f"{value:,.3f}".replace(",", THIN)


def _largest_two(whole: int) -> str:
    first = next(at for at, (_, size) in enumerate(_STEPS) if whole >= size)
    unit, size = _STEPS[first]
    text = f"{whole // size}{THIN}{unit}"
    rest = whole % size
    if not rest or first + 1 == len(_STEPS):
        return text
    smaller, step = _STEPS[first + 1]
    return f"{text} {rest // step:02d}{THIN}{smaller}" if rest // step else text
