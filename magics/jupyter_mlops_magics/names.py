"""A run's name and the notebook variable that carries it; and which runs somebody means by a word."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

from jupyter_mlops.domain.errors import InvalidName
from jupyter_mlops.domain.names import check_label, variable_for
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runs import Runs

_MISSING = object()


def free_variable(name: str, namespace: Mapping[str, Any], *, called: str = "%%train", ending: str = "") -> str:
    """Return the variable for ``name``, which is free or holds an object of ours.

    Args:
        name: What it is called.
        namespace: The notebook's variables.
        called: The magic that asks, for the line that is offered.
        ending: The noun's ending, such as ``_sweep``.

    Raises:
        InvalidName: ``name`` is no label, or its variable is a keyword or taken; a free name is offered.
    """
    variable = variable_for(check_label(name), ending)
    if _is_free(variable, namespace):
        return variable
    offer = _free_name(name, namespace, ending)
    raise InvalidName(f"`{variable}` is {_owner(variable, namespace)}; try `{called} {offer}`.")


def is_ours(value: Any) -> bool:
    """Say whether ``value`` is a run, or another noun of ours."""
    return isinstance(getattr(type(value), "jupyter_mlops_noun", None), str)


def meant(word: str, runs: Runs, namespace: Mapping[str, Any]) -> Run:
    """Return the run that ``word`` means: a variable that holds one, else a name, else an id.

    Raises:
        NotFound: it means none.
    """
    value = namespace.get(word)
    return value if isinstance(value, Run) else runs.get(word)


def _is_free(variable: str, namespace: Mapping[str, Any]) -> bool:
    value = namespace.get(variable, _MISSING)
    if value is _MISSING:
        # A variable of that name would hide what every other cell calls.
        return not hasattr(builtins, variable)
    return is_ours(value)


def _owner(variable: str, namespace: Mapping[str, Any]) -> str:
    value = namespace.get(variable, _MISSING)
    if value is _MISSING or value is getattr(builtins, variable, None):
        return "Python's own"
    # A bound method, such as get_ipython, names the module of its function.
    places = type(value).__module__, getattr(getattr(value, "__func__", None), "__module__", "")
    if any(place.partition(".")[0] in ("IPython", "ipykernel") for place in places):
        return "IPython's own"
    return f"your {_kind(value)}"


def _kind(value: Any) -> str:
    words = {"module": "module", "function": "function", "type": "class"}
    return words.get(type(value).__name__, type(value).__name__)


def _free_name(name: str, namespace: Mapping[str, Any], ending: str) -> str:
    offers = [f"{name}-run", *(f"{name}-run-{number}" for number in range(2, 100))]
    return next((offer for offer in offers if _is_free(variable_for(offer, ending), namespace)), offers[-1])
