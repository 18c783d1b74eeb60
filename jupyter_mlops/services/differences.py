"""What differs between two runs, gathered from both folders. Nothing is unpickled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from jupyter_mlops.cards.metrics import in_order
from jupyter_mlops.domain import differences as rules
from jupyter_mlops.domain.comparison import CodeChange, Differences, Same
from jupyter_mlops.domain.datasets import Datasets
from jupyter_mlops.domain.textdiff import Text, diff
from jupyter_mlops.services.captured import CapturedValues
from jupyter_mlops.services.cellcode import below_magic
from jupyter_mlops.services.side import Side

# What differs from one terminal or session to the next, and tells nothing of a run.
_NOISE = (
    *(
        "COLORTERM",
        "COLUMNS",
        "DBUS_",
        "DISPLAY",
        "GIT_",
        "INVOCATION_ID",
        "JOURNAL_STREAM",
        "JPY_",
        "JUPYTER",
        "LINES",
    ),
    *("MPLBACKEND", "PAGER", "PYDEVD", "SESSION", "SSH_", "SYSTEMD_", "TERM", "TMUX", "VSCODE_", "WINDOW", "XDG_"),
)
_NAMED = 6


def between(a: Side, b: Side) -> Differences:
    """Return what differs between two runs."""
    parameters = rules.differing(a.parameters, b.parameters)
    data = rules.of_data(_fingerprints(a, b), _fingerprints(b, a))
    values = CapturedValues(a, b)
    metrics = in_order(dict.fromkeys([*a.row.metrics, *b.row.metrics]))
    found = Differences(
        a=msgspec.structs.replace(a.row, params=a.parameters),
        b=msgspec.structs.replace(b.row, params=b.parameters),
        parameters=parameters.differences,
        options=rules.differing(a.options, b.options).differences,
        metrics=rules.of_metrics(a.row.metrics, b.row.metrics, metrics),
        code=list(_code(a, b)),
        values=values.differences,
        data=data.differences,
        same=Same(parameters.same, values.same, _same_packages(a, b), data.same),
        notes=[*_notes(a, b), *values.notes],
    )
    if a.environment is not None and b.environment is not None:
        found.environment = rules.differing(a.surroundings, b.surroundings).differences
        found.git = rules.differing(a.repository, b.repository).differences
    found.sentence = rules.sentence(found)
    return found


def _code(a: Side, b: Side) -> Iterator[CodeChange]:
    """Yield what is not the same of the cell, of functions and classes of the notebook, and of local modules."""
    if a.cell.hash != b.cell.hash:
        yield CodeChange(rules.CELL, diff(_cell(a), _cell(b)))
    yield from _texts(a.definitions, b.definitions, "function ")
    yield from _texts(a.sources, b.sources, "")


def _cell(side: Side) -> Text:
    text, first = below_magic(side.source)
    return Text.of(text, side.cell.text, first)


def _texts(a: Mapping[str, str], b: Mapping[str, str], prefix: str) -> Iterator[CodeChange]:
    for name in dict.fromkeys([*a, *b]):
        one, other = Text.of(a.get(name, "")), Text.of(b.get(name, ""))
        if one.lines != other.lines:
            yield CodeChange(prefix + name, diff(one, other))


def _same_packages(a: Side, b: Side) -> int:
    if a.environment is None or b.environment is None:
        return 0
    return rules.differing(a.environment.packages, b.environment.packages).same


def _notes(a: Side, b: Side) -> Iterator[str]:
    """Yield a sentence for each thing that could not be compared, or that has no other place."""
    if a.path == b.path:
        yield "Both are the same run."
        return
    yield from _missing(a, b)
    if count := _lines_of_values(a, b):
        yield (
            f"{count} line{' of the cell differs' if count == 1 else 's of the cell differ'} in nothing but the values "
            "of parameters."
        )
    if names := _variables(a.spec.env, b.spec.env):
        more = len(names) - _NAMED
        shown = ", ".join(f"`{name}`" for name in names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"Variables of the environment differ: {shown}."
    for side in (a, b):
        yield from (f"{_label(side, a, b)}: {note}" for note in (side.datasets or Datasets()).notes)
    sampled = [one for one in (a.datasets or Datasets()).datasets if one.sampled]
    for dataset in sampled:
        yield f"The content of `{dataset.name}{dataset.part}` was told from a sample of {dataset.sampled:,} rows."


def _fingerprints(side: Side, other: Side) -> Datasets:
    """Return the fingerprints of a run, less those of variables that the other one had, but nobody looked at."""
    known = side.datasets or Datasets()
    if other.datasets is None:
        return Datasets([one for one in known.datasets if one.name not in other.values])
    return known


def _missing(a: Side, b: Side) -> Iterator[str]:
    """Yield what could not be compared because one of them, or both, lack it."""
    for side in (a, b):
        if not side.source:
            yield f"The code of {_label(side, a, b)} cannot be read."
    if without := [side for side in (a, b) if side.receipt is None]:
        yield f"What travelled could not be compared: there is no receipt of {_those(without, a, b)} that can be read."
    if without := [side for side in (a, b) if side.environment is None]:
        is_over = all(side.row.state.is_finished for side in without)
        why = "was never written down" if is_over else "is not written down yet"
        yield f"Packages, interpreter and commit could not be compared: what {_those(without, a, b)} ran in {why}."
    for side, other in ((a, b), (b, a)):
        if side.datasets is None and any(one.name in side.values for one in (other.datasets or Datasets()).datasets):
            yield f"Tables and arrays could not be compared: {_label(side, a, b)} has no fingerprints of its own."


def _those(sides: Sequence[Side], a: Side, b: Side) -> str:
    return "both" if len(sides) > 1 else _label(sides[0], a, b)


def _label(side: Side, a: Side, b: Side) -> str:
    """Return the name of a run; its id where both have the same name."""
    return side.row.name if a.row.name != b.row.name else side.row.id


def _lines_of_values(a: Side, b: Side) -> int:
    """Return how many lines of the cell differ in nothing but the values of parameters."""
    one, other = _cell(a), _cell(b)
    same = [line for line in diff(one, other) if line.op == "same"]
    return sum(one.lines[line.a - one.first] != other.lines[line.b - other.first] for line in same)


def _variables(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that are not the same. Values are not shown: nobody asked for them."""
    names = dict.fromkeys([*a, *b])
    return [name for name in names if a.get(name) != b.get(name) and not name.startswith(_NOISE)]
