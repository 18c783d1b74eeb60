"""A version's files are looked at before a replica starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.platforms.local import intact
from jupyter_mlops.store.home import Home
from tests.platforms.serving import make_version, model, model_path


@pytest.fixture
def folder(home: Home) -> Path:
    make_version(home, 1, model(1))
    return home.models / "digits" / "versions" / "1"


def look(folder: Path, memory: Path) -> int:
    """Return in how many slices the files were looked at."""
    return sum(1 for _ in intact.check(folder, memory, "digits v1"))


def test_what_is_as_it_was_registered_passes_and_is_remembered(folder: Path, tmp_path: Path) -> None:
    memory = tmp_path / "checked.json"
    look(folder, memory)
    assert memory.exists()


def test_what_was_looked_at_is_known_again_by_size_and_time(home: Home, folder: Path, tmp_path: Path) -> None:
    memory, path = tmp_path / "checked.json", model_path(home, 1)
    look(folder, memory)
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    look(folder, memory)
    os.utime(path)
    with pytest.raises(Broken, match=r"its file object/model\.pkl is not what was registered"):
        look(folder, memory)


def test_a_changed_byte_is_found_the_first_time(home: Home, folder: Path, tmp_path: Path) -> None:
    path = model_path(home, 1)
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    with pytest.raises(Broken, match="is not what was registered"):
        look(folder, tmp_path / "checked.json")
    assert not (tmp_path / "checked.json").exists()


def test_a_missing_file_and_a_damaged_list_are_told(home: Home, folder: Path, tmp_path: Path) -> None:
    model_path(home, 1).unlink()
    with pytest.raises(Broken, match=r"its file object/model\.pkl is missing"):
        look(folder, tmp_path / "checked.json")
    (folder / "checksums.json").write_text("[{")
    with pytest.raises(Broken, match=r"its checksums\.json is damaged"):
        look(folder, tmp_path / "checked.json")
    (folder / "checksums.json").unlink()
    with pytest.raises(Broken, match=r"its checksums\.json cannot be read"):
        look(folder, tmp_path / "checked.json")


def test_a_large_file_is_looked_at_in_slices(home: Home, folder: Path, tmp_path: Path) -> None:
    make_version(home, 2, bytes(20 << 20))
    assert look(home.models / "digits" / "versions" / "2", tmp_path / "checked.json") == 2
