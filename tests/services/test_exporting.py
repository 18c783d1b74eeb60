"""A version leaves as the folder that a server takes."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.errors import Conflict, InvalidOption
from jupyter_mlops.domain.models import VersionSpec
from jupyter_mlops.services.exporting import export


@pytest.fixture
def version(tmp_path):
    """Return the folder of a version, whose files are read-only."""
    folder = tmp_path / "version"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "model.pkl").write_bytes(b"pickle")
    (folder / "version.json").write_text("{}")
    for path in folder.rglob("*.*"):
        path.chmod(0o400)
    return folder


def spec(flavor="sklearn", **folders):
    return VersionSpec("digits", 3, 0.0, flavor, folders={"mlflow": "model", **folders})


def test_a_server_gets_its_folder_and_nothing_else(version, tmp_path):
    target = export(spec(sklearn="model"), version, tmp_path / "out" / "digits", "sklearn")
    assert [path.name for path in target.rglob("*")] == ["model.pkl"]
    (target / "model.pkl").write_bytes(b"a copy may be changed")
    assert (version / "model" / "model.pkl").read_bytes() == b"pickle"


def test_without_a_server_all_of_it_leaves(version, tmp_path):
    target = export(spec(), version, tmp_path / "out")
    assert (target / "version.json").exists() and (target / "model" / "model.pkl").exists()


def test_seldons_server_finds_the_name_that_it_looks_for(version, tmp_path):
    target = export(spec(sklearn="model"), version, tmp_path / "out", "seldon")
    assert (target / "model.joblib").read_bytes() == b"pickle"
    assert not (target / "model.pkl").exists()


def test_a_server_of_another_kind_is_refused_and_those_that_fit_are_named(version, tmp_path):
    with pytest.raises(InvalidOption, match="digits:3 is a model of sklearn, which 'xgboost' does not take; mlflow, s"):
        export(spec(sklearn="model"), version, tmp_path / "out", "xgboost")
    with pytest.raises(InvalidOption, match="mlflow, seldon and sklearn do; did you mean 'sklearn'"):
        export(spec(sklearn="model"), version, tmp_path / "out", "sklern")
    assert not (tmp_path / "out").exists()


def test_what_is_there_stays(version, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(Conflict, match="is there already; nothing was exported"):
        export(spec(), version, tmp_path / "out")
    with pytest.raises(Conflict, match="is there already"):
        export(spec(), version, tmp_path / "out" / "mine")
