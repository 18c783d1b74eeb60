"""Homes and run folders made of real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.runs import Event, RunSpec, State, StateChanged
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder

MakeRun = Callable[..., RunFolder]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


@pytest.fixture
def index(home: Home) -> Iterator[Index]:
    with Index(home) as index:
        yield index


@pytest.fixture
def make_run(home: Home) -> MakeRun:
    """Return what publishes a run: ``make_run("digits", 3, state, params={...})``; the number makes id and time."""

    def make(name: str = "digits", number: int = 0, state: State = State.QUEUED, **fields: object) -> RunFolder:
        run_id = f"{name}-20261124-0{number // 3600}{number // 60 % 60:02d}{number % 60:02d}-7f3k"
        told = {"code_hash": "c0de", "python": "python", "cwd": "/", "created": 1_000_000.0 + number} | fields
        draft = home.draft()
        (draft / "spec.json").write_bytes(wire.encode_pretty(RunSpec(id=run_id, name=name, **told)))  # type: ignore[arg-type]
        write_events(draft, *(StateChanged(time=number + at, state=step) for at, step in enumerate(_way_to(state))))
        publish_folder(draft, home.runs / run_id)
        return RunFolder(home.runs / run_id)

    return make


def write_events(folder: Path, *events: Event) -> None:
    with open(folder / "events.jsonl", "ab") as file:
        file.writelines(map(wire.encode_line, events))


def _way_to(state: State) -> list[State]:
    way = [State.QUEUED, State.STARTING, State.RUNNING]
    return way[: way.index(state) + 1] if state in way else [*way, state]
