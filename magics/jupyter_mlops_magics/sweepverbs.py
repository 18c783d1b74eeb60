"""What ``%sweeps`` does: list sweeps, show, stop, resume, delete, close, annotate, export them."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.runs import State
from jupyter_mlops.services import checks
from jupyter_mlops.services.deletion import delete_after_asking
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.sweeplist import SweepList
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics import managing


class SweepVerbs(managing.Verbs[Sweep]):
    """The verbs of ``%sweeps`` for one line."""

    called, noun = "%sweeps", "sweep"
    belong = {"list": {"sort", "limit", "all"}, "delete": {"yes"}, "resume": {"trials"}, "export": {"to", "experiment"}}

    def __init__(self, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(namespace, options)
        self.sweeps = connect().sweeps

    def meant(self, word: str) -> Sweep:
        value = self.namespace.get(word)
        return value if isinstance(value, Sweep) else self.sweeps.get(word)

    def list(self, words: _Words) -> SweepList:
        return self.sweeps.list(
            " ".join(words),
            sort=self.options.get("sort", "created"),
            limit=self.limit(),
            archived=None if self.options.get("all", False) else False,
        )

    def stop_one(self, kept: Sweep) -> State:
        return self.sweeps.stop(kept).state

    def close_one(self, kept: Sweep) -> None:
        self.sweeps.close(kept)

    def archive_one(self, kept: Sweep, *, archived: bool) -> None:
        self.sweeps.archive(kept, archived=archived)

    def resume(self, words: _Words) -> Sweep:
        """Let a sweep go on, with more trials if they are asked for, and return it."""
        trials = checks.whole("trials", self.options.get("trials", 0), least=0)
        sweep = self.sweeps.resume(self.one("resume", words), trials=trials)
        sweep.is_detached = True
        return sweep

    def export(self, words: _Words) -> None:
        """Write a sweep with its trials into a tracking store of MLflow."""
        sweep = self.one("export", words)
        print(sweep.export_mlflow(self.options.get("to", ""), self.options.get("experiment")))

    def delete(self, words: _Words) -> None:
        """Delete sweeps with their trials, after one question."""
        if not words:
            raise InvalidInput("Say which sweeps to delete: %sweeps delete digits.")
        found = self.some("delete", words)
        print(delete_after_asking(self.sweeps, found, input, yes=self.options.get("yes", False)))


_Words = list[str]

VERBS = SweepVerbs.verbs = managing.COMMON | {
    "resume": SweepVerbs.resume,
    "delete": SweepVerbs.delete,
    "export": SweepVerbs.export,
}


def manage(magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    return managing.manage(SweepVerbs, magic, line)
