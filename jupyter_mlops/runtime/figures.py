"""Matplotlib's backend in a rank: figures go to the run's card.

``plt.show()`` shows and closes all figures, as in a notebook; what is open when the cell ends is shown then.
"""

from __future__ import annotations

import weakref
from io import BytesIO

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_shown: weakref.WeakSet[Any] = weakref.WeakSet()


def show(*_args: object, **_options: object) -> None:
    """Show every open figure, and close it."""
    from jupyter_mlops.runtime.display import display

    try:
        for manager in Gcf.get_all_fig_managers():
            figure = manager.canvas.figure
            # A figure that was displayed and not drawn on since would only be there twice.
            if not figure.stale and figure in _shown:
                continue
            display(figure)
    finally:
        Gcf.destroy_all()


def picture(figure: Any) -> tuple[bytes, dict[str, int]]:
    """Return a figure as PNG, cut to what is drawn, and the size at which it is shown."""
    file = BytesIO()
    canvas = figure.canvas
    figure.savefig(file, format="png", bbox_inches="tight", dpi=figure.dpi, facecolor=figure.get_facecolor())
    figure.set_canvas(canvas)
    # Saving leaves the figure marked as changed.
    figure.stale = False
    _shown.add(figure)
    data = file.getvalue()
    # The header of a PNG begins with its width and height.
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    return data, {"width": width, "height": height}


class FigureManager(FigureManagerBase):
    """A figure that has no window."""

    def show(self) -> None:
        """Show this figure alone, and leave it open."""
        from jupyter_mlops.runtime.display import display

        display(self.canvas.figure)


class FigureCanvas(FigureCanvasAgg):
    """Draws with Agg."""

    manager_class = FigureManager
