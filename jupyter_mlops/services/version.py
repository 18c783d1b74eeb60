"""One version of a model, as a notebook or a script holds it: what it is never changes, what is said of it may."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import msgspec

from jupyter_mlops.domain.errors import Uncapturable
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.models import VersionFile, VersionRow, VersionSnapshot, VersionSpec
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.domain.signatures import Signature
from jupyter_mlops.store.models import ModelFolder

if TYPE_CHECKING:
    from jupyter_mlops.services.run import Run


class Verbs(Protocol):
    """What a version asks of the service that gave it out."""

    def verify(self, version: Version) -> None:
        """Return if every byte of it is what it was."""

    def load(self, version: Version) -> Any:
        """Return the object that was registered."""

    def export(self, version: Version, path: str | os.PathLike[str], server: str = "") -> Path:
        """Write what a server takes."""

    def point(self, model: str, alias: str, version: int | str | Version) -> object:
        """Let an alias point at it."""

    def delete(self, which: Version) -> int:
        """Remove it and return the bytes that this freed."""

    def annotate_version(self, version: Version, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about it."""

    def version_row(self, version: Version) -> VersionRow:
        """Return it as lists show it."""

    def version_snapshot(self, version: Version) -> VersionSnapshot:
        """Return it as its card shows it."""

    def version_bundle(self, snapshot: VersionSnapshot) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""

    def version_lineage(self, version: Version) -> Lineage:
        """Return where it comes from and where it is served."""

    def run_of(self, version: Version) -> Run | None:
        """Return the run that made it."""


class Version:
    """A version of a model. Alone, in a notebook, it is its card.

    Attributes:
        model: The model's name.
        number: Its number.
        remarks: Sentences about its registration, which only the card of who registered it says.
        variable: The notebook's name for it; empty if it has none.
    """

    jupyter_mlops_noun = "version"

    def __init__(self, folder: ModelFolder, number: int, verbs: Verbs, remarks: Iterable[str] = ()) -> None:
        self.folder = folder
        self.number = number
        self.remarks = list(remarks)
        self.variable = ""
        self._verbs = verbs

    @property
    def model(self) -> str:
        """The model's name."""
        return self.folder.id

    @property
    def name(self) -> str:
        """How it is called: ``digits:3``."""
        return f"{self.model}:{self.number}"

    @property
    def id(self) -> str:
        """Its name, which nothing else has."""
        return self.name

    @cached_property
    def spec(self) -> VersionSpec:
        """All that was registered."""
        return self.folder.version(self.number)

    @property
    def path(self) -> Path:
        """The folder that holds it; nothing in it may be changed."""
        self.folder.check_version(self.number)
        return self.folder.version_path(self.number)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The aliases that point at it now."""
        return tuple(self.row.aliases)

    @property
    def flavor(self) -> str:
        """How it is stored: ``sklearn``, ``xgboost``, ..."""
        return self.spec.flavor

    @property
    def metrics(self) -> dict[str, float]:
        """What its run had reached."""
        return {name: float(value) for name, value in self.spec.metrics.items()}

    @property
    def signature(self) -> Signature | None:
        """What it takes and gives; None if nobody told."""
        return self.spec.signature

    @property
    def profile(self) -> Profile | None:
        """What its training input looks like; None if nobody told."""
        return self.folder.profile(self.number)

    @property
    def example(self) -> list[Any]:
        """The first rows of its input example."""
        return self.folder.example(self.number)

    @property
    def requirements(self) -> tuple[str, ...]:
        """What its environment had, as pip takes it."""
        return tuple(self.spec.requirements)

    @property
    def files(self) -> list[VersionFile]:
        """Its files with their checksums."""
        return self.folder.files(self.number)

    @property
    def run(self) -> Run | None:
        """The run that made it; None if the notebook did, or if the run was deleted."""
        return self._verbs.run_of(self)

    @property
    def lineage(self) -> Lineage:
        """Where it comes from and where it is served; ``str`` of it names every id."""
        return self._verbs.version_lineage(self)

    @property
    def row(self) -> VersionRow:
        """It as lists show it."""
        return self._verbs.version_row(self)

    @property
    def note(self) -> str:
        """What people wrote about it; assign to it to change it."""
        return self.folder.version_notes(self.number).note

    @note.setter
    def note(self, text: str) -> None:
        notes = self.folder.version_notes(self.number)
        self.annotate(msgspec.structs.replace(notes, note=str(text)))

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; assign to it to change them."""
        return tuple(self.folder.version_notes(self.number).tags)

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        words = [tags] if isinstance(tags, str) else list(dict.fromkeys(map(str, tags)))
        notes = self.folder.version_notes(self.number)
        self.annotate(msgspec.structs.replace(notes, tags=words))

    def annotate(self, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about it."""
        self._verbs.annotate_version(self, notes)

    def load(self) -> Any:
        """Return the object that was registered, as it was.

        Raises:
            Broken: a byte of it has changed; the file is named.
            Unavailable: it needs a package that is not installed here.
        """
        return self._verbs.load(self)

    def verify(self) -> None:
        """Return if every byte of it is what it was when it was registered.

        Raises:
            Broken: it is not; the first file that differs is named.
        """
        self._verbs.verify(self)

    def export(self, path: str | os.PathLike[str], server: str = "") -> Path:
        """Write a folder that a server takes as it is, and return where it is.

        Args:
            path: Where; nothing may be there yet.
            server: ``mlflow``, ``sklearn``, ``xgboost``, ``lightgbm``, ``tensorflow``, ``onnx``; empty is all of it.
        """
        return self._verbs.export(self, path, server)

    def alias(self, name: str) -> Version:
        """Let an alias point at it, and return it."""
        self._verbs.point(self.model, name, self.number)
        return self

    def frees(self) -> int:
        """Return the bytes that deleting it gives back."""
        return self.spec.size

    def delete(self) -> int:
        """Remove it and return the bytes that this freed.

        Raises:
            Conflict: an endpoint serves it, or keeps it for a roll back.
        """
        return self._verbs.delete(self)

    def snapshot(self) -> VersionSnapshot:
        """Return all that its card shows."""
        return self._verbs.version_snapshot(self)

    def bundle(self, snapshot: VersionSnapshot | None = None) -> dict[str, Any]:
        """Return its card in every form that a notebook knows."""
        return self._verbs.version_bundle(self.snapshot() if snapshot is None else snapshot)

    def __repr__(self) -> str:
        text: str = self.bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.bundle()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and (other.folder.path, other.number) == (self.folder.path, self.number)

    def __hash__(self) -> int:
        return hash((self.folder.path, self.number))

    def __reduce__(self) -> NoReturn:
        raise Uncapturable(
            f"A version cannot travel into a cell or a file ({self.name}); take the model out of it before: "
            "model = version.load()."
        )
