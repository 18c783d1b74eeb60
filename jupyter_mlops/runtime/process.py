"""What a rank and the Python processes that it starts have in common.

Everything waits for the import of the module that it is about.
"""

from __future__ import annotations

import builtins
import faulthandler
import io
import os
import sys

from jupyter_mlops.runtime import prompts
from jupyter_mlops.runtime.hooks import after_import
from jupyter_mlops.runtime.records import RUN_DIR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType, TracebackType
    from typing import Any, TextIO

    from jupyter_mlops.runtime.bundle import Bundle

_LONGEST_LINE = 64 << 10
_taught: list[bool] = []


def open_streams() -> None:
    """Let each line that is printed reach the log at once and untorn, whatever PYTHONUNBUFFERED says.

    The text is buffered up to its line feed and written at once, with no second buffer below: that one would tear
    long lines, and its lock, held by a thread that prints during a fork, would stop the child for ever.
    """
    sys.stdout = sys.__stdout__ = _lines_to(1, sys.stdout)  # type: ignore[misc, assignment]
    sys.stderr = sys.__stderr__ = _lines_to(2, sys.stderr)  # type: ignore[misc, assignment]


def install_hooks(bundle: Bundle) -> None:
    """Prepare this process for code of the notebook, without importing anything."""
    faulthandler.enable()
    prompts.install()
    # IPython offers this name everywhere, without an import.
    builtins.display = _display  # type: ignore[attr-defined]
    sys.displayhook = _show_value
    sys.excepthook = _show_failure
    after_import("linecache", bundle.fill_linecache)
    teach_modules()
    after_import("mlflow.utils.autologging_utils", _leave_models_out)
    after_import("mlflow.tracking._tracking_service.utils", _record_mlflow)


def teach_modules() -> None:
    """Correct modules as soon as they are imported; once, for a template has done it for its ranks."""
    if _taught:
        return
    _taught.append(True)
    after_import("inspect", _teach_inspect)
    after_import("ctypes", _buffer_lines_of_c)
    after_import("threading", _render_thread_failures)
    after_import("matplotlib", _choose_backend)
    after_import("multiprocessing.reduction", _teach_reduction)
    after_import("multiprocessing.spawn", _teach_spawn)
    after_import("joblib.pool", _teach_joblib)
    for name in ("joblib.externals.loky.backend.spawn", "loky.backend.spawn"):
        after_import(name, _teach_loky)
    for name in ("IPython.core.display_functions", "IPython.core.display"):
        after_import(name, _take_display)


def begin_child() -> None:
    """Prepare a process that the cell has spawned, before it reads what it is to do."""
    open_streams()
    # The variable is missing where the cell gives its children another environment.
    run_dir = os.environ.get(RUN_DIR)
    if run_dir:
        from jupyter_mlops.runtime.bundle import Bundle

        install_hooks(Bundle(run_dir))
    from jupyter_mlops.runtime import pickling

    pickling.part()


def _lines_to(fd: int, stream: TextIO) -> TextIO:
    if stream is None:
        return stream
    # A template has opened them already, and what it has imported may hold them.
    if getattr(stream, "_CHUNK_SIZE", 0) == _LONGEST_LINE:
        return stream
    stream.flush()
    raw = io.FileIO(fd, "w", closefd=False)
    raw.name = stream.name
    lines = io.TextIOWrapper(raw, "utf-8", "backslashreplace", line_buffering=True)
    # Parts of a line are gathered up to its end; with the usual 8 KiB, print() would tear longer ones.
    lines._CHUNK_SIZE = _LONGEST_LINE  # type: ignore[attr-defined]
    lines.mode = "w"  # type: ignore[misc]
    return lines


def _display(*objs: object, **options: Any) -> object:
    from jupyter_mlops.runtime.display import display

    return display(*objs, **options)


def _show_value(value: object) -> None:
    if value is not None:
        _display(value)


def _show_failure(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    from jupyter_mlops.runtime import failures

    failures.show(error)


def _teach_inspect(inspect: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import teach_inspect

    teach_inspect(inspect)


def _buffer_lines_of_c(ctypes: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import buffer_lines_of_c

    buffer_lines_of_c(ctypes)


def _render_thread_failures(threading: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import render_thread_failures

    render_thread_failures(threading)


def _choose_backend(matplotlib: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import choose_backend

    choose_backend(matplotlib)


def _leave_models_out(autologging: ModuleType) -> None:
    from jupyter_mlops.runtime.mlflow_hooks import leave_models_out

    leave_models_out(autologging)


def _record_mlflow(service: ModuleType) -> None:
    from jupyter_mlops.runtime.mlflow_hooks import record_here

    record_here(service)


def _teach_loky(spawn: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import teach_loky

    teach_loky(spawn)


def _teach_reduction(reduction: ModuleType) -> None:
    from jupyter_mlops.runtime.pickling import teach_reduction

    teach_reduction(reduction)


def _teach_spawn(spawn: ModuleType) -> None:
    from jupyter_mlops.runtime.pickling import teach_spawn

    teach_spawn(spawn)


def _teach_joblib(pool: ModuleType) -> None:
    from jupyter_mlops.runtime.pickling import teach

    teach(pool.CustomizablePickler)


def _take_display(module: ModuleType) -> None:
    from jupyter_mlops.runtime.display import take_over

    take_over(module)
