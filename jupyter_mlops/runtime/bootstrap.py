"""What a rank's interpreter runs: prepare the process, run the cell, say what came of it.

The time from the interpreter's start to the cell's first line is what a user waits for, so nothing is imported
here before the cell itself asks for it: see ``hooks``.
"""

from __future__ import annotations

import os
import sys

from jupyter_mlops.runtime import cell, stacks
from jupyter_mlops.runtime.bundle import Bundle
from jupyter_mlops.runtime.process import install_hooks, open_streams
from jupyter_mlops.runtime.records import RUN_DIR, emit, note, number_of_attempt, number_of_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import Module
    from types import CodeType
    from typing import Any, NoReturn

    Namespace = dict[str, object]

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")


def main() -> NoReturn:
    """Run the cell of the run that the environment names, and end as it ends."""
    open_streams()
    bundle = Bundle(os.environ[RUN_DIR])
    sys.argv[:] = [""]
    if bundle.sources:
        sys.path.insert(0, bundle.sources)
    install_hooks(bundle)
    stacks.tell_on_signal()
    namespace = cell.make_main(CHILD).__dict__
    raise SystemExit(_run(bundle, namespace))


def _run(bundle: Bundle, namespace: Namespace) -> object:
    """Run the cell and return what the process exits with."""
    process = os.getpid()
    try:
        tree = cell.parse(bundle.source, bundle.filename)
        codes = cell.compile_tree(tree, bundle.source, bundle.filename)
        if bundle.has_values:
            from jupyter_mlops.runtime import values

            values.load(bundle.path, namespace)
        before = dict(namespace)
        emit("cell", "started")
        code = _run_to_exit(codes, namespace)
        _show_figures()
        # A child that the cell has forked by hand may come here too.
        if (code is None or code == 0) and os.getpid() == process:
            _tell_made(bundle, tree, before, namespace)
        return code
    except BaseException as error:
        return _fail(error, bundle.filename)


def _run_to_exit(codes: list[CodeType], namespace: Namespace) -> object:
    try:
        cell.run(codes, namespace)
    except SystemExit as request:
        return request.code
    return 0


def _fail(error: BaseException, filename: str) -> int:
    from jupyter_mlops.runtime import failures

    code = failures.tell(error, filename)
    _show_figures()
    return code


def _show_figures() -> None:
    if "matplotlib.pyplot" not in sys.modules:
        return
    try:
        from jupyter_mlops.runtime import figures

        figures.show()
    except Exception as error:
        note(f"The open figures could not be shown: {error}")


def _tell_made(bundle: Bundle, tree: Module, before: Namespace, after: Namespace) -> None:
    if number_of_rank() != 0:
        return
    from jupyter_mlops.runtime import made

    kept: list[Any] = []
    if bundle.keep:
        from jupyter_mlops.runtime import values

        kept = values.keep(os.environ[RUN_DIR], number_of_attempt(), bundle.keep, after, bundle.path)
    others = made.names(tree, before, after)
    try:
        emit("made", kept + [item for item in others if item["name"] not in bundle.keep])
    except OSError:
        # The log takes no more, but the cell has done its work.
        pass
