import importlib
import importlib.util
import inspect
import sys

import pytest

from jupyter_mlops.runtime.hooks import after_import


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "watched_module.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "watched_module"
    sys.modules.pop("watched_module", None)


def test_an_action_follows_the_first_import_and_only_that(module):
    seen = []
    after_import(module, lambda found: seen.append(found.value))
    assert seen == []
    imported = importlib.import_module(module)
    assert seen == [1]
    importlib.reload(imported)
    assert seen == [1]


def test_an_imported_module_is_acted_on_at_once(module):
    importlib.import_module(module)
    seen: list[object] = []
    after_import(module, seen.append)
    assert seen == [sys.modules[module]]


def test_the_module_looks_as_if_nothing_had_happened(module):
    after_import(module, lambda _: None)
    imported = importlib.import_module(module)
    assert type(imported.__loader__).__name__ == "SourceFileLoader"
    assert getattr(imported.__spec__, "loader", None) is imported.__loader__
    assert inspect.getsource(imported) == "value = 1\n"


def test_looking_for_a_module_is_no_import(module):
    seen: list[object] = []
    after_import(module, seen.append)
    assert importlib.util.find_spec(module) is not None
    importlib.import_module(module)
    assert len(seen) == 1


def test_a_module_that_is_not_there_is_not_found():
    after_import("no_such_module_here", lambda _: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module_here")
