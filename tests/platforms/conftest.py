"""A home for launchers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_mlops.store.home import Home


@pytest.fixture
def home(home: Path) -> Home:
    """An empty home, opened."""
    return Home.open(home)
