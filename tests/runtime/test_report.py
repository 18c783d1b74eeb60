import math
import os
import time

import pytest

from jupyter_mlops.runtime.report import report


def test_a_report_is_one_record_of_numbers(run):
    ended = run("from jupyter_mlops import report\nreport(step=3, loss=0.25)\nreport({'val/loss': 1e-9}, step=4)")
    assert ended.only("report") == [{"step": 3, "loss": 0.25}, {"val/loss": 1e-9, "step": 4}]
    assert ended.text == ""
    assert ended.records[1]["rank"] == 0
    assert abs(ended.records[1]["time"] - time.time()) < 60


def test_anything_that_is_a_number_is_reported(run):
    ended = run(
        "from jupyter_mlops import report\nimport decimal, fractions, numpy as np\n"
        "class Tensor:\n    def __float__(self):\n        return 0.5\n"
        "report(a=np.float32(0.5), b=np.int64(7), c=np.array(0.5), d=Tensor(), e=True, "
        "f=decimal.Decimal('0.5'), g=fractions.Fraction(1, 2), h=np.array([0.5]).mean())"
    )
    half = dict.fromkeys("acdfgh", 0.5)
    assert ended.only("report") == [{**half, "b": 7, "e": 1}]


def test_what_is_not_finite_travels_as_a_string(run):
    ended = run("from jupyter_mlops import report\nreport(a=float('nan'), b=float('inf'), c=-float('inf'))")
    assert ended.only("report") == [{"a": "nan", "b": "inf", "c": "-inf"}]
    assert math.isnan(float("nan"))


@pytest.mark.parametrize("value", ["'0.3'", "None", "[1, 2]", "{'a': 1}", "object()", "1j"])
def test_what_is_no_number_gets_one_sentence(run, value):
    ended = run(f"from jupyter_mlops import report\nreport(loss={value})")
    assert ended.error["type"] == "TypeError"
    assert ended.error["message"].startswith("report() takes numbers, but loss is a ")
    assert ended.error["line"] == 3


def test_names_may_be_anything(run):
    ended = run("from jupyter_mlops import report\nreport({'quote\"\\n': 1, 'grün': 2})")
    assert ended.only("report") == [{'quote"\n': 1, "grün": 2}]


def test_text_that_was_printed_before_stands_before(run):
    ended = run("from jupyter_mlops import report\nprint('epoch 1', end=' ')\nreport(loss=1)\nprint('done')")
    assert ended.log.index("epoch 1") < ended.log.index('{"report"') < ended.log.index("done")
    assert ended.text == "epoch 1 done\n"


def test_reports_of_threads_and_workers_are_whole(run):
    ended = run(
        "from jupyter_mlops import report\nimport multiprocessing, threading\n"
        "def work(who):\n    for i in range(500):\n        report({who: i})\n        print('text', who)\n"
        "workers = [threading.Thread(target=work, args=(f't{n}',)) for n in range(2)]\n"
        "workers += [multiprocessing.get_context(m).Process(target=work, args=(m,)) for m in ('fork', 'spawn')]\n"
        "[w.start() for w in workers]\n[w.join() for w in workers];"
    )
    assert len(ended.only("report")) == 2000
    for name in ("t0", "t1", "fork", "spawn"):
        assert [point[name] for point in ended.only("report") if name in point] == list(range(500))


def test_outside_a_run_the_values_are_printed(capsys, monkeypatch):
    monkeypatch.delenv("JUPYTER_MLOPS_RUN_DIR", raising=False)
    report(step=3, loss=0.2)
    assert capsys.readouterr().out == "step=3 loss=0.2\n"


def test_a_report_costs_the_loop_ten_microseconds_at_most(run):
    ended = run(
        "from jupyter_mlops import report\nimport time\ncosts = []\n"
        "for _ in range(20):\n    start = time.perf_counter()\n"
        "    for i in range(500):\n        report(step=i, loss=0.123)\n"
        "    costs.append((time.perf_counter() - start) / 500)\nprint(min(costs) * 1e6)"
    )
    assert float(ended.text) < 10


def test_the_helpers_say_where_the_cell_stands(run):
    ended = run(
        "from jupyter_mlops.runtime.ranks import *\nfrom jupyter_mlops.runtime import ranks\n"
        "print(ranks.rank(), ranks.world_size(), ranks.local_rank(), ranks.is_chief(), ranks.out_dir().is_dir())",
        env={"JUPYTER_MLOPS_RANK": "2", "WORLD_SIZE": "4", "LOCAL_RANK": "1"},
    )
    assert ended.text == "2 4 1 False True\n"
    assert (ended.folder / "files").is_dir()
    assert os.stat(ended.folder / "files").st_mode & 0o777 == 0o700
