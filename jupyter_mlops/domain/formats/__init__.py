"""What people print while they train, as one table of formats.

A format knows how one kind of line looks and what it says: where on an axis it is, values of metrics, how far a bar
has come. The first format of the table that knows a line has the last word, so that a bar's rate or a warning's
number never reaches the formats below. Adding one is a function, a row in ``FORMATS`` and a recorded output.

Three decisions: a per cent value is the number that is printed (``93.1%`` is 93.1); a number with any other unit
glued to it (``3.2s``, ``5ms/step``, ``12GB``) is no metric; a name is what is printed, with ``_`` for blanks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jupyter_mlops.domain.formats.bars import (
    BAR,
    FASTAI,
    HEADING,
    KERAS,
    looks_like_bar,
    read_bar,
    read_fastai,
    read_heading,
    read_keras,
    read_open_keras,
)
from jupyter_mlops.domain.formats.foreign import FOREIGN, QUOTE, read_foreign, read_quote, read_quoted
from jupyter_mlops.domain.formats.libraries import (
    CATBOOST,
    ROUND,
    SEARCH,
    TRAINER,
    read_catboost,
    read_round,
    read_search,
    read_trainer,
)
from jupyter_mlops.domain.formats.pairs import has_axis, has_pair, read_only_pairs, read_pairs
from jupyter_mlops.domain.formats.reading import AXES, Context, Reading
from jupyter_mlops.domain.formats.tables import TABLE, TWO_CELLS, read_row, read_table_head, read_two_cells
from jupyter_mlops.domain.runs import Progress

__all__ = ["AXES", "FORMATS", "Context", "Format", "Reading", "read_line", "read_progress"]

LONGEST = 1 << 13
"""Characters of a line that may hold metrics."""


class Format(NamedTuple):
    """A row of the table.

    Attributes:
        name: Who prints it.
        looks: Whether a line may be one; cheap.
        read: What the line says, or None if it is not one after all.
    """

    name: str
    looks: Callable[[str], object]
    read: Callable[[str, Context], Reading | None]


def read_line(text: str, context: Context) -> Reading | None:
    """Return what a finished line says, or None; ``context`` follows.

    Args:
        text: Without its line feed and control sequences.
        context: What the lines before said; changed in place.
    """
    if len(text) > LONGEST:
        return None
    if context.quoted and (reading := read_quoted(text, context)) is not None:
        return reading
    if context.columns and (reading := read_row(text, context)) is not None:
        return reading
    if "=" in text and (reading := read_only_pairs(text, context)) is not None:
        return reading
    for form in FORMATS:
        if form.looks(text) and (reading := form.read(text, context)) is not None:
            return reading
    return None


def read_progress(text: str, context: Context) -> Progress | None:
    """Return how far a line that may still change has come; ``context`` stays as it is."""
    if len(text) > LONGEST:
        return None
    for looks, read in ((BAR.search, read_bar), (KERAS.match, read_open_keras), (FASTAI.search, read_fastai)):
        if looks(text) and (reading := read(text, context)) is not None:
            return reading.progress
    return None


FORMATS = (
    Format("traceback, warning", QUOTE.search, read_quote),
    # A progress bar on the other stream may stand before it.
    Format("Hugging Face Trainer", lambda text: "{'" in text and TRAINER.search(text), read_trainer),
    Format("tqdm, Lightning", looks_like_bar, read_bar),
    Format("Keras", KERAS.match, read_keras),
    Format("heading", HEADING.match, read_heading),
    Format("XGBoost, LightGBM", ROUND.match, read_round),
    Format("CatBoost", CATBOOST.match, read_catboost),
    Format("Lightning's table", TWO_CELLS.fullmatch, read_two_cells),
    Format("scikit-learn search", SEARCH.match, read_search),
    Format("table head", TABLE.match, read_table_head),
    Format("speaks of other things", FOREIGN.match, read_foreign),
    Format("names and values", has_pair, read_pairs),
    Format("axis, then names and values", has_axis, read_pairs),
)
