"""What a run left behind: its text, its rich output, its files and its values, each read when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import NotFound, nearest
from jupyter_mlops.domain.runs import RunStatus


class Text(str):
    """Text that a notebook shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class NoSuchValue(NotFound, KeyError):
    """The run has no value of that name."""

    __str__ = Exception.__str__


class Shown(msgspec.Struct, frozen=True):
    """One rich output of a rank.

    Attributes:
        data: Content by MIME type.
        id: The display id by which the cell updates it; None if it has none.
        place: Where it stands among the rank's outputs.
    """

    data: dict[str, Any]
    metadata: dict[str, Any] = {}
    id: str | None = None
    time: float = 0.0
    place: str = ""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.data, self.metadata

    def __repr__(self) -> str:
        return str(self.data.get("text/plain", f"<{', '.join(self.data)}>"))


class Display(Sequence[Shown]):
    """Rich output in the order in which it was made; a notebook shows all of it."""

    def __init__(self, shown: Sequence[Shown]) -> None:
        self._shown = tuple(shown)

    @overload
    def __getitem__(self, at: int) -> Shown: ...

    @overload
    def __getitem__(self, at: slice) -> Display: ...

    def __getitem__(self, at: int | slice) -> Shown | Display:
        return Display(self._shown[at]) if isinstance(at, slice) else self._shown[at]

    def __len__(self) -> int:
        return len(self._shown)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self._shown)) or "No rich output."

    def _ipython_display_(self) -> None:
        from IPython import display as ipython

        show: Any = ipython.display
        for shown in self._shown:
            show(shown)
        if not self._shown:
            print(repr(self))


class Files(Mapping[str, Path]):
    """The files that the cell put into ``out_dir``, by their path below it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __getitem__(self, name: str) -> Path:
        found = self.path / name
        if name not in self:
            raise NoSuchValue(f"The run left no file {name!r}{nearest(name, self) or '.'}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in set(self)

    def __repr__(self) -> str:
        lines = [f"{name}  {path.stat().st_size:,} B" for name, path in self.items()]
        return "\n".join([str(self.path), *(lines or ["(empty)"])])

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


class Values(Mapping[str, Any]):
    """What ``--keep`` brought back; each value is loaded when it is first asked for, and then stays the same object."""

    def __init__(self, status: Callable[[], RunStatus], load: Callable[[str, int], Any]) -> None:
        self._status = status
        self._load = load
        self._loaded: dict[tuple[str, int], Any] = {}

    def __getitem__(self, name: str) -> Any:
        status = self._status()
        if name not in _kept(status):
            raise NoSuchValue(_why_missing(name, status))
        key = name, status.attempt
        if key not in self._loaded:
            self._loaded[key] = self._load(name, status.attempt)
        return self._loaded[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_kept(self._status()))

    def __len__(self) -> int:
        return len(_kept(self._status()))

    def __contains__(self, name: object) -> bool:
        return name in _kept(self._status())

    def __repr__(self) -> str:
        kept = [made for made in self._status().made if made.size is not None]
        return "\n".join(f"{made.name}  {made.type}  {made.size:,} B" for made in kept) or "No values were kept."

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


def read_display(folder: Path) -> list[Shown]:
    """Return the rich output that one rank wrote to ``folder``; what cannot be read is passed over."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            shown = wire.decode(path.read_bytes(), Shown)
        except (OSError, msgspec.DecodeError):
            continue
        found.append(msgspec.structs.replace(shown, place=path.stem))
    return found


def _kept(status: RunStatus) -> list[str]:
    return [made.name for made in status.made if made.size is not None]


def _why_missing(name: str, status: RunStatus) -> str:
    made = next((made for made in status.made if made.name == name), None)
    if made is not None and made.why:
        return f"The value {name!r} could not be kept: {made.why.rstrip('.')}."
    if made is not None:
        return f"The run made {name!r} but was not asked to keep it: add --keep {name} and run the cell again."
    if not status.state.is_finished:
        return f"The run is still {status.state}; its values come when it has ended."
    kept = _kept(status)
    has = f"it kept {', '.join(kept)}" if kept else "it kept nothing"
    return f"The run kept no value {name!r} ({has}){nearest(name, kept) or '.'}"
