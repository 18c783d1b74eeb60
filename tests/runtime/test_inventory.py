"""A template stands for modules of installed packages, and for what these write for themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
sys.path[:0] = [{packages!r}]
from jupyter_mlops.runtime.inventory import Inventory
inventory = Inventory()
print(inventory.load(["writes"]))
print(inventory.obstacle())
import os
os.unlink(sys.modules["written"].__file__)
print(inventory.change())
"""
WRITES = """
import sys, tempfile
folder = {folder}
with open(folder + "/written.py", "w") as file:
    file.write("x = 1")
sys.path.append(folder)
import written
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    return folder


def told(packages: Path) -> list[str]:
    program = PROGRAM.format(packages=str(packages))
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def test_a_module_that_a_package_writes_for_itself_is_no_obstacle_and_may_vanish(packages: Path) -> None:
    (packages / "writes.py").write_text(WRITES.format(folder="tempfile.mkdtemp()"))
    assert told(packages) == ["[]", "", ""]


def test_a_module_of_no_package_is_an_obstacle(packages: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (packages / "writes.py").write_text(
        f"import tempfile\ntempfile.tempdir = '/nowhere'\n{WRITES}".format(folder=repr(str(own)))
    )
    _, obstacle, change = told(packages)
    assert "belongs to no installed package" in obstacle
    assert "changed since" in change
