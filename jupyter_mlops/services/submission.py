"""The act of submitting: a cell, or an earlier run's bundle, becomes a published folder that a keeper has.

A run and a sweep differ in what is asked for and in who keeps it; how they come to be is the same.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import names
from jupyter_mlops.domain.endpoints import EndpointSpec
from jupyter_mlops.domain.environments import split_environment
from jupyter_mlops.domain.errors import Conflict, InvalidInput, Unavailable
from jupyter_mlops.domain.parameters import hash_as_before, parameters, substitute
from jupyter_mlops.domain.plans import planned
from jupyter_mlops.domain.runs import RunSpec, Scalar
from jupyter_mlops.domain.sweeps import SweepSpec
from jupyter_mlops.platforms.base import Prepared
from jupyter_mlops.services.interrupts import interrupted, interrupts_later
from jupyter_mlops.services.options import interpreter
from jupyter_mlops.services.origin import read_origin
from jupyter_mlops.store import bundles, machine
from jupyter_mlops.store.blobs import Blobs
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.home import Home

Progress = Callable[[int, str], None]
Spec = TypeVar("Spec", RunSpec, SweepSpec, EndpointSpec)
Write = Callable[[Path, Spec], Spec]
"""Fills a draft and returns the spec with what is known only then."""


class Preparing(Protocol):
    """What of a platform a submission needs."""

    def prepare(self, draft: Path) -> Prepared:
        """Start a keeper for what is still being written to ``draft``."""


@dataclass(frozen=True)
class Cell:
    """A cell and the place it stands in.

    Attributes:
        code: The text below the magic's line.
        namespace: The notebook's variables, from which the cell takes what it uses.
        magic: The magic's line as it stands; empty in a script.
        prompt: The number in the notebook's ``[n]``.
        id: The notebook's id of the cell.
        notebook: Path of the notebook, if it is known.
        progress: Called while values are written, with the bytes so far and the name that is being written.
    """

    code: str
    namespace: Mapping[str, Any] = field(default_factory=dict)
    magic: str = ""
    prompt: int = 0
    id: str = ""
    notebook: str = ""
    progress: Progress | None = None


class Submission:
    """Submits to one home.

    Args:
        home: Where runs are kept.
        clock: Seconds since the epoch.
        choose: Picks one character of a string at random.
    """

    def __init__(self, home: Home, clock: Callable[[], float], choose: Callable[[str], str]) -> None:
        self._home = home
        self._clock = clock
        self._choose = choose

    def draft(self, name: str, cell: Cell) -> RunSpec:
        """Return what a run of ``cell`` is as long as nothing else is asked for: who asks, from where, in what."""
        env, withheld = split_environment(os.environ)
        return RunSpec(
            id=self.new_id(name),
            name=name,
            code_hash="",
            created=self._clock(),
            python=interpreter(None),
            cwd=_working_directory(),
            env=env,
            withheld=withheld,
            origin=read_origin(
                machine.machine_id(), machine.boot_id(), cell=cell.id, notebook=cell.notebook, prompt=cell.prompt
            ),
        )

    def again(self, before: RunSpec, name: str = "") -> RunSpec:
        """Return what a run of the same code, values, parameters and options as an earlier one is, asked for here.

        Args:
            before: The earlier one.
            name: What it is called; as the earlier one if it is empty.
        """
        origin = before.origin
        fresh = self.draft(
            name or before.name, Cell("", id=origin.cell, notebook=origin.notebook, prompt=origin.prompt)
        )
        return msgspec.structs.replace(
            before,
            id=fresh.id,
            name=fresh.name,
            created=fresh.created,
            origin=fresh.origin,
            retry_of=before.id,
            sweep="",
            trial=None,
        )

    def publish(
        self, spec: Spec, folders: Path, platform: Preparing, write: Write[Spec], *, is_named: bool = False
    ) -> Path:
        """Return the folder of what ``spec`` asks for, which a keeper has by then.

        The keeper starts while the draft is still being written. Whatever is raised in between, an interrupt
        too, leaves nothing behind.

        Args:
            spec: What the platform has already agreed to.
            folders: Where the folder goes, under the spec's id, or another one if somebody has that.
            platform: What keeps it.
            write: Fills the draft.
            is_named: Whether the id is a name, which somebody may have taken in the same moment.

        Raises:
            Conflict: that is so.
        """
        self._home.sweep()
        with translated(self._home):
            draft = self._home.draft()
            prepared = _prepare(platform, draft)
            try:
                spec = write(draft, spec)
            except KeyboardInterrupt:
                prepared.cancel()
                raise interrupted(f"{spec.name} was not started, and nothing is left of it.") from None
            except BaseException:
                prepared.cancel()
                raise
            # From here on it is there or it is not; an interrupt then means the waiting, not the submission.
            with interrupts_later():
                return self._publish_free(spec, folders, draft, prepared, is_named)

    def _publish_free(self, spec: Spec, folders: Path, draft: Path, prepared: Prepared, is_named: bool) -> Path:
        while True:
            folder = folders / spec.id
            try:
                write_atomic(draft / "spec.json", wire.encode_pretty(spec))
                prepared.publish(folder)
            except FileExistsError as error:
                if is_named:
                    prepared.cancel()
                    raise Conflict(f"There is {spec.id} already since a moment ago; try again.") from error
                spec = msgspec.structs.replace(spec, id=self.new_id(spec.name))
            except BaseException:
                prepared.cancel()
                raise
            else:
                return folder

    def new_id(self, name: str) -> str:
        """Return an id that nobody has, as far as chance goes; publishing makes sure."""
        return names.new_id(name, datetime.fromtimestamp(self._clock(), UTC), self._choose)


def write_captured(home: Home, cell: Cell, params: Mapping[str, Scalar], folder: str = "bundle") -> Write[RunSpec]:
    """Return what captures ``cell`` into a draft's ``folder``."""
    # Loaded by who submits a cell: the Jupyter server, which starts runs again, has no use for what can pickle.
    from jupyter_mlops.capture.bundle import capture

    blobs = Blobs(home.blobs)

    def write(draft: Path, spec: RunSpec) -> RunSpec:
        captured = capture(
            cell.code,
            cell.namespace,
            draft / folder,
            magic=cell.magic,
            name=spec.name,
            prompt=cell.prompt,
            overrides=params,
            keep=spec.keep,
            limit=home.settings.capture,
            put=lambda buffer: blobs.path_of(blobs.put(buffer)),
            progress=cell.progress,
            notebook=Path(cell.notebook) if os.path.isabs(cell.notebook) else None,
            cwd=Path(spec.cwd),
        )
        if spec.python != sys.executable and folder == "bundle":
            from jupyter_mlops.services.probing import check_elsewhere

            check_elsewhere(home, spec, draft / folder, captured.source)
        # What the cell says itself counts as much as what stands on the magic's line: the code is as it runs.
        plan = planned(parameters(captured.source))
        return msgspec.structs.replace(
            spec, code_hash=captured.code_hash, params=captured.params, plan=plan, imports=captured.imports
        )

    return write


