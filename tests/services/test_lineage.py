"""Chains from anything to anything: what is named, in which order, and what is said of what was deleted."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_mlops import wire
from jupyter_mlops.domain.datasets import Datasets, Fingerprint, TableColumn
from jupyter_mlops.domain.errors import NotFound
from jupyter_mlops.domain.lineage import Lineage
from jupyter_mlops.domain.runs import Origin
from jupyter_mlops.services.lineage import Lineages
from jupyter_mlops.services.uses import Uses
from tests.published import publish_run, publish_sweep, publish_version
from tests.services.test_models import serve

DATA = [
    Fingerprint(
        "X_train", "DataFrame", 1437, "5c4e", "da7a1", columns=[TableColumn("a", "int64"), TableColumn("b", "x")]
    ),
    Fingerprint("images", "array", 10, "5c4e", "da7a2", shape=[10, 8, 8]),
]
ORIGIN = Origin(notebook="work/digits.ipynb", prompt=4)


@pytest.fixture
def lineages(workspace):
    return Lineages(workspace.home, workspace.index, Uses(workspace.home))


@pytest.fixture
def made(workspace):
    """A trial of a sweep whose model is two versions, of which one is served."""
    home = workspace.home
    sweep = publish_sweep(home, runs=2)
    run = next(folder for folder in sweep.trials(home) if folder.spec().trial == 2)
    (run.path / "datasets.json").write_bytes(wire.encode_pretty(Datasets(DATA)))
    fields: dict[str, Any] = {
        "run": run.id,
        "run_name": "digits",
        "sweep": sweep.id,
        "trial": 2,
        "code_hash": "c0de",
        "datasets": DATA,
    }
    for _ in range(2):
        publish_version(home, "shop-model", params={"lr": 0.002}, **fields)
    publish_version(home, "other")
    serve(home, "shop", "shop-model", 2)
    return run, sweep


def told(lineage: Lineage) -> list[tuple[str, str]]:
    return [(link.kind, link.id) for link in lineage.links]


def test_a_version_names_what_it_comes_from_and_where_it_is_served(workspace, lineages, made):
    run, sweep = made

    lineage = lineages.of_version("shop-model", 2)

    assert told(lineage) == [
        ("data", "da7a1"),
        ("data", "da7a2"),
        ("code", "c0de"),
        ("sweep", sweep.id),
        ("run", run.id),
        ("version", "shop-model:2"),
        ("revision", "shop/r1"),
    ]
    assert [link.title for link in lineage.links] == [
        "X_train",
        "images",
        "cell of digits",
        "digits",
        "digits/2",
        "shop-model v2",
        "shop r1",
    ]
    assert [link.details[:1] for link in lineage.links[:2]] == [["1,437 rows, 2 columns"], ["10 rows of 8 x 8"]]
    assert [link.kind for link in lineage.links if link.here] == ["version"]
    assert not any(link.gone for link in lineage.links)
    assert all(f"{link.title}  {link.id}" in str(lineage) for link in lineage.links)
    assert workspace.models.version("shop-model:2").lineage == lineage
    assert told(lineages.of_version("shop-model", 1))[-1] == ("version", "shop-model:1")


def test_a_run_names_all_that_came_of_it(workspace, lineages, made):
    run, sweep = made

    lineage = lineages.of_run(run.id)

    assert told(lineage)[-4:] == [
        ("run", run.id),
        ("version", "shop-model:1"),
        ("version", "shop-model:2"),
        ("revision", "shop/r1"),
    ]
    assert told(lineage)[2:4] == [("code", "c0de"), ("sweep", sweep.id)]
    assert [link.id for link in lineage.links if link.here] == [run.id]
    assert workspace.runs.get(run.id).lineage == lineage


def test_a_sweep_names_the_trials_that_became_versions(workspace, made):
    run, sweep = made

    lineage = workspace.sweeps.get(sweep.id).lineage

    assert told(lineage) == [
        ("code", "c0de"),
        ("sweep", sweep.id),
        ("run", run.id),
        ("version", "shop-model:1"),
        ("version", "shop-model:2"),
        ("revision", "shop/r1"),
    ]
    assert [link.id for link in lineage.links if link.here] == [sweep.id]
    workspace.runs.delete(run.id)
    gone = next(link for link in workspace.sweeps.get(sweep.id).lineage.links if link.kind == "run")
    assert (gone.id, gone.title, gone.gone) == (run.id, "digits/2", True)


@pytest.mark.usefixtures("made")
def test_a_revision_goes_back_to_its_data(lineages):
    lineage = lineages.of_revision("shop", 1)

    assert told(lineage) == told(lineages.of_version("shop-model", 2))
    assert lineage.links[-1].here
    assert lineage.links[-1].details == ["stable 100 %"]
    with pytest.raises(NotFound, match="has no revision r7"):
        lineages.of_revision("shop", 7)


def test_what_was_deleted_is_still_named_and_said_to_be_gone(workspace, lineages, made):
    run, sweep = made
    workspace.sweeps.delete(sweep.id)

    lineage = lineages.of_version("shop-model", 2)

    assert told(lineage) == [
        ("data", "da7a1"),
        ("data", "da7a2"),
        ("code", "c0de"),
        ("sweep", sweep.id),
        ("run", run.id),
        ("version", "shop-model:2"),
        ("revision", "shop/r1"),
    ]
    assert [link.kind for link in lineage.links if link.gone] == ["sweep", "run"]
    assert lineage.links[4].details == ["lr=0.002"]
    assert f"{run.id} (deleted)" in str(lineage)


def test_a_cell_is_called_by_its_notebook(workspace, lineages):
    run = publish_run(workspace.home, origin=ORIGIN, params={"lr": 0.1})

    lineage = lineages.of_run(run.id)

    assert [(link.kind, link.title) for link in lineage.links] == [("code", "digits.ipynb, cell 4"), ("run", "digits")]
    assert lineage.links[1].details == ["lr=0.1"]


def test_versions_that_lists_no_longer_show_are_found(workspace, lineages):
    run = publish_run(workspace.home)
    publish_version(workspace.home, run=run.id)
    for _ in range(25):
        publish_version(workspace.home)

    assert told(lineages.of_run(run.id))[-1] == ("version", "digits:1")
