"""What hatchling does before it packs the project: it builds the JupyterLab extension, unless that has been done."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import labextension

BUILDER = "jupyter-builder>=1.3"


class LabextensionHook(BuildHookInterface[Any]):
    """Builds the extension for wheels and source distributions."""

    def dependencies(self) -> list[str]:
        if labextension.is_built():
            return []
        return [BUILDER] if labextension.node_folder() else [BUILDER, labextension.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # In an editable install, `make install` looks after the extension, whose sources change.
        if version != "editable":
            labextension.build()
            if self.target_name == "wheel":
                build_data["shared_data"] |= {
                    str(part): f"{labextension.PLACE}/{part.name}"
                    for part in labextension.BUILT.iterdir()
                    if not part.name.startswith(".")
                }
