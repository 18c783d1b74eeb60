"""A launcher whose ranks begin from a template keeps every promise of a launcher."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from jupyter_mlops.domain.runs import AttemptBegun
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from tests.conftest import processes_in, wait_until_empty
from tests.platforms import test_local_launcher as local
from tests.platforms.warming import warm_home, warm_up


@pytest.fixture(scope="module")
def begun() -> list[AttemptBegun]:
    """How all runs of these tests began."""
    return []


@pytest.fixture(scope="module")
def place(begun: list[AttemptBegun]) -> Iterator[Home]:
    """One home for all, so that its template is made once."""
    with warm_home() as home:
        warm_up(home)
        empty(home)
        yield home
    # Ranks of MPI begin cold, and so does whoever is launched in the moment in which nobody answers.
    assert sum(event.warm for event in begun) > 0.8 * len(begun), [event for event in begun if not event.warm]


@pytest.fixture
def home(place: Home, begun: list[AttemptBegun]) -> Iterator[Home]:
    """The home as if it were new."""
    yield place
    for path in place.runs.iterdir():
        begun += [event for event in RunFolder(path).events() if isinstance(event, AttemptBegun)]
    empty(place)


def empty(home: Home) -> None:
    for path in home.runs.iterdir():
        # A keeper that still writes finds that its folder is gone, and ends.
        path.rename(home.tmp / path.name)
    left = wait_until_empty(lambda: processes_in(home.runs) | processes_in(home.tmp))
    assert not left, left
    for path in home.tmp.iterdir():
        shutil.rmtree(path)


class TestWarmLauncher(local.TestLocalLauncher):
    """Nothing but the home is another one."""
