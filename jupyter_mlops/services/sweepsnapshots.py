"""A sweep as its card and its page show it, gathered from its folder."""

from __future__ import annotations

from contextlib import suppress

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.sweeps import SweepSnapshot
from jupyter_mlops.store import bundles
from jupyter_mlops.store.sweeps import SweepFolder


def read_sweep(folder: SweepFolder, home_id: str, *, trials: bool = True) -> SweepSnapshot:
    """Return what the card of the sweep in ``folder`` shows; a broken sweep's says why it is broken.

    Args:
        folder: The sweep.
        home_id: Id of the home that holds it.
        trials: Whether its trials are wanted.
    """
    row = folder.row()
    if row.broken:
        return SweepSnapshot(row=row, home=home_id)
    spec, status = folder.spec(), folder.status()
    snapshot = SweepSnapshot(
        row=row,
        space=spec.space,
        function=spec.function,
        prune=spec.prune,
        seed=spec.seed,
        stop_at=spec.stop_at,
        timeout=spec.timeout,
        base=spec.base,
        base_params=spec.base_params,
        command=spec.command,
        trials=status.trials if trials else [],
        importance=folder.importance(),
        notes=list(status.notes),
        home=home_id,
        prompt=spec.run.origin.prompt,
    )
    # The rest is worth showing where a part of it cannot be read.
    with suppress(OSError, ValueError):
        snapshot.code = bundles.cell_of(folder.bundle)
    with suppress(OSError, ValueError, MlopsError):
        receipt = wire.decode((folder.bundle / "receipt.json").read_bytes(), Receipt)
        snapshot.captured = receipt.summary
        snapshot.notes += receipt.warnings
    return snapshot
