"""``%load_ext jupyter_mlops`` over bare IPython, each in a process of its own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from bench.tables import print_table, summary

PAIRS = 20
LIMIT_SECONDS = 0.010

_PROGRAM = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
began = time.perf_counter()
shell.run_line_magic("load_ext", {extension!r})
print(time.perf_counter() - began)
"""
_PEER = "storemagic"
"""An extension of IPython's own: what any ``%load_ext`` costs."""


def main() -> int:
    """Print the table, and return 0 if the limit is kept."""
    # Once each for the bytecode, which an installed package has.
    measured: dict[str, list[float]] = {_PEER: [], "jupyter_mlops": []}
    for extension in measured:
        load_seconds(extension)
    for _ in range(PAIRS):
        for extension, seconds in measured.items():
            seconds.append(load_seconds(extension))
    ours, theirs = (statistics.median(measured[extension]) for extension in ("jupyter_mlops", _PEER))
    print_table(
        f"%load_ext, ms, {PAIRS} pairs (limit: {1000 * LIMIT_SECONDS:.0f} ms)",
        ["", "median", "best", "90 %", "ratio"],
        [
            [f"{_PEER} (IPython's own)", *summary(measured[_PEER]), "1.00"],
            ["jupyter_mlops", *summary(measured["jupyter_mlops"]), f"{ours / theirs:.2f}"],
        ],
    )
    return 0 if ours <= LIMIT_SECONDS else 1


def load_seconds(extension: str) -> float:
    """Return what loading ``extension`` takes in a fresh IPython."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM.format(extension=extension)],
            env={**environment, "IPYTHONDIR": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
