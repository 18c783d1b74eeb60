"""Imports modules one after the other and says what came of each: version, time, or what was raised.

It is run as a program with their names as its arguments. Each answer is one line: the record separator, a JSON text.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time


def main(modules: list[str]) -> None:
    """Answer for each, in their order."""
    for name in modules:
        began = time.perf_counter()
        answer: dict[str, object] = {"module": name}
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            lines = str(error).strip().splitlines()
            answer["error"] = "{}: {}".format(type(error).__name__, lines[0] if lines else "").rstrip(": ")
        else:
            answer["version"] = _version(name, module)
            answer["seconds"] = time.perf_counter() - began
        # Whatever prints while it is imported, this is a line of its own.
        os.write(1, b"\n\x1e" + json.dumps(answer).encode() + b"\n")


def _version(name: str, module: object) -> str:
    said = getattr(module, "__version__", None)
    if isinstance(said, str):
        return said
    try:
        from importlib import metadata

        return metadata.version(name.partition(".")[0])
    except Exception:
        return ""


if __name__ == "__main__":
    main(sys.argv[1:])
