"""The local platform keeps every promise of a registry, and what only folders have to fear leaves it whole."""

from __future__ import annotations

from jupyter_mlops.platforms.local.registry import LocalRegistry
from jupyter_mlops.platforms.registry import Registry
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.registry_contract import RegistryContract, change


class TestLocalRegistry(RegistryContract):
    def make_registry(self, home: Home) -> LocalRegistry:
        return LocalRegistry(home)

    def damage(self, registry: Registry, model: str, version: int, path: str, data: bytes | None) -> None:
        change(registry.folder(model, version) / path, data)
