"""``display()``: what a cell shows becomes files of its run, one MIME bundle each."""

from __future__ import annotations

import json
import os
import sys
from time import time

from jupyter_mlops.runtime import folders
from jupyter_mlops.runtime.formats import bundle_of
from jupyter_mlops.runtime.records import RUN_DIR, is_rank, note, number_of_attempt, number_of_rank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

MOST_ITEMS = 200
LARGEST_ITEM = 20 << 20
LARGEST_SUM = 100 << 20


class DisplayHandle:
    """Shows something else in the place of what was shown before."""

    def __init__(self, display_id: str | None = None) -> None:
        """Stand for the place ``display_id``, or for a new one."""
        self.display_id = display_id or os.urandom(16).hex()

    def display(self, obj: object, **options: Any) -> None:
        """Show ``obj`` in this place."""
        display(obj, display_id=self.display_id, **options)

    def update(self, obj: object, **options: Any) -> None:
        """Show ``obj`` in this place instead of what is there."""
        update_display(obj, display_id=self.display_id, **options)


def display(
    *objs: object,
    include: Any = None,
    exclude: Any = None,
    metadata: dict[str, object] | None = None,
    transient: dict[str, object] | None = None,
    display_id: str | bool | None = None,
    raw: bool = False,
    clear: bool = False,
    **_options: object,
) -> DisplayHandle | None:
    """Show objects on the run's card, in the way of ``IPython.display.display``.

    Args:
        objs: What is shown; MIME bundles if ``raw``.
        include: MIME types to show; None for all.
        exclude: MIME types to leave out.
        metadata: Goes along with each bundle.
        transient: May hold the ``display_id``.
        display_id: A name of the place, or True for a new one; the next object under this name takes the place.
        raw: Whether ``objs`` are MIME bundles already.
        clear: Whether what was shown so far goes away.

    Returns:
        The place, if it has a name.
    """
    if clear:
        clear_output(wait=True)
    display_id = display_id or (transient or {}).get("display_id")  # type: ignore[assignment]
    handle = DisplayHandle(None if display_id is True else display_id) if display_id else None
    for obj in objs:
        if not raw and _shows_itself(obj):
            continue
        data, found = (dict(obj), {}) if raw else bundle_of(obj, include, exclude)  # type: ignore[call-overload]
        if data:
            _put(handle.display_id if handle else None, data, {**found, **(metadata or {})})
    return handle


def update_display(obj: object, *, display_id: str, **options: Any) -> None:
    """Show ``obj`` in the place ``display_id`` instead of what is there."""
    display(obj, display_id=display_id, **options)


def clear_output(wait: bool = False) -> None:
    """Take away what this rank has shown so far; with ``wait``, when the next thing is shown."""
    _shelf().clear(wait)


def publish_display_data(
    data: dict[str, object], metadata: dict[str, object] | None = None, *_: object, **options: Any
) -> None:
    """Show a MIME bundle that is made already, like ``IPython.display.publish_display_data``."""
    transient = options.get("transient") or {}
    _put(transient.get("display_id"), data, metadata or {})


def take_over(module: ModuleType) -> None:
    """Let IPython's functions of these names show here, where they would otherwise only print."""
    if not is_rank():
        return
    for ours in (display, update_display, clear_output, publish_display_data, DisplayHandle):
        if hasattr(module, ours.__name__):
            setattr(module, ours.__name__, ours)


