"""Values that travel with a cell, into the rank and back. Standard library, and cloudpickle where values are kept."""

from __future__ import annotations

import mmap
import os
import pickle
import sys

from jupyter_mlops.runtime import folders
from jupyter_mlops.runtime.bundle import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

NEW_NUMPY, OLD_NUMPY = "numpy._core", "numpy.core"
OUT_OF_BAND = 1 << 20
"""Buffers of this many bytes or more stand in files of their own."""


class CannotLoad(Exception):
    """A value cannot be made in this interpreter; the message is one sentence."""


class Unpickler(pickle.Unpickler):
    """Finds what an array is made of where numpy is older than the one that has pickled it."""

    def find_class(self, module: str, name: str) -> Any:
        """Return the object that is called ``name`` in ``module``."""
        try:
            return super().find_class(module, name)
        except ModuleNotFoundError:
            if not module.startswith(NEW_NUMPY):
                raise
            # What numpy 2 has there is in numpy 1 under the name without the underscore.
            return super().find_class(OLD_NUMPY + module[len(NEW_NUMPY) :], name)


def load(bundle: str, namespace: dict[str, Any]) -> None:
    """Put the values of ``bundle`` into ``namespace``, which is that of ``__main__``.

    Raises:
        CannotLoad: a value needs what this interpreter does not have.
    """
    path = os.path.join(bundle, "values.pickle")
    if not os.path.exists(path):
        return
    builtins = namespace.get("__builtins__")
    try:
        with open(path, "rb") as file:
            _load_all(file, bundle, namespace)
    finally:
        # cloudpickle puts its own view of the builtins there.
        if builtins is not None:
            namespace["__builtins__"] = builtins


def _load_all(file: BinaryIO, bundle: str, namespace: dict[str, Any]) -> None:
    # One unpickler for all pickles: they share their objects.
    unpickler = Unpickler(file, buffers=_numbered(os.path.join(bundle, "buffers", "{}")))
    while True:
        try:
            name = unpickler.load()
        except EOFError:
            return
        try:
            value = unpickler.load()
        except Exception as error:
            raise CannotLoad(_why_not(name, error, bundle)) from error
        if name:
            namespace[name] = value


def _numbered(pattern: str) -> Iterator[bytearray | mmap.mmap]:
    number = 0
    while True:
        yield _read_buffer(pattern.format(number))
        number += 1


def _read_buffer(path: str) -> bytearray | mmap.mmap:
    """Return the content of ``path`` as a buffer that may be written without changing the file."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        size = os.fstat(fd).st_size
        if size < OUT_OF_BAND:
            return bytearray(os.read(fd, size))
        return mmap.mmap(fd, size, access=mmap.ACCESS_COPY)
    finally:
        os.close(fd)


def _read_json(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            return dict(decode(file.read()))
    except OSError:
        return {}


def _why_not(name: str, error: Exception, bundle: str) -> str:
    what = f"`{name}`" if name else "A module that the cell uses"
    captured = _read_json(os.path.join(bundle, "cell.json")).get("python", "")
    here = "{}.{}".format(*sys.version_info)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return "{} needs the package {!r}, which {} does not have; install it there.".format(
            what, error.name.partition(".")[0], sys.executable
        )
    if captured and captured != here:
        return f"{what} comes from Python {captured} and cannot be loaded by Python {here}; use the same version."
    return "{} cannot be loaded in the rank: {}: {}.".format(what, type(error).__name__, str(error).rstrip("."))


def keep(
    run_dir: str, attempt: int, names: list[str], namespace: dict[str, Any], bundle: str
) -> list[dict[str, object]]:
    """Store values of ``namespace`` for the notebook, each in files of its own.

    Returns:
        For each name a dict with ``name``, ``type``, and ``size`` in bytes or ``why`` it could not be kept.
    """
    folder = folders.make(run_dir, "values", str(attempt))
    hashes = _read_json(os.path.join(bundle, "cell.json")).get("classes", {})
    return [_keep_one(folder, name, namespace, hashes) for name in names]


def _keep_one(folder: str, name: str, namespace: dict[str, Any], hashes: dict[str, str]) -> dict[str, object]:
    if name not in namespace:
        return {"name": name, "type": "", "why": f"The cell made no `{name}`."}
    value = namespace[name]
    made: dict[str, object] = {"name": name, "type": type(value).__qualname__}
    try:
        made["size"] = _store(folder, name, value, hashes)
    except Exception as error:
        made["why"] = f"{_first_line(error)}."
    return made


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _store(folder: str, name: str, value: object, hashes: dict[str, str]) -> int:
    """Write ``<name>.<n>.buffer`` and then ``<name>.pickle``, which makes the value visible."""
    path = os.path.join(folder, name)
    sizes: list[int] = []

    def take(buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:
            return True
        if raw.nbytes < OUT_OF_BAND:
            return True
        _write(folder, f"{path}.{len(sizes)}.buffer", lambda file: file.write(raw))
        sizes.append(raw.nbytes)
        return False

    _write(folder, path + ".pickle", lambda file: _pickler(file, take, hashes).dump(value))
    return sum(sizes) + os.path.getsize(path + ".pickle")


def _write(folder: str, path: str, fill: Callable[[BinaryIO], object]) -> None:
    draft = os.path.join(folder, f".{os.path.basename(path)}.{os.getpid()}.tmp")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            fill(file)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _pickler(file: BinaryIO, take: Callable[[pickle.PickleBuffer], bool], hashes: dict[str, str]) -> pickle.Pickler:
    import cloudpickle

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
        """Gives classes of the notebook by name, with a copy for where the name means something else."""

        def reducer_override(self, value: Any) -> Any:
            if isinstance(value, type) and _is_of_the_notebook(value):
                qualname = value.__qualname__
                return notebook_class, (qualname, hashes.get(qualname.partition(".")[0], ""), _copy_of(value))
            return super().reducer_override(value)

    pickler: pickle.Pickler = Pickler(file, protocol=5, buffer_callback=take)
    return pickler


def _is_of_the_notebook(kind: type) -> bool:
    return kind.__module__ in ("__main__", "__mp_main__") and "<locals>" not in kind.__qualname__


def _copy_of(kind: type) -> bytes:
    import cloudpickle

    try:
        copy: bytes = cloudpickle.dumps(kind, protocol=5)
        return copy
    except Exception:
        # A method uses what cannot be pickled: the notebook's own class must do.
        return b""


def notebook_class(qualname: str, _source_hash: str, copy: bytes) -> type:
    """Return the class that a kept value is an instance of: here the run's copy.

    The notebook puts its own answer in the place of this function, which prefers the class that the notebook has.
    """
    if not copy:
        raise CannotLoad(f"The class `{qualname}` is not defined here, and the run has no copy of it.")
    made: type = pickle.loads(copy)
    return made
