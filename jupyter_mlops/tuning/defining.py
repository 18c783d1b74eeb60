"""Spaces that a function of the notebook says, in Optuna's define-by-run form."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning

from jupyter_mlops.domain.errors import InvalidSpace
from jupyter_mlops.domain.runs import Scalar

Define = Callable[[Any], dict[str, Any] | None]


def try_once(define: Define, name: str) -> dict[str, Scalar]:
    """Return parameters that the function says, for a trial that nobody runs: what is wrong shows before a search.

    Raises:
        InvalidSpace: the function failed, or said what is no parameter.
    """
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
            return said_by(define, name, study.ask())
    finally:
        optuna.logging.set_verbosity(before)


def said_by(define: Define, name: str, trial: optuna.Trial) -> dict[str, Scalar]:
    """Return the parameters that the notebook's function says for one trial."""
    try:
        said = define(trial)
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        raise InvalidSpace(
            f"The function {name!r}, which says the space, failed in its line {line}: {type(error).__name__}: {error}."
        ) from error
    parameters: object = trial.params if said is None else said
    if not isinstance(parameters, dict) or not parameters:
        raise InvalidSpace(
            f"The function {name!r} says no parameters; it must suggest some, or return them as a dict, by their names."
        )
    return {str(key): _scalar(name, str(key), value) for key, value in parameters.items()}


def _scalar(name: str, key: str, value: Any) -> Scalar:
    if not isinstance(value, bool | int | float | str | None) and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | int | float | str | None):
        return value
    raise InvalidSpace(
        f"The function {name!r} says {type(value).__name__} for {key!r}; "
        f"a parameter is a number, a text, a truth value or None."
    )
