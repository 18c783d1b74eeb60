"""Cells that tests run in notebooks: short, and held where a test wants to look at them."""

from __future__ import annotations

from pathlib import Path

LOAD = "%load_ext jupyter_mlops"


class Gate:
    """What a run waits for: it goes on as soon as the gate is open."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        self.path.touch()

    @property
    def waits(self) -> str:
        """Code that waits."""
        return f"while not os.path.exists({str(self.path)!r}):\n    time.sleep(0.02)\n"


def held(name: str, gate: Gate, options: str = "", then: str = "") -> str:
    """Return a cell that reports three epochs of five, waits for the gate, reports the rest, and does ``then``."""
    return (
        f"%%train {name} {options}\n"
        "import os, time\n"
        "from jupyter_mlops import report\n"
        "lr = 0.1\n"
        "for epoch in range(1, 4):\n"
        "    report(epoch=epoch, loss=1 / epoch)\n"
        "    print(f'epoch {epoch}/5')\n"
        f"{gate.waits}"
        "for epoch in range(4, 6):\n"
        "    report(epoch=epoch, loss=1 / epoch)\n"
        "    print(f'epoch {epoch}/5')\n"
        f"{then}\n"
    )
