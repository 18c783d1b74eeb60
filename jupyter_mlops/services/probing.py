"""What another interpreter is asked before a cell goes there: what it cannot import, and what cannot be loaded there.

Who stays with the interpreter that runs this is not asked, and pays nothing.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import Uncapturable, Unsupported
from jupyter_mlops.domain.missing import install_line, package_of
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.services import elsewhere
from jupyter_mlops.store.home import Home

ASK_SECONDS = 60.0
_OLDEST = (3, 8)
_ENDED = {signal.SIGSEGV: "crashed (segmentation fault)", signal.SIGKILL: "was killed, perhaps for want of memory"}


_fine: set[tuple[str, ...]] = set()
"""What was asked, and found to be there. What is missing may be installed a minute later."""


class Answer(msgspec.Struct):
    """What an interpreter said, as far as it came.

    Attributes:
        python: Its version; empty if it did not even start.
        missing: Modules that it does not have.
        loading: The value that it was loading when it last spoke.
        value: The value that it could not load.
        foreign: Whether that holds code of another version of Python.
        needs: The module that the value needs and that is not there.
        error: What was raised.
        package: Whose code was about to load it.
        version: Which version of that is there.
        done: Whether it came to the end.
        ended: How the process ended, if not well.
    """

    python: str = ""
    missing: list[str] = []
    loading: str | None = None
    value: str | None = None
    foreign: bool = False
    needs: str = ""
    error: str = ""
    package: str = ""
    version: str = ""
    done: bool = False
    ended: str = ""


def check_elsewhere(home: Home, spec: RunSpec, bundle: Path, source: str) -> None:
    """Refuse a cell that the interpreter of ``spec``, which is not this one, cannot run with what it takes along.

    A value that takes longer than ``ASK_SECONDS`` to load is believed to load.

    Args:
        home: Where what travels with a cell is kept.
        spec: What is asked for.
        bundle: The captured cell.
        source: Its text.

    Raises:
        Unsupported: it is no Python that can run cells, or lacks what the cell imports.
        Uncapturable: a value cannot be loaded there.
    """
    if spec.python == sys.executable or spec.platform != "local":
        return
    modules = imports_of(source)
    known = _what_is_asked(spec, bundle, modules)
    if known in _fine:
        return
    answer = ask(home, spec, bundle, modules)
    _check_version(spec.python, answer)
    if answer.missing:
        names = " and ".join(f"`{name}`" for name in answer.missing)
        raise Unsupported(
            f"The cell imports {names}, which {spec.python} does not have; "
            f"{spec.python} -m pip install {' '.join(map(package_of, answer.missing))} may help."
        )
    if why := _why_not(spec.python, answer):
        raise Uncapturable(why)
    if known is not None and answer.done:
        _fine.add(known)


def imports_of(source: str) -> list[str]:
    """Return the top-level modules that a cell imports whatever happens in it: not those within ``try`` or ``if``."""
    found: dict[str, None] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found.update((alias.name.partition(".")[0], None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found[node.module.partition(".")[0]] = None
    # What cells import of ours comes with the run.
    return [name for name in found if name != "jupyter_mlops"]


def ask(home: Home, spec: RunSpec, bundle: Path, modules: list[str], seconds: float = ASK_SECONDS) -> Answer:
    """Start the interpreter of ``spec`` as for a rank, and return what it says of ``bundle`` and ``modules``."""
    try:
        told = elsewhere.ask(home, spec, "probe.py", [str(bundle), *modules], seconds)
    except OSError as error:
        return Answer(ended=f"cannot be started ({error.strerror})")
    found: dict[str, Any] = {}
    for record in told.records:
        found.update(record)
    answer = msgspec.convert(found, Answer)
    if not answer.done and not told.is_late:
        answer.ended = _how(told.code, told.complaint)
    return answer


def _what_is_asked(spec: RunSpec, bundle: Path, modules: list[str]) -> tuple[str, ...] | None:
    """Return what stands for a question that need be asked only once; None if it is about values or local modules."""
    if (bundle / "values.pickle").exists() or (bundle / "sources").exists():
        return None
    try:
        changed = str(os.stat(spec.python).st_mtime_ns)
    except OSError:
        return None
    return (spec.python, changed, spec.env.get("PYTHONPATH", ""), *modules)


def _how(code: int, complaint: str) -> str:
    if code < 0:
        return _ENDED.get(signal.Signals(-code), f"was ended by {signal.Signals(-code).name}")
    return f"ended with code {code}" + (f" ({complaint})" if complaint else "")


def _check_version(python: str, answer: Answer) -> None:
    if not answer.python:
        said = answer.ended or f"said nothing within {ASK_SECONDS:g} s"
        raise Unsupported(f"--python {python} is no Python that can run cells: it {said}.")
    version = tuple(map(int, answer.python.split(".")[:2]))
    if version < _OLDEST:
        raise Unsupported(f"--python {python} is Python {answer.python}; cells run from Python 3.8 on.")


def _why_not(python: str, answer: Answer) -> str:
    """Return why the values cannot be loaded there; empty if they can."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if answer.value is not None:
        what = f"`{answer.value}`" if answer.value else "A module that the cell uses"
        if answer.foreign:
            return (
                f"{what} is, or holds, a function or class of Python {here}, whose code means nothing to Python "
                f"{answer.python} of {python}; define it in the cell or in a module beside the notebook."
            )
        if answer.needs:
            return (
                f"{what} needs the package `{answer.needs}`, which {python} does not have; "
                f"{install_line(python, answer.needs)} may help, or make {what} inside the cell."
            )
        return f"{what} cannot be loaded by {python} ({answer.error}{_versions(answer)}); make it inside the cell."
    if answer.ended and answer.loading is not None:
        what = f"`{answer.loading}`" if answer.loading else "a module that the cell uses"
        return f"{python} {answer.ended} while it loaded {what}; make it inside the cell."
    return f"{python} {answer.ended} when it was asked what it has." if answer.ended else ""


def _versions(answer: Answer) -> str:
    """Return which version of a package has made a value and which should have loaded it, if they differ."""
    here = str(getattr(sys.modules.get(answer.package), "__version__", ""))
    if not here or not answer.version or here == answer.version:
        return ""
    return f"; it is of {answer.package} {here}, and there is {answer.version}"
