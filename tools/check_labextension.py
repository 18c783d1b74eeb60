"""Check what JupyterLab loads of the extension with its page: little, and none of the charts' library."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

BUILT = Path(__file__).resolve().parent.parent / "labextension" / "dist"
# Gzipped, of everything that is loaded before anything of ours is shown.
MOST = 70_000
LAZY = {"echarts", "zrender"}


def main() -> int:
    """Print what is loaded when and what is wrong with it, and return the exit code."""
    chunks = json.loads((BUILT / ".chunks.json").read_text())
    at_start = sum(size_of(chunk["file"]) for chunk in chunks if chunk["start"])
    problems = [
        f"{chunk['file']} is loaded with JupyterLab's page and has the charts' library in it."
        for chunk in chunks
        if chunk["start"] and LAZY & {*chunk["packages"]}
    ]
    if at_start > MOST:
        problems.append(f"JupyterLab loads {at_start:,} bytes of the extension with its page; {MOST:,} are the most.")
    for chunk in sorted(chunks, key=lambda chunk: not chunk["start"]):
        when = "at the start" if chunk["start"] else "when needed"
        print(f"{size_of(chunk['file']):>9,} bytes {when}: {chunk['file']} ({', '.join(chunk['packages'])})")
    print("\n".join(problems) or f"{at_start:,} bytes of the extension are loaded with JupyterLab's page")
    return 1 if problems else 0


def size_of(file: str) -> int:
    """Return how many bytes of a chunk travel."""
    return len(gzip.compress((BUILT / "static" / file).read_bytes(), mtime=0))


if __name__ == "__main__":
    sys.exit(main())
