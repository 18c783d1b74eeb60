"""How good answers are, from plain lists: what a scoreboard measures without numpy, and without unpickling anything."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, Literal

import msgspec

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, nearest

Better = Literal["high", "low"]
_SMALLEST = 2.220446049250313e-16
"""What a probability is at least, as scikit-learn has it: the logarithm of zero has no value."""


class Metric(msgspec.Struct, frozen=True):
    """A way to hold answers against the truth.

    Attributes:
        better: Which way is better.
        method: What the model is asked for: ``predict`` or ``predict_proba``.
        labels: Whether the truth is labels; else it is numbers.
    """

    name: str
    better: Better
    method: str = "predict"
    labels: bool = False


METRICS = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "high", labels=True),
        Metric("f1", "high", labels=True),
        Metric("precision", "high", labels=True),
        Metric("recall", "high", labels=True),
        Metric("log_loss", "low", "predict_proba", labels=True),
        Metric("roc_auc", "high", "predict_proba", labels=True),
        Metric("rmse", "low"),
        Metric("mae", "low"),
        Metric("r2", "high"),
    )
}
_MOST_CLASSES = 30
_ALSO = {
    "acc": "accuracy",
    "accuracy_score": "accuracy",
    "auc": "roc_auc",
    "roc_auc_score": "roc_auc",
    "logloss": "log_loss",
    "mean_absolute_error": "mae",
    "root_mean_squared_error": "rmse",
    "r2_score": "r2",
    "f1_score": "f1",
}


def find_metric(name: str) -> Metric:
    """Return the metric that ``name`` means.

    Raises:
        InvalidOption: there is none of that name.
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    found = METRICS.get(_ALSO.get(plain, plain))
    if found is None:
        hint = nearest(plain, METRICS) or f"; there is {', '.join(METRICS)}."
        raise InvalidOption(f"No metric is called {name!r}{hint}")
    return found


def usual_metric(truth: Sequence[Any], is_classifier: bool) -> Metric:
    """Return what is measured where nobody says: accuracy of labels, the mean error of numbers."""
    has_labels = is_classifier or any(isinstance(value, str | bool) for value in truth) or _are_few(truth)
    return METRICS["accuracy" if has_labels else "rmse"]


