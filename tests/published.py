"""Runs and sweeps that have ended, and versions, written as their keepers would: for tests of what reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointSpec, RevisionAdded, RevisionChanged, RevisionSpec, TrafficMoved
from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.domain.runs import Event, RunSpec, Scalar, State, StateChanged
from jupyter_mlops.domain.signatures import Field, Signature
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.domain.sweeps import Objective, SweepEvent, SweepSpec, TrialAsked, TrialTold, trial_id
from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.store.checksums import checksums_of
from jupyter_mlops.store.endpoints import EndpointFolder, write_revision
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder

SUFFIX = "7f3k"


def publish_run(
    home: Home, name: str = "digits", number: int = 0, state: State = State.SUCCEEDED, **fields: Any
) -> RunFolder:
    """Publish a run: ``publish_run(home, "digits", 3, State.FAILED, params={...})``.

    Args:
        home: Where it goes.
        name: Its name.
        number: The seconds of the day at which it began, which its id tells too.
        state: How it ended.
        **fields: Of its spec.
    """
    told: dict[str, Any] = {"id": _id(name, number), "code_hash": "c0de", "python": "python", "cwd": "/"} | fields
    spec = RunSpec(name=name, created=1e6 + number, **told)
    way = [State.QUEUED, State.STARTING, State.RUNNING, state]
    events: list[Event] = [StateChanged(time=number + at, state=step) for at, step in enumerate(way)]
    folder = RunFolder(home.runs / spec.id)
    _publish(home, folder, spec, events)
    # The server may have made the index already.
    with Index(home) as index:
        index.refresh(folder)
    return folder


def publish_sweep(
    home: Home,
    name: str = "digits",
    values: Iterable[float | list[float]] = (0.5, 0.9, 0.7),
    *,
    number: int = 0,
    runs: int = 0,
    state: State = State.SUCCEEDED,
    **fields: Any,
) -> SweepFolder:
    """Publish a sweep for the best accuracy over the learning rate.

    Args:
        home: Where it goes.
        name: Its name.
        values: What its trials reached.
        number: The seconds of the day at which it was submitted, which its id tells too.
        runs: Of how many of its trials there are runs.
        state: How it ended; one that has not ended goes.
        **fields: Of its spec.
    """
    sweep_id, begin = _id(name, number), 1e6 + number
    told: dict[str, Any] = {
        "run": RunSpec(id=sweep_id, name=name, code_hash="c0de", created=begin, python="python", cwd="/"),
        "objectives": [Objective("accuracy")],
        "space": [Dimension("lr", low=1e-4, high=1e-1, log=True)],
    } | fields
    spec = SweepSpec(id=sweep_id, name=name, created=begin, **told)
    events: list[SweepEvent] = [StateChanged(time=begin, state=State.RUNNING)]
    for trial, value in enumerate(values, 1):
        params: Mapping[str, Scalar] = {"lr": trial / 1000}
        run, reached = trial_id(sweep_id, trial), value if isinstance(value, list) else [value]
        events.append(TrialAsked(time=begin + trial, trial=trial, run=run, params=dict(params)))
        events.append(TrialTold(time=begin + trial + 0.5, trial=trial, result="complete", values=[*reached]))
        if trial <= runs:
            publish_run(home, name, trial, id=run, params=params, sweep=sweep_id, trial=trial)
    if state.is_finished:
        events.append(StateChanged(time=begin + 1e6, state=state))
    folder = SweepFolder(home.sweeps / sweep_id)
    _publish(home, folder, spec, events)
    with Index(home) as index:
        index.sweeps.refresh(folder)
    return folder


CONTENT = {"model/MLmodel": b"flavors: {}\n", "model/model.pkl": b"weights", "example.json": b'[{"x": 1.0}]'}
"""The files of a version that nobody loads."""


def publish_version(
    home: Home, model: str = "digits", alias: str = "", content: Mapping[str, bytes] = CONTENT, **fields: Any
) -> VersionSpec:
    """Publish a version of a model.

    Args:
        home: Where it goes.
        model: The model's name.
        alias: Alias that points at it; empty is none.
        content: Its files.
        **fields: Of its spec.
    """
    draft = home.draft()
    for path, data in content.items():
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).write_bytes(data)
    told: dict[str, Any] = {"created": 1e6, "flavor": "sklearn", "metrics": {"accuracy": 0.9}} | fields
    registry = LocalRegistry(home)
    spec = registry.add(draft, VersionSpec(model=model, version=0, **told), checksums_of(draft), "ada@here")
    if alias:
        registry.point(model, alias, spec.version, "ada@here")
    with Index(home) as index:
        index.models.refresh(model)
    return spec


def publish_endpoint(home: Home, name: str = "digits", state: State = State.STOPPED) -> EndpointFolder:
    """Publish an endpoint that has ended; it had one revision, which served version 3 of ``digits``."""
    path = home.endpoints / name
    (path / "logs").mkdir(parents=True)
    (path / "logs" / "router.log").write_text("the router listens\n")
    (path / "spec.json").write_bytes(wire.encode_pretty(EndpointSpec(name, name, 1e6)))
    signature = Signature("table", [Field("x", "FP64"), Field("n", "INT64")])
    write_revision(path, RevisionSpec(name, 1, 1e6, "digits", 3, "sklearn", "/nowhere", signature=signature))
    events = [
        StateChanged(time=1e6, state=State.STARTING),
        RevisionAdded(time=1e6, revision=1, model="digits", version=3),
        RevisionChanged(time=1e6 + 1, revision=1, state="ready"),
        TrafficMoved(time=1e6 + 1, stable=1),
        StateChanged(time=1e6 + 1, state=State.RUNNING),
        StateChanged(time=1e6 + 9, state=state, why="Stopped by ada."),
    ]
    (path / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
    with Index(home) as index:
        index.endpoints.refresh(name)
    return EndpointFolder(path)


def _id(name: str, number: int) -> str:
    return f"{name}-20261124-{number // 3600:02d}{number // 60 % 60:02d}{number % 60:02d}-{SUFFIX}"


def _publish(home: Home, folder: RunFolder | SweepFolder, spec: Any, events: Iterable[Any]) -> None:
    draft = home.draft()
    (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
    (draft / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
    publish_folder(draft, folder.path)
