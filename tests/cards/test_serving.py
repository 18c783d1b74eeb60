"""Cards and tables of versions, models and endpoints: what they say, hostile text, and that they are small."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from jupyter_mlops.cards.endpoints import ENDPOINT_MIME_TYPE, endpoint_html, endpoint_mimebundle, endpoint_text
from jupyter_mlops.cards.endpointtable import endpoints_html, endpoints_text
from jupyter_mlops.cards.models import MODEL_MIME_TYPE, model_mimebundle, version_html, version_mimebundle, version_text
from jupyter_mlops.cards.modeltable import models_html, models_text
from jupyter_mlops.cards.scoreboards import scoreboard_html, scoreboard_text
from jupyter_mlops.domain.endpoints import (
    EndpointRow,
    EndpointSnapshot,
    RevisionFact,
    RevisionRow,
    RevisionSpec,
    Rollout,
)
from jupyter_mlops.domain.lineage import Lineage, Link
from jupyter_mlops.domain.models import ModelRow, ModelSnapshot, Use, VersionRow, VersionSnapshot, VersionSpec
from jupyter_mlops.domain.observed import Drift, Measure, Scoreboard
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.signatures import Field, Signature

NOW = 1_732_459_272.0
HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"


def version(**changes: Any) -> VersionSnapshot:
    row = VersionRow(
        model="digits",
        version=4,
        created=NOW - 60,
        flavor="sklearn",
        aliases=["challenger"],
        metrics={"accuracy": 0.978, "loss": 0.071},
        size=1_200_000,
        digest="d2f80e",
        run="digits-20261124-144053-7f3k",
        run_name="digits",
        uses=[Use("digits", 4, "canary", 10)],
    )
    spec = VersionSpec(
        model="digits",
        version=4,
        created=NOW - 60,
        flavor="sklearn",
        type="sklearn.neural_network.MLPClassifier",
        signature=Signature("tensor", [Field("input", "FP64", [64])], [Field("predict", "INT64")]),
        data="images, 1,797 rows",
    )
    champion = msgspec.structs.replace(row, version=3, metrics={"accuracy": 0.969, "loss": 0.098}, aliases=["champion"])
    chain = Lineage([Link("run", row.run, "digits", ["2 min"]), Link("version", "digits:4", "digits v4", here=True)])
    return msgspec.structs.replace(VersionSnapshot(spec, row, champion, lineage=chain), **changes)


def endpoint(row: dict[str, Any] | None = None, **changes: Any) -> EndpointSnapshot:
    revisions = [
        RevisionRow(4, "digits", 4, "ready", role="canary", percent=10, ready=1, wanted=1),
        RevisionRow(3, "digits", 3, "ready", role="stable", percent=90, ready=2, wanted=2),
    ]
    shown = EndpointRow(
        id="digits",
        name="digits",
        state=State.RUNNING,
        model="digits",
        version=3,
        stable=3,
        canary=4,
        percent=10,
        ready=3,
        wanted=3,
        rate=46.2,
        p95=21.04,
        errors=0.0002,
        drifting=["ink ratio"],
        recent=[40.0, 46.0, 44.0],
        revisions=revisions,
        created=NOW - 900,
        started=NOW - 800,
    )
    shown = msgspec.structs.replace(shown, **(row or {}))
    told = EndpointSnapshot(
        row=shown,
        drift=Drift(3, sentence="`ink ratio` has moved: its median was 0.3 and is 0.6 now (PSI 0.27)."),
        scoreboard=board(),
        rollouts=[Rollout(NOW - 30, "canary r4 to 10 %")],
    )
    return msgspec.structs.replace(told, **changes)


def board(**changes: Any) -> Scoreboard:
    told = Scoreboard(
        time=NOW,
        stable=3,
        canary=4,
        metric="accuracy",
        rows=360,
        data="X_test, 360 rows",
        measures=[
            Measure("accuracy", 0.969, 0.978, "", "high", "at least r3", True),
            Measure("p95", 19.8, 21.2, "ms", "low"),
            Measure("errors", 0.0002, 0.0, "share", "low", "at most 1 %", True),
        ],
        differing=10,
        verdict="good",
        sentence="All 2 gates pass: r4 is better by 0.009. It is safe to promote.",
    )
    return msgspec.structs.replace(told, **changes)


def test_a_version_says_what_it_is_and_how_it_differs_from_the_champion():
    text = version_text(version(), NOW)
    assert text.startswith("digits v4  @challenger  MLPClassifier, sklearn")
    assert "accuracy 0.978  +0.009 against v3, better" in text
    assert "loss 0.071  \u22120.027 against v3, better" in text
    assert "input FP64[64] → predict INT64" in text
    assert "digits, canary 10 %" in text
    assert "%deploy digits:4 serves it" in text
    shown = version_html(version(), NOW)
    assert "Registered" in shown
    assert "@challenger" in shown


def test_a_broken_version_says_why():
    row = msgspec.structs.replace(version().row, broken="model.pkl has changed.")
    assert "model.pkl has changed" in version_text(version(row=row), NOW)
    assert "cannot be used" in version_html(version(row=row), NOW)


def test_an_endpoint_says_who_answers_and_how():
    text = endpoint_text(endpoint(), NOW)
    assert text.startswith("Ready  digits  endpoint  3 replicas")
    assert "r3 stable 90 %  digits v3" in text
    assert "r4 canary 10 %  digits v4" in text
    assert "46/s, p95 21" in text
    assert "has moved" in text
    assert "All 2 gates pass" in text
    assert "digits_endpoint.promote() makes r4 stable" in text
    assert "Promote" not in endpoint_html(endpoint(), NOW), "what has no script has no buttons"


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_card(state):
    shown = endpoint({"state": state, "why": "It was asked to.", "canary": 0, "percent": 0})
    for said in (endpoint_text(shown, NOW), endpoint_html(shown, NOW)):
        assert "It was asked to." in said
        assert "undefined" not in said
        assert "None" not in said


def test_a_scoreboard_is_a_table():
    text = scoreboard_text(board())
    assert text.splitlines()[0].split() == ["measure", "r3", "stable", "r4", "canary", "change", "gate"]
    assert "passes: at least r3" in text
    assert "10 answered differently" in text
    assert "All 2 gates pass" in scoreboard_html(board())
    alone = board(canary=0, measures=[Measure("accuracy", 0.9)])
    assert "canary" not in scoreboard_text(alone).splitlines()[0]


def test_hostile_text_stays_text():
    bad = version()
    bad.row.model, bad.row.aliases, bad.row.metrics = HOSTILE, [HOSTILE], {HOSTILE: 1.0}
    bad.lineage = Lineage([Link("run", HOSTILE, HOSTILE, [HOSTILE])])
    served = endpoint({"name": HOSTILE, "why": HOSTILE, "model": HOSTILE, "note": HOSTILE}, notes=[HOSTILE])
    model = ModelRow(id="x", name=HOSTILE, aliases={HOSTILE: 1}, note=HOSTILE, tags=[HOSTILE])
    pages = [
        version_html(bad, NOW),
        endpoint_html(served, NOW),
        models_html([model], NOW),
        endpoints_html([served.row], NOW),
        scoreboard_html(board(sentence=HOSTILE, data=HOSTILE)),
        model_mimebundle(ModelSnapshot(model, [bad.row]), NOW)["text/html"],
    ]
    assert not any("<img" in page for page in pages)
    texts = [version_text(bad, NOW), endpoint_text(served, NOW), models_text([model], NOW)]
    assert not any("\x1b" in text or "\u202e" in text for text in [*texts, endpoints_text([served.row], NOW)])


def test_lists_say_what_there_is_and_how_to_begin():
    assert "%register" in models_text([], NOW)
    assert "%deploy" in endpoints_text([], NOW)
    assert "No model accuracy > 2" in models_text([], NOW, "accuracy > 2")
    row = ModelRow(id="digits", name="digits", versions=4, latest=4, aliases={"champion": 3}, metrics={"accuracy": 0.9})
    assert "@champion v3" in models_text([row], NOW)
    assert "r3 stable 90 %" in endpoints_text([endpoint().row], NOW)
    assert "1 endpoint, 1 ready" in endpoints_text([endpoint().row], NOW)


def test_what_a_notebook_saves_is_small_and_withholds_the_environment():
    spec = RevisionSpec("digits", 4, NOW, "digits", 4, "sklearn", "/m", environment={"SECRET_PATH": "x" * 10_000})
    bundle = endpoint_mimebundle(endpoint(revisions=[RevisionFact(spec)]), NOW)
    saved = json.dumps(bundle[ENDPOINT_MIME_TYPE])
    assert "SECRET_PATH" not in saved
    assert len(saved) < 20_000
    assert bundle[ENDPOINT_MIME_TYPE]["id"] == "digits"
    assert version_mimebundle(version(), NOW)[MODEL_MIME_TYPE]["id"] == "digits:4"
