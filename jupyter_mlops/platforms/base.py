"""What a platform promises. Each promise is checked by ``jupyter_mlops.testing.launcher_contract``.

A platform reads and writes run folders and nothing else: who asks it for something passes a folder, and
learns what happened from the folder. The part of a platform that writes a run's facts is its *keeper*.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.domain.sweeps import SweepSpec


class Prepared(Protocol):
    """A keeper that waits while its run is still being written into a draft folder.

    Exactly one of the two methods is called, once. If the process that holds this object vanishes, the
    keeper decides by the folder: it goes on where the folder was published, and removes the draft where not.
    """

    def publish(self, folder: Path) -> None:
        """Rename the draft, which is complete, to ``folder`` and let its keeper begin.

        Raises:
            FileExistsError: ``folder`` is there already; the draft is untouched and this may be called again.
            Unavailable: the keeper did not come up; the draft is untouched.
        """

    def cancel(self) -> None:
        """Let the keeper end, and remove the draft."""


class Launcher(Protocol):
    """Starts runs and keeps them. Safe to call from several processes at once.

    1. What cannot be done is refused by ``check``, in one sentence, before anything starts.
    2. Launching one folder twice starts one run.
    3. A run's state follows the legal transitions and ends exactly once.
    4. Every line that a rank wrote is in its log exactly once, in order.
    5. ``stop`` ends the whole tree of every rank; the end is written only when the tree is gone. A stop that
       was read before the last rank's exit makes the end ``stopped``, whatever the exit codes.
       Stopping a finished run changes nothing.
    6. If one rank fails, the others are stopped, and the run names the rank that failed first.
    7. A keeper may vanish at any time. ``settle`` then finds, or makes, the true state: what is left of the
       run's processes is ended, and the end is written with its reason. A run that never started a rank is
       launched again, three times at most.
    """

    name: str
    """The platform's word: ``local``, ``cluster``."""

    def check(self, spec: RunSpec) -> None:
        """Refuse what this platform cannot do for ``spec``.

        Raises:
            Unsupported: it can never be done here; the sentence says what to do instead.
            InvalidOption: an option makes no sense here.
        """

    def prepare(self, draft: Path) -> Prepared:
        """Start a keeper for a run that is still being written to ``draft``."""

    def launch(self, folder: Path) -> None:
        """See to it that the published, unfinished run in ``folder`` has a keeper. Idempotent."""

    def settle(self, folder: Path) -> None:
        """Return when the facts of ``folder`` are true: a live keeper has the run, or it is finished.

        A run that is another machine's is left alone.
        """

    def stop(self, folder: Path, who: str, why: str = "") -> None:
        """Ask for the end of the run in ``folder`` and return when it is finished.

        Args:
            folder: The run.
            who: Who asks.
            why: What the run says as the reason of its end; that ``who`` stopped it if it is empty.

        Raises:
            Conflict: the run is kept by another machine, which must be asked.
        """

    def place(self, folder: Path) -> str:
        """Return where a waiting run stands in line, in one sentence; empty if it does not wait."""

    def wait(self, folder: Path, timeout: float) -> bool:
        """Return True as soon as the run in ``folder`` is finished, False after ``timeout`` seconds."""


class Tuner(Protocol):
    """Searches: makes trials, which are runs, and keeps what came of them. Safe to call from several processes at once.

    What keeps a sweep is its *conductor*. It alone writes the sweep's facts, except what is asked of it.

    1. What cannot be searched is refused by ``check``, in one sentence, before anything starts.
    2. Launching one folder twice starts one search.
    3. Trials are numbered from 1 without gaps. Each is one run, whose ``sweep`` and ``trial`` say so, and whose
       parameters lie in the space: whole numbers stay whole, steps and options are kept.
    4. Never more than ``parallel`` trials are unfinished, and never more than the wanted number is made. Trials wait
       in the queue of runs as other runs do; the conductor itself takes no place in it.
    5. What came of a trial is told to the search exactly once, wherever the conductor is killed: ``complete`` with
       the last value of every objective, ``pruned``, ``failed`` or ``stopped``, with its reason.
    6. A failed trial is a fact, and the search goes on; several in a row end it as ``failed``, with the last reason.
       If the first trial that succeeds did not report an objective, the search ends at once and names what it reported.
    7. A pruned trial's run is ``stopped``, and its ``why`` has step, value, and what it was compared with.
    8. The state goes along legal transitions. A leg ends once: ``succeeded`` when all wanted trials have an end, or an
       objective is reached; ``stopped`` when somebody asked; ``failed`` with a reason. No trial is unfinished then.
    9. ``resume`` gives more trials to a sweep that goes, and a new leg to one that has ended, whatever the reason.
    10. A conductor may vanish at any time, and its trials go on. ``settle`` then gives the sweep a conductor again,
        which counts what has ended meanwhile. After a restart of the machine it writes ``stopped`` instead, with how
        to resume.
    """

    name: str
    """The platform's word: ``local``, ``cluster``."""

    def check(self, spec: SweepSpec) -> None:
        """Refuse what this platform cannot search.

        Raises:
            Unsupported: it can never be done here; the sentence says what to do instead.
            InvalidOption: an option makes no sense here.
        """

    def prepare(self, draft: Path) -> Prepared:
        """Start a conductor for a sweep that is still being written to ``draft``."""

    def launch(self, folder: Path) -> None:
        """See to it that the published, unfinished sweep in ``folder`` has a conductor. Idempotent."""

    def settle(self, folder: Path) -> None:
        """Return when the facts of ``folder`` are true: a live conductor has the sweep, or it is finished."""

    def stop(self, folder: Path, who: str) -> None:
        """Ask for the end of the sweep and its trials, and return when it is finished.

        Raises:
            Conflict: it is kept by another machine, which must be asked.
        """

    def resume(self, folder: Path, trials: int, who: str) -> None:
        """Want ``trials`` more, and return when the sweep says so and goes on; 0 finishes what is still wanted.

        Raises:
            Conflict: nothing is wanted any more; or another machine has it.
        """

    def wait(self, folder: Path, timeout: float) -> bool:
        """Return True as soon as the sweep in ``folder`` is finished, False after ``timeout`` seconds."""