def write_linked(source: Path, params: Mapping[str, Scalar] | None = None) -> Write[RunSpec]:
    """Return what links the bundle of an earlier run, which never changes, into the new one.

    Args:
        source: The bundle.
        params: Parameters that are put into the new one's cell.
    """

    def write(draft: Path, spec: RunSpec) -> RunSpec:
        if not params:
            bundles.link(source, draft / "bundle")
            return spec
        before = bundles.cell_of(source)
        cell = substitute(before, params)
        bundles.link(source, draft / "bundle", cell)
        return msgspec.structs.replace(
            spec,
            code_hash=hash_as_before(before, spec.code_hash, cell),
            params={**spec.params, **params},
            plan=planned(parameters(cell)),
        )

    return write


@contextmanager
def translated(home: Home) -> Iterator[None]:
    """Let a disk that is full or that refuses writing be told in one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO):
            raise
        raise Unavailable(
            f"The home {home.path} cannot be written ({error.strerror}), so nothing was started; "
            "free some space, or set JUPYTER_MLOPS_HOME to another folder."
        ) from error


def _prepare(platform: Preparing, draft: Path) -> Prepared:
    try:
        return platform.prepare(draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise InvalidInput(
            "The working directory is gone; go to another one with %cd, then run the cell again."
        ) from error
