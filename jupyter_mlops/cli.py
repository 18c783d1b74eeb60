"""``jupyter mlops``: what is useful without a notebook. Each verb imports only what it needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.errors import InvalidInput, MlopsError

if TYPE_CHECKING:
    from jupyter_mlops.workspace import Workspace

_ABOUT = """\
demo                       open the demo notebook in JupyterLab (--execute runs it headless)
runs [list CONDITIONS]     list runs: jupyter mlops runs digits "lr > 0.01" state=failed
runs show|logs|stop|retry|delete|close RUN
                           RUN is a name, which means the latest of that name, or an id; NAME/3 is a trial
sweeps [list CONDITIONS]   list sweeps: jupyter mlops sweeps digits "best > 0.9" state=running
sweeps show|stop|resume|delete|close SWEEP
                           SWEEP is a name, which means the latest of that name, or an id
reindex                    make the index anew from the folders of runs and sweeps
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what ``arguments``, by default the command line, ask for, and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["demo"]:
        from jupyter_mlops.demo.command import main as demo

        return demo(given[1:])
    try:
        return _dispatch(given)
    except MlopsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _dispatch(given: list[str]) -> int:
    options = _parser().parse_intermixed_args(given)
    from jupyter_mlops.workspace import connect

    workspace = connect()
    if options.verb == "reindex":
        print(_reindexed(workspace))
        return 0
    service, verbs = (workspace.runs, _OF_RUNS) if options.verb == "runs" else (workspace.sweeps, _OF_SWEEPS)
    verb, words = (options.words[0], options.words[1:]) if options.words[:1] else ("list", [])
    if verb == "delete":
        print(_delete(service, words, options))
    elif verb in verbs:
        for found in _found(service, words):
            print(verbs[verb](service, found, options))
    else:
        conditions = " ".join(words if verb == "list" else options.words)
        print(repr(service.list(conditions, sort=options.sort, limit=options.limit)))
    return 0


# What each is given: the service, one of its runs or sweeps, and the options.
_Verb = Callable[[Any, Any, argparse.Namespace], str]

_OF_BOTH: dict[str, _Verb] = {
    "show": lambda _service, found, _options: repr(found),
    "stop": lambda service, found, _options: f"{found.id} is {service.stop(found).state}.",
    "close": lambda service, found, _options: f"{service.close(found).id} is closed.",
}
_OF_RUNS = _OF_BOTH | {
    "logs": lambda _service, run, options: str(run.logs(options.rank)),
    "retry": lambda service, run, _options: f"{service.retry(run).id} repeats {run.id}.",
}
_OF_SWEEPS = _OF_BOTH | {
    "resume": lambda service, sweep, options: _resumed(service.resume(sweep, options.trials)),
}


def _reindexed(workspace: Workspace) -> str:
    from jupyter_mlops.services.deletion import counted

    workspace.reindex()
    sweeps = workspace.index.sweeps.count()
    found = [counted(workspace.index.count()), *([counted(sweeps, "sweep")] if sweeps else [])]
    return f"The index is made anew from {' and '.join(found)}."


def _resumed(sweep: Any) -> str:
    row = sweep.row
    left = row.wanted - row.complete - row.pruned - row.failed - row.stopped
    return f"{sweep.id} is {row.state}: {left} of {row.wanted} trials are still to be made."


def _delete(service: Any, words: list[str], options: argparse.Namespace) -> str:
    from jupyter_mlops.services.deletion import delete_after_asking

    is_older = options.older is not None and service.noun == "run"
    found = [*_found(service, words, nothing=is_older)]
    found += service.older(options.older) if is_older else []
    return delete_after_asking(service, list(dict.fromkeys(found)), input, yes=options.yes)


def _found(service: Any, words: list[str], *, nothing: bool = False) -> list[Any]:
    if not words and not nothing:
        raise InvalidInput(f"Say which {service.noun}, by its name or its id.")
    return [service.get(word) for word in words]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter mlops",
        description="Runs of notebook cells, and searches with them, from a terminal.\n\n" + _ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("verb", choices=("demo", "runs", "sweeps", "reindex"))
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=int, default=20, help="with list: how many are shown (20)")
    parser.add_argument("--sort", default="created", help="with list: a column, a parameter or a metric")
    parser.add_argument("--trials", type=int, default=0, help="with resume: how many more (0: those that are left)")
    parser.add_argument("--rank", type=int, default=0, help="with logs: whose (0)")
    parser.add_argument("--older", metavar="AGE", help="with runs delete: what ended longer ago than 30d, 12h, ...")
    parser.add_argument("--yes", action="store_true", help="with delete: do not ask")
    return parser


if __name__ == "__main__":
    sys.exit(main())