def _are_few(truth: Sequence[Any]) -> bool:
    """Say whether whole numbers look like classes: there are few different ones for as many rows."""
    if not all(isinstance(value, int) for value in truth):
        return False
    return len(set(truth)) <= min(_MOST_CLASSES, len(truth) // 2)


def measure(metric: Metric, truth: Sequence[Any], answers: Sequence[Any], classes: Sequence[Any] = ()) -> float | None:
    """Return how good ``answers`` are; None where that has no value, such as the area of a single class.

    With two classes 0 and 1, f1, precision and recall are those of 1; else the mean over all classes, which is
    scikit-learn's ``macro``. The area of several classes is the mean of each against the rest.

    Args:
        metric: How they are held against the truth.
        truth: What is true, by row.
        answers: What the model's ``metric.method`` answered, by row, as JSON has it.
        classes: What the columns of scores stand for; empty if they are told by the truth.

    Raises:
        InvalidInput: they cannot be held against each other.
    """
    if len(truth) != len(answers):
        raise InvalidInput(f"There are {len(answers)} answers for {len(truth)} rows.")
    if not truth:
        return None
    if not metric.labels:
        return _of_columns(_OF_NUMBERS[metric.name], _numbers(truth, "truth"), _numbers(answers, "answers"))
    labels = [label_of(value) for value in truth]
    if metric.method == "predict":
        return _OF_LABELS[metric.name](labels, [label_of(value) for value in answers])
    scores = _scores(answers)
    names = [label_of(value) for value in classes] or sorted(set(labels), key=_order)
    _check_scores(labels, scores, names)
    return _OF_SCORES[metric.name](labels, scores, names)


def label_of(value: Any) -> str:
    """Return the text by which labels are compared: 3, 3.0 and "3" are one, and so are true and 1."""
    if isinstance(value, list | tuple) and len(value) == 1:
        return label_of(value[0])
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return {"True": "1", "False": "0"}.get(text, text)


def _accuracy(truth: list[str], answers: list[str]) -> float:
    return sum(map(str.__eq__, truth, answers)) / len(truth)


def _precision(truth: list[str], answers: list[str]) -> float:
    return _over_classes(truth, answers, lambda hit, said, _is: hit / said if said else 0.0)


def _recall(truth: list[str], answers: list[str]) -> float:
    return _over_classes(truth, answers, lambda hit, _said, is_: hit / is_ if is_ else 0.0)


def _f1(truth: list[str], answers: list[str]) -> float:
    return _over_classes(truth, answers, lambda hit, said, is_: 2 * hit / (said + is_) if said + is_ else 0.0)


def _over_classes(truth: list[str], answers: list[str], of_one: Callable[[int, int, int], float]) -> float:
    classes = {*truth, *answers}
    hits = Counter(true for true, answer in zip(truth, answers, strict=True) if true == answer)
    said, is_ = Counter(answers), Counter(truth)
    wanted = ["1"] if classes <= {"0", "1"} else sorted(classes)
    return sum(of_one(hits[name], said[name], is_[name]) for name in wanted) / len(wanted)


def _log_loss(truth: list[str], scores: list[list[float]], classes: list[str]) -> float:
    place = {name: at for at, name in enumerate(classes)}
    found = (min(max(row[place[true]], _SMALLEST), 1 - _SMALLEST) for true, row in zip(truth, scores, strict=True))
    return -sum(map(math.log, found)) / len(truth)


def _roc_auc(truth: list[str], scores: list[list[float]], classes: list[str]) -> float | None:
    if len(classes) == 2:
        return _area([true == classes[1] for true in truth], [row[1] for row in scores])
    areas = [_area([true == name for true in truth], [row[at] for row in scores]) for at, name in enumerate(classes)]
    known = [area for area in areas if area is not None]
    return sum(known) / len(known) if len(known) == len(areas) and known else None


def _area(is_positive: list[bool], scores: list[float]) -> float | None:
    """Return how often a positive row has a higher score than a negative one; equal scores count half."""
    positives = sum(is_positive)
    negatives = len(is_positive) - positives
    if not positives or not negatives:
        return None
    ranks, at = 0.0, 0
    for _, equal in groupby(sorted(zip(scores, is_positive, strict=True)), key=lambda pair: pair[0]):
        group = [positive for _, positive in equal]
        ranks += sum(group) * (at + (len(group) + 1) / 2)
        at += len(group)
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def _rmse(truth: list[float], answers: list[float]) -> float:
    return math.sqrt(math.fsum((true - got) ** 2 for true, got in zip(truth, answers, strict=True)) / len(truth))


def _mae(truth: list[float], answers: list[float]) -> float:
    return math.fsum(abs(true - got) for true, got in zip(truth, answers, strict=True)) / len(truth)


def _r2(truth: list[float], answers: list[float]) -> float | None:
    if len(truth) < 2:
        return None
    mean = math.fsum(truth) / len(truth)
    left = math.fsum((true - got) ** 2 for true, got in zip(truth, answers, strict=True))
    whole = math.fsum((true - mean) ** 2 for true in truth)
    if not whole:
        return 1.0 if not left else 0.0
    return 1 - left / whole


_OF_NUMBERS: dict[str, Callable[[list[float], list[float]], float | None]] = {"rmse": _rmse, "mae": _mae, "r2": _r2}
_OF_LABELS: dict[str, Callable[[list[str], list[str]], float]] = {
    "accuracy": _accuracy,
    "f1": _f1,
    "precision": _precision,
    "recall": _recall,
}
_OF_SCORES: dict[str, Callable[[list[str], list[list[float]], list[str]], float | None]] = {
    "log_loss": _log_loss,
    "roc_auc": _roc_auc,
}


def _of_columns(
    of_one: Callable[[list[float], list[float]], float | None], truth: list[list[float]], answers: list[list[float]]
) -> float | None:
    """Return the mean over the numbers that each row has, usually one."""
    if len(truth[0]) != len(answers[0]):
        raise InvalidInput(f"A row's answer is {len(answers[0])} numbers, and {len(truth[0])} are true.")
    columns = zip(zip(*truth, strict=True), zip(*answers, strict=True), strict=True)
    found = [of_one(list(true), list(got)) for true, got in columns]
    known = [value for value in found if value is not None]
    return math.fsum(known) / len(known) if known else None


def _numbers(values: Sequence[Any], what: str) -> list[list[float]]:
    rows = [value if isinstance(value, list | tuple) else [value] for value in values]
    for at, row in enumerate(rows):
        if len(row) != len(rows[0]) or not all(_is_number(value) for value in row):
            raise InvalidInput(f"Row {at} of the {what} is {values[at]!r}, which is no number; ask for accuracy.")
    return [[float(value) for value in row] for row in rows]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _scores(answers: Sequence[Any]) -> list[list[float]]:
    """Return a score for each class, by row; a bare number is the score of the second of two."""
    rows = _numbers(answers, "scores")
    return [[1 - row[0], row[0]] for row in rows] if len(rows[0]) == 1 else rows


def _check_scores(labels: list[str], scores: list[list[float]], classes: list[str]) -> None:
    if len(scores[0]) != len(classes):
        raise InvalidInput(f"Each answer has {len(scores[0])} scores, and there are {len(classes)} classes.")
    unknown = set(labels).difference(classes)
    if unknown:
        raise InvalidInput(f"The model knows no class {sorted(unknown)[0]!r}, which is true of a row.")


def _order(label: str) -> tuple[int, float, str]:
    try:
        return 0, float(label), ""
    except ValueError:
        return 1, 0.0, label
