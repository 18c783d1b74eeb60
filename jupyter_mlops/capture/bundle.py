"""A cell and what it uses, to a bundle that a rank can run anywhere, with its receipt."""

from __future__ import annotations

import builtins
import hashlib
import os
import shutil
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.capture.cells import Cell, parse_again, read_cell
from jupyter_mlops.capture.describe import describe
from jupyter_mlops.capture.imports import installed_imports
from jupyter_mlops.capture.modules import Sources
from jupyter_mlops.capture.names import Read, Uses, names_used
from jupyter_mlops.capture.obstacles import Obstacle, path_to
from jupyter_mlops.capture.origins import Cells, class_hash, definitions_in, hash_of
from jupyter_mlops.capture.pickling import Blocked, NotebookPickler, Progress, Put, Writer, submodules
from jupyter_mlops.capture.secrets import secrets_in
from jupyter_mlops.capture.stale import stale_definitions, stale_modules
from jupyter_mlops.capture.tables import holds_table
from jupyter_mlops.domain.errors import InvalidCell, InvalidOption, MlopsError, Uncapturable, nearest
from jupyter_mlops.domain.parameters import substitute
from jupyter_mlops.domain.receipts import Item, LeftBehind, Receipt
from jupyter_mlops.domain.runs import Scalar

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# IPython puts these into every notebook; a rank has its own, or cannot have them.
_GIVEN = frozenset({"display", "__name__", "__doc__", "__file__", "__builtins__", "__builtin__", "__spec__"})
_NOTEBOOK_ONLY = {
    "get_ipython": "`get_ipython` belongs to the notebook, which a run does not have; take it out of the cell.",
    "In": "`In` is the notebook's history, which does not travel; give what you need a name of its own.",
    "Out": "`Out` is the notebook's history, which does not travel; give what you need a name of its own.",
}


class CellFacts(msgspec.Struct):
    """``bundle/cell.json``: what a rank must know besides the cell's text.

    Attributes:
        filename: What tracebacks call the cell.
        classes: SHA-256 of the source of each class of the notebook or the cell, by name.
        sources: Whether ``bundle/sources`` exists and goes first on ``sys.path``.
        python: Version of the interpreter that pickled the values, such as ``3.11``.
    """

    name: str
    prompt: int
    filename: str
    keep: list[str]
    classes: dict[str, str]
    sources: bool
    skipped: list[str]
    notebook_dir: str
    python: str = _PYTHON
    format: int = 1


@dataclass(frozen=True)
class Captured:
    """What a submit needs to know of a bundle.

    Attributes:
        code_hash: SHA-256 of the body as it runs.
        params: The parameters that were overridden, as they were given.
        source: The text of ``cell.py``.
        imports: Modules of installed packages that the cell will import.
    """

    receipt: Receipt
    code_hash: str
    params: dict[str, Scalar]
    source: str
    imports: list[str]

    @property
    def summary(self) -> str:
        """Return the line for the card."""
        return self.receipt.summary


def capture(
    text: str,
    namespace: Mapping[str, Any],
    bundle: Path,
    *,
    magic: str = "",
    name: str = "",
    prompt: int = 0,
    overrides: Mapping[str, Scalar] | None = None,
    keep: Sequence[str] = (),
    limit: int = 1 << 30,
    put: Put | None = None,
    progress: Progress | None = None,
    notebook: Path | None = None,
    cwd: Path | None = None,
) -> Captured:
    """Fill the folder ``bundle`` with the cell and all it uses. It is left as it was if that fails.

    Args:
        text: The cell below the magic's line.
        namespace: The notebook's variables.
        bundle: A folder; made if it is missing.
        magic: The magic's line as it stands; empty where there is none.
        name: The run's name.
        prompt: The number in the cell's ``[n]``; 0 if there is none.
        overrides: Parameters by name.
        keep: Names whose values are to come back.
        limit: Bytes that all values together may have.
        put: Stores a large buffer and returns a file to link; without it buffers are files of the bundle alone.
        progress: Called with the bytes done and the name that is being written.
        notebook: The notebook's file, if it is known.
        cwd: Working directory of the ranks.

    Raises:
        InvalidCell: the cell is empty or holds what runs only in a notebook.
        InvalidParameter: the cell has no such parameter, or with another type.
        InvalidOption: ``keep`` names what the cell does not make.
        SyntaxError: the cell is no Python.
        Uncapturable: a value cannot travel; the message says which, why, and what to do.
    """
    filename = _label(name, prompt)
    cell = read_cell(text, magic, filename)
    if overrides:
        cell = parse_again(cell, substitute(cell.body, overrides), magic, filename)
    uses = names_used(cell.tree)
    _check_names(uses, namespace, keep)
    existed = bundle.exists()
    bundle.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        job = _Job(cell, uses, namespace, bundle, limit=limit, put=put, progress=progress)
        job.run()
        folder = notebook.parent if notebook else cwd or Path.cwd()
        sources = job.copy_sources([cwd or Path.cwd(), folder])
        job.look_closer(notebook)
        facts = CellFacts(
            name=name,
            prompt=prompt,
            filename=filename,
            keep=list(keep),
            classes=job.class_hashes(),
            sources=sources,
            skipped=cell.skipped,
            notebook_dir=str(folder),
        )
        _write(bundle / "cell.py", cell.source.encode())
        _write(bundle / "cell.json", wire.encode_pretty(facts))
        _write(bundle / "receipt.json", wire.encode_pretty(job.receipt))
    except BaseException:
        _clear(bundle, existed)
        raise
    code_hash = hashlib.sha256(cell.body.encode()).hexdigest()
    return Captured(job.receipt, code_hash, dict(overrides or {}), cell.source, job.imports)


