"""A run's value is registered by a process of the interpreter that made it.

As a program, ``python -m jupyter_mlops.services.aside``, it reads what is asked from its standard input and answers
with one line of JSON: who must not unpickle, as the Jupyter server, lets it be done so.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import errors
from jupyter_mlops.domain.errors import InvalidInput, MlopsError, Unavailable, Unsupported
from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.services import interpreters
from jupyter_mlops.services.registering import here, pointed
from jupyter_mlops.services.registrable import Source, of_run

if TYPE_CHECKING:
    from jupyter_mlops.services.models import Models

_SECONDS = 900.0
_PROGRAM = "jupyter_mlops.services.aside"


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the program is asked: the run's value that is to become a version."""

    home: str
    run: str
    name: str
    value: str
    alias: str = ""
    data: str = ""
    command: str = ""
    remarks: list[str] = []


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the program answers: a version, or the class and the sentence of an error."""

    version: int = 0
    remarks: list[str] = []
    error: str = ""
    message: str = ""


def register_aside(
    models: Models, source: Source, *, name: str, alias: str, data: Any, command: str
) -> tuple[VersionSpec, list[str]]:
    """Let a process of the interpreter that made it register a run's value; see ``registering.register``.

    Raises:
        Unsupported: no run has made it, or that interpreter lacks what it takes.
        InvalidInput: its data cannot travel.
    """
    asked = _asked(models, source, name=name, alias=alias, data=data, command=command)
    answer = _ask(source, asked)
    if answer.error:
        kind = getattr(errors, answer.error, Unavailable)
        raise kind(answer.message)
    return models.registry.read(asked.name, answer.version), answer.remarks


def _asked(models: Models, source: Source, *, name: str, alias: str, data: Any, command: str) -> Asked:
    """Return what the process is asked."""
    if source.run is None:
        raise Unsupported("Only what a run has kept can be registered from outside of the notebook.")
    if data is not None and not isinstance(data, str):
        raise InvalidInput(
            f"{source.name} was made by another interpreter ({source.python}), to which data of this notebook cannot "
            "travel; name a variable that the run had captured."
        )
    return Asked(
        home=str(models.home.path),
        run=source.run.id,
        name=name,
        value=source.value,
        alias=alias,
        data=data or "",
        command=command,
        remarks=list(source.remarks),
    )


def _ask(source: Source, asked: Asked) -> Answer:
    run = source.run
    env = dict(os.environ if run is None or source.is_of_this else run.spec.env)
    if source.is_of_this:
        path = interpreters.this().path
    else:
        other = interpreters.ask(source.python, env, frozenset({"msgspec"}), "made it")
        path = other.path
        if not other.has("msgspec"):
            raise Unsupported(
                f"The interpreter that made {source.name} cannot register it: it lacks msgspec; "
                f'{source.python} -m pip install "jupyter-mlops[models]" installs what is needed.'
            )
    env["PYTHONPATH"] = os.pathsep.join(path)
    try:
        done = subprocess.run(
            [source.python, "-m", _PROGRAM],
            input=wire.encode(asked),
            env=env,
            cwd="/",
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        # What is unpickled may print: the last line is ours.
        return wire.decode(done.stdout.splitlines()[-1], Answer)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError, IndexError) as error:
        raise Unavailable(
            f"{source.name} could not be registered by {source.python}: {_reason(error, locals().get('done'))}."
        ) from error


def _reason(error: Exception, done: Any) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {_SECONDS:g} s"
    if done is not None and done.stderr.strip():
        last: str = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1]
        return last.rstrip(".")
    if done is not None and done.returncode:
        return f"it ended with exit code {done.returncode}"
    return getattr(error, "strerror", None) or "what it says cannot be read"


def main() -> None:
    """Register what standard input asks for, and answer on standard output."""
    asked = wire.decode(sys.stdin.buffer.read(), Asked)
    print(json.dumps(msgspec.to_builtins(_answered(asked))), flush=True)


def _answered(asked: Asked) -> Answer:
    try:
        return _registered(asked)
    except MlopsError as error:
        return Answer(error=type(error).__name__, message=str(error))
    except Exception as error:
        return Answer(
            error="Unavailable", message=f"{asked.name} cannot be registered: {type(error).__name__}: {error}."
        )


def _registered(asked: Asked) -> Answer:
    models = _models(Path(asked.home))
    source = of_run(models.runs.get(asked.run), asked.value, tuple(asked.remarks))
    # Whatever this interpreter is called, it is the one that was meant.
    spec, remarks = here(models, source, asked.name, asked.data or None, asked.command)
    return Answer(spec.version, [*remarks, *pointed(models, spec, asked.alias)])


def _models(path: Path) -> Models:
    """Return the models of a home, as far as registering needs them: this is a process of its own."""
    from jupyter_mlops.platforms.local.registry import LocalRegistry
    from jupyter_mlops.services.models import Models
    from jupyter_mlops.services.runs import Runs
    from jupyter_mlops.services.sweeps import Sweeps
    from jupyter_mlops.store.home import Home
    from jupyter_mlops.store.index import Index

    home = Home.open(path)
    runs = Runs(home, Index(home), {}, clock=time.time, choose=random.choice)
    return Models(runs, lambda: Sweeps(runs, {}, clock=time.time), {"local": LocalRegistry(home)}, time.time)


if __name__ == "__main__":
    main()
