"""The act of registering: an object becomes a version, here, or in a process of the interpreter that made it.

As a program, ``python -m jupyter_mlops.services.registering``, it reads what is asked from its standard input and
answers with one line of JSON: who must not unpickle, as the Jupyter server, lets it be done so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain import errors
from jupyter_mlops.domain.errors import InvalidInput, InvalidName, MlopsError, Unavailable, Unsupported
from jupyter_mlops.domain.models import VersionSpec, check_alias
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.services import inputs, interpreters
from jupyter_mlops.services.inputs import Input
from jupyter_mlops.services.kept import who
from jupyter_mlops.services.origin import current_shell, notebook_cell, notebook_path, read_origin
from jupyter_mlops.services.registrable import Source
from jupyter_mlops.store import locks, machine
from jupyter_mlops.store.checksums import checksums_of
from jupyter_mlops.store.home import remove_tree

if TYPE_CHECKING:
    from jupyter_mlops.services.models import Models

_SECONDS = 900.0
_LOCK = "keeper.lock"
_PROGRAM = "jupyter_mlops.services.registering"


class Plan(msgspec.Struct, frozen=True):
    """What would be registered.

    Attributes:
        name: The model's.
        value: Name of the kept value.
        values: Names of the kept values that may be registered, the likeliest first.
        tables: Names of the run's captured tables.
        sentences: What is worth knowing.
        command: The line that does it in a notebook.
    """

    name: str
    value: str
    values: list[str]
    tables: list[str]
    sentences: list[str]
    command: str


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


def plan(models: Models, source: Source, *, name: str, alias: str, data: Any) -> Plan:
    """Return what ``register`` would do, and do nothing.

    Raises:
        MlopsError: it would not be done, as far as can be told.
    """
    name = _name(source, name)
    tables = [] if source.run is None else inputs.captured_tables(source.run)
    if isinstance(data, str) and data and source.run is not None and data not in tables:
        inputs.find(source.run, None, data)
    sentences = list(source.remarks)
    there = models.registry.aliases(name) if name in models.registry.models() else {}
    if alias and check_alias(alias) in there:
        sentences.append(f"@{alias} moves to it from {name}:{there[alias]}.")
    if source.run is not None and not tables and data is None:
        sentences.append("Its run captured no table, so nobody will notice when what it is asked moves.")
    return Plan(name, source.value, list(source.values), tables, sentences, _command(source, name, alias, data))


def register(
    models: Models, source: Source, *, name: str, alias: str, data: Any, command: str, aside: bool = False
) -> tuple[VersionSpec, list[str]]:
    """Make a version, and return it with sentences about it.

    Args:
        models: Where it goes.
        source: What becomes a version.
        name: The model's; the source's own if it is empty.
        alias: Alias that is to point at it; empty is none.
        data: The training input, or the name of a captured variable; None if it is to be found.
        command: The line that asked for it.
        aside: Whether this process must not unpickle.

    Raises:
        MlopsError: it cannot be; nothing was registered.
    """
    name = _name(source, name)
    if alias:
        check_alias(alias)
    command = command or _command(source, name, alias, data)
    if aside or not source.is_of_this:
        asked = _asked(models, source, name=name, alias=alias, data=data, command=command)
        spec, remarks = _elsewhere(models, source, asked)
    else:
        spec, remarks = _here(models, source, name, data, command)
        remarks += _pointed(models, spec, alias)
    models.rows.refresh(name)
    return spec, remarks


def _here(models: Models, source: Source, name: str, data: Any, command: str) -> tuple[VersionSpec, list[str]]:
    from jupyter_mlops.packaging.pack import pack
    from jupyter_mlops.serving.loading import predictor

    model = source.load()
    run = source.run
    found = _input(source, model, data)
    draft = models.home.draft()
    # While the lock is held, nobody sweeps the draft, however long the model takes.
    with locks.try_lock(draft / _LOCK) or locks.Lock(-1):
        try:
            told = pack(
                model, draft, name, predictor, table=found.table, source=found.words, installed=_installed(source)
            )
            notes = [*told.notes, *([] if found.table is not None else [f"There is no profile: {found.words}."])]
            spec = VersionSpec(
                model=name,
                version=0,
                created=models.clock(),
                flavor=told.flavor,
                type=told.type,
                python=source.python,
                python_version=told.python_version,
                requirements=told.requirements,
                signature=told.signature,
                folders=told.folders,
                methods=told.methods,
                classes=told.classes,
                data=found.words if found.table is not None else f"none: {found.words}",
                value=source.value,
                notes=notes,
                origin=_origin(),
                command=command,
            )
            if run is not None:
                row = run.folder.row()
                spec = msgspec.structs.replace(
                    spec,
                    run=run.id,
                    run_name=run.name,
                    sweep=run.spec.sweep,
                    trial=run.spec.trial or 0,
                    code_hash=run.spec.code_hash,
                    metrics={metric: summary.last for metric, summary in row.metrics.items()},
                    params=row.params,
                    datasets=run.datasets.datasets,
                )
            spec = models.registry.add(draft, spec, checksums_of(draft, (_LOCK,)), who())
        except BaseException:
            remove_tree(draft)
            raise
    return spec, list(source.remarks)


def _pointed(models: Models, spec: VersionSpec, alias: str) -> list[str]:
    if not alias:
        return []
    before = models.registry.aliases(spec.model).get(alias, 0)
    models.registry.point(spec.model, alias, spec.version, who())
    return [f"@{alias} points at it now; before, it pointed at {spec.model}:{before}."] if before else []


def _input(source: Source, model: Any, data: Any) -> Input:
    if data is None or (isinstance(data, str) and source.run is not None):
        return inputs.find(source.run, model, data or "")
    if isinstance(data, str):
        raise InvalidInput(f"There is no run that could have captured {data!r}; give the data itself.")
    return inputs.given(data)


def _name(source: Source, name: str) -> str:
    if not (name or source.name):
        raise InvalidName("A model that no run made has no name yet; say one with --as NAME.")
    return check_label(name or source.name)


def _command(source: Source, name: str, alias: str, data: Any) -> str:
    words = ["%register", source.asked or source.value or "model"]
    if name != source.name:
        words += ["--as", name]
    if len(source.values) > 1:
        words += ["--value", source.value]
    if alias:
        words += ["--alias", alias]
    if isinstance(data, str) and data:
        words += ["--data", data]
    return " ".join(words)


def _installed(source: Source) -> Mapping[str, str]:
    """Return what the environment that made it had, as its run has written down; nothing if no run made it."""
    return {} if source.run is None else source.run.environment.get("packages", {})


def _origin() -> Any:
    shell = current_shell()
    told: dict[str, Any] = {}
    if shell is not None:
        told = {"cell": notebook_cell(shell), "notebook": notebook_path(shell)}
        told["prompt"] = getattr(shell, "execution_count", 0) or 0
    return read_origin(machine.machine_id(), machine.boot_id(), **told)


def _asked(models: Models, source: Source, *, name: str, alias: str, data: Any, command: str) -> Asked:
    """Return what a process of its own is asked.

    Raises:
        Unsupported: no run has made it.
        InvalidInput: its data cannot travel.
    """
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


def _elsewhere(models: Models, source: Source, asked: Asked) -> tuple[VersionSpec, list[str]]:
    """Let a process of the interpreter that made it do it."""
    answer = _ask(source, asked)
    if answer.error:
        kind = getattr(errors, answer.error, Unavailable)
        raise kind(answer.message)
    return models.registry.read(asked.name, answer.version), answer.remarks


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
    from jupyter_mlops.services.registrable import of_run

    models = _models(Path(asked.home))
    source = of_run(models.runs.get(asked.run), asked.value, tuple(asked.remarks))
    # Whatever this interpreter is called, it is the one that was meant.
    spec, remarks = _here(models, source, asked.name, asked.data or None, asked.command)
    return Answer(spec.version, [*remarks, *_pointed(models, spec, asked.alias)])


def _models(path: Path) -> Models:
    """Return the models of a home, as far as registering needs them: this is a process of its own."""
    import random
    import time

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
