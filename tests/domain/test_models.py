"""What the events of a model come to, and what may be an alias."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlops.domain.endpoints import EndpointRow
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.models import (
    AliasMoved,
    ModelEvent,
    ModelRow,
    ModelStatus,
    Registered,
    VersionDeleted,
    VersionFile,
    VersionSpec,
    aliases_of,
    apply,
    check_alias,
    digest_of,
    version_row,
)
from jupyter_mlops.domain.runs import Noted, RunNotes
from jupyter_mlops.domain.where import ENDPOINTS, MODELS, parse_where


def come_to(*events: ModelEvent) -> ModelStatus:
    status = ModelStatus()
    for event in events:
        apply(status, event)
    return status


def test_events_come_to_what_is_there():
    status = come_to(
        Registered(1.0, 1, size=10),
        Registered(2.0, 2, size=20),
        AliasMoved(3.0, "champion", 1),
        AliasMoved(4.0, "champion", 2, 1, "ada"),
        AliasMoved(5.0, "old", 1),
        Noted(time=6.0, text="moved by hand"),
        Registered(7.0, 3, size=30),
        VersionDeleted(8.0, 3),
    )

    assert (status.versions, status.last, status.aliases) == ([1, 2], 3, {"champion": 2, "old": 1})
    assert (status.sizes, status.updated, status.notes) == ({1: 10, 2: 20}, 8.0, ["moved by hand"])
    assert [(move.alias, move.version) for move in status.history] == [("champion", 1), ("champion", 2), ("old", 1)]


def test_a_deleted_version_has_no_alias_and_a_removed_alias_points_nowhere():
    status = come_to(
        Registered(1.0, 1),
        AliasMoved(2.0, "a", 1),
        AliasMoved(3.0, "b", 1),
        AliasMoved(4.0, "b", 0, 1),
        VersionDeleted(5.0, 1),
    )

    assert (status.versions, status.aliases, status.last) == ([], {}, 1)


def test_a_row_says_what_a_version_is_with_the_champion_first_among_its_aliases():
    status = ModelStatus(versions=[1], aliases={"b": 1, "champion": 1, "a": 1, "other": 2})
    spec = VersionSpec("digits", 1, 5.0, "sklearn", metrics={"accuracy": 0.9}, run="r", run_name="digits", trial=3)

    row = version_row(spec, status, RunNotes(note="good", tags=["x"]))

    assert aliases_of(status, 1) == row.aliases == ["champion", "a", "b"]
    assert (row.model, row.version, row.flavor, row.metrics, row.trial) == (
        "digits",
        1,
        "sklearn",
        {"accuracy": 0.9},
        3,
    )
    assert (row.note, row.tags, row.uses) == ("good", ["x"], [])


@given(st.lists(st.builds(VersionFile, st.text(), st.integers(0, 9), st.sampled_from(["a", "b"])), max_size=4))
def test_the_digest_hangs_on_what_the_files_are_and_not_on_their_order(files):
    assert digest_of(files) == digest_of(files[::-1])
    assert digest_of([*files, VersionFile("new\0", 1, "c")]) != digest_of(files)


@pytest.mark.parametrize("alias", ["champion", "a", "v2", "in-test_2"])
def test_labels_are_aliases(alias):
    assert check_alias(alias) == alias


@pytest.mark.parametrize(
    ("alias", "sentence"),
    [
        ("latest", "'latest' is no alias: it always means the highest version; try 'current'."),
        ("LATEST", "'LATEST' is no alias: it always means"),
        ("12", "'12' is no alias: numbers are versions; try 'v12'."),
        ("best model", "try 'best-model'."),
        ("a@b", "try 'a-b'."),
        ("", "is not a name"),
    ],
)
def test_what_is_no_label_is_no_alias(alias, sentence):
    with pytest.raises(InvalidName) as refused:
        check_alias(alias)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["digits", "accuracy > 0.9", "@champion = 2", "versions >= 3", "flavor = sklearn", "tag = shop", "@next != 1"],
)
def test_models_are_found_by_what_they_are(text):
    row = ModelRow("digits", "digits", 3, 3, 2, "sklearn", {"champion": 2}, {"accuracy": 0.95}, tags=["shop"])

    assert all(condition.fits(row, MODELS) for condition in parse_where(text, 0.0))


@pytest.mark.parametrize(
    "text", ["shop", "model = digits", "drifting > 0", "stable = 3", "canary = 0", "state = running"]
)
def test_endpoints_are_found_by_what_they_are(text):
    row = EndpointRow("shop", "shop", model="digits", stable=3, drifting=["petal"])
    row.state = type(row.state).RUNNING

    assert all(condition.fits(row, ENDPOINTS) for condition in parse_where(text, 0.0))
