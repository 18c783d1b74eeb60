"""Held-out rows replayed on stable and canary: how good, how fast, and where they differ.

The rows are plain JSON beside the endpoint, so that its keeper can replay them without the notebook's libraries.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import EndpointStatus
from jupyter_mlops.domain.errors import Conflict, InvalidInput, MlopsError
from jupyter_mlops.domain.gates import DIFFERING, Condition, Told, meets, parse_gate, words_of
from jupyter_mlops.domain.latency import exact_quantile
from jupyter_mlops.domain.observed import DifferingRow, Measure, RevisionStats, Scoreboard
from jupyter_mlops.domain.quality import Metric, find_metric, label_of, measure
from jupyter_mlops.domain.rollouts import revision_of
from jupyter_mlops.domain.series import travelling
from jupyter_mlops.domain.units import THIN, format_metric

ALONE = 300
"""So many rows are asked one by one, which tells how long an answer takes; the others come in batches."""
_BATCH = 200
_MOST_DIFFERENCES = 100
_PATIENCE_SECONDS = 30.0
_ALONE_SECONDS = 10.0
"""After so long the other rows come in batches, too: a slow model is judged all the same."""
_DIFFERING = "answers that differ"
_AS_FAST_SHARE, _AS_FAST_MILLISECONDS = 0.1, 1.0


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """``judge/judge.json``: what is measured of the held-out rows beside it.

    Attributes:
        metric: One of ``domain.quality``.
        data: What the rows are, in words.
        rows: How many there are.
        classes: What the columns of scores stand for.
    """

    metric: str
    data: str = ""
    rows: int = 0
    classes: list[str] = []


class Answers(msgspec.Struct):
    """What one revision has answered.

    Attributes:
        values: By row; None where there was no answer.
        times: Milliseconds of the rows that were asked one by one.
        failed: How many rows got no answer.
    """

    values: list[Any]
    times: list[float]
    failed: int = 0


def replay(
    folder: Path, address: str, status: EndpointStatus, now: float, is_over: Callable[[], bool] = lambda: False
) -> Scoreboard:
    """Ask stable and canary what stands in ``folder``'s ``judge``, and return the scoreboard.

    Args:
        folder: The endpoint.
        address: Path of its Unix socket.
        status: How it stands.
        now: Seconds since the epoch.
        is_over: Whether nobody waits for it any more.

    Raises:
        Conflict: nothing is stored to be replayed, it does not fit the stable revision, or there is none; or nobody
            waits for it any more.
    """
    pair, rows, truth = read_pair(folder)
    metric = find_metric(pair.metric)
    stable, canary = status.stable, status.canary or status.shadow
    if not stable:
        raise Conflict("There is no stable revision that could be asked.")
    answers = {
        number: _asked(_Asking(address, status, number, metric, is_over), rows, is_stable=number == stable)
        for number in (stable, canary)
        if number
    }
    return _board(pair, truth, status, answers, now)


def read_pair(folder: Path) -> tuple[Pair, list[Any], list[Any]]:
    """Return what is measured, the held-out rows, and what is true of them.

    Raises:
        Conflict: nothing is stored.
    """
    judge = folder / "judge"
    try:
        pair = wire.decode((judge / "judge.json").read_bytes(), Pair)
        rows = json.loads((judge / "rows.json").read_bytes())
        truth = json.loads((judge / "truth.json").read_bytes())
    except FileNotFoundError as error:
        raise Conflict(
            "No held-out rows are stored with it; give them once: endpoint.scoreboard(X_test, y_test), or "
            "%deploy --judge X_test,y_test."
        ) from error
    return pair, rows, truth


def told_of(board: Scoreboard) -> Told:
    """Return what gates look at."""
    canary = {row.name: _number(row.canary) for row in board.measures}
    stable = {row.name: _number(row.stable) for row in board.measures}
    return Told({**canary, DIFFERING: float(board.differing)}, stable, board.rows)


def live_told(status: EndpointStatus, live: Sequence[RevisionStats]) -> tuple[Told, int]:
    """Return what live requests tell of canary and stable, and how many of the canary's there were."""
    of = {each.revision: _of_live(each) for each in live}
    count = next((each.requests for each in live if each.revision == status.canary), 0)
    return Told(of.get(status.canary, {}), of.get(status.stable, {})), count


def _of_live(stats: RevisionStats) -> dict[str, float | None]:
    errors = stats.errors / stats.requests if stats.requests else None
    return {"p50": stats.p50, "p95": stats.p95, "p99": stats.p99, "errors": errors}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


