"""What tests of studies share: a spec as short as it can be written."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.runs import RunSpec, Scalar
from jupyter_mlops.domain.spaces import Dimension, parse_dimension
from jupyter_mlops.domain.sweeps import Objective, SweepSpec

MIXED = "lr=1e-5..1e-1:log depth=2..8 width=16..256:16 drop=0..0.5:0.1 scale=1..64:log act=relu|tanh"
GRID = "depth=2..4 drop=0..0.2:0.1 act=relu|tanh"


def make_space(text: str) -> list[Dimension]:
    found = [parse_dimension(*part.split("=")) for part in text.split()]
    return [each for each in found if isinstance(each, Dimension)]


def make_spec(algorithm: str = "random", space: str = MIXED, **values: Any) -> SweepSpec:
    run = RunSpec(id="digits-1", name="digits", code_hash="", created=0.0, python="", cwd="")
    given: dict[str, Any] = {"objectives": [Objective("loss", "minimize")], "seed": 7, **values}
    return SweepSpec(
        id="digits-1", name="digits", created=0.0, run=run, space=make_space(space), algorithm=algorithm, **given
    )


def loss(params: dict[str, Scalar]) -> float:
    """Return what a trial came to: smallest at depth 3 and without drop."""
    depth, drop = params["depth"], params["drop"]
    assert isinstance(depth, int)
    assert isinstance(drop, float)
    return (depth - 3) ** 2 + drop + 0.5 * (params["act"] == "relu")
