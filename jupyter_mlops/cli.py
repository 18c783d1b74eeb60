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
runs show|logs|stacks|stop|retry|delete|close RUN
                           RUN is a name, which means the latest of that name, or an id; NAME/3 is a trial
sweeps [list CONDITIONS]   list sweeps: jupyter mlops sweeps digits "best > 0.9" state=running
sweeps show|stop|resume|delete|close SWEEP
                           SWEEP is a name, which means the latest of that name, or an id
models [list CONDITIONS]   list models: jupyter mlops models "accuracy > 0.9" tag=shop
models show|verify|lineage|delete MODEL
                           MODEL is a name; digits:3 and digits@champion are versions of it
models register RUN [--as NAME] [--alias ALIAS] [--value NAME] [--data NAME] [--best METRIC]
                           make a version of what a run kept, or of a sweep's best
models point MODEL ALIAS VERSION
models unalias MODEL ALIAS
models export MODEL PATH [--server mlflow|sklearn|xgboost|lightgbm|tensorflow|onnx]
                           write a folder that the server takes as it is
endpoints [list CONDITIONS]  list endpoints: jupyter mlops endpoints "p95 > 20" state=running
endpoints show|logs|promote|rollback|replay|stop|start|lineage|close|delete ENDPOINT
endpoints deploy MODEL [--as NAME] [--replicas N] [--canary PERCENT] [--shadow] [--port P]
                    [--promote-if GATE] [--rollback-if GATE]
                           MODEL is digits, digits:3 or digits@champion
endpoints canary ENDPOINT PERCENT
endpoints scale ENDPOINT REPLICAS
reindex                    make the index anew from the folders of all that is kept
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
    service, verbs = getattr(workspace, options.verb), _VERBS[options.verb]
    verb, words = (options.words[0], options.words[1:]) if options.words[:1] else ("list", [])
    if verb == "delete":
        print(_delete(service, words, options))
    elif verb in _WITH_WORDS[options.verb]:
        print(_WITH_WORDS[options.verb][verb](service, words, options))
    elif verb in verbs:
        for found in _found(service, words):
            print(verbs[verb](service, found, options))
    else:
        conditions = " ".join(words if verb == "list" else options.words)
        order = {"sort": options.sort} if options.sort else {}
        print(repr(service.list(conditions, limit=options.limit, **order)))
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
    "stacks": lambda _service, run, _options: repr(run.stacks()),
    "retry": lambda service, run, _options: f"{service.retry(run).id} repeats {run.id}.",
}
_OF_SWEEPS = _OF_BOTH | {
    "resume": lambda service, sweep, options: _resumed(service.resume(sweep, options.trials)),
}
_OF_MODELS: dict[str, _Verb] = {
    "show": lambda _service, found, _options: repr(found),
    "verify": lambda service, found, _options: _verified(service, found),
    "lineage": lambda service, found, _options: str(service.version(_version_name(found)).lineage),
}
_OF_ENDPOINTS = _OF_BOTH | {
    "start": lambda service, found, _options: f"{found.id} is {service.start(found).state}.",
    "promote": lambda service, found, _options: _traffic(service.promote(found)),
    "rollback": lambda service, found, _options: _traffic(service.rollback(found)),
    "replay": lambda service, found, _options: service.snapshot(service.replay(found)).scoreboard.sentence,
    "logs": lambda _service, found, options: str(found.logs(options.source)),
    "lineage": lambda _service, found, _options: str(found.lineage),
}
_VERBS = {"runs": _OF_RUNS, "sweeps": _OF_SWEEPS, "models": _OF_MODELS, "endpoints": _OF_ENDPOINTS}


def _traffic(endpoint: Any) -> str:
    row = endpoint.row
    beside = f", r{row.canary} {row.percent} % of them" if row.canary else ""
    return f"{endpoint.id}: r{row.stable} answers{beside}."


def _deploy(service: Any, words: list[str], options: argparse.Namespace) -> str:
    (model,) = _words(words, "MODEL", "which version, as in digits, digits:3 or digits@champion")
    names = ("replicas", "canary", "shadow", "port", "promote_if", "rollback_if")
    asked = {name: getattr(options, name) for name in names}
    endpoint = service.deploy(model, endpoint=options.name, **asked)
    return "\n".join([_traffic(endpoint), *endpoint.remarks])


def _canary(service: Any, words: list[str], _options: argparse.Namespace) -> str:
    endpoint, percent = _words(words, "ENDPOINT PERCENT", "which endpoint's canary gets how much")
    return _traffic(service.canary(endpoint, percent))


def _scale(service: Any, words: list[str], _options: argparse.Namespace) -> str:
    name, replicas = _words(words, "ENDPOINT REPLICAS", "which endpoint gets how many replicas")
    row = service.scale(name, replicas).row
    return f"{row.id} has {row.ready} of {row.wanted} replicas."


