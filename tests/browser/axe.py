"""Accessibility: axe-core with every rule, on one part of a page."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

ROOT = Path(__file__).parent.parent.parent
_PLACE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
_PATIENCE_SECONDS = 60.0
# Given nothing, axe would look at the whole page. Colours in the middle of a transition are nobody's choice; what is
# paused, or in a tab that is not drawn, never ends.
_LOOK = """async parts => {
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  const ends = document.getAnimations().filter(each => Number.isFinite(each.effect?.getComputedTiming().endTime));
  const still = Promise.allSettled(ends.map(each => each.finished)).then(frame).then(frame);
  await Promise.race([still, new Promise(resolve => setTimeout(resolve, 5000))]);
  if (parts.length === 0 || !parts.every(part => part.isConnected)) {
    return null;
  }
  const found = await window.axe.run(parts, { resultTypes: ['violations'] });
  return parts.every(part => part.isConnected) ? found : null;
}"""


def check_accessible(parts: Locator) -> None:
    """Fail with every violation, what to do about it, and where, if axe finds any inside ``parts``.

    It looks when ``parts`` are there, and at what stays: JupyterLab renders outputs anew after a change of theme.
    """
    page = parts.page
    if page.evaluate("() => typeof window.axe") == "undefined":
        page.evaluate(_source())
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (result := _look(parts)) is None:
        assert time.monotonic() < deadline, "what axe is to look at does not stay"
    assert result["passes"], "axe looked at nothing"
    violations = [line for violation in result["violations"] for line in _told(violation)]
    assert not violations, "axe found:\n" + "\n".join(violations)


def _look(parts: Locator) -> dict[str, Any] | None:
    """Return what axe finds; None if there was nothing to look at, or it was replaced meanwhile."""
    expect(parts.first).to_be_attached()
    found: dict[str, Any] | None = parts.evaluate_all(_LOOK)
    return found


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
