"""Run the benchmarks, one after the other: ``python bench/run.py [start end ...]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ALL = [
    "start",
    "end",
    "load_ext",
    "metrics",
    "memory",
    "live",
    "rest",
    "server",
    "compare",
    "sweeps",
    "datasets",
    "warm",
    "ddp",
    "sdk",
    "runs",
    "forty",
    "endpoints",
    "rollouts",
    "browser",
]


def main(names: list[str]) -> int:
    """Run those that are named, or all, and return 0 if all kept their limits."""
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"There is no benchmark {min(unknown)!r}; there is: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    missed = [
        name for name in names or ALL if subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT).returncode
    ]
    print(f"\nMissed their limits: {', '.join(missed)}" if missed else "\nAll kept their limits.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
