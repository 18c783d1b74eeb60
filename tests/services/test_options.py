"""Options mean the same as text of a magic's line and as Python values, and nonsense gets one sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.kinds import KINDS, OPTIONS
from jupyter_mlops.domain.runs import Limits, Resources, RunSpec
from jupyter_mlops.services import checks, options
from jupyter_mlops.testing.launcher_contract import make_spec


@pytest.mark.parametrize(("text", "value"), [("5m", 300), ("90s", 90.0), ("2h", 7200)])
def test_a_timeout_as_text_is_a_timeout_in_seconds(text, value):
    assert options.limits(text, 0, None, "cut") == options.limits(value, 0, None, "cut") == Limits(timeout=value)


def test_a_memory_as_text_is_bytes():
    assert options.resources("0.5", "4GB", "0") == Resources(cpus=0.5, memory=4_000_000_000)


def test_what_is_not_given_is_the_default():
    assert options.limits(None, 0, None, "cut") == Limits()
    assert options.resources(None, None, 0) == Resources()


@pytest.mark.parametrize("value", ["0", 0, -1, "-1"])
def test_a_run_has_at_least_one_worker(value):
    with pytest.raises(InvalidOption, match="--workers must be at least 1"):
        checks.whole("workers", value, least=1)


@pytest.mark.parametrize("value", ["two", 1.5, True, None, ""])
def test_workers_are_a_whole_number(value):
    with pytest.raises(InvalidOption, match="--workers is a whole number"):
        checks.whole("workers", value, least=1)


@pytest.mark.parametrize("value", ["0", -1, "many", float("nan"), float("inf"), False])
def test_cpus_are_a_positive_number(value):
    with pytest.raises(InvalidOption, match="--cpus is a number of cores"):
        options.resources(value, None, 0)


@pytest.mark.parametrize("value", [0, -5, "0s", float("inf"), True])
def test_a_timeout_is_more_than_nothing(value):
    with pytest.raises(InvalidOption, match="--timeout is a time such as 90s"):
        options.limits(value, 0, None, "cut")


def test_a_word_is_refused_with_the_nearest():
    with pytest.raises(InvalidOption, match=r"--log-full cannot be 'stopp'; did you mean 'stop'\?$"):
        checks.one_of("log_full", "stopp", ("cut", "stop"))


def test_a_word_without_a_neighbour_is_refused_with_what_there_is():
    with pytest.raises(InvalidOption, match=r"--on cannot be 'mars'; there is local and cluster\.$"):
        checks.one_of("on", "mars", ("local", "cluster"))


def test_kept_names_are_listed_once_each_from_text_or_iterable():
    assert options.names("model, history,model,") == options.names(["model", "history"]) == ["model", "history"]


def test_kept_names_are_names_of_variables():
    with pytest.raises(InvalidOption, match=r"'model\.weights' is none"):
        options.names("model.weights")


def test_the_interpreter_is_this_one_unless_another_is_named():
    assert options.interpreter(None) == sys.executable


def test_an_interpreter_is_found_by_its_name_alone(monkeypatch):
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    assert options.interpreter("sh") in ("/bin/sh", "/usr/bin/sh")


def test_an_interpreter_that_is_not_there_is_refused():
    with pytest.raises(InvalidOption, match="there is no interpreter"):
        options.interpreter("/nowhere/python")


@pytest.mark.parametrize("memory", ["1", "4", 512, "100kB"])
def test_a_memory_whose_unit_was_forgotten_is_refused(memory):
    with pytest.raises(InvalidOption, match=r"no Python process fits.*write a number and a unit, such as 500MB or 4GB"):
        options.resources(None, memory, None)


def test_the_folder_of_an_environment_stands_for_its_interpreter(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)

    assert options.interpreter(tmp_path) == str(tmp_path / "bin" / "python")
    assert options.interpreter("old", {"old": str(tmp_path)}) == str(tmp_path / "bin" / "python")
    with pytest.raises(InvalidOption, match="no interpreter that can be executed"):
        options.interpreter(tmp_path / "bin")


def test_an_interpreter_is_found_by_the_name_that_it_was_given():
    assert options.interpreter("other", {"other": sys.executable}) == sys.executable


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("mxnett", r"--python mxnett: there is no interpreter that can be executed; did you mean 'mxnet'\?$"),
        ("zzz", r"--python zzz: there is no interpreter that can be executed; by name there is mxnet\.$"),
        ("mxnet", r"at /nowhere/python; mend that with %mlops set interpreter\.mxnet=PATH\.$"),
    ],
)
def test_an_interpreter_that_is_not_there_is_refused_with_those_that_have_names(value, message):
    with pytest.raises(InvalidOption, match=message):
        options.interpreter(value, {"mxnet": "/nowhere/python"})


def asked(before: RunSpec | None = None, *, wanted: Mapping[str, Any] = MappingProxyType({}), **more: Any) -> RunSpec:
    return options.asked(before or make_spec(), ("local",), **wanted, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_takes_what_it_has_and_refuses_what_it_has_not(kind):
    texts = {"slots": "2", "ps": "1", "evaluator": "on", "servers": "2", "chief": "on"}
    values = {"slots": 2, "ps": 1, "evaluator": True, "servers": 2, "chief": True}
    for name, text in texts.items():
        if name in OPTIONS.get(kind, ()):
            for given in (text, values[name]):
                assert getattr(asked(wanted={"kind": kind, name: given}), name) == values[name]
        else:
            with pytest.raises(InvalidOption, match=rf"^--{name} is for .*; a run of kind {kind} has --workers"):
                asked(wanted={"kind": kind, name: text})


def test_a_foreign_option_is_refused_with_who_has_it_and_what_there_is():
    with pytest.raises(
        InvalidOption, match=r"^--ps is for tensorflow and paddle; a run of kind pytorch has --workers and --slots\.$"
    ):
        asked(kind="pytorch", ps=2)


def test_what_is_usual_is_no_wish():
    assert asked(kind="jax", workers=2, slots=1, ps=0, evaluator=False, servers=1, chief=False).shape.workers == 2


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(InvalidOption, match=r"--kind cannot be 'pytorh'; did you mean 'pytorch'\?$"):
        asked(kind="pytorh")


def test_parameter_servers_of_paddle_go_with_one_process_a_pod():
    with pytest.raises(InvalidOption, match=r"--slots: with --ps each pod of paddle has one process"):
        asked(kind="paddle", ps=1, slots=2)


def test_what_an_earlier_run_of_another_kind_had_does_not_come_along():
    before = asked(kind="tensorflow", workers=3, ps=2, chief=True)

    again = asked(before, kind="pytorch")

    assert (again.kind, again.workers, again.ps, again.chief) == ("pytorch", 3, 0, False)


def test_what_nobody_asks_for_stays_as_it_was():
    before = asked(kind="tensorflow", workers=3, ps=2, restart="exit-code", retries=2, hang="1m", cold=True)

    assert asked(before, cpus=2) == msgspec.structs.replace(before, resources=Resources(cpus=2))


@pytest.mark.parametrize(
    ("given", "restart"),
    [("on-failure", "on-failure"), ("OnFailure", "on-failure"), ("ExitCode", "exit-code"), ("never", "never")],
)
def test_a_restart_may_be_said_as_on_a_cluster(given, restart):
    assert asked(restart=given, retries=1).limits.restart == restart


def test_a_restart_needs_to_know_how_often():
    with pytest.raises(InvalidOption, match=r"--restart on-failure .* --retries how often: add --retries 3\.$"):
        asked(restart="on-failure")


@pytest.mark.parametrize(
    ("given", "seconds"), [("5m", 300.0), (20, 20.0), ("0", 0.0), ("0s", 0.0), (0, 0.0), ("never", 0.0)]
)
def test_a_hang_is_looked_for_after_a_time_or_never(given, seconds):
    assert asked(hang=given).limits.hang == seconds


@pytest.mark.parametrize("given", [-1, False])
def test_a_hang_that_is_no_time_is_refused(given):
    with pytest.raises(InvalidOption, match="--hang is a time such as 90s"):
        asked(hang=given)
