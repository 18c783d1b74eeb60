"""Names of metrics are understood as the browser understands them: both read the same cases."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_mlops.cards import metrics
from jupyter_mlops.domain.directions import direction
from jupyter_mlops.domain.runs import MetricSummary

CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "metric_names.json").read_text("utf-8"))
NAMES = CASES["names"]
ANY = MetricSummary(last=1, step=1, min=1, min_step=1, max=1, max_step=1, count=1)


def test_which_way_is_better_is_read_from_the_name():
    assert [[name, direction(name)] for name in NAMES] == CASES["direction"]


def test_the_same_metric_on_other_data_is_of_one_family():
    assert [[name, metrics.family(name)] for name in NAMES] == CASES["family"]


def test_the_data_it_was_measured_on_has_a_short_name():
    assert [[name, metrics.short(name)] for name in NAMES] == CASES["short"]


def test_the_most_telling_come_first():
    assert metrics.in_order(NAMES) == CASES["order"]
    assert metrics.key_names(dict.fromkeys(NAMES, ANY), 8) == CASES["key"]
    assert metrics.groups(NAMES, 5) == CASES["groups"]
