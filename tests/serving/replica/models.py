"""Models of tests: small, quick to load, and without any library."""

from __future__ import annotations

from typing import Any


class Echo:
    """Gives back what it is given."""

    def predict(self, given: Any) -> Any:
        return given


class Named:
    """A table of numbers and texts: gives a text for each row."""

    def predict(self, table: Any) -> Any:
        return [f"{name}:{size:g}" for name, size in zip(table["name"], table["size"], strict=True)]

    def predict_proba(self, table: Any) -> Any:
        return [[0.25, 0.75] for _ in table["size"]]

    def transform(self, table: Any) -> Any:
        return {"double": table["size"] * 2, "name": table["name"]}


class Whole:
    """Says of which types its columns are, and how many rows come."""

    def predict(self, table: Any) -> Any:
        import numpy as np

        columns = table.items() if hasattr(table, "items") else [("", table)]
        kinds = " ".join(f"{name}={np.asarray(column).dtype}" for name, column in columns)
        return [kinds] * len(table)


class Threads:
    """Says how many threads its libraries may use."""

    def predict(self, given: Any) -> Any:
        import os

        return [os.environ.get("OMP_NUM_THREADS", "")]


class Odd:
    """Does what a request says, most of it wrong."""

    def predict(self, given: Any) -> Any:
        import time

        word = given[0] if isinstance(given, list) else given.ravel()[0]
        if word == "raise":
            raise RuntimeError("the disk is on fire\nand more")
        if word == "exit":
            raise SystemExit(3)
        if word == "slow":
            time.sleep(1)
        if word == "object":
            return object()
        if word == "none":
            return None
        if word == "ragged":
            return [[1], [1, 2]]
        if word == "nan":
            return [float("nan"), 1.0]
        return [word]


class Unloadable:
    """Raises when it is loaded."""

    def __reduce__(self) -> Any:
        return (_raise, ())


def _raise() -> None:
    raise ImportError("libmagic.so: cannot open shared object file")