class _Shelf:
    """The files that this rank shows in this attempt; its forked workers put theirs there too."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._places: dict[str, str] = {}
        self._clearing = False

    def put(self, place: str | None, data: dict[str, object], metadata: dict[str, object]) -> None:
        item = {"id": place, "data": data, "metadata": metadata, "time": time()}
        content = json.dumps(item, default=_plain).encode("utf-8", "backslashreplace")
        old = self._items()
        if self._clearing:
            self._clearing = False
            self._places.clear()
        else:
            known = self._places.get(place or "")
            if not self._has_room(old, known, len(content)):
                return
            old = {}
            if known:
                os.replace(self._write(content), os.path.join(self._folder, known))
                return
        name = self._add(content, max(map(_number, self._items()), default=0) + 1)
        if place:
            self._places[place] = name
        self._remove(old)

    def clear(self, wait: bool) -> None:
        if wait:
            self._clearing = True
        else:
            self._places.clear()
            self._remove(self._items())

    def _has_room(self, old: dict[str, int], known: str | None, size: int) -> bool:
        if size > LARGEST_ITEM:
            _note_once(f"Something of {size >> 20} MB was not shown; the most is {LARGEST_ITEM >> 20} MB.")
        elif not known and len(old) >= MOST_ITEMS:
            _note_once(f"Only the first {MOST_ITEMS} things that the cell showed are kept.")
        elif sum(old.values()) - old.get(known or "", 0) + size > LARGEST_SUM:
            _note_once(f"Only the first {LARGEST_SUM >> 20} MB of what the cell showed are kept.")
        else:
            return True
        return False

    def _items(self) -> dict[str, int]:
        """Return the size of each file by its name."""
        with os.scandir(self._folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.name.endswith(".json")}

    def _write(self, content: bytes) -> str:
        draft = os.path.join(self._folder, f".{os.getpid()}.{os.urandom(4).hex()}.tmp")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        return draft

    def _add(self, content: bytes, number: int) -> str:
        draft = self._write(content)
        try:
            while True:
                name = f"{number:06}.json"
                try:
                    # A link refuses a name that another process has taken meanwhile.
                    os.link(draft, os.path.join(self._folder, name))
                    return name
                except FileExistsError:
                    number += 1
                except OSError:
                    # A file system without links: this process alone has to do.
                    os.rename(draft, os.path.join(self._folder, name))
                    return name
        finally:
            if os.path.exists(draft):
                os.unlink(draft)

    def _remove(self, names: dict[str, int]) -> None:
        for name in names:
            try:
                os.unlink(os.path.join(self._folder, name))
            except FileNotFoundError:
                pass


class _Paper:
    """What is shown outside a run: its plain text is printed."""

    def put(self, _place: str | None, data: dict[str, object], _metadata: dict[str, object]) -> None:
        print(data.get("text/plain", ""))

    def clear(self, wait: bool) -> None:
        del wait


_shelves: list[_Shelf] = []
_noted: set[str] = set()


def _put(place: str | None, data: dict[str, object], metadata: dict[str, object]) -> None:
    try:
        _shelf().put(place, data, metadata)
    except OSError as error:
        # A full disk is no reason to lose the training.
        _note_once(f"Something that the cell showed could not be stored: {error.strerror}.")


def _shelf() -> _Shelf | _Paper:
    if not is_rank():
        return _Paper()
    if not _shelves:
        folder = folders.make(os.environ[RUN_DIR], "display", str(number_of_attempt()), str(number_of_rank()))
        _shelves.append(_Shelf(folder))
    return _shelves[0]


def _shows_itself(obj: object) -> bool:
    method = getattr(obj, "_ipython_display_", None)
    if isinstance(obj, type) or not callable(method):
        return False
    try:
        method()
    except NotImplementedError:
        return False
    return True


def _note_once(sentence: str) -> None:
    # The numbers in it may differ.
    kind = sentence[:20]
    if kind not in _noted:
        _noted.add(kind)
        note(sentence)


def _number(name: str) -> int:
    return int(name.split(".", maxsplit=1)[0]) if name.split(".", maxsplit=1)[0].isdigit() else 0


def _plain(value: object) -> object:
    """Return what JSON can say of ``value``: NumPy's arrays and scalars say it themselves."""
    if isinstance(value, (bytes, bytearray)):
        from base64 import b64encode

        return b64encode(value).decode()
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) and "numpy" in sys.modules else str(value)
