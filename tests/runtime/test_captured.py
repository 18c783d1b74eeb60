"""What the notebook defined before, inside the rank: captured for real, used by the cell and by its workers."""

import shutil

import pytest

from jupyter_mlops.capture.bundle import capture
from tests.runtime.conftest import Rank

EARLIER = """
import dataclasses
import enum

table = list(range(1000))
scale = 2

class Color(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Setting:
    value: int = 3

class Net:
    def __init__(self, n):
        super().__init__()
        self.n = n

    def double(self):
        return Net(self.n * scale)

def make(i):
    return Net(table[i]).double()

def color(i):
    return Color.RED, Setting(i)

def fails():
    return 1 / 0

first = Net(1)
"""


@pytest.fixture
def run_captured(tmp_path):
    """Run a cell in a rank with what an earlier cell of the notebook defined."""
    earlier = {"__name__": "__main__"}
    exec(compile(EARLIER, "<an earlier cell>", "exec"), earlier)

    def run_cell(cell, **options):
        it = Rank(tmp_path / "run", "", {}, {})
        shutil.rmtree(it.folder / "bundle")
        capture(cell, earlier, it.folder / "bundle", magic="%%train digits", name="digits", prompt=5, **options)
        return it.end(it.start())

    return run_cell


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_use_the_functions_and_classes_of_earlier_cells(run_captured, method):
    ended = run_captured(
        "import multiprocessing\n"
        f"with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "    nets = pool.map(make, range(3))\n"
        "    colors = pool.map(color, range(3))\n"
        "assert [type(net) is Net for net in nets] == [True] * 3 and type(first) is Net\n"
        "assert [net.n for net in nets] == [0, 2, 4]\n"
        "assert colors[2][0] is Color.RED and colors[2] == (Color.RED, Setting(2))\n"
    )
    assert ended.code == 0, ended.text


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_joblib_uses_them_too(run_captured, backend):
    ended = run_captured(
        "import joblib\n"
        f"nets = joblib.Parallel(2, backend={backend!r})(joblib.delayed(make)(i) for i in range(3))\n"
        "assert [type(net) is Net for net in nets] == [True] * 3\n"
    )
    assert ended.code == 0, ended.text


def test_a_global_that_the_cell_sets_is_what_earlier_functions_read(run_captured):
    ended = run_captured("scale = 5\nprint(make(3).n)")
    assert ended.text == "15\n"


def test_what_was_captured_is_not_what_was_made(run_captured):
    ended = run_captured("second = make(1)\nfirst.n = 5")
    assert ended.made == {"second": "Net"}


def test_a_kept_instance_is_stored(run_captured):
    ended = run_captured("second = make(1)\nother = [1]", keep=["second"])
    (made,) = ended.only("made")
    assert [(item["name"], item["type"]) for item in made] == [("second", "Net"), ("other", "list")]


def test_a_failure_in_an_earlier_function_is_shown_below_the_cells_line(run_captured):
    ended = run_captured("x = 1\nfails()")
    assert ended.error["line"] == 3
    assert "----> 3 fails()" in ended.text
    assert "in fails()" in ended.text
