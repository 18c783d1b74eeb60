"""``jupyter mlops``: what is useful without a notebook. Each verb imports only what it needs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jupyter_mlops.domain.errors import InvalidInput, MlopsError

if TYPE_CHECKING:
    from jupyter_mlops.services.run import Run
    from jupyter_mlops.services.runs import Runs

_ABOUT = """\
demo                       open the demo notebook in JupyterLab (--execute runs it headless)
runs [list CONDITIONS]     list runs: jupyter mlops runs digits "lr > 0.01" state=failed
runs show|logs|stop|retry|delete|close RUN
                           RUN is a name, which means the latest of that name, or an id
reindex                    make the index anew from the folders of the runs
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
        from jupyter_mlops.services.deletion import counted

        print(f"The index is made anew from {counted(workspace.reindex())}.")
        return 0
    verb, words = (options.words[0], options.words[1:]) if options.words[:1] else ("list", [])
    if verb == "delete":
        print(_delete(workspace.runs, words, options))
    elif verb in _VERBS:
        for run in _found(workspace.runs, words):
            print(_VERBS[verb](workspace.runs, run, options))
    else:
        conditions = " ".join(words if verb == "list" else options.words)
        print(repr(workspace.runs.list(conditions, sort=options.sort, limit=options.limit)))
    return 0


_VERBS: dict[str, Callable[[Runs, Run, argparse.Namespace], str]] = {
    "show": lambda _runs, run, _options: repr(run),
    "logs": lambda _runs, run, options: run.logs(options.rank),
    "stop": lambda runs, run, _options: f"{run.id} is {runs.stop(run).state}.",
    "retry": lambda runs, run, _options: f"{runs.retry(run).id} repeats {run.id}.",
    "close": lambda runs, run, _options: f"{runs.close(run).id} is closed.",
}


def _delete(runs: Runs, words: list[str], options: argparse.Namespace) -> str:
    from jupyter_mlops.services.deletion import delete_after_asking

    found = [*_found(runs, words, nothing=options.older is not None)]
    found += runs.older(options.older) if options.older is not None else []
    return delete_after_asking(runs, list(dict.fromkeys(found)), input, yes=options.yes)


def _found(runs: Runs, words: list[str], *, nothing: bool = False) -> list[Run]:
    if not words and not nothing:
        raise InvalidInput("Say which run, by its name or its id.")
    return [runs.get(word) for word in words]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter mlops",
        description="Runs of notebook cells, from a terminal.\n\n" + _ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("verb", choices=("demo", "runs", "reindex"))
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=int, default=20, help="with list: how many are shown (20)")
    parser.add_argument("--sort", default="created", help="with list: a column, a parameter or a metric")
    parser.add_argument("--rank", type=int, default=0, help="with logs: whose (0)")
    parser.add_argument("--older", metavar="AGE", help="with delete: what ended longer ago than 30d, 12h, ...")
    parser.add_argument("--yes", action="store_true", help="with delete: do not ask")
    return parser


if __name__ == "__main__":
    sys.exit(main())
