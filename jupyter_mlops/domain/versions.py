"""Whether two installations of this program understand each other."""

from __future__ import annotations


def misfit(kernel: str, server: str, python: str) -> str:
    """Return one sentence if a kernel's version and a server's do not fit, and how to mend it; else an empty string.

    Versions fit if their first two numbers are the same.

    Args:
        kernel: Its version.
        server: Its version.
        python: The server's interpreter.
    """
    if _numbers(kernel) == _numbers(server):
        return ""
    if _numbers(kernel) < _numbers(server):
        remedy = f"run `%pip install jupyter-mlops=={server}` in the notebook, then restart its kernel"
    else:
        remedy = f"run `{python} -m pip install jupyter-mlops=={kernel}` in a terminal, then restart the Jupyter server"
    return f"The kernel has jupyter-mlops {kernel} and the Jupyter server has {server}; {remedy}."


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isascii() and part.isdecimal() else 0 for part in parts)
