"""Which process of this machine is which rank of an attempt."""

from __future__ import annotations

from jupyter_mlops.domain.kinds import MPIRUN, Pod
from jupyter_mlops.platforms.local import guardian, processes, ranks, wrapped


class Whereabouts:
    """Finds the pods and ranks of one attempt.

    Args:
        folder: The run's folder.
        attempt: Its pods.
    """

    def __init__(self, folder: str, attempt: ranks.Attempt) -> None:
        self._folder, self._attempt = folder, attempt

    def place(self, pod: Pod) -> int:
        """Return the place of a pod among all."""
        return next(at for at, each in enumerate(self._attempt.pods) if each.name == pod.name)

    def pod_of(self, rank: int) -> int:
        """Return the place of the pod that a rank is in."""
        return self.place(self._attempt.job.pod_of(rank))

    def ranks_of(self, pod: int) -> range:
        """Return the ranks that are in a pod."""
        found = self._attempt.pods[pod]
        return range(found.first, found.first + found.ranks)

    def is_wrapped(self, rank: int) -> bool:
        """Say whether something else than a guardian has started a rank."""
        return self._attempt.job.pod_of(rank).is_wrapped

    def runs_the_cell(self, rank: int) -> bool:
        """Say whether a rank runs the cell: ``mpirun`` does not."""
        return self._attempt.job.pod_of(rank).starts != MPIRUN

    def root(self, rank: int) -> int:
        """Return the process below which a rank and all that it starts is; 0 if it is not known."""
        if self.is_wrapped(rank):
            return wrapped.pid(self._folder, self._attempt.number, rank)
        return self._attempt.guarded[self.pod_of(rank)].pid

    def pid(self, rank: int) -> int:
        """Return the process that stands for a rank; 0 if it is not there."""
        return self.root(rank) if self.is_wrapped(rank) else self._attempt.guarded[self.pod_of(rank)].pod_pid

    def cell_pid(self, rank: int) -> int:
        """Return the process of a rank that runs the cell; 0 if it is not there."""
        pid = self.pid(rank)
        return next(iter(processes.children(pid)), 0) if pid and self.is_wrapped(rank) else pid

    def end_of(self, rank: int) -> guardian.RankEnd | None:
        """Return how a rank ended, if somebody has told it."""
        return guardian.read_end(ranks.exit_path(self._folder, self._attempt.number, rank))

    def end_of_pod(self, pod: int) -> guardian.RankEnd | None:
        """Return how a pod ended, if its guardian has told it."""
        first = self._attempt.pods[pod].first
        if not self._attempt.pods[pod].is_wrapped:
            return self.end_of(first)
        return guardian.read_end(wrapped.starter_exit(self._folder, self._attempt.number, first))

    def processes_of(self, some: set[int]) -> set[int]:
        """Return the guardians of some pods, and all that is below them."""
        guardians = [self._attempt.guarded[pod].pid for pod in some]
        return {*guardians, *(pid for each in guardians for pid in processes.descendants(each))}
