"""What a platform's registry promises. Each promise is checked by ``jupyter_mlops.testing.registry_contract``.

Nothing here asks for more than what both a folder on a disk and Kubeflow's Model Registry with an object store can
keep. That one has versions with names (our numbers, each of which can be taken once), properties (in which aliases and
their history stand), and states instead of deletion. So numbers may have gaps, a history may be cut at its old end,
and a name that was forgotten may go on counting where it stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from jupyter_mlops.domain.models import AliasMoved, VersionFile, VersionSpec

REMEMBERED = 100
"""How many moves of a model's aliases are remembered at least."""


class Registry(Protocol):
    """Keeps the versions of models, and the aliases that point at them. Safe to use from several processes at once.

    1. Numbers of a model's versions go up from 1, and none is given twice, whoever registers at the same time and
       whatever was deleted. There may be gaps: a registration that was interrupted may have taken its number along.
    2. A version appears whole or not at all, wherever its registration is interrupted, and is deleted as a whole.
    3. A version never changes. ``verify`` finds a byte that did, a file that is missing, and one too many, and names
       it.
    4. An alias points at one version that is there. Moving it is one step, for whoever reads too, and is remembered
       with who and when, the last ``REMEMBERED`` times of a model at least. Who moves one alias undoes no move of
       another. A version that is deleted takes its aliases with it, which is remembered likewise.
    5. What a sentence refuses (an unknown version, a bad alias, a broken folder) changes nothing.
    """

    name: str
    """The platform's word: ``local``, ``cluster``."""

    def add(self, draft: Path, spec: VersionSpec, files: list[VersionFile], who: str) -> VersionSpec:
        """Publish the version whose files are in ``draft`` under the model's next number, and return its spec.

        The registry itself writes down the number, the size and the digest of all checksums (``digest_of``), and with
        the first version of a name the model.

        Args:
            draft: A folder below the home's ``tmp/`` with all files of the version; it is consumed, unless the version
                is refused. What stands in it as ``version.json``, ``checksums.json`` or ``notes.json`` is the
                registry's own and not asked for in ``files``.
            spec: All but the number, size and digest.
            files: What the draft holds, with checksums.
            who: Who registers it.

        Raises:
            Broken: the draft does not hold what ``files`` says.
            InvalidName: the model's name is no label.
            Unavailable: nothing can be written.
        """

    def models(self) -> list[str]:
        """Return the names of all models, sorted."""

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

    def files(self, model: str, version: int) -> list[VersionFile]:
        """Return the files of a version with their checksums, as they were registered.

        Raises:
            NotFound: there is no such version.
            Broken: they cannot be read.
        """

    def folder(self, model: str, version: int) -> Path:
        """Return a folder on this machine with the version's files; from elsewhere they are brought here first.

        Raises:
            NotFound: there is no such version.
        """

    def verify(self, model: str, version: int) -> None:
        """Return if every byte of the version is what it was.

        Raises:
            NotFound: there is no such version.
            Broken: it is not; the first file that differs is named.
        """

    def aliases(self, model: str) -> dict[str, int]:
        """Return where the aliases of a model point.

        Raises:
            NotFound: there is no such model.
        """

    def history(self, model: str) -> list[AliasMoved]:
        """Return where they pointed, oldest first.

        Raises:
            NotFound: there is no such model.
        """

    def point(self, model: str, alias: str, version: int, who: str) -> None:
        """Let ``alias`` point at ``version``; 0 removes it. Pointing where it points already changes nothing.

        Raises:
            NotFound: there is no such version, or no such alias to remove.
            InvalidName: the alias is no label, or is ``latest``, which every model has by itself.
        """

    def delete(self, model: str, version: int, who: str) -> int:
        """Remove a version and return the bytes that this freed. A model without versions stays until ``forget``.

        Raises:
            NotFound: it is gone already.
        """

    def forget(self, model: str) -> int:
        """Remove a model with all that is left of it, and return the bytes that this freed.

        A version that is registered under the name later begins without aliases and history, and has no number of a
        version that was there before, or 1.

        Raises:
            NotFound: it is gone already.
        """
