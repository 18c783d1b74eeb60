"""What users hold of something that is kept: its folder's facts, looked at when they are asked for, and its card."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, NoReturn, Protocol, TypeVar

import msgspec

from jupyter_mlops.domain.errors import Uncapturable
from jupyter_mlops.domain.runs import RunNotes, State
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops.services.outputs import Shown
from jupyter_mlops.store.folders import KeptFolder


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def format(self) -> int: ...


class _Standing(Protocol):
    @property
    def state(self) -> State: ...


Spec = TypeVar("Spec", bound=_Named)
Status = TypeVar("Status", bound=_Standing)
Snapshot = TypeVar("Snapshot")
Folder = TypeVar("Folder", bound=KeptFolder[Any, Any, Any, Any])
Given_contra = TypeVar("Given_contra", contravariant=True)


class Keeping(Protocol[Given_contra]):
    """What any of them asks of the service that gave it out."""

    def settle(self, folder: Given_contra) -> None:
        """See to it that the facts of ``folder`` are true."""

    def annotate(self, folder: Given_contra, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about it."""


class Held(ABC, Generic[Folder, Spec, Status, Snapshot]):
    """Something that is kept. Its attributes say what is true now; alone, in a notebook, it is its card.

    Attributes:
        remarks: Sentences about the submission, which only the submitter's card says.
        is_detached: Whether the cell that submitted it no longer waits.
        variable: The notebook's name for it; empty if it has none.
    """

    jupyter_mlops_noun = ""

    def __init__(self, folder: Folder, keeping: Keeping[Folder], remarks: Iterable[str] = ()) -> None:
        self.folder = folder
        self.remarks = list(remarks)
        self.is_detached = False
        self.variable = ""
        self._keeping = keeping

    @property
    def id(self) -> str:
        """Readable, sortable, unique: ``digits-20261124-063012-7f3k``."""
        return self.folder.id

    @property
    def name(self) -> str:
        """The name it was submitted under."""
        return self.spec.name

    @cached_property
    def spec(self) -> Spec:
        """All that was asked for."""
        spec: Spec = self.folder.spec()
        return spec

    @property
    def path(self) -> Path:
        """The folder that holds everything about it."""
        return self.folder.path

    @property
    def status(self) -> Status:
        """Where it stands, in full."""
        status: Status = self.folder.status()
        if not status.state.is_finished:
            self._keeping.settle(self.folder)
            status = self.folder.status()
        return status

    @property
    def state(self) -> State:
        """Where it stands; equal to the plain word: ``digits.state == "running"``."""
        return self.status.state

    @property
    @abstractmethod
    def stand(self) -> tuple[State, int]:
        """Where it stands as its folder says, and which time it goes; cheap."""

    def outputs(self) -> Iterable[Shown]:
        """Return what stands below its card."""
        return ()

    def frees(self) -> int:
        """Return the bytes that deleting it gives back."""
        return self.folder.frees()

    @property
    def note(self) -> str:
        """What people wrote about it; assign to it to change it."""
        return self.folder.notes().note

    @note.setter
    def note(self, text: str) -> None:
        self._keeping.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), note=str(text)))

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; assign to it to change them."""
        return tuple(self.folder.notes().tags)

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        words = [tags] if isinstance(tags, str) else list(dict.fromkeys(map(str, tags)))
        self._keeping.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), tags=words))

    def wait(self, timeout: float | None = None) -> State:
        """Return its state as soon as it is finished; a notebook shows its card meanwhile.

        Args:
            timeout: Seconds after which its state is returned although it is not finished.
        """
        shell = current_shell()
        if shell is None or threading.current_thread() is not threading.main_thread():
            return self._wait(timeout)
        from jupyter_mlops.services.live import watch

        return watch(self, shell, timeout)

    @abstractmethod
    def is_finished_within(self, seconds: float) -> bool:
        """Say whether it is finished, as soon as it is, after ``seconds`` at the latest."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Return all that its card shows."""

    @abstractmethod
    def bundle(self, snapshot: Snapshot, *, is_tall: bool = False, is_first: bool = False) -> dict[str, Any]:
        """Return a card in every form that a notebook knows.

        Args:
            snapshot: What it shows.
            is_tall: Whether it keeps its height at the end: it replaces one that was tall.
            is_first: Whether it is the first that this kernel shows.
        """

    @abstractmethod
    def _wait(self, timeout: float | None) -> State:
        """Return its state as soon as it is finished, or after ``timeout`` seconds, and show nothing."""

    def __repr__(self) -> str:
        text: str = self._bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._bundle()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __reduce__(self) -> NoReturn:
        raise Uncapturable(
            f"A {self.jupyter_mlops_noun} cannot travel into a cell or a file ({self.id}); take what is needed out of "
            f"it before, such as {self._instead}."
        )

    _instead = ""
    """What to write in the place of what cannot travel."""

    def _bundle(self) -> dict[str, Any]:
        return self.bundle(self.snapshot())
