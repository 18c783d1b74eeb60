"""What a platform promises. Each promise is checked by ``jupyter_mlops.testing.launcher_contract``.

A platform reads and writes run folders and nothing else: who asks it for something passes a folder, and
learns what happened from the folder. The part of a platform that writes a run's facts is its *keeper*.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from jupyter_mlops.domain.runs import RunSpec


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

    def stop(self, folder: Path, who: str) -> None:
        """Ask for the end of the run in ``folder`` and return when it is finished.

        Raises:
            Conflict: the run is kept by another machine, which must be asked.
        """

    def place(self, folder: Path) -> str:
        """Return where a waiting run stands in line, in one sentence; empty if it does not wait."""

    def wait(self, folder: Path, timeout: float) -> bool:
        """Return True as soon as the run in ``folder`` is finished, False after ``timeout`` seconds."""
