"""The model itself: loaded once, called by one thread at a time."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

from .config import Config
from .refusals import ModelFailed, Refused, shown, some
from .results import tensors
from .rows import Rows, Taker, fields
from .tensors import TEXT
from .v2 import Tensor

INLINE_SECONDS = 0.004
"""What takes longer is done beside the loop, so that health checks and other requests' heads are answered."""
METHODS = ("predict", "predict_proba", "decision_function", "transform")


class Model:
    """What answers.

    Attributes:
        methods: What can be asked of it, the usual one first.
        outputs: What the signature calls the parts of what the usual one gives.
        is_classifier: Whether it gives labels, row by row, and takes a matrix.
        usual: What is given if nothing is asked for by its name.
        taker: Checks what it is asked.
    """

    def __init__(self, predictor: Any, config: Config) -> None:
        # We put the columns in order ourselves.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        self.taker = Taker(config.signature)
        self.methods = [name for name in config.methods if callable(getattr(predictor, name, None))] or ["predict"]
        self._calls: dict[str, Callable[[Any], Any]] = {name: getattr(predictor, name) for name in self.methods}
        self.outputs = [field.name for field in fields((config.signature or {}).get("outputs"))]
        # A graph's only output has a name of its own, by which clients look for it.
        has_own_name = len(self.outputs) == 1 and self.outputs[0] not in METHODS
        self.usual = self.outputs if has_own_name else self.methods[:1]
        self._shape = shaper(predictor, self.taker, config.flavor)
        # Of these it is known that what they say of a row does not depend on the others.
        self.is_classifier = bool(config.classes) and takes_matrix(predictor) and self.methods[0] == "predict"
        self._is_even = config.flavor != "python"
        self._took: dict[int, float] = {}

    def call(self, rows: Rows, asked: list[str]) -> list[Tensor]:
        """Return what is asked for by its name: what a method gives, or one part of what the usual method gives.

        Raises:
            Refused: there is no such output, or the model takes no missing values and some are missing.
            ModelFailed: the model raised, or gave what cannot be sent.
        """
        began = time.perf_counter()
        given = self._shape(rows)
        outputs: list[Tensor] = []
        for name in asked or self.usual:
            outputs += self._output(name, given, rows)
        self._took[rows.count.bit_length()] = time.perf_counter() - began
        return outputs

    def _output(self, name: str, given: Any, rows: Rows) -> list[Tensor]:
        method = name if name in self._calls else self.methods[0]
        parts = tensors(method, self._raised(self._calls[method], given, method, rows))
        if name == method:
            return parts
        if self.outputs == [name] and len(parts) == 1:
            return [Tensor(name, parts[0].kind, parts[0].array)]
        chosen = [part for part in parts if part.name == name]
        if not chosen:
            known = [*self.outputs, *(each for each in self.methods if each not in self.outputs)]
            raise Refused(f"The model has no output {name!r}; it has {some(known)}.")
        return chosen

    def is_quick(self, count: int) -> bool:
        """Tell whether so many rows were answered in a moment, the last time.

        That says nothing of a class of the user, which may take long for one row and not for another.
        """
        return self._is_even and self._took.get(count.bit_length(), INLINE_SECONDS) < INLINE_SECONDS

    def _raised(self, call: Callable[[Any], Any], given: Any, method: str, rows: Rows) -> Any:
        try:
            return call(given)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            if isinstance(error, ValueError) and (name := _hole(self.taker, rows)):
                text = f"Column {name!r} has a missing value, and the model takes none: {_sentence(error)}"
                raise Refused(text) from error
            raise ModelFailed(f"{method!r} failed: {type(error).__name__}: {_sentence(error)}") from error


def shaper(predictor: Any, taker: Taker, flavor: str) -> Callable[[Rows], Any]:
    """Return what makes of rows what a model takes: a DataFrame, a matrix, or what came."""
    if not taker.is_known:
        return (lambda rows: rows.values) if flavor == "python" else _named
    if not taker.is_table:
        return lambda rows: rows.columns if rows.matrix is None else rows.matrix
    if taker.is_matrix and takes_matrix(predictor):
        return lambda rows: rows.matrix
    return _frames(taker)


def takes_matrix(predictor: Any) -> bool:
    """Tell whether an estimator does the same with a matrix as with a DataFrame, which costs much more.

    True of those of scikit-learn and LightGBM that look at no names: of all their parts, too.
    """
    if not hasattr(predictor, "get_params"):
        return False
    parts = [predictor, *predictor.get_params(deep=True).values()]
    return all(_looks_at_no_names(part) for part in parts if hasattr(part, "fit"))


def _looks_at_no_names(part: Any) -> bool:
    root = type(part).__module__.partition(".")[0]
    names = {"ColumnTransformer", "FunctionTransformer"}
    if root == "lightgbm":
        return not getattr(getattr(part, "booster_", None), "pandas_categorical", None)
    return root == "sklearn" and type(part).__name__ not in names and not hasattr(part, "_sklearn_output_config")


def _named(rows: Rows) -> Any:
    """Return what came, as a DataFrame if its columns have names: no library's model takes dictionaries."""
    values = rows.values
    is_named = isinstance(values, dict) or (isinstance(values, list) and isinstance(values[0], dict))
    if not is_named:
        return values
    try:
        from pandas import DataFrame
    except ImportError:
        return values
    return DataFrame(values)


def _frames(taker: Taker) -> Callable[[Rows], Any]:
    try:
        import pandas as pd
    except ImportError:
        return lambda rows: rows.columns if rows.matrix is None else rows.matrix
    names = pd.Index(taker.names)
    kinds = {field.type for field in taker.fields}

    def frame(rows: Rows) -> Any:
        if rows.matrix is not None and (not rows.columns or len(kinds) == 1):
            return pd.DataFrame(rows.matrix, columns=names)
        return pd.DataFrame(rows.columns, columns=names)

    return frame


def _hole(taker: Taker, rows: Rows) -> str:
    """Return the name of a column of numbers of which one is missing; empty if none is."""
    import numpy as np

    if not taker.is_table:
        return ""
    if rows.matrix is not None:
        holes = np.isnan(rows.matrix).any(axis=0)
        return taker.names[int(np.argmax(holes))] if holes.any() else ""
    for field in taker.fields:
        column = rows.columns[field.name]
        if field.type != TEXT and column.dtype.kind == "f" and np.isnan(column).any():
            return field.name
    return ""


def _sentence(error: BaseException) -> str:
    """Return the first line of what an exception says."""
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else shown(error)
    return text if text.endswith((".", "!", "?")) else text + "."
