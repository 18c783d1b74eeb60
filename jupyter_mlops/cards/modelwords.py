"""A version of a model in words: what both the HTML and the text of its card say."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_mlops.cards import words
from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.cards.text import one_line
from jupyter_mlops.domain.directions import direction
from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.models import Use, VersionRow, VersionSnapshot
from jupyter_mlops.domain.names import check_label, variable_for
from jupyter_mlops.domain.signatures import Field
from jupyter_mlops.domain.units import MINUS, format_metric, format_size

ENDING = "_model"
_MOST_FIELDS = 4


def handle(snapshot: VersionSnapshot) -> str:
    """Return the expression by which a notebook reaches the version."""
    try:
        return snapshot.variable or variable_for(check_label(snapshot.row.model), ENDING)
    except InvalidName:
        return f'connect().models.version("{one_line(called(snapshot.row))}")'


def called(row: VersionRow) -> str:
    """Return how a line names the version: ``digits:3``."""
    return f"{row.model}:{row.version}"


def facts(row: VersionRow) -> list[str]:
    """Return what stands at the right of a card's head."""
    return [] if row.broken else [format_size(row.size), f"sha {row.digest[:7]}"]


def metrics(row: VersionRow, champion: VersionRow | None, most: int) -> list[tuple[str, str, str]]:
    """Return a version's metrics: name, value, and how it differs from the champion's."""
    return [
        (name, format_metric(float(row.metrics[name])), _change(name, row, champion))
        for name in in_order(row.metrics)[:most]
    ]


def _change(name: str, row: VersionRow, champion: VersionRow | None) -> str:
    if champion is None or name not in champion.metrics:
        return ""
    change = float(row.metrics[name]) - float(champion.metrics[name])
    if change == 0:
        return f"as v{champion.version}"
    way = direction(name)
    better = "" if not way else (", better" if change * way > 0 else ", worse")
    return f"{'+' if change > 0 else MINUS}{abs(change):.3g} against v{champion.version}{better}"


def takes(snapshot: VersionSnapshot) -> str:
    """Return what the model takes and gives, in short."""
    signature = snapshot.spec.signature
    if signature is None:
        return "its input is not known, so requests are not checked"
    gives = f" → {_fields(signature.outputs)}" if signature.outputs else ""
    return f"{_fields(signature.inputs)}{gives}"


def _fields(fields: list[Field]) -> str:
    shown = ", ".join(_field(field) for field in fields[:_MOST_FIELDS])
    more = len(fields) - _MOST_FIELDS
    return shown + (f" and {words.count(more)} more" if more > 0 else "")


def _field(field: Field) -> str:
    shape = "" if not field.shape else f"[{', '.join(map(str, field.shape))}]"
    return f"{one_line(field.name, 30)} {field.type}{shape}"


def origin(row: VersionRow) -> str:
    """Return what made it: a run, a trial, the notebook."""
    if row.sweep and row.trial:
        return f"trial {row.trial} of {one_line(row.run_name, 40)}"
    return f"run {one_line(row.run_name, 40)}" if row.run else "an object of the notebook"


def served(uses: list[Use]) -> list[str]:
    """Return where it is served, in words."""
    return [
        f"{one_line(use.endpoint, 40)}, {use.role}{f' {use.percent} %' if use.role in ('stable', 'canary') else ''}"
        for use in uses
    ]


def key_metrics(of: Mapping[str, object], most: int) -> list[str]:
    """Return the names of the metrics that a list shows."""
    return in_order(of)[:most]
