"""Tests that need frameworks in environments of their own: ``make test-frameworks`` makes and runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_mlops.store.home import Home
from tests.frameworks.cells import KINDS

MADE = os.environ.get("JUPYTER_MLOPS_FRAMEWORKS", "").split()

collect_ignore_glob = [] if MADE else ["test_*.py"]
"""What has no environment is no test."""

WORKERS = (2, 3)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let each test with a ``kind`` and ``workers`` run with all that there is."""
    if "kind" in metafunc.fixturenames and not any(
        "kind" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")
    ):
        metafunc.parametrize("kind", [kind for kind in KINDS if kind in MADE])
    if "workers" in metafunc.fixturenames:
        metafunc.parametrize("workers", WORKERS)


@pytest.fixture
def home(home: Path) -> Home:
    """An empty home, opened."""
    return Home.open(home)
