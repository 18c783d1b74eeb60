"""What a keeper imports before its ranks have started."""

from __future__ import annotations

import subprocess
import sys

from jupyter_mlops.platforms.local import keepers

HEAVY = {"json", "pathlib", "typing", "re", "enum", "collections", "functools", "subprocess", "sqlite3", "msgspec"}


def test_a_keeper_starts_its_ranks_before_it_imports_anything_heavy() -> None:
    code = "import sys; sys.path[:] = sys.argv[1].split(':')\n"
    code += "import jupyter_mlops.platforms.local.keeper\nprint(*sys.modules)"
    argv = [sys.executable, "-I", "-S", "-c", code, ":".join(keepers.import_path())]
    loaded = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
    assert "jupyter_mlops.platforms.local.keeper" in loaded
    assert HEAVY.isdisjoint(loaded)
