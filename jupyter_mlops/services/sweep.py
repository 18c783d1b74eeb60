"""A sweep as users hold it."""

from __future__ import annotations


class Sweep:
    """One sweep."""

    jupyter_mlops_noun = "sweep"
