"""The zygote of a home: it has imported what a keeper imports, and forks keepers, and starts templates.

    submitter ──asks──► zygote ──fork──► keeper
    keeper    ──asks──► zygote ──fork, exec──► template

It descends from no keeper and no guardian, so what it starts outlives every run. Nothing depends on it: where it does
not answer, keepers are started as programs. It ends with its home, when nobody has asked for long, and when the
package's own files change.
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import sys
import time

from jupyter_mlops.platforms.local import inherited, keeper, nest, processes, signals
from jupyter_mlops.runtime import whynot
from jupyter_mlops.runtime.channel import Channel, Hangup, Listener
from jupyter_mlops.store.locks import Lock, try_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

TEMPLATES = 2
"""How many there may be."""
IDLE_SECONDS = 600.0
_LOOK_SECONDS = 2.0
_ASK_SECONDS = 0.5
_GO_SECONDS = 5.0


def main() -> NoReturn:
    """Be the zygote of the home in ``argv[1]``, if there is none yet."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.umask(0o077)
    home = sys.argv[1]
    try:
        folder = nest.make_folder(home)
        # In the home, so that whoever looks for what uses it finds this.
        os.makedirs(f"{home}/warm", exist_ok=True)
        lock = try_lock(f"{home}/warm/{nest.zygote_name()}")
        if lock is not None:
            _preload()
            _Zygote(home, folder, lock).serve()
    finally:
        os._exit(0)


def _preload() -> None:
    keeper.spare_memory()
    # What a keeper imports while its ranks start, and at its end.
    import json  # noqa: F401

    from jupyter_mlops.platforms.local import supervisor, takeover, warm  # noqa: F401

    gc.collect()
    gc.freeze()


class _Zygote:
    def __init__(self, home: str, folder: str, lock: Lock) -> None:
        self.home, self.folder, self.lock = home, folder, lock
        self.files = _own_files()
        self.templates: dict[str, tuple[int, int]] = {}
        self.used = time.monotonic()

    def serve(self) -> None:
        _remove_sockets(self.folder)
        # Nobody waits for what this forks.
        signals.signal(signals.SIGCHLD, signals.SIG_IGN)
        self.listener = Listener(nest.zygote_socket(self.home))
        poller = select.poll()
        poller.register(self.listener.fd, select.POLLIN)
        while True:
            if poller.poll(_LOOK_SECONDS * 1000):
                self._hear(self.listener.accept())
            self._forget_templates()
            if self._is_over():
                self._end()

    def _is_over(self) -> bool:
        if not os.path.isdir(self.home) or not self.listener.is_here() or self.files != _own_files():
            return True
        return not self.templates and time.monotonic() - self.used > IDLE_SECONDS

    def _end(self) -> NoReturn:
        for pid, _ in self.templates.values():
            processes.kill(pid)
        if self.listener.is_here():
            shutil.rmtree(self.folder, ignore_errors=True)
        os._exit(0)

    def _hear(self, channel: Channel) -> None:
        fds: list[int] = []
        try:
            channel.wait_at_most(_ASK_SECONDS)
            wish, fds = channel.receive()
            self.used = time.monotonic()
            self._do(wish, fds, channel)
        except (Hangup, OSError):
            # Who asked does without this.
            pass
        finally:
            channel.close()
            for fd in fds:
                os.close(fd)

    def _do(self, wish: dict[str, Any], fds: list[int], channel: Channel) -> None:
        if wish["verb"] == "keep":
            if self.files != _own_files():
                channel.send({"why": "changed"})
            elif not os.fork():
                self._become_keeper(wish, fds, channel)
        elif wish["verb"] == "template":
            channel.send({})
            self._want_template(wish)
        elif wish["verb"] == "state":
            channel.send({"templates": {key: pid for key, (pid, _) in self.templates.items()}, "pid": os.getpid()})
        elif wish["verb"] == "end":
            channel.send({})
            self._end()

    def _become_keeper(self, wish: dict[str, Any], fds: list[int], channel: Channel) -> NoReturn:
        try:
            signals.signal(signals.SIGCHLD, signals.SIG_DFL)
            os.setsid()
            self._let_go()
            inherited.take(wish["inherited"])
            os.environ.clear()
            os.environ.update(wish["env"])
            ready = fds[0]
            go = fds[1] if len(fds) > 1 else -1
            channel.wait_at_most(_GO_SECONDS)
            channel.send({"pid": os.getpid()})
            # Who asked may have lost patience and started another one.
            if channel.hears_go():
                channel.close()
                keeper.keep(wish["folder"], self.home, ready, go, wish["submitter"], noun=wish["noun"])
        finally:
            os._exit(1)

    def _let_go(self) -> None:
        self.lock.release()
        os.close(self.listener.fd)
        self.listener.forget()
        for _, fd in self.templates.values():
            os.close(fd)

    def _want_template(self, wish: dict[str, Any]) -> None:
        key = wish["key"]
        self._forget_templates()
        if key in self.templates or whynot.told(f"{self.folder}/{key}")[1] or not self._make_room():
            return
        whynot.tell(f"{self.folder}/{key}", whynot.IMPORTING)
        pid = os.fork()
        if pid:
            self.templates[key] = (pid, os.pidfd_open(pid))
            return
        try:
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            # As a rank has them: whoever was started in the background ignores an interrupt, and so would its ranks.
            for number in (signals.SIGCHLD, signals.SIGINT, signals.SIGHUP, signals.SIGPIPE, signals.SIGTERM):
                signals.signal(number, signals.SIG_DFL)
            os.setsid()
            inherited.take(wish["inherited"])
            os.execve(wish["argv"][0], wish["argv"], wish["env"])
        finally:
            os._exit(127)

    def _make_room(self) -> bool:
        """End the template that was used least lately if there are too many; say whether another one may be."""
        if len(self.templates) < TEMPLATES:
            return True
        uses = {key: _last_use(f"{self.folder}/{key}") for key in self.templates}
        ready = [key for key, use in uses.items() if use]
        if not ready:
            return False
        oldest = min(ready, key=lambda key: uses[key])
        pid, fd = self.templates.pop(oldest)
        processes.kill(pid)
        os.close(fd)
        os.unlink(f"{self.folder}/{oldest}")
        whynot.tell(f"{self.folder}/{oldest}", "others were used since, and there are two at most")
        return True

    def _forget_templates(self) -> None:
        if not self.templates:
            return
        poller = select.poll()
        for _, fd in self.templates.values():
            poller.register(fd, select.POLLIN)
        ended = {fd for fd, _ in poller.poll(0)}
        for key, (_, fd) in list(self.templates.items()):
            if fd in ended:
                os.close(fd)
                del self.templates[key]


def _own_files() -> dict[str, int]:
    """Return when the files of this package's modules were changed."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    names = (getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    found = {}
    for name in names:
        if name.startswith(here):
            try:
                found[name] = os.stat(name).st_mtime_ns
            except OSError:
                found[name] = 0
    return found


def _remove_sockets(folder: str) -> None:
    """Let templates that another zygote has left behind end: they look whether they can still be reached."""
    for name in os.listdir(folder):
        if not name.startswith("z"):
            os.unlink(f"{folder}/{name}")


def _last_use(socket: str) -> float:
    try:
        return os.stat(socket).st_mtime
    except OSError:
        return 0.0
