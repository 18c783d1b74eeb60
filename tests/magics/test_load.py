"""``%load_ext jupyter_mlops`` costs next to nothing: what the magics need is imported when they are first used."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {
    "msgspec",
    "sqlite3",
    "cloudpickle",
    "pandas",
    "numpy",
    "watchfiles",
    "platformdirs",
    "jupyter_mlops.domain",
    "jupyter_mlops.services",
    "jupyter_mlops.store",
    "jupyter_mlops.workspace",
}

PROGRAM = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
before = set(sys.modules)
shell.run_line_magic("load_ext", "jupyter_mlops")
assert "%%train NAME" in shell.find_cell_magic("train").__doc__
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_the_extension_loads_only_its_own_thin_modules(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
    )
    loaded = json.loads(done.stdout)
    assert "jupyter_mlops" in loaded
    assert not set(loaded) & HEAVY
    others = [name for name in loaded if not name.startswith(("jupyter_mlops", "IPython."))]
    assert set(others) <= {"_locale", "argparse", "gettext", "locale", "__future__"}


def test_a_rank_that_imports_the_package_imports_next_to_nothing():
    program = "import sys; before = set(sys.modules); import jupyter_mlops; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"__future__", "jupyter_mlops"}
