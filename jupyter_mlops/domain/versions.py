"""Whether two installations of this program understand each other."""

from __future__ import annotations


def misfit(kernel: str, server: str) -> str:
    """Return one sentence if a kernel's version and a server's do not fit, and how to mend it; else an empty string.

    Versions fit if their first two numbers are the same.
    """
    if _numbers(kernel) == _numbers(server):
        return ""
    older = "kernel" if _numbers(kernel) < _numbers(server) else "Jupyter server"
    newer = max(kernel, server, key=_numbers)
    return (
        f"The kernel has jupyter-mlops {kernel} and the Jupyter server has {server}; run "
        f"`pip install jupyter-mlops=={newer}` in the {older}'s environment, then restart it."
    )


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isascii() and part.isdecimal() else 0 for part in parts)