def _register(service: Any, words: list[str], options: argparse.Namespace) -> str:
    (run,) = _words(words, "RUN", "which run or sweep, by its name or its id")
    asked = {"alias": options.alias, "value": options.value, "best": options.best, "data": options.data or None}
    version = service.register(run, options.name, **asked)
    return "\n".join([f"{version.name} is registered.", *version.remarks, *version.spec.notes])


def _point(service: Any, words: list[str], _options: argparse.Namespace) -> str:
    model, alias, version = _words(words, "MODEL ALIAS VERSION", "which alias is to point where")
    service.point(model, alias, version)
    return f"{model}@{alias} is {service.version(f'{model}@{alias}').name} now."


def _unalias(service: Any, words: list[str], _options: argparse.Namespace) -> str:
    model, alias = _words(words, "MODEL ALIAS", "which alias is to be removed")
    service.unalias(model, alias)
    return f"{model}@{alias} is gone."


def _export(service: Any, words: list[str], options: argparse.Namespace) -> str:
    version, path = _words(words, "MODEL PATH", "which version is to be written where")
    return f"{service.version(version).name} is in {service.export(version, path, options.server)}."


_WITH_WORDS: dict[str, dict[str, Callable[[Any, list[str], argparse.Namespace], str]]] = {
    "runs": {},
    "sweeps": {},
    "models": {"register": _register, "point": _point, "unalias": _unalias, "export": _export},
    "endpoints": {"deploy": _deploy, "canary": _canary, "scale": _scale},
}


def _words(words: list[str], wanted: str, what: str) -> list[str]:
    if len(words) != len(wanted.split()):
        raise InvalidInput(f"Say {what}: {wanted}.")
    return words


def _version_name(found: Any) -> str:
    name: str = found.name
    return name


def _verified(service: Any, found: Any) -> str:
    versions = [found] if found.jupyter_mlops_noun == "version" else found.versions
    for version in versions:
        service.verify(version)
    return "\n".join(f"All {len(each.files)} files of {each.name} are what was registered." for each in versions)


def _reindexed(workspace: Workspace) -> str:
    from jupyter_mlops.services.deletion import counted

    workspace.reindex()
    counts = {"sweep": workspace.index.sweeps.count(), "model": workspace.index.models.count()}
    found = [counted(workspace.index.count()), *(counted(count, noun) for noun, count in counts.items() if count)]
    listed = " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
    return f"The index is made anew from {listed}."


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
    return [service.version(word) if {*":@"} & {*word} else service.get(word) for word in words]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter mlops",
        description="Runs of notebook cells, searches with them and the models that they make, from a terminal.\n\n"
        + _ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("verb", choices=("demo", "runs", "sweeps", "models", "endpoints", "reindex"))
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=int, default=20, help="with list: how many are shown (20)")
    parser.add_argument("--sort", default="", help="with list: a column, a parameter or a metric")
    parser.add_argument("--trials", type=int, default=0, help="with resume: how many more (0: those that are left)")
    parser.add_argument("--rank", type=int, default=0, help="with logs: whose (0)")
    parser.add_argument("--older", metavar="AGE", help="with runs delete: what ended longer ago than 30d, 12h, ...")
    parser.add_argument(
        "--as", dest="name", default="", help="with register, deploy: the name (the run's, the model's)"
    )
    parser.add_argument("--alias", default="", help="with register: an alias that is to point at it, such as champion")
    parser.add_argument("--value", default="", help="with register: which kept value")
    parser.add_argument("--data", default="", help="with register: the captured table that it was trained with")
    parser.add_argument("--best", default="", metavar="METRIC", help="with register: the best run of the name")
    parser.add_argument("--server", default="", help="with export: which server is to take it (all of it)")
    parser.add_argument("--replicas", default="", help="with deploy: how many, or bounds as in 1..4")
    parser.add_argument("--canary", default=None, metavar="PERCENT", help="with deploy: its share of the requests")
    parser.add_argument("--shadow", action="store_true", help="with deploy: it only gets copies of requests")
    parser.add_argument("--port", default=None, help="with deploy: a loopback port besides")
    parser.add_argument("--promote-if", default="", metavar="GATE", help='with deploy: "errors <= stable", …')
    parser.add_argument("--rollback-if", default="", metavar="GATE", help='with deploy: "errors > 1%%", …')
    parser.add_argument("--source", default="router", help="with endpoints logs: keeper, router, or r3/0 (router)")
    parser.add_argument("--yes", action="store_true", help="with delete: do not ask")
    return parser


if __name__ == "__main__":
    sys.exit(main())
