"""Kept values, back in the notebook."""

from __future__ import annotations

import mmap
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_mlops.capture.origins import class_hash
from jupyter_mlops.domain.errors import Broken, MlopsError, NotFound, Unavailable


def restore(
    folder: Path,
    attempt: int,
    name: str,
    namespace: Mapping[str, Any] | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Any:
    """Return the value that a run kept under ``name``.

    Instances of the notebook's classes are instances of the class that the notebook has now, if its source is the
    same; else the run's own copy of the class is used and ``note`` is called with a sentence.

    Args:
        folder: The run's folder.
        attempt: Which attempt's value.
        name: The variable in the cell.
        namespace: Where classes are looked for; that of ``__main__`` if it is None.
        note: Called with a sentence that the user should see.

    Raises:
        NotFound: the run kept no such value.
        Unavailable: the value needs a package that is not installed here.
        Broken: the file cannot be read.
    """
    path = folder / "values" / str(attempt) / name
    classes = _Classes(sys.modules["__main__"].__dict__ if namespace is None else namespace, name, note)
    try:
        return _read(path, classes)
    except FileNotFoundError as error:
        raise NotFound(f"The run kept no value {name!r}; name it with --keep.") from error
    except ModuleNotFoundError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise Unavailable(f"{name!r} needs the package {package!r}, which is not installed here.") from error
    except MlopsError:
        raise
    except Exception as error:
        raise Broken(f"{name!r} cannot be loaded here: {type(error).__name__}: {error}.") from error


def _read(path: Path, classes: _Classes) -> Any:
    with open(f"{path}.pickle", "rb") as file:
        return _Unpickler(file, path, classes).load()


def _buffers(path: Path) -> Iterator[mmap.mmap]:
    """Yield the value's buffers; writing into one does not change its file."""
    number = 0
    while True:
        with open(f"{path}.{number}.buffer", "rb") as file:
            yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        number += 1


class _Unpickler(pickle.Unpickler):
    """Asks ``classes`` where the rank wrote a class of the notebook."""

    def __init__(self, file: BinaryIO, path: Path, classes: _Classes) -> None:
        super().__init__(file, buffers=_buffers(path))
        self._classes = classes

    def find_class(self, module: str, name: str) -> Any:
        """Return what a global of the pickle stands for."""
        if (module, name) == ("jupyter_mlops.runtime.values", "notebook_class"):
            return self._classes.find
        return super().find_class(module, name)


class _Classes:
    """Decides which class a kept instance gets, once per class."""

    def __init__(self, namespace: Mapping[str, Any], name: str, note: Callable[[str], None]) -> None:
        self.namespace, self.name, self.note = namespace, name, note
        self._noted: set[str] = set()

    def find(self, qualname: str, source_hash: str, copy: bytes) -> type:
        """Return the class of that name that the notebook has, if it is the same, else the run's copy."""
        found = self._in_notebook(qualname)
        if found is not None and self._is_same(found, source_hash):
            return found
        if not copy:
            return self._without_copy(qualname, found)
        if found is not None:
            self._say(qualname, f"`{self.name}` comes with the run's own copy of it.")
        made: type = pickle.loads(copy)
        return made

    def _is_same(self, found: type, source_hash: str) -> bool:
        now = class_hash(found, self.namespace)
        return not source_hash or not now or now == source_hash

    def _without_copy(self, qualname: str, found: type | None) -> type:
        if found is None:
            raise Unavailable(
                f"{self.name!r} needs the class `{qualname}`, which the notebook does not define; "
                "run the cell that defines it."
            )
        self._say(qualname, f"`{self.name}` comes with the notebook's class, for the run has no copy of its own.")
        return found

    def _say(self, qualname: str, rest: str) -> None:
        root = qualname.partition(".")[0]
        if root not in self._noted:
            self._noted.add(root)
            self.note(f"The class `{root}` has changed since the run: {rest}")

    def _in_notebook(self, qualname: str) -> type | None:
        root, *rest = qualname.split(".")
        found = self.namespace.get(root)
        for part in rest:
            found = getattr(found, part, None)
        return found if isinstance(found, type) and found.__module__ == "__main__" else None
