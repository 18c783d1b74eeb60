"""What a rank's interpreter runs: prepare the process, run the cell, say what came of it.

The time from the interpreter's start to the cell's first line is what a user waits for, so nothing is imported
here before the cell itself asks for it: see ``hooks``.
"""

from __future__ import annotations

import os
import sys

from jupyter_mlops.runtime import cell, prompts
from jupyter_mlops.runtime.hooks import after_import
from jupyter_mlops.runtime.records import RUN_DIR, emit, note, number_of_attempt, number_of_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
FIGURES = "module://jupyter_mlops.runtime.figures"


def main() -> NoReturn:
    """Run the cell of the run that the environment names, and end as it ends."""
    open_streams()
    bundle = os.path.join(os.environ[RUN_DIR], "bundle")
    about = _read_json(os.path.join(bundle, "cell.json"))
    filename = about["filename"]
    with open(os.path.join(bundle, "cell.py"), encoding="utf-8", newline="") as file:
        source = file.read()
    sources = {**about.get("cells", {}), filename: source}
    module = _prepare(bundle, about, sources)
    raise SystemExit(_run(module, bundle, about, source))


def open_streams() -> None:
    """Let each line that is printed reach the log at once and untorn, whatever PYTHONUNBUFFERED says."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(  # type: ignore[union-attr]
                encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=False
            )


def install_hooks(sources: dict[str, str]) -> None:
    """Prepare what a rank and the processes that it starts have in common.

    Args:
        sources: Text of the notebook's cells by the file name of their code.
    """
    prompts.install()
    sys.displayhook = _show_value
    for name, action in (
        ("linecache", cell.remember_lines(sources)),
        ("inspect", _teach_inspect),
        ("ctypes", _buffer_lines_of_c),
        ("threading", _render_thread_failures),
        ("multiprocessing.reduction", _teach_pickling),
        ("joblib.externals.loky.backend.spawn", _teach_loky),
        ("loky.backend.spawn", _teach_loky),
        ("IPython.core.display_functions", _take_display),
        ("IPython.core.display", _take_display),
        ("matplotlib", _choose_figures),
    ):
        after_import(name, action)


def _prepare(bundle: str, about: dict[str, Any], sources: dict[str, str]) -> ModuleType:
    sys.argv[:] = [""]
    if about.get("sources"):
        sys.path.insert(0, os.path.join(bundle, "sources"))
    backend = os.environ.get("MPLBACKEND", "")
    if not backend or "inline" in backend or "ipympl" in backend:
        os.environ["MPLBACKEND"] = FIGURES
    install_hooks(sources)
    return cell.make_main(os.path.join(HERE, "child.py"))


def _run(module: ModuleType, bundle: str, about: dict[str, Any], source: str) -> object:
    """Run the cell and return what the process exits with."""
    namespace = module.__dict__
    filename = about["filename"]
    try:
        tree = cell.parse(source, filename)
        codes = cell.compile_tree(tree, source, filename)
        if os.path.exists(os.path.join(bundle, "values.pickle")):
            from jupyter_mlops.runtime import values

            values.load(bundle, namespace)
        before = dict(namespace)
        emit("cell", "started")
        code: object = 0
        try:
            cell.run(codes, namespace)
        except SystemExit as exit_:
            code = exit_.code
        _show_figures()
        if code is None or code == 0:
            _keep(tree, before, namespace, bundle, about["keep"])
        return code
    except BaseException as error:
        return _fail(error, filename)


def _keep(tree: Any, before: dict[str, object], namespace: dict[str, object], bundle: str, names: list[str]) -> None:
    if number_of_rank() != 0:
        return
    from jupyter_mlops.runtime import made

    kept: list[Any] = []
    if names:
        from jupyter_mlops.runtime import values

        kept = values.keep(os.environ[RUN_DIR], number_of_attempt(), names, namespace, bundle)
    emit("made", kept + [item for item in made.names(tree, before, namespace) if item["name"] not in names])


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


def _read_json(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        from _json import make_scanner
    except ImportError:
        import json

        return dict(json.loads(text))
    # The json module compiles regular expressions when it is imported, 10 ms; the scanner itself needs none.
    return dict(
        make_scanner(_Scanning)(  # type: ignore[arg-type]
            text.strip(), 0
        )[0]
    )


class _Scanning:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}


def _show_value(value: object) -> None:
    if value is not None:
        from jupyter_mlops.runtime.display import display

        display(value)


def _teach_inspect(inspect: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import teach_inspect

    teach_inspect(inspect)


def _buffer_lines_of_c(ctypes: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import buffer_lines_of_c

    buffer_lines_of_c(ctypes)


def _render_thread_failures(threading: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import render_thread_failures

    render_thread_failures(threading)


def _teach_loky(spawn: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import teach_loky

    teach_loky(spawn)


def _teach_pickling(reduction: ModuleType) -> None:
    from jupyter_mlops.runtime.pickling import teach

    teach(reduction)


def _take_display(module: ModuleType) -> None:
    from jupyter_mlops.runtime.display import take_over

    take_over(module)


def _choose_figures(matplotlib: ModuleType) -> None:
    from jupyter_mlops.runtime.patches import allow_inline

    allow_inline(matplotlib)
