"""What scikit-learn says of the same answers is what must be said here."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import metrics

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption
from jupyter_mlops.domain.quality import METRICS, find_metric, measure, usual_metric

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_labels_are_measured_as_scikit_learn_does(seed, classes):
    random = np.random.default_rng(seed)
    truth = random.integers(0, classes, 60)
    answers = np.where(random.random(60) < 0.7, truth, random.integers(0, classes, 60))
    average = {"average": "binary" if classes == 2 else "macro", "zero_division": 0}

    found = {name: measure(METRICS[name], truth.tolist(), answers.tolist()) for name in _OF_LABELS}

    assert found == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(truth, answers),
            "f1": metrics.f1_score(truth, answers, **average),
            "precision": metrics.precision_score(truth, answers, **average),
            "recall": metrics.recall_score(truth, answers, **average),
        }
    )


_OF_LABELS = ("accuracy", "f1", "precision", "recall")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("classes", [2, 4])
def test_scores_are_measured_as_scikit_learn_does(seed, classes):
    random = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), random.integers(0, classes, 40)])
    # Rounded, so that scores are equal, and some are zero.
    scores = np.round(random.dirichlet(np.full(classes, 0.4), len(truth)), 1) + 0.0
    scores /= scores.sum(axis=1, keepdims=True)
    kwargs = {"multi_class": "ovr"} if classes > 2 else {}

    loss = measure(METRICS["log_loss"], truth.tolist(), scores.tolist())
    area = measure(METRICS["roc_auc"], truth.tolist(), scores.tolist(), [str(each) for each in range(classes)])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert loss == pytest.approx(metrics.log_loss(truth, scores), rel=1e-6)
        assert area == pytest.approx(
            metrics.roc_auc_score(truth, scores if classes > 2 else scores[:, 1], **kwargs), rel=1e-9
        )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", [(50,), (50, 1), (30, 3)])
def test_numbers_are_measured_as_scikit_learn_does(seed, shape):
    random = np.random.default_rng(seed)
    truth = random.normal(1e6, 3.0, shape)
    answers = truth + random.normal(0, 1.0, shape)

    found = {name: measure(METRICS[name], truth.tolist(), answers.tolist()) for name in ("rmse", "mae", "r2")}

    assert found == pytest.approx(
        {
            "rmse": metrics.root_mean_squared_error(truth, answers),
            "mae": metrics.mean_absolute_error(truth, answers),
            "r2": metrics.r2_score(truth, answers),
        }
    )


@pytest.mark.parametrize(
    ("truth", "answers"),
    [([3, 4], [3.0, 4.0]), (["a", "b"], ["a", "b"]), ([True, False], [1, 0]), ([1, 2], ["1", "2"]), ([[1]], [1])],
)
def test_a_label_is_the_same_however_json_has_it(truth, answers):
    assert measure(METRICS["accuracy"], truth, answers) == 1.0


def test_classes_that_are_told_as_text_name_the_columns_of_scores():
    scores = [[0.9, 0.1], [0.2, 0.8]]

    assert measure(METRICS["roc_auc"], [False, True], scores, ["False", "True"]) == 1.0
    assert measure(METRICS["roc_auc"], ["yes", "no"], scores, ["no", "yes"]) == 0.0


def test_what_has_no_value_is_none():
    assert measure(METRICS["roc_auc"], [1, 1], [[0.5, 0.5], [0.1, 0.9]], ["0", "1"]) is None
    assert measure(METRICS["r2"], [1.0], [1.0]) is None
    assert measure(METRICS["accuracy"], [], []) is None


def test_a_truth_that_never_changes_is_explained_or_not():
    assert measure(METRICS["r2"], [2, 2], [2, 2]) == metrics.r2_score([2, 2], [2, 2]) == 1.0
    assert measure(METRICS["r2"], [2, 2], [1, 3]) == metrics.r2_score([2, 2], [1, 3]) == 0.0


@pytest.mark.parametrize(
    ("metric", "truth", "answers", "sentence"),
    [
        ("rmse", ["a"], [1.0], "Row 0 of the truth is 'a', which is no number; ask for accuracy."),
        ("mae", [1.0, 2.0], [1.0, None], "Row 1 of the answers is None, which is no number; ask for accuracy."),
        ("accuracy", [1], [1, 2], "There are 2 answers for 1 rows."),
        ("log_loss", [0, 5], [[0.5, 0.5], [0.5, 0.5]], "The model knows no class '5', which is true of a row."),
        ("roc_auc", [0, 1], [[0.1, 0.1, 0.8]] * 2, "Each answer has 3 scores, and there are 2 classes."),
        ("mae", [[1.0, 2.0]], [1.0], "A row's answer is 1 numbers, and 2 are true."),
    ],
)
def test_what_cannot_be_held_against_each_other_is_told(metric, truth, answers, sentence):
    classes = ["0", "1"] if metric in ("log_loss", "roc_auc") else []
    with pytest.raises(InvalidInput) as told:
        measure(METRICS[metric], truth, answers, classes)
    assert str(told.value) == sentence


def test_a_metric_is_found_by_the_names_that_people_use():
    assert [find_metric(name).name for name in ("Accuracy", "roc-auc", "r2_score", "acc")] == [
        "accuracy",
        "roc_auc",
        "r2",
        "accuracy",
    ]
    with pytest.raises(InvalidOption, match=r"No metric is called 'acuracy'; did you mean 'accuracy'\?"):
        find_metric("acuracy")


def test_labels_are_usually_counted_and_numbers_usually_measured():
    assert usual_metric(["a", "b"], is_classifier=False).name == "accuracy"
    assert usual_metric([0, 1], is_classifier=True).name == "accuracy"
    assert usual_metric([0.5, 1.5], is_classifier=False).name == "rmse"
