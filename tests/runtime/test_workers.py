"""Processes that a cell starts, with what the notebook defines: Pool, executors, joblib, workers with queues."""

import textwrap

import pytest

METHODS = ["fork", "spawn", "forkserver"]

DEFINITIONS = """
import abc, collections, dataclasses, enum, multiprocessing, os, typing

print("the cell runs")
table = list(range(1000))
state = None
Point = collections.namedtuple("Point", "x y")

class Color(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Setting:
    value: int = 3

class Base(abc.ABC):
    @abc.abstractmethod
    def value(self): ...

class Net(Base):
    made = 0

    def __init__(self, n):
        super().__init__()
        self.n = n

    def value(self):
        return self.n + table[1]

    def double(self):
        return Net(self.n * 2)

class Oops(Exception):
    pass

def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)

def double(net):
    assert type(net) is Net and isinstance(net, Base)
    return net.double()

def mixed(i):
    return Point(i, Color.RED), Setting(i), factorial(i)

def start(value):
    global state
    state = value

def read(i):
    return state + table[i]

def fail(i):
    raise Oops(i)
"""


@pytest.fixture(params=METHODS)
def method(request):
    return request.param


@pytest.fixture
def check(run, method):
    """Run assertions after the definitions, with ``context`` being that of the start method."""

    def run_checks(code, **options):
        body = f"context = multiprocessing.get_context({method!r})\n{textwrap.dedent(code)}\nprint('all true')"
        ended = run(DEFINITIONS + body, **options)
        assert ended.text.splitlines() == ["the cell runs", "all true"], ended.text
        assert ended.code == 0

    return run_checks


def test_a_pool_maps_the_notebooks_functions_over_its_classes(check):
    check("""
        with context.Pool(2) as pool:
            nets = pool.map(double, [Net(i) for i in range(5)])
            for i, ((point, color), setting, product) in enumerate(pool.map(mixed, range(5))):
                assert (point, color) == Point(i, Color.RED)
                assert color is Color.RED and setting == Setting(i) and product == factorial(i)
        assert all(type(net) is Net and net.value() == 2 * i + 1 for i, net in enumerate(nets))
        assert Net.double.__globals__ is globals()
    """)


def test_what_an_initializer_sets_is_what_the_tasks_find(check):
    check("""
        with context.Pool(2, start, (100,)) as pool:
            assert pool.map(read, range(5)) == [100, 101, 102, 103, 104]
        assert state is None
    """)


def test_functions_without_a_name_and_new_values_reach_a_running_pool(check):
    check("""
        with context.Pool(2) as pool:
            factor = 2
            assert pool.map(lambda x: x * factor, range(3)) == [0, 2, 4]
            factor = 3
            assert pool.map(lambda x: x * factor, range(3)) == [0, 3, 6]
            def later(x):
                return Later(x)
            class Later:
                def __init__(self, x):
                    self.x = x
            found = pool.map(later, range(3))
            assert all(type(one) is Later for one in found)
    """)


def test_an_executor_works_and_its_exceptions_are_the_notebooks(check):
    check("""
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(2, mp_context=context, initializer=start, initargs=(5,)) as executor:
            assert list(executor.map(read, range(3))) == [5, 6, 7]
            assert type(executor.submit(double, Net(4)).result()) is Net
            error = executor.submit(fail, 1).exception()
            assert type(error) is Oops and error.args == (1,)
    """)


def test_a_loader_with_workers_and_queues_works(check):
    check("""
        class Loader:
            def __init__(self, data, workers):
                self.tasks, self.batches = context.Queue(), context.Queue()
                self.data = data
                self.workers = [context.Process(target=self.work, daemon=True) for _ in range(workers)]
                self.tasks_left = len(data)

            def __getstate__(self):
                return {key: value for key, value in self.__dict__.items() if key != "workers"}

            def work(self):
                for index in iter(self.tasks.get, None):
                    self.batches.put((index, Net(self.data[index])))

            def __iter__(self):
                for worker in self.workers:
                    worker.start()
                for index in range(len(self.data)):
                    self.tasks.put(index)
                for _ in self.data:
                    yield self.batches.get()
                for _ in self.workers:
                    self.tasks.put(None)
                for worker in self.workers:
                    worker.join()

        batches = dict(Loader([10, 20, 30], 2))
        assert {index: net.n for index, net in batches.items()} == {0: 10, 1: 20, 2: 30}
        assert all(type(net) is Net for net in batches.values())
    """)


