"""A study tells each trial's parameters as often as it is asked, and its result once, wherever its process ends."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import optuna
import pytest

from jupyter_mlops.domain.algorithms import ALGORITHMS
from jupyter_mlops.domain.errors import Broken, InvalidSpace
from jupyter_mlops.domain.grids import values_of
from jupyter_mlops.domain.runs import Scalar
from jupyter_mlops.domain.sweeps import Objective, SweepSpec
from jupyter_mlops.tuning.study import JOURNAL, Study
from tests.tuning.conftest import GRID, MIXED, loss, make_space, make_spec

TRIALS = 14


def spec_for(algorithm: str, **values: Any) -> SweepSpec:
    return make_spec(algorithm, GRID if algorithm == "grid" else MIXED, **values)


def go_on(study: Study, trials: int = TRIALS) -> list[dict[str, Scalar]]:
    """Do what is left of a search, as a conductor does that finds it."""
    found = []
    for trial in range(1, trials + 1):
        params = study.ask(trial)
        found.append(params)
        study.tell(trial, "complete", [loss(params)])
    return found


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_parameters_lie_in_the_space(tmp_path: Path, algorithm: str) -> None:
    spec = spec_for(algorithm)
    study = Study.open(tmp_path, spec)
    for params in go_on(study):
        assert list(params) == [dimension.name for dimension in spec.space]
        for dimension in spec.space:
            value = params[dimension.name]
            if dimension.options or dimension.whole or dimension.step is not None:
                allowed = values_of(dimension)
                assert value in allowed
                assert type(value) is type(allowed[0])
            else:
                assert type(value) is float
                assert float(dimension.low or 0) <= value <= float(dimension.high or 0)
    study.close()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_same_seed_gives_the_same_trials_also_when_another_process_goes_on(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = go_on(Study.open(tmp_path / "whole", spec_for(algorithm)))
    for trials in range(1, TRIALS + 1):
        study = Study.open(tmp_path / "parts", spec_for(algorithm))
        assert go_on(study, trials) == whole[:trials]
        study.close()


@pytest.mark.parametrize("algorithm", ["random", "grid", "sobol"])
def test_what_is_repeatable_gives_the_same_trials_whatever_ends_first(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = go_on(Study.open(tmp_path / "one", spec_for(algorithm)))
    many = Study.open(tmp_path / "many", spec_for(algorithm, parallel=TRIALS))
    assert [many.ask(trial) for trial in range(1, TRIALS + 1)] == one
    assert not many.notes


@pytest.mark.parametrize("algorithm", ["random", "grid", "sobol", "tpe"])
def test_another_seed_gives_other_trials(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one = go_on(Study.open(tmp_path / "one", spec_for(algorithm)))
    assert one != go_on(Study.open(tmp_path / "other", spec_for(algorithm, seed=8)))


def test_a_trial_that_is_asked_for_again_has_the_same_parameters(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec("tpe"))
    first = study.ask(1)
    assert study.ask(1) == first
    study.tell(1, "complete", [1.0])
    assert study.ask(1) == first
    assert Study.open(tmp_path, make_spec("tpe")).ask(1) == first


def test_a_trial_is_told_once(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec())
    study.ask(1)
    assert study.tell(1, "complete", [1.0])
    assert not study.tell(1, "failed")
    assert not Study.open(tmp_path, make_spec()).tell(1, "complete", [2.0])
    assert study.told() == {1: ("complete", [1.0])}


def test_a_number_cannot_be_left_out(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec())
    for trial in (0, 2):
        with pytest.raises(ValueError, match=f"trial {trial} was asked for, and there are 0"):
            study.ask(trial)


def test_all_results_are_kept(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec(prune="median"))
    for trial in range(1, 6):
        study.ask(trial)
    study.report(2, 1, 0.5)
    study.tell(1, "complete", [1.5])
    study.tell(2, "pruned")
    study.tell(3, "failed")
    study.tell(4, "stopped")
    study.tell(5, "complete", [math.inf])
    expected = {
        1: ("complete", [1.5]),
        2: ("pruned", [0.5]),
        3: ("failed", []),
        4: ("stopped", []),
        5: ("complete", [math.inf]),
    }
    assert study.told() == expected
    assert Study.open(tmp_path, make_spec()).told() == expected


def test_a_result_that_is_no_number_is_complete_for_the_sweep_and_harms_no_search(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec("tpe"))
    for trial in range(1, TRIALS + 1):
        study.ask(trial)
        study.tell(trial, "complete", [math.nan])
    result, values = study.told()[1]
    assert (result, math.isnan(values[0])) == ("complete", True)
    study.ask(TRIALS + 1)


@pytest.mark.parametrize("algorithm", ["random", "sobol", "tpe", "multivariate-tpe", "cmaes"])
def test_after_a_kill_at_any_byte_the_same_search_goes_on(tmp_path: Path, algorithm: str) -> None:
    trials = 4
    (tmp_path / "whole").mkdir()
    whole = go_on(Study.open(tmp_path / "whole", spec_for(algorithm)), trials)
    journal = (tmp_path / "whole" / JOURNAL).read_bytes()
    # Each place within a line means the same, so three of them stand for all.
    feeds = [at for at, byte in enumerate(journal) if byte == ord("\n")]
    cuts = sorted({0, 1, *(feed + more for feed in feeds for more in (-1, 0, 1))})
    for cut in cuts:
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / JOURNAL).write_bytes(journal[:cut])
        study = Study.open(folder, spec_for(algorithm))
        assert go_on(study, trials) == whole
        assert list(study.told()) == list(range(1, trials + 1))
        study.close()


def test_what_a_crash_of_the_machine_left_at_the_end_is_cut_off(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec())
    first = study.ask(1)
    study.close()
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b"\0" * 5000 + b"\n" + b'{"op_code"')
    study = Study.open(tmp_path, make_spec())
    assert study.ask(1) == first
    assert study.tell(1, "complete", [1.0])


def test_a_study_that_somebody_else_wrote_into_is_broken_in_one_sentence(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec())
    study.ask(1)
    study.close()
    lines = (tmp_path / JOURNAL).read_bytes().splitlines(keepends=True)
    (tmp_path / JOURNAL).write_bytes(b"".join([lines[0], b"no entry\n", *lines[1:]]))
    with pytest.raises(Broken, match=r"study\.journal cannot be read: "):
        Study.open(tmp_path, make_spec())


def test_a_trial_that_the_study_has_lost_gets_the_parameters_that_it_had(tmp_path: Path) -> None:
    lost: dict[str, Scalar] = {
        "lr": 0.5e-3, "depth": 7, "width": 32, "drop": 0.3, "scale": 5, "act": "tanh",
    }  # fmt: skip
    study = Study.open(tmp_path, make_spec("tpe"))
    assert study.ask(1, lost) == lost
    assert Study.open(tmp_path, make_spec("tpe")).ask(1) == lost


def test_two_objectives_are_kept_in_their_order(tmp_path: Path) -> None:
    spec = make_spec("tpe", objectives=[Objective("accuracy"), Objective("latency", "minimize")])
    study = Study.open(tmp_path, spec)
    for trial in range(1, TRIALS + 1):
        params = study.ask(trial)
        study.tell(trial, "complete", [1.0 - loss(params), float(trial)])
    assert study.told()[3][1][1] == 3.0
    plain = optuna.load_study(study_name="digits", storage=study._storage)
    assert [each.name for each in plain.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert study.prune(TRIALS) == ""


PLAIN = """
import sys, optuna
backend = optuna.storages.journal.JournalFileBackend(sys.argv[1])
study = optuna.load_study(study_name="digits", storage=optuna.storages.JournalStorage(backend))
print(len(study.trials), study.best_trial.number, study.direction.name, sorted(study.best_params))
study.enqueue_trial({"depth": 8, "act": "relu"})
"""


def test_plain_optuna_reads_the_journal_and_may_put_a_trial_in_line(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec("tpe"))
    found = go_on(study)
    study.close()
    losses = [loss(params) for params in found]
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(tmp_path / JOURNAL)], capture_output=True, text=True, check=True
    )
    best = losses.index(min(losses))
    assert done.stdout == f"{TRIALS} {best} MINIMIZE {sorted(found[0])}\n"
    params = Study.open(tmp_path, make_spec("tpe")).ask(TRIALS + 1)
    assert (params["depth"], params["act"]) == (8, "relu")
    assert params.keys() == found[0].keys()


KILLED = """
import os, sys
from pathlib import Path
from tests.tuning.conftest import loss, make_spec
from jupyter_mlops.tuning.study import Study
study = Study.open(Path(sys.argv[1]), make_spec("tpe"))
trial = len(study.told())
while True:
    trial += 1
    params = study.ask(trial)
    study.tell(trial, "complete", [loss(params)])
    os.write(1, b"%d\\n" % trial)
