"""What a cell shows where widgets are, and the JupyterLab extension is not: the live card, which its kernel feeds."""

from __future__ import annotations

from importlib.util import find_spec

from jupyter_mlops.services.live import View, Watched
from jupyter_mlops.services.run import Run

__all__ = ["view_of"]


def view_of(watched: Watched) -> View | None:
    """Return a widget that shows a run; None for another noun, without widgets, or where the card was not built."""
    if not isinstance(watched, Run) or find_spec("anywidget") is None:
        return None
    from jupyter_mlops.widgets.runs import CARD, RunView

    return RunView(watched) if CARD.exists() else None