def test_what_the_class_holds_here_is_not_set_back_by_a_worker(check):
    check("""
        with context.Pool(1) as pool:
            Net.made = 7
            assert type(pool.apply(double, (Net(1),))) is Net
            assert Net.made == 7
    """)


def test_a_manager_shares_objects(check):
    check("""
        with context.Manager() as manager:
            shared = manager.dict()
            worker = context.Process(target=lambda: shared.update(net=Net(3)))
            worker.start()
            worker.join()
            assert type(shared["net"]) is Net
    """)


def test_a_spawned_child_finds_the_module_and_the_lines(run, method):
    ended = run(
        "import multiprocessing\ndef work():\n    1 / 0\n"
        f"child = multiprocessing.get_context({method!r}).Process(target=work)\nchild.start()\nchild.join()\n"
    )
    assert "ZeroDivisionError" in ended.text
    assert "1 / 0" in ended.text
    assert ended.text.count("Traceback") == 1


def test_a_forked_pool_does_not_carry_tables_with_each_task(run):
    ended = run(
        "import multiprocessing, time\ntable = bytes(200 << 20)\ndef read(i):\n    return table[i]\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    start = time.monotonic()\n"
        "    pool.map(read, range(50), 1)\nassert time.monotonic() - start < 2\n"
        "def another(i):\n    return table[i]\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    start = time.monotonic()\n"
        "    pool.map(another, range(50), 1)\nassert time.monotonic() - start < 2"
    )
    assert ended.code == 0, ended.text


def test_workers_of_workers_know_the_notebook_too(run):
    for outer in ("fork", "spawn"):
        ended = run(
            DEFINITIONS + "\ndef nested(n):\n    with multiprocessing.get_context('fork').Pool(1) as pool:\n"
            "        return pool.map(double, [Net(n)])[0]\n"
            "from concurrent.futures import ProcessPoolExecutor\n"
            f"with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context({outer!r})) as executor:\n"
            "    net = executor.submit(nested, 4).result()\nassert type(net) is Net and net.n == 8\n"
        )
        assert ended.code == 0, ended.text


@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_joblib_works(run, backend):
    ended = run(
        DEFINITIONS + "import joblib\ndef talk(i):\n    print('worker', i)\n    return Net(i).double()\n"
        f"nets = joblib.Parallel(2, backend={backend!r})(joblib.delayed(talk)(i) for i in range(4))\n"
        "assert all(type(net) is Net and net.n == 2 * i for i, net in enumerate(nets))\n"
        f"assert joblib.Parallel(2, backend={backend!r})(joblib.delayed(mixed)(i) for i in [1])[0][1] == Setting(1)\n"
    )
    assert ended.code == 0, ended.text
    assert sorted(ended.text.splitlines()) == ["the cell runs", *[f"worker {i}" for i in range(4)]]


def test_a_search_of_scikit_learn_runs_a_class_of_the_notebook_in_workers(run):
    ended = run(
        "from sklearn.base import BaseEstimator, ClassifierMixin\nfrom sklearn.datasets import load_iris\n"
        "from sklearn.model_selection import cross_val_score\n"
        "class Constant(ClassifierMixin, BaseEstimator):\n"
        "    def fit(self, X, y):\n        self.classes_ = [0, 1, 2]\n        return self\n"
        "    def predict(self, X):\n        return [0] * len(X)\n"
        "print(len(cross_val_score(Constant(), *load_iris(return_X_y=True), n_jobs=2)))"
    )
    assert ended.text == "5\n", ended.text
