"""Corrections to MLflow, made right after the cell imports it: what is logged goes into the run, without its models."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FunctionType, ModuleType
    from typing import Any

SCHEME = "jupyter-mlops"
URI = SCHEME + ":"
_VARIABLE = "MLFLOW_TRACKING_URI"


def record_here(service: ModuleType) -> None:
    """Let MLflow write into the run, unless the user has named another place in the environment.

    A place that is named in code, ``mlflow.set_tracking_uri``, comes later and wins.
    """
    if os.environ.get(_VARIABLE):
        return
    if SCHEME in service._tracking_store_registry._registry:
        # Programs that the cell starts record into the run too.
        os.environ[_VARIABLE] = URI
        return
    # An interpreter without jupyter_mlops among its packages; programs that the cell starts could not find the store.
    from jupyter_mlops.runtime.tracking.store import RunStore

    service._tracking_store_registry.register(SCHEME, RunStore)
    if service._tracking_uri is None:
        service._tracking_uri = URI  # type: ignore[attr-defined]


def leave_models_out(autologging: ModuleType) -> None:
    """Let each ``autolog()`` log models only where that is asked for: pickling one may take longer than training it."""
    original = autologging.autologging_integration

    def autologging_integration(name: str) -> Any:
        decorate = original(name)

        def decorated(function: Any) -> Any:
            _change_default(function, "log_models", False)
            return decorate(function)

        return decorated

    autologging.autologging_integration = autologging_integration  # type: ignore[attr-defined]


def _change_default(function: FunctionType, name: str, value: object) -> None:
    """Let ``value`` be the default of an argument, if ``function`` has such an argument with a default."""
    named = function.__kwdefaults__ or {}
    if name in named:
        function.__kwdefaults__ = dict(named, **{name: value})
    defaults = list(function.__defaults__ or ())
    code = function.__code__
    optional = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
    if name in optional:
        defaults[optional.index(name)] = value
        function.__defaults__ = tuple(defaults)