class _Asking:
    """Asks one revision."""

    def __init__(
        self, address: str, status: EndpointStatus, revision: int, metric: Metric, is_over: Callable[[], bool]
    ) -> None:
        spec = revision_of(status, revision).spec
        self.revision = revision
        self.is_over = is_over
        self._connection = _Connection(address)
        self._path = f"/v2/models/{spec.endpoint}/infer"
        self._method = metric.method
        self._types = {} if spec.signature is None else {field.name: field.type for field in spec.signature.inputs}
        self._headers = {
            "Content-Type": "application/json",
            "X-Mlops-Revision": str(revision),
            "X-Mlops-Replay": "1",
        }

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def answer(self, batch: list[Any]) -> list[Any] | None:
        """Return an answer a row; None if there is none.

        Raises:
            InvalidInput: the rows are refused.
        """
        asked = {"inputs": inputs_of(batch, self._types), "outputs": [{"name": self._method}]}
        for _ in range(2):
            try:
                self._connection.request("POST", self._path, json.dumps(asked).encode(), self._headers)
                response = self._connection.getresponse()
                told = json.loads(response.read())
                if response.status == 400:
                    raise InvalidInput(str(told["error"]))
                if response.status != 200:
                    return None
                return rows_of(told["outputs"][0]["data"], told["outputs"][0]["shape"])
            except (OSError, ValueError, LookupError, http.client.HTTPException):
                # A connection that was kept may be stale once.
                self._connection.close()
        return None


def _asked(asking: _Asking, rows: list[Any], *, is_stable: bool) -> Answers:
    """Return what one revision answers to all rows."""
    found = Answers([], [])
    try:
        at, began = 0, time.perf_counter()
        while at < len(rows):
            if asking.is_over():
                raise Conflict("The held-out rows were not replayed to their end: something else came first.")
            is_alone = at < ALONE and time.perf_counter() - began < _ALONE_SECONDS
            batch = rows[at : at + (1 if is_alone else _BATCH)]
            since = time.perf_counter()
            values = _answer(asking, batch, is_stable=is_stable)
            if is_alone:
                found.times.append((time.perf_counter() - since) * 1000)
            found.failed += len(batch) if values is None else 0
            found.values += [None] * len(batch) if values is None else values
            at += len(batch)
    finally:
        asking.close()
    return found


def _answer(asking: _Asking, batch: list[Any], *, is_stable: bool) -> list[Any] | None:
    try:
        return asking.answer(batch)
    except InvalidInput as refusal:
        if not is_stable:
            return None
        raise Conflict(f"The held-out rows do not fit r{asking.revision}: {refusal}") from refusal


def inputs_of(rows: Sequence[Any], types: Mapping[str, str] = {}) -> list[dict[str, Any]]:
    """Return rows, as JSON has them, as the inputs of a request: a column each of objects, else one tensor.

    Args:
        rows: The rows.
        types: Of the columns, as the model's signature has them: what a column is whose values are all missing.
    """
    if isinstance(rows[0], dict):
        names = dict.fromkeys(name for row in rows for name in row)
        return [_input(name, [row.get(name) for row in rows], [len(rows)], types.get(name, "")) for name in names]
    shape = [len(rows)]
    first = rows[0]
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    return [_input("input", list(_flat(rows)), shape)]


def _input(name: str, values: list[Any], shape: list[int], told: str = "") -> dict[str, Any]:
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        kind = "BOOL"
    elif there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        kind = "INT64" if len(there) == len(values) else "FP64"
    elif there or told != "BYTES":
        kind = "FP64" if all(isinstance(value, int | float) for value in there) else "BYTES"
    else:
        kind = "BYTES"
    return {"name": name, "datatype": kind, "shape": shape, "data": values}


