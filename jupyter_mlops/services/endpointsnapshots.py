"""An endpoint as its card and its page show it, gathered from its folder."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSnapshot, RevisionSpec
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.observed import Drift, Scoreboard
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.rollouts import revision_of
from jupyter_mlops.platforms.deployer import Address
from jupyter_mlops.platforms.judging import Pair
from jupyter_mlops.store.endpoints import EndpointFolder
from jupyter_mlops.store.watched import Watched

_UNREADABLE = (OSError, ValueError, MlopsError)
MOST_ROLLOUTS = 200


def read_endpoint(folder: EndpointFolder, home_id: str, address: Address, now: float) -> EndpointSnapshot:
    """Return what the card of the endpoint in ``folder`` shows; a broken one's says why it is broken."""
    row = folder.row()
    if row.broken and not row.revisions:
        return EndpointSnapshot(row=row, home=home_id)
    spec, status = folder.spec(), folder.status()
    snapshot = EndpointSnapshot(
        row=row,
        revisions=status.revisions[::-1],
        gates=status.gates,
        rollouts=status.rollouts[::-1][:MOST_ROLLOUTS],
        address=address.socket or address.url,
        url=f"http://127.0.0.1:{status.port}" if status.port else "",
        notes=list(status.notes),
        home=home_id,
        prompt=spec.origin.prompt,
    )
    stable = revision_of(status, status.stable).spec if status.stable else None
    with suppress(*_UNREADABLE), Watched(folder.watched) as watched:
        snapshot.stats = watched.stats(now)
    if stable is not None:
        snapshot.drift = drift_of(folder, stable)
        snapshot.example = _json(Path(stable.folder) / "example.json") or []
    snapshot.scoreboard = board_of(folder)
    with suppress(*_UNREADABLE):
        snapshot.judged = wire.decode((folder.judge / "judge.json").read_bytes(), Pair).data
    return snapshot


def drift_of(folder: EndpointFolder, stable: RevisionSpec) -> Drift | None:
    """Return whether the requests of a revision look like its training data; None without a profile of that."""
    with suppress(*_UNREADABLE):
        profile = wire.decode((Path(stable.folder) / "profile.json").read_bytes(), Profile)
        with Watched(folder.watched) as watched:
            return watched.drift(profile, stable.revision)
    return None


def board_of(folder: EndpointFolder) -> Scoreboard | None:
    """Return the last scoreboard; None if there is none."""
    with suppress(*_UNREADABLE):
        return wire.decode((folder.path / "scoreboard.json").read_bytes().rstrip(b"\0"), Scoreboard)
    return None


def _json(path: Path) -> Any:
    with suppress(OSError, ValueError):
        return json.loads(path.read_bytes())
    return None
