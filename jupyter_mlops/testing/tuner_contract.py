"""The promises of ``platforms.base.Tuner``, some tests each. A platform subclasses ``TunerContract``.

The cells use what every platform has, as those of ``launcher_contract`` do, and the algorithms ``random`` and ``grid``,
which any search can do. Nothing is asked that hangs on the order in which a platform tries the points of a grid.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain import sweeps as domain
from jupyter_mlops.domain.errors import Conflict, InvalidOption, InvalidSpace, Unsupported
from jupyter_mlops.domain.runs import Origin, RunSpec, State, StateChanged
from jupyter_mlops.domain.spaces import Dimension, parse_dimension
from jupyter_mlops.domain.sweeps import Objective, SweepSpec, TrialAsked, TrialFact, TrialTold
from jupyter_mlops.platforms.base import Tuner
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.store.sweeps import SweepFolder
from jupyter_mlops.testing.launcher_contract import (
    PATIENCE_SECONDS,
    await_that,
    check_history,
    log_lines,
    make_spec,
    write_bundle,
)

SCORE = "n = 1\nfrom jupyter_mlops import report\nreport(step=1, accuracy=n)\nreport(step=2, accuracy=n / 10)\n"
"""A cell that is over at once; its last accuracy is a tenth of n."""

SLOW = f"{SCORE}import time\ntime.sleep(0.2)\n"

FOREVER = f"{SCORE}import time\nwhile True:\n    time.sleep(0.05)\n    print('.')\n"


def make_sweep_spec(*space: str, **values: Any) -> SweepSpec:
    """Return a spec whose conductor this interpreter can be; each of ``space`` is a line's ``name=text``."""
    run: RunSpec = values.pop("run", None) or make_spec()
    dimensions = [parse_dimension(*each.split("=", 1)) for each in space or ("n=1..8",)]
    defaults: dict[str, Any] = {
        "id": run.id,
        "name": run.name,
        "created": time.time(),
        "run": run,
        "objectives": [Objective("accuracy")],
        "space": [each for each in dimensions if isinstance(each, Dimension)],
        "algorithm": "random",
        "trials": 3,
        "parallel": 2,
        "seed": 1,
        "python": sys.executable,
        "path": [each for each in sys.path if each],
    }
    return SweepSpec(**{**defaults, **values})


