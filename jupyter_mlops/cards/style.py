"""The style sheet of cards and tables, and the element in which it holds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = "jm-s1"
"""Class of our outermost element. The number changes with the style sheet: saved notebooks hold older ones."""


@cache
def sheet() -> str:
    """Return the style sheet as one line."""
    source = (Path(__file__).parent / "card.css").read_text(encoding="utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", source)).replace(";}", "}")
    return re.sub(r"\.R\b", f".{ROOT}.{ROOT}", re.sub(r"(:|,) ", r"\1", source)).strip()


def framed(label: str, inner: str) -> str:
    """Return a piece of HTML that stands by itself: the style sheet and our outermost element around ``inner``.

    Where style sheets are taken out of untrusted notebooks, the border and padding given here remain.

    Args:
        label: What the element is called for those who do not see it; escaped already.
        inner: HTML.
    """
    border = 'style="border:1px solid #8888;padding:6px 12px"'
    return f'<style>{sheet()}</style><article class="{ROOT}" aria-label="{label}" {border}>{inner}</article>'