def _label(name: str, prompt: int) -> str:
    number = f" [{prompt}]" if prompt else ""
    return f"Cell{number} ({name})" if name else f"Cell{number}"


def _check_names(uses: Uses, namespace: Mapping[str, Any], keep: Sequence[str]) -> None:
    for name, read in uses.reads.items():
        if name in _NOTEBOOK_ONLY and read.firm and name in namespace:
            raise InvalidCell(_NOTEBOOK_ONLY[name])
    known = uses.bound | set(uses.reads)
    for name in keep:
        if name not in known and not uses.is_opaque:
            raise InvalidOption(f"--keep {name}: the cell makes no {name!r}{nearest(name, sorted(uses.bound))}.")


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _write(path: Path, content: bytes | memoryview) -> None:
    with _create(path) as file:
        file.write(content)


def _clear(bundle: Path, existed: bool) -> None:
    for entry in ("cell.py", "cell.json", "receipt.json", "values.pickle", "cells.json"):
        (bundle / entry).unlink(missing_ok=True)
    for folder in ("buffers", "sources"):
        shutil.rmtree(bundle / folder, ignore_errors=True)
    if not existed:
        bundle.rmdir()


@dataclass
class _Wanted:
    """A name in the queue: who needs it, and what the cell has made by the time it is needed."""

    made: frozenset[str]
    firm: bool
    user: str = ""