def _flat(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += _flat(value) if isinstance(value, list) else [value]
    return found


def rows_of(data: list[Any], shape: Sequence[int]) -> list[Any]:
    """Return a tensor's flat data as one value, or one list, a row."""
    wide = len(data) // shape[0] if shape and shape[0] else 1
    if len(shape) <= 1:
        return data
    return [data[at : at + wide] for at in range(0, len(data), wide)]


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _board(pair: Pair, truth: list[Any], status: EndpointStatus, answers: dict[int, Answers], now: float) -> Scoreboard:
    metric = find_metric(pair.metric)
    stable, canary = status.stable, status.canary or status.shadow
    measures = {number: _measures(pair, truth, metric, each) for number, each in answers.items()}
    differences = differences_of(truth, answers[stable].values, answers[canary].values) if canary else []
    rows = [
        Measure(name, measures[stable][name], measures[canary][name] if canary else None, unit, better)
        for name, unit, better in (
            (metric.name, "", metric.better),
            ("p50", "ms", "low"),
            ("p95", "ms", "low"),
            ("p99", "ms", "low"),
            ("errors", "share", "low"),
        )
    ]
    if canary:
        rows.append(Measure(_DIFFERING, None, float(len(differences))))
    board = Scoreboard(
        time=now,
        stable=stable,
        canary=canary,
        metric=metric.name,
        rows=len(truth),
        data=pair.data,
        measures=rows,
        differing=len(differences),
        differences=differences[:_MOST_DIFFERENCES],
    )
    return _judged(board, status, metric.name) if canary else _alone(board)


def _measures(pair: Pair, truth: list[Any], metric: Metric, answers: Answers) -> dict[str, Any]:
    there = [(is_, said) for is_, said in zip(truth, answers.values, strict=True) if said is not None]
    try:
        quality = measure(metric, [is_ for is_, _ in there], [said for _, said in there], pair.classes)
    except MlopsError:
        quality = None
    return {
        metric.name: None if quality is None else travelling(quality),
        "p50": exact_quantile(answers.times, 0.5),
        "p95": exact_quantile(answers.times, 0.95),
        "p99": exact_quantile(answers.times, 0.99),
        "errors": answers.failed / len(truth) if truth else None,
    }


def differences_of(truth: list[Any], one: list[Any], other: list[Any]) -> list[DifferingRow]:
    """Return the rows that are answered differently."""
    return [
        DifferingRow(at, truth[at], a, b) for at, (a, b) in enumerate(zip(one, other, strict=True)) if _differ(a, b)
    ]


def _differ(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(map(_differ, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > 1e-9 * max(1.0, abs(one), abs(other))
    return label_of(one) != label_of(other)


def _judged(board: Scoreboard, status: EndpointStatus, metric: str) -> Scoreboard:
    """Add what the gates say, and what follows."""
    conditions = [
        *_usual(board),
        *(_not(each) for each in parse_gate("rollback_if", status.gates.rollback, metric)),
        *parse_gate("promote_if", status.gates.promote, metric),
    ]
    told = told_of(board)
    held = {_DIFFERING if each.name == DIFFERING else each.name: each for each in conditions}
    board.measures = [_gated(row, held.get(row.name), told, board.stable) for row in board.measures]
    passed = [row for row in board.measures if row.passed is not None]
    failed = [row for row in passed if not row.passed]
    change = _change(board)
    if failed:
        board.verdict = "bad"
        words = f"{failed[0].name} is not {failed[0].gate}" if failed[0].gate else failed[0].name
        does = "does" if len(failed) == 1 else "do"
        board.sentence = f"{len(failed)} of {len(passed)} gates {does} not pass: {words}; {change}."
    elif passed:
        board.verdict = "good"
        count = ("The gate passes", "Both gates pass", f"All {len(passed)} gates pass")[min(len(passed), 3) - 1]
        board.sentence = f"{count}: {change}. It is safe to promote."
    else:
        board.sentence = f"Nothing can be said yet: {change}."
    return board


def _usual(board: Scoreboard) -> list[Condition]:
    """Return what is held against each other where nobody says what is enough."""
    op = ">=" if board.measures[0].better == "high" else "<="
    return [Condition(board.metric, op, 1.0, "*"), Condition("errors", "<=", 0.01)]


def _gated(row: Measure, condition: Condition | None, told: Told, stable: int) -> Measure:
    if condition is None:
        return row
    passed, _ = meets((condition,), told)
    return msgspec.structs.replace(row, gate=words_of(condition, stable), passed=passed)


_NOT = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def _not(condition: Condition) -> Condition:
    """Return what must hold so that nothing is rolled back."""
    return msgspec.structs.replace(condition, op=_NOT[condition.op])


def _change(board: Scoreboard) -> str:
    quality = board.measures[0]
    one, other = _number(quality.stable), _number(quality.canary)
    if one is None or other is None:
        return f"{quality.name} is not known of both"
    fast = _speed(next((row for row in board.measures if row.name == "p50"), quality))
    if one == other:
        return f"r{board.canary} is as good as r{board.stable}{fast}"
    is_better = (other > one) == (quality.better == "high")
    word = "better" if is_better else "worse"
    return f"r{board.canary} is {word} by {format_metric(abs(other - one))}{fast}"


def _speed(row: Measure) -> str:
    one, other = _number(row.stable), _number(row.canary)
    if row.name != "p50" or not one or not other:
        return ""
    if abs(other - one) <= max(_AS_FAST_SHARE * one, _AS_FAST_MILLISECONDS):
        return " and as fast"
    share = 100 * abs(other - one) / one
    return f" and {share:.0f}{THIN}% {'slower' if other > one else 'faster'}"


def _alone(board: Scoreboard) -> Scoreboard:
    quality = _number(board.measures[0].stable)
    value = "is not known" if quality is None else f"is {format_metric(quality)}"
    board.sentence = (
        f"{board.metric} of r{board.stable} {value} over {board.rows:,} rows; there is no canary beside it."
    )
    return board
