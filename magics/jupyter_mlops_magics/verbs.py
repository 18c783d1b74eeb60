"""What ``%runs`` does: list runs, show, stop, retry, delete, close, annotate them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, nearest
from jupyter_mlops.domain.names import variable_for
from jupyter_mlops.services import options as checked
from jupyter_mlops.services.deletion import delete_after_asking
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics.lines import read_line
from jupyter_mlops_magics.names import is_ours, meant

SHOWN = 20


class Verbs:
    """The verbs of ``%runs`` for one line.

    Args:
        runs: The service.
        namespace: The notebook's variables.
        options: The line's options.
    """

    def __init__(self, runs: Runs, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        self._runs = runs
        self._namespace = namespace
        self._options = options

    def list(self, words: _Words) -> RunList:
        """Return the runs that meet the conditions in ``words``."""
        everything = self._options.get("all", False)
        limit = checked.whole("limit", self._options.get("limit", SHOWN), least=1)
        return self._runs.list(
            " ".join(words),
            sort=self._options.get("sort", "created"),
            limit=limit,
            archived=None if everything else False,
            sweep=None if everything else "",
        )

    def show(self, words: _Words) -> Run:
        """Return one run, whose card the notebook shows."""
        return self._one("show", words)

    def stop(self, words: _Words) -> Run | None:
        """Stop runs, and return the run if it is one."""
        found = self._some("stop", words)
        for run in found:
            before = run.state
            after = self._runs.stop(run).state
            print(f"{run.id} {'was already' if before.is_finished else 'is now'} {after}.")
        return None

    def retry(self, words: _Words) -> Run:
        """Return a new run of the same bundle, bound to the same variable where that is free."""
        run = self._runs.retry(self._one("retry", words))
        variable = variable_for(run.name)
        if variable not in self._namespace or is_ours(self._namespace[variable]):
            self._namespace[variable] = run
            run.variable = variable
        run.is_detached = True
        return run

    def delete(self, words: _Words) -> None:
        """Delete runs after one question."""
        older = self._options.get("older")
        if not words and older is None:
            raise InvalidInput("Say which runs to delete: %runs delete digits, or %runs delete --older 30d.")
        found = [*self._some("delete", words, nothing=True), *(self._runs.older(older) if older is not None else [])]
        print(delete_after_asking(self._runs, list(dict.fromkeys(found)), input, yes=self._options.get("yes", False)))

    def close(self, words: _Words) -> None:
        """Write that runs of another machine have ended."""
        for run in self._some("close", words):
            self._runs.close(run)
            print(f"{run.id} is closed.")

    def note(self, words: _Words) -> None:
        """Set the note of a run."""
        if not words:
            raise InvalidInput("Say which run, then the note: %runs note digits best so far.")
        run = meant(words[0], self._runs, self._namespace)
        run.note = " ".join(words[1:])
        print(f"{run.id}: {run.note or 'the note is gone'}")

    def tag(self, words: _Words) -> None:
        """Set the tags of a run."""
        if not words:
            raise InvalidInput("Say which run, then its tags: %runs tag digits baseline paper.")
        run = meant(words[0], self._runs, self._namespace)
        run.tags = tuple(words[1:])
        print(f"{run.id}: {', '.join(run.tags) or 'no tags'}")

    def archive(self, words: _Words) -> None:
        """Take runs off the list without deleting anything."""
        for run in self._some("archive", words):
            self._runs.archive(run)
            print(f"{run.id} is archived; %runs --all lists it, %runs unarchive {run.id} brings it back.")

    def unarchive(self, words: _Words) -> None:
        """Put archived runs back on the list."""
        for run in self._some("unarchive", words):
            self._runs.archive(run, archived=False)
            print(f"{run.id} is listed again.")

    def _one(self, verb: str, words: _Words) -> Run:
        if len(words) != 1:
            raise InvalidInput(f"%runs {verb} takes one run: %runs {verb} digits.")
        return meant(words[0], self._runs, self._namespace)

    def _some(self, verb: str, words: _Words, *, nothing: bool = False) -> _Found:
        if not words and not nothing:
            raise InvalidInput(f"Say which run: %runs {verb} digits.")
        # All are found before anything happens to one of them.
        return list(dict.fromkeys(meant(word, self._runs, self._namespace) for word in words))


_Words = list[str]
_Found = list[Run]

VERBS: dict[str, Callable[[Verbs, list[str]], Any]] = {
    "list": Verbs.list,
    "show": Verbs.show,
    "stop": Verbs.stop,
    "retry": Verbs.retry,
    "delete": Verbs.delete,
    "close": Verbs.close,
    "note": Verbs.note,
    "tag": Verbs.tag,
    "archive": Verbs.archive,
    "unarchive": Verbs.unarchive,
}
_OPTIONS = {"list": {"sort", "limit", "all"}, "delete": {"older", "yes"}}


def manage(magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    words, options = read_line(magic, "%runs", line)
    verb, rest = (words[0], words[1:]) if words and words[0] in VERBS else ("list", words)
    _check_belong(verb, options)
    found = VERBS[verb](Verbs(connect().runs, shell.user_ns, options), rest)
    if verb == "list" and rest is words and not found:
        _check_verb(words)
    return found


def _check_belong(verb: str, options: dict[str, Any]) -> None:
    for option in options:
        if option not in _OPTIONS.get(verb, ()):
            owner = next(owner for owner, own in _OPTIONS.items() if option in own)
            raise InvalidOption(f"--{option} belongs to %runs {owner}, not to %runs {verb}.")


def _check_verb(words: list[str]) -> None:
    """Refuse a line that was taken for conditions and found nothing, where a misspelled verb may have been meant."""
    meant = nearest(words[0], VERBS) if len(words) > 1 else ""
    if meant:
        raise InvalidInput(f"%runs has no {words[0]!r}, and no run has that name{meant}")
