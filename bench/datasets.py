"""Fingerprints of tables and arrays: megabytes a second on one core, against pandas' own hash of rows and BLAKE2."""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bench.tables import print_table
from jupyter_mlops.runtime.fingerprints import fingerprint

MEGABYTES = 160
ROUNDS = 3
LEAST = 300.0
"""Megabytes a second of a table of numbers."""


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = []
    for name, value, size, must in values():
        peer = rate(size, lambda value=value: peer_of(value))  # type: ignore[misc]
        ours = rate(size, lambda value=value: fingerprint(value))  # type: ignore[misc]
        rows.append([name, f"{must:.0f}" if must else "", f"{peer:.0f}", f"{ours:.0f}"])
    print_table(
        f"Megabytes a second on one core, {MEGABYTES} MB each, median of {ROUNDS}",
        ["", "must", "pandas' hash of rows, or BLAKE2", "fingerprint"],
        rows,
    )
    missed = [row[0] for row in rows if row[1] and float(row[3]) < float(row[1])]
    print(f"limits: {', '.join(missed) + ' missed' if missed else 'kept'}")
    return 1 if missed else 0


def values() -> list[tuple[str, Any, int, float]]:
    """Return what is measured: its name, itself, its bytes, and the megabytes a second that it must reach."""
    random = np.random.default_rng(0)
    cells = MEGABYTES * 1_000_000 // 8
    numbers = random.random((cells // 20, 20))
    words = np.array([f"word {at}" for at in range(5_000)], dtype=object)
    texts = pd.DataFrame({"text": words[random.integers(0, len(words), 1_000_000)]})
    mixed = pd.DataFrame(numbers[:, :10].copy()).assign(
        when=pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(len(numbers)), "s"),
        kind=pd.Categorical(np.array(list("abcdefghi"))[random.integers(0, 9, len(numbers))]),
        count=random.integers(0, 1000, len(numbers)),
    )
    found = [
        ("table of float64", pd.DataFrame(numbers), LEAST),
        ("table of int64", pd.DataFrame((numbers * 1e6).astype("int64")), LEAST),
        ("table of float, time, category and int", mixed, LEAST),
        ("array of float64", numbers, LEAST),
        ("array of uint8, 784 columns", random.integers(0, 256, (200_000, 784), dtype="uint8"), LEAST),
        ("table of texts", texts, 0.0),
    ]
    return [(name, value, size_of(value), must) for name, value, must in found]


def size_of(value: Any) -> int:
    """Return the bytes of a value in memory."""
    return int(value.memory_usage(index=False, deep=True).sum() if isinstance(value, pd.DataFrame) else value.nbytes)


def peer_of(value: Any) -> object:
    """Do what is at hand without us: hash rows with pandas, or bytes with BLAKE2, which the order of rows changes."""
    if isinstance(value, pd.DataFrame):
        return pd.util.hash_pandas_object(value).sum()
    return hashlib.blake2b(memoryview(value).cast("B")).hexdigest()


def rate(size: int, work: Callable[[], object]) -> float:
    """Return the megabytes a second of ``work``, which goes through ``size`` bytes."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return size / statistics.median(seconds) / 1e6


if __name__ == "__main__":
    sys.exit(main())
