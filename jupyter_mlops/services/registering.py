"""The act of registering: an object becomes a version, here, or in a process of the interpreter that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlops.domain.errors import InvalidInput, InvalidName, Unavailable
from jupyter_mlops.domain.models import VersionSpec, check_alias
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.domain.runs import Origin
from jupyter_mlops.services import inputs
from jupyter_mlops.services.inputs import Input
from jupyter_mlops.services.kept import who
from jupyter_mlops.services.origin import current_shell, notebook_cell, notebook_path, read_origin
from jupyter_mlops.services.registrable import Source
from jupyter_mlops.services.run import Run
from jupyter_mlops.store import locks, machine
from jupyter_mlops.store.checksums import checksums_of
from jupyter_mlops.store.home import Home, remove_tree

if TYPE_CHECKING:
    from jupyter_mlops.services.models import Models

_LOCK = "keeper.lock"


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
        from jupyter_mlops.services.aside import register_aside

        spec, remarks = register_aside(models, source, name=name, alias=alias, data=data, command=command)
    else:
        spec, remarks = here(models, source, name, data, command)
        remarks += pointed(models, spec, alias)
    models.rows.refresh(name)
    return spec, remarks


def here(models: Models, source: Source, name: str, data: Any, command: str) -> tuple[VersionSpec, list[str]]:
    """Make a version in this process, and return it with sentences about it; see ``register``."""
    from jupyter_mlops.packaging.pack import pack
    from jupyter_mlops.serving.loading import predictor

    model = source.load()
    found = _input(source, model, data)
    with _draft(models.home) as draft:
        told = pack(
            model,
            draft,
            name,
            predictor,
            table=found.like if found.table is None else found.table,
            source=found.words if found.table is not None else "",
            installed=_installed(source),
        )
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
            notes=[*told.notes, *([] if found.table is not None else [f"There is no profile: {found.words}."])],
            origin=_origin(),
            command=command,
        )
        if source.run is not None:
            spec = _of_run(spec, source.run)
        spec = models.registry.add(draft, spec, checksums_of(draft, (_LOCK,)), who())
    return spec, list(source.remarks)


def pointed(models: Models, spec: VersionSpec, alias: str) -> list[str]:
    """Let an alias point at a version, and return a sentence if it pointed elsewhere; empty is no alias."""
    if not alias:
        return []
    before = models.registry.aliases(spec.model).get(alias, 0)
    models.registry.point(spec.model, alias, spec.version, who())
    return [f"@{alias} points at it now; before, it pointed at {spec.model}:{before}."] if before else []


def _of_run(spec: VersionSpec, run: Run) -> VersionSpec:
    """Return a version with what its run tells: a copy, for the run may be deleted."""
    row = run.folder.row()
    return msgspec.structs.replace(
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


@contextmanager
def _draft(home: Home) -> Iterator[Path]:
    """Give a folder for the files of a version; nothing is left of it if something goes wrong.

    Raises:
        Unavailable: the home cannot be written.
    """
    home.sweep()
    draft = home.draft()
    try:
        # While the lock is held, nobody sweeps the draft, however long the model takes.
        with locks.try_lock(draft / _LOCK) or locks.Lock(-1):
            yield draft
    except OSError as error:
        remove_tree(draft)
        raise Unavailable(
            f"The home {home.path} cannot be written ({error.strerror or error}), so nothing was registered; "
            "free some space, or see to it that you may write there."
        ) from error
    except BaseException:
        remove_tree(draft)
        raise


def _input(source: Source, model: Any, data: Any) -> Input:
    if data is None or (isinstance(data, str) and source.run is not None):
        return inputs.find(source.run, model, data or "")
    if isinstance(data, str):
        raise InvalidInput(f"There is no run that could have captured {data!r}; give the data itself.")
    return inputs.given(data, model=model)


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


def _origin() -> Origin:
    shell = current_shell()
    told: dict[str, Any] = {}
    if shell is not None:
        told = {"cell": notebook_cell(shell), "notebook": notebook_path(shell)}
        told["prompt"] = getattr(shell, "execution_count", 0) or 0
    return read_origin(machine.machine_id(), machine.boot_id(), **told)
