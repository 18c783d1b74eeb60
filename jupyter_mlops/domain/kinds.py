"""What a run's processes are: from kind, rank and addresses to a rank's environment.

Standard library only and free of structs: a keeper calls it before it imports anything else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def rank_environment(kind: str, rank: int, workers: int, address: str, port: int) -> dict[str, str]:
    """Return the variables by which the ranks of one run find each other.

    Args:
        kind: One of ``KINDS``.
        rank: Zero-based number of the process.
        workers: How many processes the run has.
        address: Where rank 0 listens.
        port: The port that is leased to rank 0.
    """
    return _ENVIRONMENTS[kind](rank, workers, address, port)


def _python(rank: int, workers: int, address: str, port: int) -> dict[str, str]:
    return {
        "RANK": str(rank),
        "WORLD_SIZE": str(workers),
        "LOCAL_RANK": str(rank),
        "LOCAL_WORLD_SIZE": str(workers),
        "MASTER_ADDR": address,
        "MASTER_PORT": str(port),
    }


_ENVIRONMENTS: dict[str, Callable[[int, int, str, int], dict[str, str]]] = {"python": _python}

KINDS = tuple(_ENVIRONMENTS)
