"""Ranks of each framework's interpreter keep every promise of a launcher, forked from the framework where that goes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from jupyter_mlops.domain.runs import AttemptBegun
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing import launcher_contract
from tests.frameworks.cells import MODULES, python_of
from tests.frameworks.conftest import MADE
from tests.platforms import test_local_launcher as local
from tests.platforms.test_warm_launcher import empty
from tests.platforms.warming import warm_home, warm_up

WARM = ("pytorch", "tensorflow", "xgboost", "jax")
"""What ranks can be forked from; those of mpi and paddle are started by others, and MXNet reads its role at import."""


@pytest.fixture(scope="module", params=[kind for kind in MADE if kind in WARM])
def framework(request: pytest.FixtureRequest) -> str:
    """One of the frameworks."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def place(framework: str) -> Iterator[Home]:
    """One home for all tests of a framework, so that its template is made once."""
    begun: list[AttemptBegun] = []
    with warm_home() as home:
        warm_up(home, python=python_of(framework), imports=[MODULES[framework]])
        yield home
        for path in home.runs.iterdir():
            begun += [event for event in RunFolder(path).events() if isinstance(event, AttemptBegun)]


@pytest.fixture
def home(place: Home, framework: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The home as if it were new, whose runs have the framework."""
    specs = partial(launcher_contract.make_spec, python=python_of(framework), imports=[MODULES[framework]])
    monkeypatch.setattr(launcher_contract, "make_spec", specs)
    empty(place)
    yield place
    empty(place)


class TestWithTheFramework(local.TestLocalLauncher):
    """Nothing but the interpreter and what is imported is another one."""