class _Job:
    """One capture: a queue of names that grows while functions of the notebook are met."""

    def __init__(
        self,
        cell: Cell,
        uses: Uses,
        namespace: Mapping[str, Any],
        bundle: Path,
        *,
        limit: int,
        put: Put | None,
        progress: Progress | None,
    ) -> None:
        self.cell, self.uses, self.namespace, self.bundle, self.put = cell, uses, namespace, bundle, put
        self.limit, self.progress = limit, progress
        self.cells = Cells()
        self.receipt = Receipt(notes=[f"`{line}` was skipped: it only sets up the notebook." for line in cell.skipped])
        self.wanted: dict[str, _Wanted] = {}
        self.current = _Wanted(frozenset(), True)
        self.definitions: dict[str, list[tuple[str, type | types.FunctionType]]] = {}
        self.modules: set[str] = set()
        self.imports: list[str] = []

    def run(self) -> None:
        """Write the values."""
        for name, read in self.uses.reads.items():
            self.want(name, read)
        modules = submodules(self.uses.chains, self.namespace)
        if self.wanted or modules:
            with _create(self.bundle / "values.pickle") as file:
                self._pickle_all(Writer(file, self._store, self.limit, self.progress), modules)
        if self.cells.sources:
            _write(self.bundle / "cells.json", wire.encode(self.cells.sources))

    def copy_sources(self, roots: list[Path]) -> bool:
        """Copy local modules; say whether there are any."""
        sources = Sources(roots)
        sources.add(self.modules | self.uses.imports)
        sources.copy_to(self.bundle / "sources")
        self.imports = installed_imports(self.uses.imports, self.modules, sources.modules)
        self.receipt.sources = sources.files
        self.receipt.notes += sources.notes
        self.receipt.stale += stale_modules(sources.modules)
        self.receipt.items = [
            msgspec.structs.replace(item, travels="source")
            if isinstance(module := self.namespace.get(item.name), types.ModuleType)
            and module.__name__.partition(".")[0] in sources.modules
            else item
            for item in self.receipt.items
        ]
        return bool(sources.modules)

    def look_closer(self, notebook: Path | None) -> None:
        """Say what is stale and what looks like a secret."""
        self.receipt.stale += stale_definitions(self.definitions, self.namespace, notebook)
        for item in self.receipt.items:
            self.receipt.secrets += secrets_in(item.name, self.namespace[item.name])

    def class_hashes(self) -> dict[str, str]:
        """Return the hashes of all classes that the rank may meet; the cell's own definition of a name counts."""
        kinds = {name: kind for name, met in self.definitions.items() for _, kind in met if isinstance(kind, type)}
        travelled = {name: class_hash(kind, self.namespace) for name, kind in kinds.items()}
        defined = definitions_in(self.cell.tree, self.cell.source)
        return {**travelled, **{name: hash_of(source) for name, source in defined.items() if name in self.uses.bound}}

    def want(self, name: str, read: Read, user: str = "") -> None:
        """Queue a name that the namespace has."""
        if name in self.wanted or name not in self.namespace or name in _GIVEN or name in _NOTEBOOK_ONLY:
            return
        value = self.namespace[name]
        if getattr(builtins, name, self) is value or _is_ipythons_own(name, value):
            return
        self.wanted[name] = _Wanted(read.made, read.firm, user)

    def _needs(self, names: list[str], function: types.FunctionType) -> None:
        for name in names:
            if name not in self.current.made:
                self.want(name, Read(name not in self.uses.bound, self.current.made), function.__qualname__)

    def _pickle_all(self, writer: Writer, modules: list[types.ModuleType]) -> None:
        pickler = NotebookPickler(writer, self.namespace, self._needs, self.cells.label)
        done: set[str] = set()
        while len(done) < len(self.wanted):
            for name in [name for name in self.wanted if name not in done]:
                done.add(name)
                self.current = self.wanted[name]
                if self.current.firm or self._can_travel(name):
                    self._pickle_one(pickler, writer, name)
        if modules:
            writer.begin("")
            pickler.dump("")
            pickler.dump(modules)
        self.definitions, self.modules = pickler.definitions, pickler.modules
        self.receipt.size = writer.total

    def _pickle_one(self, pickler: NotebookPickler, writer: Writer, name: str) -> None:
        value = self.namespace[name]
        writer.begin(name)
        try:
            pickler.dump(name)
            pickler.dump(value)
        except MlopsError:
            raise
        except Exception as error:
            raise Uncapturable(self._why_not(name, error, pickler.last)) from error
        travels = "name" if isinstance(value, types.ModuleType) else "value"
        self.receipt.items.append(
            Item(
                name,
                describe(value),
                travels,  # type: ignore[arg-type]  # One of the two words above.
                writer.sizes[name],
                self.current.user,
                table=holds_table(value),
            )
        )

    def _can_travel(self, name: str) -> bool:
        """Try a name that the cell probably makes itself: if it cannot travel, it stays."""
        writer = Writer(_Nowhere(), lambda *_: None, self.limit, None)
        writer.begin(name)
        pickler = NotebookPickler(writer, self.namespace, lambda *_: None, lambda code: code.co_filename)
        try:
            pickler.dump(self.namespace[name])
        except Exception as error:
            self.receipt.left.append(LeftBehind(name, self._why_not(name, error, pickler.last)))
            return False
        return True

    def _why_not(self, name: str, error: Exception, last: Any) -> str:
        culprit = error.value if isinstance(error, Blocked) else last
        place = path_to(name, self.namespace[name], lambda value: value is culprit)
        user = f", which `{self.current.user}` uses," if self.current.user else ""
        if isinstance(error, Blocked):
            reason: Obstacle = error.reason
            return f"{place or f'`{name}`'}{user} is {reason.what} and cannot travel to a rank; {reason.remedy}."
        kind = type(culprit if place else self.namespace[name]).__name__
        said = str(error).strip().partition("\n")[0].rstrip(".")
        return f"{place or f'`{name}`'}{user} is of type {kind}, which cannot travel ({said}); make it inside the cell."

    def _store(self, number: int, buffer: memoryview) -> None:
        folder = self.bundle / "buffers"
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / str(number)
        if self.put is None:
            _write(target, buffer)
            return
        stored = self.put(buffer)
        try:
            os.link(stored, target)
        except OSError:
            shutil.copyfile(stored, target)
            target.chmod(0o600)


def _is_ipythons_own(name: str, value: object) -> bool:
    """Say whether IPython has put its own ``open`` or ``exit`` in the place of Python's."""
    # Its ``open`` says that it is of ``io``, but not where its globals are.
    where = getattr(value, "__globals__", {}).get("__name__") or getattr(value, "__module__", None)
    return hasattr(builtins, name) and isinstance(where, str) and where.startswith("IPython.")


class _Nowhere:
    """A file that forgets."""

    def write(self, data: bytes) -> int:
        return len(data)
