"""The act of ``%register``: make a version, bind it, return it."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput, nearest
from jupyter_mlops.domain.names import check_label
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops.services.version import Version
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics.lines import read_line
from jupyter_mlops_magics.names import free_variable

ENDING = "_model"
_MISSING = object()


def register_this(magic: Any, line: str) -> Version:
    """Register what ``line`` says and return the version, whose card the notebook shows.

    Raises:
        MlopsError: nothing was registered.
    """
    shell: Any = current_shell()
    words, options = read_line(magic, "%register", line)
    if len(words) != 1:
        what = (
            f"one thing is registered at a time, and here are {len(words)}" if words else "it needs what is registered"
        )
        raise InvalidInput(f"%register: {what}, as in %register digits --alias champion.")
    models = connect().models
    what, data = _meant(words[0], shell.user_ns), _data(options.get("data", ""), shell.user_ns)
    asked = {key: options.get(key, "") for key in ("alias", "value", "best")}
    named = options.get("as", "")
    # The variable is looked at first: what cannot be bound is not registered.
    name = check_label(named) if named else models.plan(what, data=data, **asked).name
    variable = free_variable(name, shell.user_ns, called="%register", ending=ENDING)
    version = models.register(what, name, data=data, command=f"%register {line.strip()}", **asked)
    version.variable = variable
    shell.user_ns[variable] = version
    return version


def _meant(word: str, namespace: dict[str, Any]) -> Any:
    """Return what ``word`` means: a variable of the notebook, else a name or an id."""
    value = namespace.get(word, word)
    return word if isinstance(value, str) else value


def _data(word: str, namespace: dict[str, Any]) -> Any:
    """Return the training input: a variable of the notebook, else the name of what the run had captured."""
    if not word:
        return None
    value = namespace.get(word, _MISSING)
    if value is _MISSING:
        return word
    if isinstance(value, str | int | float) or value is None:
        tables = [name for name, each in namespace.items() if hasattr(each, "shape") and not name.startswith("_")]
        raise InvalidInput(
            f"--data {word}: it is {type(value).__name__}, and a table is needed{nearest(word, tables) or '.'}"
        )
    return value
