"""Accessibility: axe-core with every rule, on one part of a page."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

ROOT = Path(__file__).parent.parent.parent
_PLACE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"


def check_accessible(parts: Locator) -> None:
    """Fail with every violation, what to do about it, and where, if axe finds any inside ``parts``."""
    page = parts.page
    if page.evaluate("() => typeof window.axe") == "undefined":
        page.evaluate(_source())
    result: dict[str, Any] = parts.evaluate_all("parts => window.axe.run(parts, {resultTypes: ['violations']})")
    assert result["passes"], "axe looked at nothing"
    violations = [line for violation in result["violations"] for line in _told(violation)]
    assert not violations, "axe found:\n" + "\n".join(violations)


def _told(violation: dict[str, Any]) -> list[str]:
    head = f"- {violation['id']} ({violation['impact']}): {violation['help']}"
    return [head, *(line for node in violation["nodes"][:5] for line in _told_of(node))]


def _told_of(node: dict[str, Any]) -> list[str]:
    reasons = [reason.strip() for reason in node["failureSummary"].splitlines()[1:]]
    return [
        f"    {' '.join(map(str, node['target']))}",
        f"      {node['html'][:200]}",
        *(f"      {r}" for r in reasons),
    ]


@cache
def _source() -> str:
    path = Path(os.environ.get("JUPYTER_MLOPS_AXE", _PLACE))
    assert path.exists(), f"{path} is missing: `make install` brings it with the labextension's packages."
    return path.read_text()
