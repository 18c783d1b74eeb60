"""A keeper's side of templates: which one a pod could begin from, asking it, and having one made for the next run.

Standard library only, and light: a keeper starts its pods before it imports anything else.
"""

from __future__ import annotations

import os
import time

from jupyter_mlops.domain.kinds import CELL, MPI_WORKER, MPIRUN, PADDLE, TORCHRUN
from jupyter_mlops.platforms.local import inherited, nest
from jupyter_mlops.platforms.local.guarded import Guarded
from jupyter_mlops.platforms.local.starters import BOOTSTRAP, program
from jupyter_mlops.runtime import channel, late, whynot
from jupyter_mlops.runtime.channel import Hangup
from jupyter_mlops.runtime.fresh import ROOM
from jupyter_mlops.store import plainjson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_mlops.runtime.guardian import RankCommand

IDLE_SECONDS = 600.0
_ANSWER_SECONDS = 5.0
_ZYGOTE_SECONDS = 0.2
_COMING_SECONDS, _COMING_PAUSE = 5.0, 0.01
"""How long a pod waits for a template that is just importing."""
_WAIT_SECONDS = 1.0
"""A template is made when the ranks have been there for so long, or are gone: it must not slow their start down."""
_ROOM_BYTES = 4096
_PROGRAM = "from jupyter_mlops.runtime.template import serve; serve(); " + BOOTSTRAP
_STARTERS = {TORCHRUN: "torchrun", PADDLE: "Paddle's launcher", MPIRUN: "mpirun", MPI_WORKER: "mpirun"}
# With these a library binds its threads to the very cores that it finds when it loads.
_BINDING = ("OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY")


class Templates:
    """The templates of one run's pods.

    Args:
        home: The home of the run.
        spec: ``spec.json`` as it is.
        folder: The run's folder.
        umask: Of the ranks.

    Attributes:
        is_warm: Whether all pods so far have begun from a template.
        why: Why not, in one sentence; empty if nobody would expect it.
    """

    def __init__(self, home: str, spec: dict[str, Any], folder: str, umask: int) -> None:
        self.is_warm, self.why = True, ""
        self._home, self._folder, self._umask = home, folder, umask
        self._python: str = spec["python"]
        self._imports: list[str] = spec.get("imports") or []
        self._wanted: dict[str, dict[str, Any]] = {}
        self._began = time.monotonic()
        self._is_on = nest.is_warm(home)
        if spec.get("cold"):
            self._is_on = False
            self._give_up("--cold asks for it.")
        elif spec.get("kind") == "mxnet":
            self._is_on = False
            self._give_up("MXNet reads its role when it is imported.")

    def start(self, command: RankCommand, lifeline: int, starts: str) -> Guarded | None:
        """Return a pod that began from a template, or None: then it is started as a program.

        Args:
            command: What becomes the pod; its program is the bootstrap.
            lifeline: Read end of a pipe whose only write end is this process's.
            starts: What the pod starts: ``domain.kinds.CELL``, or a program that starts the ranks in turn.
        """
        if not self._is_on:
            self.is_warm = False
            return None
        if starts != CELL:
            self._give_up(f"Its ranks are started by {_STARTERS[starts]}.")
            return None
        stays = {name: value for name, value in command.env.items() if not late.is_late(name)}
        inherits = inherited.read(self._umask)
        if command.cores:
            inherits["cores"] = sorted(command.cores)
        key = self._key(stays, inherits)
        socket = f"{nest.folder(self._home)}/{key}"
        try:
            return self._ask_patiently(socket, command, lifeline)
        except Hangup:
            self.is_warm = False
            if self._learn(socket):
                self._wanted[key] = self._plan(key, socket, stays, inherits)
            return None

    def turn(self, *, is_over: bool = False) -> None:
        """Have templates made that were missing, when that disturbs nobody; to be called now and then."""
        if not self._wanted or not (is_over or time.monotonic() - self._began > _WAIT_SECONDS):
            return
        key, plan = next(iter(self._wanted.items()))
        try:
            nest.ask_zygote(self._home, plan, _ZYGOTE_SECONDS)
            del self._wanted[key]
        except Hangup:
            # It may still be starting.
            self._began = time.monotonic()

    def _ask_patiently(self, socket: str, command: RankCommand, lifeline: int) -> Guarded | None:
        """Ask, and wait for a template that is just importing: it has begun earlier than the rank could."""
        until = time.monotonic() + _COMING_SECONDS
        while True:
            try:
                return self._ask(socket, command, lifeline)
            except Hangup:
                if time.monotonic() > until or not whynot.is_coming(socket):
                    raise
                time.sleep(_COMING_PAUSE)

    def _ask(self, socket: str, command: RankCommand, lifeline: int) -> Guarded | None:
        talk = channel.call(socket, _ANSWER_SECONDS)
        try:
            talk.send(self._wish(command), [lifeline])
            answer, fds = talk.receive()
            if not fds:
                self._give_up(f"{_sentence(answer['why'])}.")
                if answer.get("ended"):
                    raise Hangup(answer["why"])
                return None
            talk.say_go()
            return Guarded(answer["pid"], fds[0], is_child=False)
        finally:
            talk.close()

    def _wish(self, command: RankCommand) -> dict[str, Any]:
        sources = f"{self._folder}/bundle/sources"
        return {
            "argv": command.argv,
            "env": {name: value for name, value in command.env.items() if late.is_late(name)},
            "cwd": command.cwd,
            "log": command.log,
            "exit": command.exit,
            "cores": sorted(command.cores),
            "umask": command.umask,
            "stands_back": command.stands_back,
            "path": [sources] if os.path.isdir(sources) else [],
        }

    def _key(self, stays: dict[str, str], inherits: dict[str, Any]) -> str:
        cores = inherits["cores"]
        if not any(name in stays for name in _BINDING):
            cores = len(cores)
        facts = [self._imports, sorted(stays.items()), {**inherits, "cores": cores}]
        return nest.digest(self._python, nest.zygote_name(), plainjson.dumps(facts))

    def _plan(self, key: str, socket: str, stays: dict[str, str], inherits: dict[str, Any]) -> dict[str, Any]:
        told = {"home": self._home, "socket": socket, "imports": self._imports, "idle": IDLE_SECONDS}
        return {
            "verb": "template",
            "key": key,
            "argv": [self._python, "-c", program(self._home, self._python, _PROGRAM), plainjson.dumps(told)],
            "env": {**stays, ROOM: "x" * _ROOM_BYTES},
            "inherited": inherits,
        }

    def _learn(self, socket: str) -> bool:
        """Take in why there is no template, where one has left a word; return whether another one may be made."""
        why, for_good = whynot.told(socket)
        if why:
            self._give_up(f"There was no template: {why}.")
        return not for_good

    def _give_up(self, why: str) -> None:
        self.is_warm = False
        self.why = self.why or why


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
