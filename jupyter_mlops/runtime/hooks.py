"""Act on a module right after its first import, without importing anything before the cell asks for it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Action = Callable[[ModuleType], None]


def after_import(name: str, action: Action) -> None:
    """Call ``action`` with the module ``name`` once it is imported: now, if it is already."""
    module = sys.modules.get(name)
    if module is not None:
        action(module)
        return
    if _watch not in sys.meta_path:
        sys.meta_path.insert(0, _watch)
    _watch.actions.setdefault(name, []).append(action)


class _Watch:
    """A finder that finds nothing itself: it wraps the loaders that others find for the watched names."""

    def __init__(self) -> None:
        self.actions: dict[str, list[Action]] = {}
        self.searching: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.actions or name in self.searching:
            return None
        self.searching.add(name)
        try:
            spec = self._search(name, path, target)
        finally:
            self.searching.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            self._wrap(spec, name)
        return spec

    def _search(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                return spec
        return None

    def _wrap(self, spec: ModuleSpec, name: str) -> None:
        loader = spec.loader
        assert loader is not None
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            # Not earlier: a module may be looked for, by find_spec, and imported later or never.
            for action in self.actions.pop(name, ()):
                action(module)

        # Frozen and built-in loaders are classes that all their modules share; they get a stand-in each.
        spec.loader = _Loader(loader, exec_module)  # type: ignore[assignment]


class _Loader:
    """A loader in all respects but ``exec_module``; the module keeps the real one as its ``__loader__``."""

    def __init__(self, loader: object, execute: Action) -> None:
        self._loader = loader
        self._execute = execute

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        # Resources, runpy and reload ask the module for its real loader.
        module.__loader__ = self._loader  # type: ignore[assignment]
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader  # type: ignore[assignment]
        self._execute(module)


_watch = _Watch()
