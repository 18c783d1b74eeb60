"""Writes what a run runs in: interpreter, packages, git commit. A program, run by the ranks' own interpreter.

Python 3.8, standard library only. Arguments: the file to write, the working directory, known facts as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys


def main(path: str, cwd: str, known: dict[str, str]) -> None:
    """Write ``path`` at the lowest priority the system offers."""
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (OSError, AttributeError):
        os.nice(19)
    os.chdir(cwd)
    # The folder of this program stands first on the path, and is none of the run's.
    facts = dict(known, python=sys.version.split()[0], executable=sys.executable, packages=packages(sys.path[1:]))
    draft = f"{path}.{os.getpid()}.tmp"
    with open(draft, "w", encoding="utf-8") as file:
        json.dump(dict(facts, git=git()), file, indent=1)
    os.replace(draft, path)


def packages(path: list[str]) -> dict[str, str]:
    """Return name and version of what is installed, by its folders' names: reading the metadata would take 100 ms."""
    found = {}
    # The first on the path wins.
    for entry in reversed(path):
        for name in os.listdir(entry) if os.path.isdir(entry) else []:
            if name.endswith((".dist-info", ".egg-info")) and "-" in name:
                parts = name.rsplit(".", 1)[0].split("-")
                found[parts[0].replace("_", "-").lower()] = parts[1]
    return dict(sorted(found.items()))


def git() -> dict[str, object] | None:
    """Return the commit of the working directory and whether files differ from it; None outside a repository."""
    commit = _ask_git("rev-parse", "HEAD")
    return {"commit": commit, "dirty": bool(_ask_git("status", "--porcelain"))} if commit else None


def _ask_git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=4, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