"""


def test_a_killed_process_leaves_what_it_said_and_no_lock(tmp_path: Path) -> None:
    said = 0
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(5):
                said = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGKILL)
            rest = process.stdout.read().split()
            said = int(rest[-1]) if rest else said
        study = Study.open(tmp_path, make_spec("tpe"))
        told = study.told()
        assert list(told) == list(range(1, len(told) + 1))
        assert len(told) - said in (0, 1)
        assert all(result == "complete" for result, _ in told.values())
        # The one that was being asked for is asked for again and gets a result.
        study.ask(len(told) + 1)
        assert study.tell(len(told) + 1, "complete", [0.0])
        study.close()


def test_what_is_heavy_is_imported_by_those_who_use_it_alone(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.tuning.test_study import go_on, spec_for\n"
        "from jupyter_mlops.tuning.study import Study\n"
        "study = Study.open(Path(sys.argv[1]), spec_for('tpe', prune='median'))\n"
        "go_on(study)\n"
        "assert study.importance()\n"
        "print(sorted({'sklearn', 'scipy', 'pandas', 'torch', 'sqlalchemy', 'plotly'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# What a function of the notebook says.


def conditional(trial: Any) -> None:
    trial.suggest_float("lr", 1e-4, 1e-1, log=True)
    if trial.suggest_categorical("model", ["tree", "net"]) == "tree":
        trial.suggest_int("depth", 2, 8)
    else:
        trial.suggest_float("drop", 0.0, 0.5)


def renamed(trial: Any) -> dict[str, Any]:
    return {"lr": 10.0 ** trial.suggest_float("power", -4, -1), "deep": True, "name": "net"}


FUNCTION = sorted(set(ALGORITHMS) - {"grid"})


@pytest.mark.parametrize("algorithm", FUNCTION)
def test_a_function_says_the_space_as_it_goes(tmp_path: Path, algorithm: str) -> None:
    spec = make_spec(algorithm, "", function="conditional")
    study = Study.open(tmp_path, spec, conditional)
    seen = set()
    for trial in range(1, 26):
        params = study.ask(trial)
        seen.add(frozenset(params))
        assert ("depth" in params) == (params["model"] == "tree")
        study.tell(trial, "complete", [float(params.get("depth") or params.get("drop") or 0)])
    assert seen == {frozenset({"lr", "model", "depth"}), frozenset({"lr", "model", "drop"})}
    assert Study.open(tmp_path, spec, conditional).ask(25) == params


def test_a_function_may_return_the_parameters(tmp_path: Path) -> None:
    spec = make_spec("tpe", "", function="renamed")
    study = Study.open(tmp_path, spec, renamed)
    params = study.ask(1)
    assert list(params) == ["lr", "deep", "name"]
    assert study.ask(1) == params
    assert Study.open(tmp_path, spec, renamed).ask(1) == params


def test_a_function_that_was_cut_short_goes_on_with_what_it_had(tmp_path: Path) -> None:
    spec = make_spec("random", "", function="conditional")
    (tmp_path / "whole").mkdir()
    whole = Study.open(tmp_path / "whole", spec, conditional).ask(1)
    lines = (tmp_path / "whole" / JOURNAL).read_bytes().splitlines(keepends=True)
    for count in range(len(lines)):
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / JOURNAL).write_bytes(b"".join(lines[:count]))
        assert Study.open(folder, spec, conditional).ask(1) == whole


def failing(trial: Any) -> None:
    raise KeyError("layers")


def silent(trial: Any) -> None:
    del trial


def listing(trial: Any) -> dict[str, Any]:
    return {"layers": [trial.suggest_int("one", 1, 2)]}


def impossible(trial: Any) -> None:
    trial.suggest_float("x", 1.0, 0.0)


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (failing, r"'failing', which says the space, failed in its line \d+: KeyError: 'layers'\."),
        (impossible, r"'impossible', which says the space, failed in its line \d+: ValueError: "),
        (silent, r"'silent' says no parameters"),
        (listing, r"'listing' says list for 'layers'; a parameter is a number"),
    ],
)
def test_what_a_function_gets_wrong_is_said_in_one_sentence(tmp_path: Path, function: Any, sentence: str) -> None:
    study = Study.open(tmp_path, make_spec("tpe", "", function=function.__name__), function)
    for _ in range(2):
        with pytest.raises(InvalidSpace, match=sentence):
            study.ask(1)


# What is said of it.


@pytest.mark.parametrize(
    ("spec", "sentences"),
    [
        (make_spec("tpe", parallel=1), []),
        (make_spec("tpe", parallel=2, seed=None), []),
        (make_spec("random", parallel=2), []),
        (make_spec("cmaes"), ["cmaes moves numbers only; act is chosen at random."]),
        (make_spec("cmaes", "x=0.0..1.0 y=1..5"), []),
        (make_spec("sobol", "", function="fn", parallel=2), ["sobol spreads what "]),
        (make_spec("bayesianoptimization", seed=None), ["bayesianoptimization uses "]),
    ],
)
def test_what_is_worth_knowing_is_said(tmp_path: Path, spec: SweepSpec, sentences: list[str]) -> None:
    notes = Study.open(tmp_path, spec).notes
    assert len(notes) == len(sentences)
    assert all(note.startswith(sentence) for note, sentence in zip(notes, sentences, strict=True))


# Grid and sobol.


def test_a_grid_is_tried_point_by_point_and_then_again(tmp_path: Path) -> None:
    study = Study.open(tmp_path, spec_for("grid"))
    points = [tuple(study.ask(trial).values()) for trial in range(1, 2 * 18 + 1)]
    assert len(set(points[:18])) == 18
    assert points[18:] == points[:18]


def test_sobol_spreads_its_points_over_every_dimension(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec("sobol", "x=0.0..1.0 n=1..8"))
    points = [study.ask(trial) for trial in range(1, 9)]
    assert {int(float(point["x"] or 0) * 8) for point in points} == set(range(8))
    assert {point["n"] for point in points} == set(range(1, 9))
    assert make_space("n=1..8")[0].whole


def test_a_trial_that_was_put_in_line_in_the_same_moment_leaves_no_gap(tmp_path: Path) -> None:
    study = Study.open(tmp_path, make_spec("random"))
    look = study._find

    def look_too_early(trial: int) -> Any:
        found = look(trial)
        if trial == 1 and found is None:
            study._study.enqueue_trial({"depth": 8})
        return found

    study._find = look_too_early  # type: ignore[method-assign]
    assert study.ask(1)["depth"] == 8
    study.ask(2)
    study.ask(3)
    assert study.tell(1, "complete", [1.0])
    assert study.tell(3, "complete", [1.0])
    assert [trial.state.name for trial in study._trials()] == ["COMPLETE", "RUNNING", "COMPLETE"]
