"""What a platform's registry promises. Each promise is checked by ``jupyter_mlops.testing.registry_contract``."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from jupyter_mlops.domain.models import AliasMoved, VersionFile, VersionSpec


class Registry(Protocol):
    """Keeps the versions of models, and the aliases that point at them. Safe to use from several processes at once.

    1. Numbers of a model's versions go up from 1, and none is given twice, whoever registers at the same time and
       whatever was deleted.
    2. A version appears whole or not at all, wherever its registration is interrupted.
    3. A version never changes. ``verify`` finds a byte that did, a file that is missing, and one too many, and names
       it.
    4. An alias points at one version that is there. Moving it is one step, for whoever reads too, and is remembered
       with who and when. A version that is deleted takes its aliases with it, which is remembered likewise.
    5. What a sentence refuses (an unknown version, a bad alias, a broken folder) changes nothing.
    """

    name: str
    """The platform's word: ``local``, ``cluster``."""

    def add(self, draft: Path, spec: VersionSpec, files: list[VersionFile], who: str) -> VersionSpec:
        """Publish the version whose files are in ``draft`` under the model's next number, and return its spec.

        Args:
            draft: A folder below the home's ``tmp/`` with all files of the version; it is consumed.
            spec: All but the number.
            files: What the draft holds, with checksums.
            who: Who registers it.

        Raises:
            Broken: the draft does not hold what ``files`` says.
        """

    def models(self) -> list[str]:
        """Return the names of all models."""

    def versions(self, model: str) -> list[int]:
        """Return the numbers of a model's versions, in order.

        Raises:
            NotFound: there is no such model; the nearest is named.
        """

    def read(self, model: str, version: int) -> VersionSpec:
        """Return what a version is.

        Raises:
            NotFound: there is no such version; the nearest is named.
            Broken: its folder holds what cannot be read.
        """

    def folder(self, model: str, version: int) -> Path:
        """Return a folder on this machine with the version's files; from elsewhere they are brought here first."""

    def verify(self, model: str, version: int) -> None:
        """Return if every byte of the version is what it was.

        Raises:
            Broken: it is not; the first file that differs is named.
        """

    def aliases(self, model: str) -> dict[str, int]:
        """Return where the aliases of a model point."""

    def history(self, model: str) -> list[AliasMoved]:
        """Return where they pointed, oldest first."""

    def point(self, model: str, alias: str, version: int, who: str) -> None:
        """Let ``alias`` point at ``version``; 0 removes it. Pointing where it points already changes nothing.

        Raises:
            NotFound: there is no such version, or no such alias to remove.
            InvalidName: the alias is no label.
        """

    def delete(self, model: str, version: int, who: str) -> int:
        """Remove a version and return the bytes that this freed. A model without versions stays until ``forget``.

        Raises:
            NotFound: it is gone already.
        """

    def forget(self, model: str) -> int:
        """Remove a model with all that is left of it, and return the bytes that this freed."""
