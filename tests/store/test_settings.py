from __future__ import annotations

import json
import shutil
import sys

import pytest

from jupyter_mlops.domain.errors import Broken, InvalidOption
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.settings import Settings


def test_a_new_home_has_the_defaults_and_no_file(home: Home):
    assert home.settings == Settings(slots=None, capture=1 << 30, detach=False, gpus=None)
    assert not (home.path / "settings.json").exists()


def test_only_what_was_set_is_written(home: Home):
    assert home.change(slots=3).slots == 3
    home.change(detach=True)
    assert json.loads((home.path / "settings.json").read_bytes()) == {"slots": 3, "detach": True}
    assert Home.open(home.path).settings == Settings(slots=3, detach=True)


def test_values_may_be_text_as_people_type_it(home: Home):
    settings = home.change(slots="4", capture="2GiB", detach="on", gpus="0")
    assert settings == Settings(slots=4, capture=2 << 30, detach=True, gpus=0)
    assert home.change(slots="auto", gpus=None) == Settings(capture=2 << 30, detach=True)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"slot": 3}, r"There is no setting 'slot'; did you mean 'slots'\?"),
        (
            {"colour": 3},
            r"There is no setting 'colour'; there are slots, .*, warm, interpreter\.NAME\.",
        ),
        ({"slots": 0}, r"The setting 'slots' is a whole number from 1 on, not 0\."),
        ({"slots": True}, r"The setting 'slots' is a whole number"),
        ({"slots": "many"}, r"The setting 'slots' is a whole number"),
        ({"gpus": -1}, r"The setting 'gpus' is a whole number from 0 on"),
        ({"capture": "big"}, r"'big' is not a size"),
        ({"capture": 1.5}, r"The setting 'capture' is a whole number"),
        ({"detach": "maybe"}, r"The setting 'detach' is on or off, not 'maybe'\."),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(home: Home, values, message):
    home.change(gpus=7)
    with pytest.raises(InvalidOption, match=message):
        home.change(**({"detach": True} | values))
    assert home.settings == Settings(gpus=7)


def test_settings_of_a_newer_version_stay_in_the_file(home: Home):
    (home.path / "settings.json").write_text('{"slots": 2, "new": 1}')
    assert home.change(slots=5) == Settings(slots=5)
    assert json.loads((home.path / "settings.json").read_bytes()) == {"slots": 5, "new": 1}


@pytest.mark.parametrize("text", ["{", "[]", '{"slots": "many"}', '{"slots": 0}'])
def test_a_file_that_was_mangled_is_named_in_one_sentence(home: Home, text):
    (home.path / "settings.json").write_text(text)
    with pytest.raises(Broken, match=r"settings\.json cannot be .* or delete it\.$"):
        _ = home.settings


def test_a_file_that_a_power_cut_emptied_is_no_setting(home: Home):
    (home.path / "settings.json").write_bytes(b"\0\0\0")
    assert home.settings == Settings()


@pytest.mark.parametrize(("slots", "cores", "count"), [(None, 1, 2), (None, 8, 8), (1, 8, 1), (9, 8, 9)])
def test_there_is_one_slot_a_core_and_at_least_two(slots, cores, count):
    assert Settings(slots=slots).slot_count(cores) == count


def test_an_interpreter_has_a_name(home: Home):
    home.change(**{"interpreter.mxnet": sys.executable})
    assert home.change(**{"interpreter.old": "sh"}).interpreters == {"mxnet": sys.executable, "old": shutil.which("sh")}
    assert home.change(**{"interpreter.mxnet": "none"}, interpreters={"new": sys.executable}).interpreters == {
        "old": shutil.which("sh"),
        "new": sys.executable,
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("interpreter.mxnet", "/nowhere/python", r"'interpreter\.mxnet': /nowhere/python is no program; give the path"),
        ("interpreter.", sys.executable, r"'' is no name of an interpreter; write %mlops set interpreter\.mxnet=PATH"),
        ("interpreter.a/b", sys.executable, r"'a/b' is no name of an interpreter"),
        ("interpreters", sys.executable, r"has names and paths of interpreters, not '"),
    ],
)
def test_an_interpreter_that_makes_no_sense_is_refused(home: Home, name, value, message):
    with pytest.raises(InvalidOption, match=message):
        home.change(**{name: value})
    assert home.settings == Settings()


def test_an_interpreter_that_is_gone_makes_no_other_setting_unreadable(home: Home):
    (home.path / "settings.json").write_text('{"slots": 2, "interpreters": {"old": "/nowhere/python"}}')
    assert home.settings == Settings(slots=2, interpreters={"old": "/nowhere/python"})
