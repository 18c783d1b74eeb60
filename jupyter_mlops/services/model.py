"""One model, as a notebook or a script holds it: its versions, and the aliases that point at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn, Protocol

import msgspec

from jupyter_mlops.domain.errors import Uncapturable
from jupyter_mlops.domain.models import AliasMoved, ModelRow, ModelSnapshot
from jupyter_mlops.domain.runs import RunNotes
from jupyter_mlops.services.version import Version
from jupyter_mlops.store.models import ModelFolder


class Verbs(Protocol):
    """What a model asks of the service that gave it out."""

    def version(self, which: str) -> Version:
        """Return a version by ``NAME:3``, ``NAME@champion``."""

    def versions(self, model: Model) -> list[Version]:
        """Return its versions, the latest first."""

    def point(self, model: str, alias: str, version: int | str | Version) -> object:
        """Let an alias point at a version."""

    def unalias(self, model: str, alias: str) -> object:
        """Remove an alias."""

    def delete(self, which: Model) -> int:
        """Remove it with all its versions."""

    def annotate(self, folder: ModelFolder, notes: RunNotes) -> None:
        """Let ``notes`` be what people wrote about it."""

    def row(self, model: Model) -> ModelRow:
        """Return it as lists show it."""

    def snapshot(self, model: Model) -> ModelSnapshot:
        """Return it as its page shows it."""

    def bundle(self, snapshot: ModelSnapshot) -> dict[str, Any]:
        """Return a card in every form that a notebook knows."""


class Model:
    """A name under which versions are kept. ``model[3]`` and ``model["champion"]`` are versions.

    Attributes:
        variable: The notebook's name for it; empty if it has none.
    """

    jupyter_mlops_noun = "model"

    def __init__(self, folder: ModelFolder, verbs: Verbs) -> None:
        self.folder = folder
        self.variable = ""
        self._verbs = verbs

    @property
    def id(self) -> str:
        """Its name: there is one model of a name."""
        return self.folder.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.folder.id

    @property
    def path(self) -> Path:
        """The folder that holds everything about it."""
        return self.folder.path

    @property
    def versions(self) -> list[Version]:
        """Its versions, the latest first."""
        return self._verbs.versions(self)

    @property
    def aliases(self) -> dict[str, int]:
        """Where its aliases point: numbers of versions, by the alias."""
        return dict(sorted(self.folder.status().aliases.items()))

    @property
    def history(self) -> list[AliasMoved]:
        """Where its aliases pointed, oldest first."""
        return self.folder.status().history

    def point(self, alias: str, version: int | str | Version) -> Model:
        """Let an alias point at a version, and return the model.

        Args:
            alias: A label, such as ``champion``.
            version: A version, its number, or an alias that points at it.
        """
        self._verbs.point(self.name, alias, version)
        return self

    def unalias(self, alias: str) -> Model:
        """Remove an alias, and return the model."""
        self._verbs.unalias(self.name, alias)
        return self

    @property
    def note(self) -> str:
        """What people wrote about it; assign to it to change it."""
        return self.folder.notes().note

    @note.setter
    def note(self, text: str) -> None:
        self._verbs.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), note=str(text)))

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; assign to it to change them."""
        return tuple(self.folder.notes().tags)

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        words = [tags] if isinstance(tags, str) else list(dict.fromkeys(map(str, tags)))
        self._verbs.annotate(self.folder, msgspec.structs.replace(self.folder.notes(), tags=words))

    @property
    def row(self) -> ModelRow:
        """It as lists show it."""
        return self._verbs.row(self)

    def frees(self) -> int:
        """Return the bytes that deleting it gives back."""
        return self.folder.frees()

    def delete(self) -> int:
        """Remove it with all its versions and return the bytes that this freed.

        Raises:
            Conflict: an endpoint serves one of them, or keeps it for a roll back.
        """
        return self._verbs.delete(self)

    def snapshot(self) -> ModelSnapshot:
        """Return all that its page shows."""
        return self._verbs.snapshot(self)

    def bundle(self, snapshot: ModelSnapshot | None = None) -> dict[str, Any]:
        """Return its card in every form that a notebook knows."""
        return self._verbs.bundle(self.snapshot() if snapshot is None else snapshot)

    def __getitem__(self, which: int | str) -> Version:
        return self._verbs.version(f"{self.name}{':' if isinstance(which, int) else '@'}{which}")

    def __iter__(self) -> Iterator[Version]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.folder.status().versions)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        text: str = self.bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.bundle()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __reduce__(self) -> NoReturn:
        raise Uncapturable(
            f"A model of the registry cannot travel into a cell or a file ({self.name}); take what is needed out of it "
            f'before: model = connect().models.version("{self.name}").load().'
        )