def write_sweep(draft: Path, spec: SweepSpec, cell: str) -> None:
    """Fill a draft with a sweep of a cell that captures nothing."""
    (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
    write_bundle(draft, spec.run, cell)


def submit_sweep(home: Home, tuner: Tuner, cell: str, *space: str, **values: Any) -> SweepFolder:
    """Submit a search as services do, and return the sweep's folder."""
    spec = make_sweep_spec(*space, **values)
    tuner.check(spec)
    draft = home.draft()
    prepared = tuner.prepare(draft)
    write_sweep(draft, spec, cell)
    prepared.publish(home.sweeps / spec.id)
    return SweepFolder(home.sweeps / spec.id)


def publish_sweep_only(home: Home, cell: str, *space: str, **values: Any) -> SweepFolder:
    """Publish a sweep that no conductor has ever seen."""
    spec = make_sweep_spec(*space, **values)
    draft = home.draft()
    write_sweep(draft, spec, cell)
    draft.rename(home.sweeps / spec.id)
    return SweepFolder(home.sweeps / spec.id)


def trial_run(home: Home, fact: TrialFact) -> RunFolder:
    """Return the folder of a trial's run."""
    return RunFolder(home.runs / fact.run)


def runs_of(home: Home, sweep: SweepFolder) -> list[RunFolder]:
    """Return all runs that say that they belong to the sweep, whatever the sweep says."""
    found = [RunFolder(path) for path in home.runs.iterdir()]
    return [run for run in found if run.spec().sweep == sweep.id]


def held(home: Home, *, but: int = 0) -> str:
    """Return a cell that goes until ``let_go``, however late a test looks; the first ``but`` trials do not wait."""
    return f"""{SCORE}import time
from pathlib import Path
gate = {str(home.path / "gate")!r}
def is_mine(number):
    try:
        Path(gate + str(number)).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
while not Path(gate).exists() and not any(is_mine(number) for number in range({but})):
    time.sleep(0.02)
    print('.')
"""


def let_go(home: Home) -> None:
    """Let the trials that are held end, and those that follow."""
    (home.path / "gate").touch()


def told_count(sweep: SweepFolder) -> int:
    """Return of how many trials the search has been told."""
    return sum(bool(fact.result) for fact in sweep.status().trials)


def going_count(sweep: SweepFolder) -> int:
    """Return how many trials have no result yet."""
    return sum(not fact.result for fact in sweep.status().trials)


def await_told(sweep: SweepFolder, trials: int) -> None:
    """Return as soon as the search has been told of so many trials."""
    await_that(lambda: told_count(sweep) >= trials)


def await_going(home: Home, sweep: SweepFolder, trials: int) -> None:
    """Return as soon as the cells of so many trials go."""

    def is_so() -> bool:
        going = [fact for fact in sweep.status().trials if not fact.result]
        runs = [trial_run(home, fact) for fact in going]
        return sum(run.path.exists() and run.status().state is State.RUNNING for run in runs) >= trials

    await_that(is_so)


def check_sweep(home: Home, sweep: SweepFolder) -> None:
    """Fail unless the sweep is over and its history is one that was promised, wherever its conductors ended."""
    spec, status = sweep.spec(), sweep.status()
    assert status.state.is_finished, status.state
    _check_states(sweep)
    assert [fact.trial for fact in status.trials] == list(range(1, len(status.trials) + 1))
    told = Counter(event.trial for event in sweep.events() if isinstance(event, TrialTold))
    assert told == Counter(fact.trial for fact in status.trials)
    assert sorted(run.id for run in runs_of(home, sweep)) == sorted(fact.run for fact in status.trials)
    for fact in status.trials:
        _check_trial(home, spec, fact)


def _check_states(sweep: SweepFolder) -> None:
    before, ends = State.QUEUED, Counter[int]()
    for event in sweep.events():
        if isinstance(event, StateChanged):
            assert domain.is_legal(before, event.state), (before, event.state)
            before = event.state
            ends[event.attempt] += event.state.is_finished
    assert set(ends.values()) == {1}, ends


def _check_trial(home: Home, spec: SweepSpec, fact: TrialFact) -> None:
    run = trial_run(home, fact)
    check_history(run)
    said = run.spec()
    assert (said.sweep, said.trial) == (spec.id, fact.trial)
    assert {name: said.params[name] for name in fact.params} == fact.params
    ends = {
        "complete": State.SUCCEEDED,
        "pruned": State.STOPPED,
        "stopped": State.STOPPED,
    }
    assert run.status().state is ends.get(fact.result, run.status().state)
    if fact.result == "complete":
        metrics = run.row().metrics
        assert fact.values == [metrics[each.metric].last for each in spec.objectives]


def unfinished_at_once(sweep: SweepFolder) -> int:
    """Return the largest number of trials that had no result at the same time."""
    going, most = 0, 0
    for event in sweep.events():
        going += isinstance(event, TrialAsked)
        going -= isinstance(event, TrialTold)
        most = max(most, going)
    return most


class TunerContract:
    """Subclasses fill in what raises, and offer a fixture ``home`` that yields an empty ``Home``."""

    def make_tuner(self, home: Home) -> Tuner:
        """Return a tuner on ``home``, as a new process would."""
        raise NotImplementedError

    def vanish(self, tuner: Tuner, sweep: SweepFolder) -> None:
        """End the conductor of ``sweep`` so that it cannot write a word more; its trials go on."""
        raise NotImplementedError

    def restart_machine(self, tuner: Tuner, sweep: SweepFolder) -> None:
        """Let ``sweep`` be what a machine finds after a restart: its conductor is gone, and was another boot's."""
        self.vanish(tuner, sweep)
        lock = sweep.path / "keeper.lock"
        told = lock.read_bytes()
        lock.write_bytes(re.sub(rb'"boot": ?"[^"]*"', b'"boot":"another boot"', told))
        assert lock.read_bytes() != told

    @pytest.fixture
    def tuner(self, home: Home) -> Tuner:
        return self.make_tuner(home)

    # 1. What cannot be searched is refused before anything starts.

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"algorithm": "simplex"}, r"no algorithm 'simplex'"),
            ({"prune": "everything"}, r"no 'everything'"),
            ({"space": []}, r"nothing to search"),
            ({"algorithm": "grid", "space": [Dimension("n", low=0.0, high=1.0)]}, r"no steps"),
            ({"prune": "median", "objectives": [Objective("a"), Objective("b")]}, r"no trial can be pruned"),
        ],
    )
    def test_what_cannot_be_searched_is_refused_in_one_sentence(
        self, home: Home, tuner: Tuner, values: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises((InvalidOption, InvalidSpace, Unsupported), match=sentence) as caught:
            tuner.check(make_sweep_spec(**values))
        assert "\n" not in str(caught.value)
        assert not list(home.tmp.iterdir())

    def test_what_the_platform_cannot_run_it_cannot_search_either(self, tuner: Tuner) -> None:
        with pytest.raises(Unsupported, match=r"no kind 'perl'.*python"):
            tuner.check(make_sweep_spec(run=make_spec(kind="perl")))

    # 2. Launching one folder twice starts one search.

    def test_a_folder_launched_by_many_at_once_is_searched_once(self, home: Home) -> None:
        sweep = publish_sweep_only(home, SCORE, trials=3)
        tuners = [self.make_tuner(home) for _ in range(4)]
        threads = [threading.Thread(target=each.launch, args=(sweep.path,)) for each in tuners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert tuners[0].wait(sweep.path, PATIENCE_SECONDS)
        assert len(sweep.status().trials) == 3
        check_sweep(home, sweep)

    def test_launching_a_finished_sweep_changes_nothing(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE, trials=2)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        await_that(lambda: not sweep.is_kept())
        before = sweep.events()
        tuner.launch(sweep.path)
        await_that(lambda: not sweep.is_kept())
        assert sweep.events() == before

    def test_publishing_onto_another_sweep_is_refused_and_may_be_tried_again(self, home: Home, tuner: Tuner) -> None:
        first = submit_sweep(home, tuner, SCORE, trials=1)
        spec = make_sweep_spec(trials=1)
        draft = home.draft()
        prepared = tuner.prepare(draft)
        write_sweep(draft, spec, SCORE)
        with pytest.raises(FileExistsError):
            prepared.publish(first.path)
        prepared.publish(home.sweeps / spec.id)
        second = SweepFolder(home.sweeps / spec.id)
        for sweep in (first, second):
            assert tuner.wait(sweep.path, PATIENCE_SECONDS)
            check_sweep(home, sweep)

    def test_a_cancelled_draft_leaves_nothing(self, home: Home, tuner: Tuner) -> None:
        prepared = tuner.prepare(home.draft())
        prepared.cancel()
        await_that(lambda: not list(home.tmp.iterdir()))
        assert not list(home.sweeps.iterdir())

    # 3. Trials are runs, numbered from 1 without gaps, whose parameters lie in the space.

    def test_trials_are_runs_whose_parameters_lie_in_the_space(self, home: Home, tuner: Tuner) -> None:
        cell = (
            "n, lr, act, step, fixed = 1, 0.1, 'relu', 0.5, 'stays'\n"
            "print(type(n).__name__, type(lr).__name__, act, step, fixed)\n"
            "from jupyter_mlops import report\nreport(accuracy=lr)\n"
        )
        space = ("n=1..8", "lr=1e-4..1e-1:log", "act=relu|tanh", "step=0.5..1.5:0.25")
        sweep = submit_sweep(home, tuner, cell, *space, trials=4)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        check_sweep(home, sweep)
        for fact in sweep.status().trials:
            n, lr, act, step = (fact.params[name] for name in ("n", "lr", "act", "step"))
            assert isinstance(n, int)
            assert n in range(1, 9)
            assert isinstance(lr, float)
            assert 1e-4 <= lr <= 1e-1
            assert act in ("relu", "tanh")
            assert step in (0.5, 0.75, 1.0, 1.25, 1.5)
            assert log_lines(trial_run(home, fact)) == [f"int float {act} {step} stays"]

    def test_a_grid_is_tried_point_by_point(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE, "n=1..4", algorithm="grid", trials=4)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert Counter(fact.params["n"] for fact in sweep.status().trials) == Counter([1, 2, 3, 4])

    def test_the_same_seed_gives_the_same_trials(self, home: Home, tuner: Tuner) -> None:
        sweeps = [submit_sweep(home, tuner, SCORE, "n=1..1000", seed=seed, trials=2) for seed in (5, 5, 6)]
        for sweep in sweeps:
            assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        first, same, other = ([fact.params for fact in sweep.status().trials] for sweep in sweeps)
        assert first == same
        assert first != other

    # 4. Never more than ``parallel`` trials are unfinished, and never more than the wanted number is made.

    @pytest.mark.parametrize("parallel", [1, 2])
    def test_no_more_trials_go_at_once_than_may(self, home: Home, tuner: Tuner, parallel: int) -> None:
        sweep = submit_sweep(home, tuner, SLOW, trials=4, parallel=parallel)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert unfinished_at_once(sweep) == parallel
        assert len(runs_of(home, sweep)) == 4
        check_sweep(home, sweep)

    def test_where_one_run_goes_at_a_time_a_search_goes_on(self, home: Home) -> None:
        home.change(slots=1)
        tuner = self.make_tuner(home)
        sweep = submit_sweep(home, tuner, SCORE, trials=3, parallel=2)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        check_sweep(home, sweep)

    # 5. What came of a trial is told once.

    def test_a_trial_is_told_with_the_last_value_of_every_objective(self, home: Home, tuner: Tuner) -> None:
        cell = f"{SCORE}report(step=3, accuracy=n / 10, cost=-n)\n"
        objectives = [Objective("accuracy"), Objective("cost", "minimize")]
        sweep = submit_sweep(home, tuner, cell, objectives=objectives)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        check_sweep(home, sweep)
        for fact in sweep.status().trials:
            n = fact.params["n"]
            assert isinstance(n, int)
            assert (fact.result, fact.values) == ("complete", [n / 10, -n])

    def test_the_index_shows_the_end(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        await_that(lambda: not sweep.is_kept())
        with Index(home) as index:
            row = index.sweeps.get(sweep.id)
        assert row is not None
        assert row == sweep.row()
        best = max(fact.values[0] for fact in sweep.status().trials)
        assert (row.state, row.complete, row.best_values) == (State.SUCCEEDED, 3, [best])

    # 6. A failed trial is a fact; several in a row end the search, and so does an objective that nobody reports.

    def test_a_failed_trial_is_a_fact_and_the_search_goes_on(self, home: Home, tuner: Tuner) -> None:
        cell = f"{SCORE}if n == 2:\n    raise KeyError('two')\n"
        sweep = submit_sweep(home, tuner, cell, "n=1..3", algorithm="grid")
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        for fact in sweep.status().trials:
            assert fact.result == ("failed" if fact.params["n"] == 2 else "complete")
            assert ("KeyError" in fact.why) == (fact.params["n"] == 2)
        check_sweep(home, sweep)

    def test_failures_without_an_end_are_the_end_and_say_why(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, "n = 1\n1 / 0\n", "n=1..100", trials=50)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert status.state is State.FAILED
        assert "ZeroDivisionError" in status.why
        assert len(status.trials) < 50
        check_sweep(home, sweep)

    def test_an_objective_that_no_trial_reports_ends_the_search_at_once(self, home: Home, tuner: Tuner) -> None:
        cell = "n = 1\nfrom jupyter_mlops import report\nreport(acuracy=n, loss=1)\n"
        sweep = submit_sweep(home, tuner, cell, trials=50)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert status.state is State.FAILED
        assert all(word in status.why for word in ("'accuracy'", "acuracy", "loss"))
        # Those that went beside it come to their end; no more begin.
        assert len(status.trials) <= 4
        check_sweep(home, sweep)

    # 7. A pruned trial's run is stopped, and says with what it was compared.

    def test_a_trial_that_falls_behind_is_pruned(self, home: Home, tuner: Tuner) -> None:
        cell = (
            "n = 1\nimport time\nfrom jupyter_mlops import report\n"
            "for step in range(7, 22):\n    report(step=step, accuracy=n)\n    time.sleep(0.1 if n < 500 else 0)\n"
        )
        # The first ones are never pruned; of the others those are that are worse, and slow enough to be caught at it.
        sweep = submit_sweep(home, tuner, cell, "n=1..1000", prune="median", trials=12)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        check_sweep(home, sweep)
        pruned = [fact for fact in sweep.status().trials if fact.result == "pruned"]
        assert pruned
        for fact in pruned:
            assert re.match(r"pruned at step \d+: .*\d.*, .*\d", fact.why)
            assert trial_run(home, fact).status().why == fact.why
            assert fact.values == [fact.params["n"]]
            assert float(fact.values[0]) < 500

    # 8. A leg ends once, for one of few reasons, and no trial is left unfinished.

    def test_a_search_succeeds_when_all_trials_have_an_end(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert (sweep.status().state, sweep.status().why) == (State.SUCCEEDED, "")
        check_sweep(home, sweep)

    def test_a_value_that_is_good_enough_ends_the_search(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SLOW, "n=5..8", trials=50, stop_at=0.5)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert status.state is State.SUCCEEDED
        assert "0.5" in status.why
        assert len(status.trials) < 10
        check_sweep(home, sweep)

    def test_the_time_limit_ends_the_search_and_its_trials(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, FOREVER, timeout=1.0)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert "--timeout" in sweep.status().why
        assert {fact.result for fact in sweep.status().trials} == {"stopped"}
        check_sweep(home, sweep)

    def test_a_stopped_search_stops_its_trials_and_says_who_asked(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, FOREVER)
        await_going(home, sweep, 2)
        assert not tuner.wait(sweep.path, 0.05)
        self.make_tuner(home).stop(sweep.path, "a test")
        assert sweep.status().state is State.STOPPED
        assert "a test" in sweep.status().why
        assert [fact.result for fact in sweep.status().trials] == ["stopped", "stopped"]
        assert not sweep.unanswered()
        check_sweep(home, sweep)

    def test_stopping_a_finished_search_changes_nothing(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        before = sweep.events()
        tuner.stop(sweep.path, "a test")
        assert sweep.events() == before

    # 9. More trials can be had, before the end and after it.

    def test_a_finished_search_goes_on_with_more_trials_in_a_new_leg(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE, "n=1..1000", trials=2)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        before = [(fact.params, fact.told) for fact in sweep.status().trials]
        self.make_tuner(home).resume(sweep.path, 2, "a test")
        assert sweep.status().wanted == 4
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert (status.state, status.leg, len(status.trials)) == (State.SUCCEEDED, 2, 4)
        assert [(fact.params, fact.told) for fact in status.trials[:2]] == before
        check_sweep(home, sweep)

    def test_a_search_that_goes_takes_more_trials(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, held(home), trials=1, parallel=1)
        await_going(home, sweep, 1)
        tuner.resume(sweep.path, 2, "a test")
        let_go(home)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert (sweep.status().wanted, len(sweep.status().trials)) == (3, 3)
        check_sweep(home, sweep)

    def test_a_stopped_search_finishes_what_was_wanted(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, held(home, but=1), trials=4, parallel=1)
        await_told(sweep, 1)
        await_going(home, sweep, 1)
        tuner.stop(sweep.path, "a test")
        let_go(home)
        tuner.resume(sweep.path, 0, "a test")
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert (status.state, status.leg, len(status.trials)) == (State.SUCCEEDED, 2, 4)
        results = [fact.result for fact in status.trials]
        assert set(results) <= {"complete", "stopped"}
        assert results.count("stopped") <= 1
        check_sweep(home, sweep)

    def test_a_failed_search_may_be_resumed_too(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, "n = 1\n1 / 0\n", trials=2)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        tuner.resume(sweep.path, 1, "a test")
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert (sweep.status().state, sweep.status().leg) == (State.FAILED, 2)
        assert len(sweep.status().trials) == 3
        check_sweep(home, sweep)

    def test_where_nothing_is_wanted_any_more_going_on_is_refused(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        before = sweep.events()
        with pytest.raises(Conflict, match=r"All 3 trials of test are done"):
            tuner.resume(sweep.path, 0, "a test")
        assert sweep.events() == before

    # 10. A conductor may vanish at any time, and its trials go on.

    def test_a_search_whose_conductor_vanished_goes_on_and_counts_what_ended_meanwhile(
        self, home: Home, tuner: Tuner
    ) -> None:
        sweep = submit_sweep(home, tuner, held(home), trials=4)
        await_going(home, sweep, 2)
        self.vanish(tuner, sweep)
        let_go(home)
        going = [trial_run(home, fact) for fact in sweep.status().trials if not fact.result]
        await_that(lambda: all(run.status().state is State.SUCCEEDED for run in going))
        assert not sweep.status().state.is_finished
        other = self.make_tuner(home)
        other.settle(sweep.path)
        assert other.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        assert [fact.result for fact in sweep.status().trials] == ["complete"] * 4
        check_sweep(home, sweep)

    def test_who_waits_for_a_search_gives_it_a_conductor_again(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SLOW, trials=6)
        await_told(sweep, 1)
        threading.Timer(0.1, self.vanish, (tuner, sweep)).start()
        assert self.make_tuner(home).wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        check_sweep(home, sweep)

    def test_conductors_that_vanish_again_and_again_lose_and_repeat_nothing(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, SCORE, "n=1..1000", trials=9)
        for trials in range(1, 4):
            await_told(sweep, trials)
            self.vanish(tuner, sweep)
            tuner = self.make_tuner(home)
            tuner.settle(sweep.path)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert [fact.result for fact in sweep.status().trials] == ["complete"] * 9
        check_sweep(home, sweep)

    def test_a_stop_that_nobody_read_is_kept_by_who_takes_over(self, home: Home, tuner: Tuner) -> None:
        sweep = submit_sweep(home, tuner, FOREVER)
        await_going(home, sweep, 2)
        self.vanish(tuner, sweep)
        sweep.request("stop", "a test")
        other = self.make_tuner(home)
        other.settle(sweep.path)
        assert other.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.STOPPED
        check_sweep(home, sweep)

    def test_a_sweep_that_no_conductor_has_seen_is_searched_by_who_looks(self, home: Home, tuner: Tuner) -> None:
        sweep = publish_sweep_only(home, SCORE)
        tuner.settle(sweep.path)
        assert tuner.wait(sweep.path, PATIENCE_SECONDS)
        assert sweep.status().state is State.SUCCEEDED
        check_sweep(home, sweep)

    def test_after_a_restart_of_the_machine_the_search_is_stopped_and_can_be_resumed(
        self, home: Home, tuner: Tuner
    ) -> None:
        sweep = submit_sweep(home, tuner, held(home, but=1), trials=6)
        await_told(sweep, 1)
        await_going(home, sweep, 2)
        self.restart_machine(tuner, sweep)
        let_go(home)
        other = self.make_tuner(home)
        other.settle(sweep.path)
        assert other.wait(sweep.path, PATIENCE_SECONDS)
        status = sweep.status()
        assert status.state is State.STOPPED
        assert "restarted" in status.why
        assert "%sweeps resume test" in status.why
        other.resume(sweep.path, 0, "a test")
        assert other.wait(sweep.path, PATIENCE_SECONDS)
        assert (sweep.status().state, sweep.status().leg) == (State.SUCCEEDED, 2)
        assert len(sweep.status().trials) == 6
        check_sweep(home, sweep)

    def test_a_sweep_of_another_machine_is_left_alone(self, home: Home, tuner: Tuner) -> None:
        origin = Origin(host="elsewhere", machine="another machine", boot="another boot")
        sweep = publish_sweep_only(home, SCORE, run=make_spec(origin=origin))
        tuner.settle(sweep.path)
        assert not tuner.wait(sweep.path, 0.3)
        assert sweep.status().launches == 0
        with pytest.raises(Conflict, match=f"%sweeps close {sweep.id}"):
            tuner.stop(sweep.path, "a test")
