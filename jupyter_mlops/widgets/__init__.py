"""What a cell shows where widgets are, and the JupyterLab extension is not: the live card, which its kernel feeds."""

from __future__ import annotations

from importlib.util import find_spec

from jupyter_mlops.services.live import View
from jupyter_mlops.services.run import Run

__all__ = ["view_of"]


def view_of(run: Run) -> View | None:
    """Return a widget that shows ``run``; None where there are no widgets, or the card was not built."""
    if find_spec("anywidget") is None:
        return None
    from jupyter_mlops.widgets.runs import CARD, RunView

    return RunView(run) if CARD.exists() else None
