"""Where the processes of a home's warm start listen, and whether there may be any.

Standard library only, and light: a keeper asks before its ranks start.
"""

from __future__ import annotations

import os
import stat
import sys
from _blake2 import blake2b  # ``hashlib`` takes five times as long

from jupyter_mlops.runtime import channel
from jupyter_mlops.store import plainjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "JUPYTER_MLOPS_WARM"
_LONGEST_FOLDER = 60


def is_warm(home: str) -> bool:
    """Say whether runs of ``home`` may begin from processes that are there already."""
    if os.environ.get(VARIABLE, "") in ("0", "off", "no", "false"):
        return False
    try:
        with open(f"{home}/settings.json", "rb") as file:
            settings = plainjson.loads(file.read())
    except (OSError, ValueError):
        return True
    return not isinstance(settings, dict) or settings.get("warm") is not False


def digest(*words: str) -> str:
    """Return a short name for ``words``."""
    return str(blake2b("\0".join(words).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest())


def folder(home: str) -> str:
    """Return the folder of a home's sockets, which nobody else may enter, and which may not be there."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    is_good = runtime and len(runtime) < _LONGEST_FOLDER and _is_private(runtime)
    return f"{runtime if is_good else f'/tmp/jupyter-mlops-{os.getuid()}'}/w-{digest(home)}"


def make_folder(home: str) -> str:
    """Make that folder and return it.

    Raises:
        OSError: somebody else has it.
    """
    path = folder(home)
    for each in (os.path.dirname(path), path):
        if not os.path.lexists(each):
            os.mkdir(each, 0o700)
        if not _is_private(each):
            raise PermissionError(1, "Somebody else has it", each)
    return path


def zygote_socket(home: str) -> str:
    """Return where the zygote listens that has what a keeper of this process would have."""
    return f"{folder(home)}/{zygote_name()}"


def zygote_name() -> str:
    """Return a name for the zygotes that may stand for a process that this one starts."""
    return "z" + digest(sys.executable, __file__, _control_groups())


def ask_zygote(home: str, content: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return what the home's zygote answers.

    Raises:
        Hangup: there is none, or it does not answer.
    """
    talk = channel.call(zygote_socket(home), seconds)
    try:
        talk.send(content)
        answer, _ = talk.receive()
        return dict(answer)
    finally:
        talk.close()


def end(home: str) -> None:
    """End the home's zygote and its templates."""
    path = folder(home)
    names = os.listdir(path) if os.path.isdir(path) else []
    for name in names:
        if name.startswith("z") and "." not in name:
            try:
                talk = channel.call(f"{path}/{name}", 5.0)
            except channel.Hangup:
                continue
            try:
                talk.send({"verb": "end"})
                talk.receive()
            except channel.Hangup:
                # It was just ending.
                pass
            finally:
                talk.close()


def _is_private(path: str) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _control_groups() -> str:
    # What limits a notebook's kernel limits its runs.
    try:
        with open("/proc/self/cgroup", encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
