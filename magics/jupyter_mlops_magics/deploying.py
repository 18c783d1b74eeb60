"""The act of ``%deploy``: serve a version, bind its endpoint, show its card."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput, nearest
from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.services.model import Model
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops.services.version import Version
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics.lines import read_line
from jupyter_mlops_magics.names import free_variable
from jupyter_mlops_magics.training import cell_of

ENDING = "_endpoint"


def deploy_this(magic: Any, line: str) -> Endpoint:
    """Deploy what ``line`` says and return the endpoint, whose card the notebook shows.

    Raises:
        MlopsError: nothing was changed; or the new revision never became ready.
    """
    shell: Any = current_shell()
    words, options = read_line(magic, "%deploy", line)
    if len(words) != 1:
        what = f"one version is served at a time, and here are {len(words)}" if words else "it needs a version"
        raise InvalidInput(f"%deploy: {what}, as in %deploy digits@champion.")
    workspace = connect()
    version = _meant(words[0], workspace.models, shell.user_ns)
    name = options.pop("as", "") or version.model
    judge = _pair(options.pop("judge", ""), shell.user_ns)
    variable = free_variable(name, shell.user_ns, called=f"%deploy {words[0]} --as", ending=ENDING)
    cell = cell_of(shell, f"%deploy {line}", "")
    command = f"%deploy {line.strip()}"
    where: dict[str, Any] = {"prompt": cell.prompt, "cell": cell.id, "notebook": cell.notebook}
    endpoint = workspace.endpoints.deploy(version, endpoint=name, judge=judge, command=command, **where, **options)
    endpoint.variable = variable
    shell.user_ns[variable] = endpoint
    return endpoint


def _meant(word: str, models: Any, namespace: dict[str, Any]) -> Version:
    value = namespace.get(word)
    if isinstance(value, Version):
        return value
    found: Version = models.version(value.name if isinstance(value, Model) else word)
    return found


def _pair(text: str, namespace: dict[str, Any]) -> tuple[Any, Any] | None:
    """Return the held-out pair that two variables of the notebook hold."""
    if not text:
        return None
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise InvalidInput(f"--judge takes held-out rows and what is true of them, as in X_test,y_test, not {text!r}.")
    for name in names:
        if name not in namespace:
            known = [each for each in namespace if not each.startswith("_")]
            raise InvalidInput(f"--judge {text}: the notebook has no variable {name!r}{nearest(name, known) or '.'}")
    return namespace[names[0]], namespace[names[1]]
