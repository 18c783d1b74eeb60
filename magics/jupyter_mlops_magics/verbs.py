"""What ``%runs`` does: list runs, show, stop, retry, delete, close, annotate, export them, tell where they are."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.domain.names import variable_for
from jupyter_mlops.domain.runs import State
from jupyter_mlops.services.deletion import delete_after_asking
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.stacks import Stacks
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics import managing
from jupyter_mlops_magics.names import is_ours, meant


class RunVerbs(managing.Verbs[Run]):
    """The verbs of ``%runs`` for one line."""

    called, noun = "%runs", "run"
    belong = {"list": {"sort", "limit", "all"}, "delete": {"older", "yes"}, "export": {"to", "experiment"}}

    def __init__(self, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(namespace, options)
        self.runs = connect().runs

    def meant(self, word: str) -> Run:
        return meant(word, self.runs, self.namespace)

    def list(self, words: _Words) -> RunList:
        everything = self.options.get("all", False)
        return self.runs.list(
            " ".join(words),
            sort=self.options.get("sort", "created"),
            limit=self.limit(),
            archived=None if everything else False,
            sweep=None if everything else "",
        )

    def stop_one(self, kept: Run) -> State:
        return self.runs.stop(kept).state

    def close_one(self, kept: Run) -> None:
        self.runs.close(kept)

    def archive_one(self, kept: Run, *, archived: bool) -> None:
        self.runs.archive(kept, archived=archived)

    def retry(self, words: _Words) -> Run:
        """Return a new run of the same bundle, bound to the same variable where that is free."""
        run = self.runs.retry(self.one("retry", words))
        variable = variable_for(run.name)
        if variable not in self.namespace or is_ours(self.namespace[variable]):
            self.namespace[variable] = run
            run.variable = variable
        run.is_detached = True
        return run

    def stacks(self, words: _Words) -> Stacks:
        """Return where the ranks of one are."""
        return self.one("stacks", words).stacks()

    def export(self, words: _Words) -> None:
        """Write runs into a tracking store of MLflow."""
        found = self.some("export", words)
        print(self.runs.export(found, self.options.get("to", ""), self.options.get("experiment")))

    def delete(self, words: _Words) -> None:
        """Delete runs after one question."""
        older = self.options.get("older")
        if not words and older is None:
            raise InvalidInput("Say which runs to delete: %runs delete digits, or %runs delete --older 30d.")
        found = [*self.some("delete", words, nothing=True), *(self.runs.older(older) if older is not None else [])]
        print(delete_after_asking(self.runs, list_(dict.fromkeys(found)), input, yes=self.options.get("yes", False)))


# The class has a method of that name.
list_ = list
_Words = list[str]

VERBS = RunVerbs.verbs = managing.COMMON | {
    "retry": RunVerbs.retry,
    "delete": RunVerbs.delete,
    "export": RunVerbs.export,
    "stacks": RunVerbs.stacks,
}


def manage(magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    return managing.manage(RunVerbs, magic, line)
