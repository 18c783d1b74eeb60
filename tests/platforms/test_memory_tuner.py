"""The in-memory platform keeps every promise of a tuner."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import Unsupported
from jupyter_mlops.platforms.base import Tuner
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.memory_tuner import MemoryTuner
from jupyter_mlops.testing.tuner_contract import TunerContract, make_sweep_spec


class TestMemoryTuner(TunerContract):
    def make_tuner(self, home: Home) -> MemoryTuner:
        return MemoryTuner(home)

    def vanish(self, tuner: Tuner, sweep: SweepFolder) -> None:
        assert isinstance(tuner, MemoryTuner)
        tuner.vanish()


@pytest.mark.parametrize("values", [{"algorithm": "tpe"}, {"prune": "hyperband"}, {"function": "fn"}])
def test_what_it_has_not_it_refuses(home: Home, values: dict[str, str]) -> None:
    with pytest.raises(Unsupported, match="The memory platform"):
        MemoryTuner(home).check(make_sweep_spec(**values))
