"""The registry without a disk keeps every promise too."""

from __future__ import annotations

from jupyter_mlops.platforms.registry import Registry
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.memory_registry import MemoryRegistry
from jupyter_mlops.testing.registry_contract import RegistryContract


class TestMemoryRegistry(RegistryContract):
    def make_registry(self, home: Home) -> MemoryRegistry:
        return MemoryRegistry(home)

    def damage(self, registry: Registry, model: str, version: int, path: str, data: bytes | None) -> None:
        assert isinstance(registry, MemoryRegistry)
        registry.damage(model, version, path, data)
