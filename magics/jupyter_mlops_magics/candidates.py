"""What may stand at the cursor on a magic's line."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion

from jupyter_mlops.domain.algorithms import ALGORITHMS
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.kinds import KINDS, OPTIONS
from jupyter_mlops.domain.parameters import parameters
from jupyter_mlops.services.options import RESTARTS, WHEN_FULL
from jupyter_mlops.store.settings import INTERPRETER, NAMES
from jupyter_mlops_magics.compare import compare
from jupyter_mlops_magics.endpoints import deploy, endpoints
from jupyter_mlops_magics.lines import option_names, parser_of, split, takes_value
from jupyter_mlops_magics.models import models, register
from jupyter_mlops_magics.runs import runs, train
from jupyter_mlops_magics.sweeps import sweeps, tune_cell, tune_run

_NAMES_SHOWN = 50
_ON_RUNNING = {"%%train": train, "%%tune": tune_cell, "%tune": tune_run}
_MANAGING = {"%runs": runs, "%sweeps": sweeps, "%models": models, "%endpoints": endpoints}
_WORDS = {
    "--algorithm": tuple(ALGORITHMS),
    "--prune": ("none", "median", "hyperband"),
    "--direction": ("maximize", "minimize"),
    "--restart": RESTARTS,
    "--log-full": WHEN_FULL,
    "--kind": KINDS,
}
_OF_KINDS = {f"--{name}" for names in OPTIONS.values() for name in names}


def candidates(line: str, context: CompletionContext) -> dict[str, Any]:
    """Return the completions of the word before the cursor.

    Args:
        line: The line up to the cursor, with the magic's name.
        context: IPython's view of cell and cursor.
    """
    magic, *words = split(line)
    # A blank before the cursor begins a word that has no letter yet.
    typed = "" if line[-1].isspace() else words.pop() if words else ""
    body = context.full_text.partition("\n")[2]
    found = _possible(magic, words, typed, body)
    if found is None:
        return {"completions": []}
    fitting = [text for text in found if text.startswith(typed)]
    # IPython's idea of the word is shorter where a '-' or '/' stands in it; what it replaces must be what we return.
    cut = len(typed) - len(context.token)
    completions = [SimpleCompletion(text=text[cut:] if cut > 0 else text, type="magic") for text in fitting]
    return {"completions": completions, "suppress": bool(completions), "ordered": True}


def _possible(magic: str, words: list[str], typed: str, body: str) -> Iterable[str] | None:
    if magic in _ON_RUNNING:
        return _on_running(magic, words, typed, body)
    if magic in _MANAGING:
        return _on_kept(magic, words, typed)
    if magic in ("%register", "%deploy"):
        return _on_serving(magic, words, typed)
    if magic == "%compare":
        return _on_compare(words, typed)
    return _on_mlops(words)


def _on_running(magic: str, words: list[str], typed: str, body: str) -> Iterable[str] | None:
    parser = parser_of(_ON_RUNNING[magic])
    if words and takes_value(parser, words[-1]):
        return _values(words[-1], typed, body)
    foreign = _foreign(words)
    unused = [option for option in option_names(parser) if option not in words and option not in foreign]
    if typed.startswith("-"):
        return unused
    params = [f"{name}=" for name in _parameters(body) if not any(word.startswith(f"{name}=") for word in words)]
    return [*(params if words else _named("runs")), *(unused if not typed else [])]


def _foreign(words: list[str]) -> set[str]:
    """Return the options that the kind on the line does not have."""
    kind = next((value for option, value in pairwise(words) if option == "--kind"), "")
    return _OF_KINDS - {f"--{name}" for name in OPTIONS.get(kind, ())} if kind else set()


def _values(option: str, typed: str, body: str) -> Iterable[str] | None:
    if option == "--on":
        return _platforms()
    if option in _WORDS:
        return _WORDS[option]
    if option == "--keep":
        before, comma, _ = typed.rpartition(",")
        return [f"{before}{comma}{name}" for name in _assigned(body) if name not in before.split(",")]
    if option == "--python":
        # Paths are completed by IPython.
        return _interpreters(typed) or None
    # For numbers there is nothing to offer.
    return []


def _on_kept(magic: str, words: list[str], typed: str) -> Iterable[str]:
    parser = parser_of(_MANAGING[magic])
    if typed.startswith("-"):
        return [option for option in option_names(parser) if option not in words]
    if words and takes_value(parser, words[-1]):
        return []
    names = _named(magic.removeprefix("%"))
    return names if words else [*_verbs(magic), *names]


def _verbs(magic: str) -> Iterable[str]:
    from jupyter_mlops_magics.endpointverbs import EndpointVerbs
    from jupyter_mlops_magics.modelverbs import ModelVerbs
    from jupyter_mlops_magics.sweepverbs import SweepVerbs
    from jupyter_mlops_magics.verbs import RunVerbs

    kinds: dict[str, Any] = {
        "%runs": RunVerbs,
        "%sweeps": SweepVerbs,
        "%models": ModelVerbs,
        "%endpoints": EndpointVerbs,
    }
    return list(kinds[magic].verbs)


def _on_serving(magic: str, words: list[str], typed: str) -> Iterable[str]:
    parser = parser_of(register if magic == "%register" else deploy)
    if words and words[-1] == "--as":
        return _named("models" if magic == "%register" else "endpoints")
    if words and words[-1] == "--alias":
        return ("champion", "challenger")
    if words and takes_value(parser, words[-1]):
        return []
    unused = [option for option in option_names(parser) if option not in words]
    if typed.startswith("-"):
        return unused
    if words:
        return [] if typed else unused
    return _versions() if magic == "%deploy" else [*_named("runs"), *_named("sweeps")]


def _versions() -> list[str]:
    """Return how versions of models may be named: by alias, and by number."""
    from jupyter_mlops.workspace import connect

    with suppress(MlopsError, OSError):
        rows = connect().models.list(limit=_NAMES_SHOWN).rows
        aliased = [f"{row.name}@{alias}" for row in rows for alias in row.aliases]
        return [*aliased, *(f"{row.name}:{version.version}" for row in rows for version in row.recent)]
    return []


def _on_compare(words: list[str], typed: str) -> Iterable[str]:
    if words and words[-1] == "--sweep":
        return _named("sweeps")
    if words and takes_value(parser_of(compare), words[-1]):
        return []
    unused = [option for option in option_names(parser_of(compare)) if option not in words]
    return unused if typed.startswith("-") else [*_named("runs"), *(unused if not typed else [])]


def _on_mlops(words: list[str]) -> Iterable[str]:
    from jupyter_mlops_magics.home import VERBS

    match words:
        case []:
            return VERBS
        case ["use"]:
            return _platforms()
        case ["set", *_]:
            return [INTERPRETER if name.startswith(INTERPRETER) else f"{name}=" for name in NAMES]
        case _:
            return []


def _named(noun: str) -> list[str]:
    """Return names of a noun, the last used first; nothing where the home cannot be opened: completion never fails."""
    from jupyter_mlops.workspace import connect

    with suppress(MlopsError, OSError):
        index = connect().index
        rows: Any = index if noun == "runs" else getattr(index, noun)
        return list(rows.names())[:_NAMES_SHOWN]
    return []


def _interpreters(typed: str) -> list[str]:
    """Return the names of interpreters that fit."""
    from jupyter_mlops.workspace import connect

    with suppress(MlopsError, OSError):
        return [name for name in connect().settings.interpreters if name.startswith(typed)]
    return []


def _platforms() -> list[str]:
    from jupyter_mlops.workspace import connect

    with suppress(MlopsError, OSError):
        return list(connect().platforms)
    return []


def _parameters(body: str) -> list[str]:
    with suppress(SyntaxError, ValueError):
        return list(parameters(body))
    return []


def _assigned(body: str) -> list[str]:
    """Return the names that a cell binds at top level."""
    import symtable

    with suppress(SyntaxError, ValueError):
        table = symtable.symtable(body, "cell", "exec")
        return [symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()]
    return []
