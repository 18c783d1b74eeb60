"""SIGKILL at random moments of those who register, move aliases and delete: each version is whole, or it is not there.

``JUPYTER_MLOPS_FAULTS`` says how many (4 by default); ``JUPYTER_MLOPS_SEED`` repeats a failure.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_mlops.domain.models import CHAMPION, VersionDeleted
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.models import ModelFolder
from jupyter_mlops.testing.registry_contract import register

pytestmark = pytest.mark.faults

TIMES = int(os.environ.get("JUPYTER_MLOPS_FAULTS", "4"))
SEED = int(os.environ.get("JUPYTER_MLOPS_SEED", str(random.SystemRandom().randrange(10**6))))
WRITERS = 2
KILLS = 3

# Tells each number that it was given, after the registry has said so.
WRITER = """
import random, sys
from pathlib import Path
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.registry_contract import register
home, chance = Home.open(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
registry = LocalRegistry(home)
while True:
    number = register(home, registry)
    print("made", number, flush=True)
    try:
        registry.point("digits", "champion", number, "ada")
        if chance.random() < 0.5:
            gone = chance.choice(registry.versions("digits"))
            print("deletes", gone, flush=True)
            registry.delete("digits", gone, "ada")
    except NotFound:
        # The other one was faster.
        pass
"""


@pytest.mark.parametrize("seed", [SEED + number for number in range(TIMES)])
def test_a_kill_at_a_random_moment_leaves_every_version_whole_or_absent(home: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    print(f"JUPYTER_MLOPS_SEED={seed}")
    opened = Home.open(home)
    said: list[str] = []
    for turn in range(KILLS):
        said += killed_writers(home, tmp_path / str(turn), chance)

    made = [int(line.split()[1]) for line in said if line.startswith("made")]
    deleting = {int(line.split()[1]) for line in said if line.startswith("deletes")}
    registry = LocalRegistry(opened)
    there = registry.versions("digits")

    assert len(set(made)) == len(made), "a number was given twice"
    assert set(made) - deleting <= set(there), "a version that was registered is gone"
    for version in there:
        registry.verify("digits", version)
        assert registry.read("digits", version).version == version
    assert set(registry.aliases("digits").values()) <= set(there)
    # Who comes next tells what was not told, and goes on counting.
    number = register(opened, registry)
    assert number > max([*there, *made])
    told = ModelFolder(opened.models / "digits").told()
    assert told.versions == registry.versions("digits")
    assert told.aliases == registry.aliases("digits")
    events = ModelFolder(opened.models / "digits").events()
    gone = [event.version for event in events if isinstance(event, VersionDeleted)]
    assert len(set(gone)) == len(gone), "a version was deleted twice"
    assert CHAMPION in {move.alias for move in told.history}
    with Index(opened) as index:
        index.reconcile()
        row = index.models.get("digits")
    assert row is not None
    assert (row.versions, row.latest, row.broken) == (len(registry.versions("digits")), number, "")


def killed_writers(home: Path, told: Path, chance: random.Random) -> list[str]:
    """Let writers work at the same time, kill them at a random moment, and return what they had said."""
    told.mkdir()
    writers = []
    for number in range(WRITERS):
        with open(told / str(number), "w") as out:
            command = [sys.executable, "-c", WRITER, str(home), str(chance.randrange(10**6))]
            writers.append(subprocess.Popen(command, stdout=out))
    try:
        end = time.monotonic() + 60
        while not all((told / str(number)).stat().st_size for number in range(WRITERS)):
            assert time.monotonic() < end
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
    finally:
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
    return [line for number in range(WRITERS) for line in (told / str(number)).read_text().split("\n") if " " in line]
