"""Small corrections to modules that the cell imports, made right after their import."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_FIGURES = "module://jupyter_mlops.runtime.figures"


def buffer_lines_of_c(ctypes: ModuleType) -> None:
    """Let what C code prints reach the log line by line too.

    Libraries that print from C come with ctypes, so waiting for its import costs the others nothing.
    """
    try:
        library = ctypes.CDLL(None)
        for name in ("stdout", "stderr"):
            library.setvbuf(ctypes.c_void_p.in_dll(library, name), None, 1, 0)
    except (OSError, ValueError, AttributeError, TypeError):
        # Not a glibc: what C code prints then comes in blocks.
        pass


def teach_inspect(inspect: ModuleType) -> None:
    """Let ``inspect`` find the source of the notebook's classes: in the cell, not in the file of ``__main__``."""
    original = inspect.getfile

    def getfile(thing: Any) -> Any:
        if isinstance(thing, type) and thing.__module__ in ("__main__", "__mp_main__"):
            for member in vars(thing).values():
                code = getattr(getattr(member, "__func__", member), "__code__", None)
                if code is not None and code.co_name != "__create_fn__" and not code.co_filename.startswith("<"):
                    return code.co_filename
        return original(thing)

    inspect.getfile = getfile  # type: ignore[attr-defined]


def render_thread_failures(threading: ModuleType) -> None:
    """Let the traceback of a thread look like that of the cell; the interpreter's own does not find its lines."""
    original = threading.excepthook

    def excepthook(args: Any) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            original(args)
            return
        from jupyter_mlops.runtime import failures

        name = args.thread.name if args.thread is not None else "?"
        sys.stderr.write(f"Exception in thread {name}:\n{failures.render(args.exc_value)}\n")

    threading.excepthook = excepthook  # type: ignore[attr-defined]


def teach_loky(spawn: ModuleType) -> None:
    """Let joblib's workers begin as other children do, by our small ``__main__`` file: their lines come whole."""
    original = spawn.get_preparation_data

    def get_preparation_data(name: str, *_: object, **__: object) -> Any:
        return original(name, True)

    spawn.get_preparation_data = get_preparation_data  # type: ignore[attr-defined]


def choose_backend(matplotlib: ModuleType) -> None:
    """Let figures go to the run's card, unless the user has chosen another backend that needs no kernel.

    The choice is MPLBACKEND, or ``matplotlib.use``; a notebook overrules matplotlib's own file too. The variable is
    not changed: programs that the cell starts may be of an interpreter that does not have our backend.
    """
    original = matplotlib.use

    def use(backend: str, **options: Any) -> None:
        original(_FIGURES if _needs_kernel(backend) else backend, **options)

    matplotlib.use = use  # type: ignore[attr-defined]
    chosen = os.environ.get("MPLBACKEND")
    if not chosen or _needs_kernel(chosen):
        matplotlib.rcParams["backend"] = _FIGURES


def _needs_kernel(backend: object) -> bool:
    return isinstance(backend, str) and any(word in backend for word in ("inline", "ipympl", "widget", "nbagg"))
