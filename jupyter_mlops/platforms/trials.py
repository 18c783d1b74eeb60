"""The act of submitting a trial: the sweep's bundle with another cell becomes a published run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import Unavailable
from jupyter_mlops.domain.sweeps import SweepSpec, TrialFact
from jupyter_mlops.domain.trials import trial_run
from jupyter_mlops.platforms.base import Launcher, Prepared
from jupyter_mlops.store import bundles
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.home import Home

_TRIES = 3


class Trials:
    """Submits the trials of one sweep. The folder of the next one lies ready, with a keeper that waits for it.

    Args:
        home: Where runs are.
        spec: The sweep's.
        bundle: What all trials run.
        launcher: Starts keepers.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        home: Home,
        spec: SweepSpec,
        bundle: Path,
        launcher: Launcher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._home = home
        self._spec = spec
        self._bundle = bundle
        self._cell = bundles.cell_of(bundle)
        self._launcher = launcher
        self._clock = clock
        self._ahead: tuple[Path, Prepared] | None = None

    def folder(self, fact: TrialFact) -> Path:
        """Return where the run of a trial is, or will be."""
        return self._home.runs / fact.run

    def submit(self, fact: TrialFact) -> Path:
        """Return the folder of a trial's run, which a keeper has by then. One that is there already is left as it is.

        Raises:
            InvalidParameter: the cell does not have a parameter that the search says.
            Unavailable: no keeper starts.
        """
        folder = self.folder(fact)
        run, cell = trial_run(self._spec, fact, self._cell, self._clock())
        for left in reversed(range(_TRIES)):
            draft, prepared = self._take()
            try:
                bundles.write_cell(draft / "bundle", cell)
                write_atomic(draft / "spec.json", wire.encode_pretty(run))
                prepared.publish(folder)
            except FileExistsError:
                prepared.cancel()
            except Unavailable:
                prepared.cancel()
                if not left:
                    raise
                continue
            except BaseException:
                prepared.cancel()
                raise
            return folder
        raise AssertionError("unreachable")

    def prepare(self) -> None:
        """See to it that a folder lies ready."""
        if self._ahead is not None:
            return
        draft = self._home.draft()
        prepared = self._launcher.prepare(draft)
        try:
            bundles.link_but_cell(self._bundle, draft / "bundle")
        except BaseException:
            prepared.cancel()
            raise
        self._ahead = draft, prepared

    def cancel(self) -> None:
        """Take away what lies ready. Idempotent."""
        if self._ahead is not None:
            (_, prepared), self._ahead = self._ahead, None
            prepared.cancel()

    def _take(self) -> tuple[Path, Prepared]:
        self.prepare()
        assert self._ahead is not None
        ahead, self._ahead = self._ahead, None
        if os.path.isdir(ahead[0]):
            return ahead
        # Somebody has swept ``tmp/`` by hand.
        ahead[1].cancel()
        return self._take()
