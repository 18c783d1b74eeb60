"""The home as users see it: where it is, what it holds, what is set."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from jupyter_mlops.domain.homes import HomeSummary, Part, Setting
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.store import locks
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.settings import INTERPRETER, Settings

_ABOUT = {
    "slots": "how many runs go at once",
    "capture": "largest size of what a cell takes with it",
    "detach": "whether cells return at once instead of waiting for their run",
    "gpus": "how many devices there are to lease",
    "warm": "whether runs may start from processes that have imported already what they import",
}


def summarize(home: Home, index: Index, platforms: Iterable[str]) -> HomeSummary:
    """Return what ``%mlops`` shows. Measuring takes a moment in a home of many runs."""
    use, rows, settings = home.disk_use(), index.list(), home.settings
    return HomeSummary(
        path=str(home.path),
        id=home.id,
        parts=[
            Part("runs", use.runs, len(rows)),
            Part("sweeps", use.sweeps, index.sweeps.count()),
            Part("models", use.models, index.models.count()),
            Part("endpoints", use.endpoints, index.endpoints.count()),
            Part("captured data", use.blobs),
            Part("index and the rest", use.other),
        ],
        free=use.free,
        states=dict(Counter(State(row.state) for row in rows if not row.broken)),
        broken=sum(bool(row.broken) for row in rows),
        slots=settings.slot_count(os.cpu_count() or 1),
        taken=sum(locks.is_held(entry.path) for entry in _entries(home.path / "slots")),
        settings=_settings(settings),
        platforms=list(platforms),
    )


def _entries(folder: os.PathLike[str]) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []


def _settings(settings: Settings) -> list[Setting]:
    plain = [_setting(name, settings) for name in _defaults if name != "interpreters"]
    named = [
        Setting(INTERPRETER + name, path, is_default=False, about=f"what --python {name} means")
        for name, path in settings.interpreters.items()
    ]
    return plain + named


def _setting(name: str, settings: Settings) -> Setting:
    value: Any = getattr(settings, name)
    return Setting(
        name=name,
        value=value,
        shown=_shown(name, value, settings),
        is_default=value == _defaults[name],
        about=_ABOUT.get(name, ""),
    )


def _shown(name: str, value: Any, settings: Settings) -> str:
    if name == "slots" and value is None:
        return str(settings.slot_count(os.cpu_count() or 1))
    if name == "gpus" and value is None:
        return "all that are found"
    return format_size(value) if name == "capture" else ""


_defaults: dict[str, Any] = msgspec.structs.asdict(Settings())
