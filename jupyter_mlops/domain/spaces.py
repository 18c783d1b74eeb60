"""What a search may choose from: one dimension for each parameter, as people type them and as lists show them."""

from __future__ import annotations

import msgspec

from jupyter_mlops.domain.runs import Scalar


class Dimension(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one parameter may be: a range, or one of some options.

    Attributes:
        name: The parameter.
        low: The smallest value of a range.
        high: The largest value of a range, which may be reached.
        log: Whether a factor counts, not a difference.
        step: The distance between two values, counted from ``low``; None where every value is allowed.
        whole: Whether all values are whole numbers.
        options: What may be chosen where it is no range, in the order given.
    """

    name: str
    low: float | int | None = None
    high: float | int | None = None
    log: bool = False
    step: float | int | None = None
    whole: bool = False
    options: list[Scalar] = []
