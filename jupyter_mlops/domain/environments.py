"""Which variables of the environment a run is given, and which of them are written down."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jupyter_mlops.domain.secrets import is_secret_value, is_suspicious_name

# What marks the ranks of another run, or places them in it.
_MARKS = re.compile(
    r"JUPYTER_MLOPS_(?:RUN.*|ATTEMPT|RANK)|(?:LOCAL_)?(?:RANK|WORLD_SIZE)|MASTER_(?:ADDR|PORT)", re.ASCII
)
# What a shell or a kernel keeps for itself.
_NOISE = re.compile(r"_|SHLVL|(?:OLD)?PWD|PS\d|PROMPT_COMMAND|LS_COLORS|WINDOWID|BASH_FUNC_.*|JPY_PARENT_PID", re.ASCII)
_CLOUD = re.compile(r"AWS_(?!.*(?:REGION|PROFILE))", re.ASCII)


def split_environment(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables that are written down with a run, and the names of those that are withheld.

    Whoever launches the run fills in the withheld ones from his own environment. Marks of other runs and what only a
    shell needs are in neither.
    """
    given = {name: value for name, value in environ.items() if not _is_dropped(name)}
    withheld = sorted(name for name, value in given.items() if _is_suspicious(name, value))
    kept = {name: value for name, value in given.items() if name not in withheld}
    return kept, withheld


def _is_dropped(name: str) -> bool:
    return _MARKS.fullmatch(name) is not None or _NOISE.fullmatch(name) is not None


def _is_suspicious(name: str, value: str) -> bool:
    return is_suspicious_name(name) or _CLOUD.match(name) is not None or is_secret_value(value)
