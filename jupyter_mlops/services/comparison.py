"""Runs beside each other as a notebook or a script holds them, and the differences of two."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from jupyter_mlops.domain.columns import ranked, value_of
from jupyter_mlops.domain.comparison import Comparison, Differences
from jupyter_mlops.domain.errors import InvalidInput, NotFound, Uncapturable, nearest
from jupyter_mlops.domain.labels import labels
from jupyter_mlops.services.asked import Asked
from jupyter_mlops.services.compare import Comparisons
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runlist import RunList
from jupyter_mlops.services.runs import Runs

if TYPE_CHECKING:
    import pandas

_GROUPS = {"parameter": "parameters", "metric": "metrics", "fact": "facts"}
_CURVES = 8
"""How many runs the card draws."""

_ASKED = 400
"""How many runs the live card asks for by their ids."""


class RunComparison:
    """Runs beside each other as they were when it was made; alone, in a notebook, it is a card.

    Args:
        asked: Which runs are meant.
        comparisons: What reads them.
        runs: Gives out a run.

    Attributes:
        facts: All that was read: runs and columns.

    Raises:
        NotFound: there is nothing to compare.
    """

    jupyter_mlops_noun = "comparison"

    def __init__(self, asked: Asked, comparisons: Comparisons, runs: Runs) -> None:
        self._asked = asked
        self._comparisons = comparisons
        self._runs = runs
        self.facts: Comparison = comparisons.of(asked)
        if not self.facts.runs:
            raise NotFound(f"There is nothing to compare: {_why_nothing(asked)}.")

    @property
    def labels(self) -> list[str]:
        """What each run is called here: its name where that is enough."""
        return labels([run.row for run in self.facts.runs])

    @cached_property
    def runs(self) -> RunList:
        """The runs, in the order of the table."""
        rows = [run.row for run in self.facts.runs]
        return RunList([self._runs.get(row.id) for row in rows], rows, time.time)

    @property
    def metric(self) -> str:
        """The metric that tells most about these runs, or what their search is for; empty if they share none."""
        return self.facts.metric

    @property
    def best(self) -> Run:
        """The run that is best in ``metric``.

        Raises:
            NotFound: nobody knows which way is better, or no run has a value.
        """
        column = next((column for column in self.facts.columns if column.key == f"metric:{self.metric}"), None)
        if column is None or not column.better:
            of = f"of {self.metric!r} is not known" if self.metric else "is not known: they share no metric"
            raise NotFound(f"No run is best: which way {of}.")
        best = ranked(self.facts.runs, self.metric, column.better)[0]
        return self._runs.get(best.row.id)

    @property
    def table(self) -> pandas.DataFrame | list[dict[str, Any]]:
        """One row for each run, its label before it; columns are grouped as parameters, metrics and facts.

        A DataFrame where pandas is installed, else a list of dictionaries. Times are UTC, durations seconds.
        """
        columns = self.facts.columns
        cells = {(_GROUPS[each.part], each.name): [value_of(run, each) for run in self.facts.runs] for each in columns}
        try:
            import pandas
        except ImportError:
            return self._as_dictionaries(cells)
        frame = pandas.DataFrame(cells, index=pandas.Index(self.labels, name="run"))
        frame.columns = pandas.MultiIndex.from_tuples(list(cells))
        frame["facts", "created"] = pandas.to_datetime(frame["facts", "created"], unit="s", utc=True)
        return frame

    def history(self, metric: str = "") -> pandas.DataFrame | dict[str, list[tuple[float, float]]]:
        """Return one metric of all runs by step: a DataFrame with a column for each run, which ``.plot()`` draws.

        Without pandas it is a dictionary of steps and values. Long curves are thinned; their extremes stay.

        Args:
            metric: The one that tells most if it is left out.

        Raises:
            NotFound: no run has it.
        """
        name = metric or self.metric
        ids = [run.row.id for run in self.facts.runs]
        curves = self._comparisons.overlay(ids, name, 2000)
        if not curves:
            known = [each.name for each in self.facts.columns if each.part == "metric"]
            has = f"they have {', '.join(known)}" if known else "they have reported none"
            raise NotFound(f"None of the runs has the metric {name!r} ({has}){nearest(name, known) or '.'}")
        found = {
            label: [
                (step, float(value))
                for step, value in zip(curves[an_id].series.steps, curves[an_id].series.values, strict=True)
            ]
            for label, an_id in zip(self.labels, ids, strict=True)
            if an_id in curves
        }
        try:
            import pandas
        except ImportError:
            return found
        # Of values at one step the last one counts.
        frame = pandas.DataFrame({label: pandas.Series(dict(points)) for label, points in found.items()}).sort_index()
        frame.index.name = next(iter(curves.values())).series.axis
        return frame

    def diff(self, a: str | int | Run | None = None, b: str | int | Run | None = None) -> RunDifferences:
        """Return what differs between two of the runs.

        Args:
            a: A run, its label here, its id, or its place in the table from 0. Left out with ``b`` if there are two.
            b: The same.

        Raises:
            InvalidInput: it is not said which two are meant.
            NotFound: one of them is not among the runs.
        """
        if a is None and b is None and len(self.facts.runs) == 2:
            # Those that nobody named stand with the latest first, and what changed is told from the earlier one on.
            a, b = (0, 1) if self._asked.runs else (1, 0)
        if a is None or b is None:
            raise InvalidInput(
                f"Say which two of the {len(self.facts.runs)} runs: comparison.diff({self.labels[0]!r}, "
                f"{self.labels[-1]!r})."
            )
        one, other = self._runs.get(self._id(a)), self._runs.get(self._id(b))
        return RunDifferences.of(self._comparisons.between(one.folder, other.folder))

    def __len__(self) -> int:
        return len(self.facts.runs)

    def __repr__(self) -> str:
        text: str = self._bundle()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self._bundle()

    def __reduce__(self) -> NoReturn:
        raise Uncapturable(
            "A comparison cannot travel into a cell or a file; take what is needed out of it before, such as "
            "table = comparison.table."
        )

    def _bundle(self) -> dict[str, Any]:
        from jupyter_mlops.cards.compare import Shown, compare_mimebundle

        order = ranked(self.facts.runs, self.metric, self.facts.better)
        ids = [run.row.id for run in order[:_CURVES]]
        curves = self._comparisons.overlay(ids, self.metric, 200) if self.metric else {}
        shown = Shown(
            self.facts,
            {
                an_id: list(zip(curve.series.steps, map(float, curve.series.values), strict=True))
                for an_id, curve in curves.items()
            },
            next((curve.series.axis for curve in curves.values()), "step"),
            self.diff() if len(self.facts.runs) == 2 else None,
            home=self._comparisons.home.id,
        )
        return compare_mimebundle(shown, self._query(), time.time())

    def _query(self) -> dict[str, Any]:
        """Return what asks the server for the same."""
        asked = self._asked
        if asked.runs:
            # A notebook that shows it is not to carry a thousand ids.
            return {"run": [run.row.id for run in self.facts.runs[:_ASKED]]}
        told = {"name": asked.name, "sweep": asked.sweep, "where": asked.where}
        return {name: value for name, value in told.items() if value} | {"limit": asked.limit}

    def _id(self, which: str | int | Run) -> str:
        ids = [run.row.id for run in self.facts.runs]
        if isinstance(which, Run):
            found = [which.id] if which.id in ids else []
        elif isinstance(which, int):
            found = ids[which : which + 1] if which >= 0 else ids[which:][:1]
        else:
            found = [an_id for an_id, label in zip(ids, self.labels, strict=True) if which in (an_id, label)]
        if not found:
            word = which.id if isinstance(which, Run) else which
            raise NotFound(f"{word!r} is none of the runs that are compared{nearest(str(word), self.labels) or '.'}")
        return found[0]

    def _as_dictionaries(self, cells: dict[tuple[str, str], list[Any]]) -> list[dict[str, Any]]:
        return [
            {"run": label} | {group: _group(cells, group, at) for group in _GROUPS.values()}
            for at, label in enumerate(self.labels)
        ]


class RunDifferences(Differences):
    """What differs between two runs; alone, in a notebook, it is a card."""

    @classmethod
    def of(cls, found: Differences) -> RunDifferences:
        """Return ``found`` so that it can be shown."""
        return cls(**{name: getattr(found, name) for name in found.__struct_fields__})

    def __repr__(self) -> str:
        from jupyter_mlops.cards.diff import differences_text

        return differences_text(self)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.diff import differences_html

        return differences_html(self)


def _group(cells: dict[tuple[str, str], list[Any]], wanted: str, at: int) -> dict[str, Any]:
    found = {name: values[at] for (group, name), values in cells.items() if group == wanted}
    return {name: value for name, value in found.items() if value is not None}


def _why_nothing(asked: Asked) -> str:
    if asked.runs and not asked.where:
        return "the runs that are meant are not there any more"
    if asked.where:
        of = f" of the name {asked.name!r}" if asked.name else ""
        return f"no {'trial' if asked.sweep else 'run'}{of} fits {asked.where!r}"
    if asked.sweep:
        return f"the sweep {asked.sweep} has no trials yet"
    if asked.name:
        return f"all runs of the name {asked.name!r} are archived"
    return "there are no runs yet; a cell that begins with %%train and a name becomes one"
