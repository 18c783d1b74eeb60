"""Lines that show code or speak of other things, so that their numbers are no metrics."""

from __future__ import annotations

import re

from jupyter_mlops.domain.formats.reading import Context, Reading

QUOTE = re.compile(r"Traceback \(most recent call last\)|:\d+: \w*Warning: ")
_QUOTED_END = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|StopIteration|Group)\b")
FOREIGN = re.compile(
    r"\s*(?:\[LightGBM\]|\[Parallel\(|Epoch \d+: (?:\S+ (?:improved|did not|reached)|saving|early|Reduce)"
    r"|Epoch \d+, global step \d+:|Metric \S+ improved|Better model found|Requirement "
    r"|Collecting |Downloading |Successfully |Using cached )"
)


def read_quote(text: str, context: Context) -> Reading | None:
    """Read the first line of a traceback or a warning: some of the next lines show code."""
    context.quoted = 100 if "Traceback" in text else 1
    return Reading()


def read_quoted(text: str, context: Context) -> Reading | None:
    """Read a line that may show code; None if it does not."""
    if context.quoted > 1:
        context.quoted = 0 if _QUOTED_END.match(text) else context.quoted - 1
        return Reading()
    context.quoted = 0
    return Reading() if text.startswith("  ") else None


def read_foreign(_text: str, _context: Context) -> Reading | None:
    """Read a line whose numbers are no metrics."""
    return Reading()
