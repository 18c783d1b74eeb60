"""Where the ranks of a run are, asked of its keeper."""

from __future__ import annotations

import time
from collections.abc import Iterable

from jupyter_mlops.domain.errors import Conflict, Unavailable
from jupyter_mlops.domain.runs import Answered, RankStack, StacksTaken, State
from jupyter_mlops.services.kept import who
from jupyter_mlops.store.runs import RunFolder

_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.02


class Stacks(list[RankStack]):
    """Where each rank is; a notebook shows it as text.

    Args:
        stacks: One for each rank.
        titles: What stands above each of them.
    """

    def __init__(self, stacks: Iterable[RankStack], titles: Iterable[str]) -> None:
        super().__init__(stacks)
        self._titles = list(titles)

    def __repr__(self) -> str:
        return "\n\n".join(f"{title}\n{stack.text}" for title, stack in zip(self._titles, self, strict=True))


def take(folder: RunFolder) -> list[RankStack]:
    """Return where each rank of a run is; of one that stood still when it ended, where they were.

    Raises:
        Conflict: it is finished, or waits.
        Unavailable: its keeper gave no answer.
    """
    status = folder.status()
    if status.state.is_finished and status.hung is not None:
        return status.hung.stacks
    _check(folder)
    request = folder.request("stacks", who())
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        found = [event for event in folder.events() if isinstance(event, StacksTaken | Answered)]
        answers = [event for event in found if event.request == request]
        if taken := next((event for event in answers if isinstance(event, StacksTaken)), None):
            return taken.stacks
        if answers:
            _check(folder)
            break
        time.sleep(_LOOK_SECONDS)
    raise Unavailable(f"The run {folder.id} did not tell where its ranks are: its keeper gave no answer.")


def _check(folder: RunFolder) -> None:
    state = folder.status().state
    if state.is_finished:
        raise Conflict(f"The run {folder.id} is {state}: only ranks that run have stacks.")
    if state is State.QUEUED:
        raise Conflict(f"The run {folder.id} waits for its turn: its ranks have not started.")
