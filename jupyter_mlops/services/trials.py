"""What a sweep has found out, as values that a notebook can show and reckon with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jupyter_mlops.domain.runs import RunRow, Scalar
from jupyter_mlops.domain.sweeps import Importance, Objective, SweepSpec, TrialFact


class Trial(NamedTuple):
    """What came of one trial.

    Attributes:
        trial: Its number.
        params: What was searched for.
        values: One of each objective, by its metric; empty if the trial is not complete.
        state: ``complete``, ``pruned``, ``failed`` or ``stopped``; ``going`` as long as it has no end.
        why: One sentence where one is needed.
        started: When it began, in seconds since the epoch.
        duration: Seconds from its beginning to its end; None as long as it has none.
    """

    trial: int
    params: dict[str, Scalar]
    values: dict[str, float]
    state: str
    why: str
    started: float
    duration: float | None


def trial_of(spec: SweepSpec, fact: TrialFact, row: RunRow | None) -> Trial:
    """Return a trial from what the search and, where it is known, the index say of it."""
    started = row.started if row is not None and row.started is not None else fact.asked
    ended = row.ended if row is not None and row.ended is not None else fact.told
    metrics = [objective.metric for objective in spec.objectives]
    is_complete = fact.result == "complete"
    return Trial(
        trial=fact.trial,
        params=dict(fact.params),
        values=dict(zip(metrics, map(float, fact.values), strict=True)) if is_complete else {},
        state=fact.result or "going",
        why=fact.why,
        started=started,
        duration=None if ended is None else max(0.0, ended - started),
    )


def as_frame(pandas: Any, spec: SweepSpec, trials: Iterable[Trial]) -> Any:
    """Return trials as a table: parameters, objectives, and how each trial went.

    A name that two columns would share is told apart as in conditions: ``params.loss`` and ``metrics.loss``.
    """
    found = list(trials)
    params = dict.fromkeys(name for trial in found for name in trial.params)
    metrics = [objective.metric for objective in spec.objectives]
    taken = {"trial", "state", "why", "started", "duration"}
    columns: dict[str, list[Any]] = {}
    for name in params:
        key = f"params.{name}" if name in taken or name in metrics else name
        columns[key] = [trial.params.get(name) for trial in found]
    for name in metrics:
        key = f"metrics.{name}" if name in taken or name in params else name
        columns[key] = [trial.values.get(name, float("nan")) for trial in found]
    columns["state"] = [trial.state for trial in found]
    columns["why"] = [trial.why for trial in found]
    columns["started"] = pandas.to_datetime([trial.started for trial in found], unit="s", utc=True)
    columns["duration"] = [trial.duration for trial in found]
    return pandas.DataFrame(columns, index=pandas.Index([trial.trial for trial in found], name="trial"))


class Shares(dict[str, float]):
    """How much each parameter matters for one objective, the largest share first.

    Attributes:
        metric: The objective.
        evaluator: Who says so: ``fANOVA``, ``PED-ANOVA``.
        trials: From how many trials.
    """

    def __init__(self, metric: str, shares: Mapping[str, float] = {}, evaluator: str = "", trials: int = 0) -> None:
        super().__init__(shares)
        self.metric = metric
        self.evaluator = evaluator
        self.trials = trials

    def __repr__(self) -> str:
        if not self:
            return f"{self.metric}: too few trials are complete to tell which parameters matter."
        width = max(map(len, self))
        bars = (f"  {name:<{width}}  {share:6.1%}  {'█' * round(share * 24)}".rstrip() for name, share in self.items())
        return "\n".join([f"{self.metric}, by {self.evaluator} of {self.trials} trials", *bars])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


class Importances(dict[str, Any]):
    """How much each parameter matters: by parameter with one objective, by objective and then parameter with several.

    Attributes:
        tables: What is known of each objective.
    """

    def __init__(self, objectives: Iterable[Objective], known: Iterable[Importance]) -> None:
        by_metric = {each.metric: each for each in known}
        self.tables = [_shares(objective.metric, by_metric.get(objective.metric)) for objective in objectives]
        alone = len(self.tables) == 1
        super().__init__(self.tables[0] if alone else {table.metric: table for table in self.tables})

    @property
    def evaluator(self) -> str:
        """Who says so: ``fANOVA``, ``PED-ANOVA``; empty as long as nobody does."""
        return next((table.evaluator for table in self.tables if table.evaluator), "")

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables))

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


def _shares(metric: str, known: Importance | None) -> Shares:
    if known is None:
        return Shares(metric)
    in_order = dict(sorted(known.shares.items(), key=lambda item: item[1], reverse=True))
    return Shares(metric, in_order, known.evaluator, known.trials)
