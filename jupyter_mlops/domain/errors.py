"""Everything that can go wrong, as one tree.

    MlopsError
    ├── InvalidInput        what was asked for makes no sense as written           400
    │   ├── InvalidName     a NAME that is no label, or whose variable is taken
    │   ├── InvalidOption   an option that is unknown, shortened or wrongly typed
    │   ├── InvalidParameter  a parameter the cell does not have, or of another type
    │   │   └── InvalidSpace  a space that is no space
    │   └── InvalidCell     a cell that is empty or that cannot run outside the notebook
    ├── Uncapturable        a value the cell uses cannot travel to a rank          422
    ├── NotFound            nothing has that name or id                            404
    ├── Conflict            it is there already, or not in a state that allows it  409
    ├── Unsupported         this platform, system or version cannot do it          501
    ├── Unavailable         the home, the disk or a keeper does not answer         503
    ├── Broken              a folder holds what cannot be read                     500
    ├── RunFailed           a run that was waited for has failed                   424
    └── SweepFailed         a sweep that was waited for has failed                 424

A message is one sentence that names the thing, the cause and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class MlopsError(Exception):
    """The root of all errors that users may meet."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a traceback: the sentence alone."""
        return [f"\x1b[0;31m{type(self).__name__}\x1b[0m: {self}"]


class InvalidInput(MlopsError):
    """What was asked for makes no sense as written."""

    code = "invalid"
    status = 400


class InvalidName(InvalidInput):
    """A NAME is no label, or its variable is a keyword or taken."""

    code = "invalid_name"


class InvalidOption(InvalidInput):
    """An option is unknown, shortened or wrongly typed."""

    code = "invalid_option"


class InvalidParameter(InvalidInput):
    """The cell does not have this parameter, or has it with another type."""

    code = "invalid_parameter"


class InvalidSpace(InvalidParameter):
    """What a parameter may be is no space; a caret under the text shows where it goes wrong."""

    code = "invalid_space"


class InvalidCell(InvalidInput):
    """The cell is empty, or holds what cannot run outside the notebook."""

    code = "invalid_cell"


class Uncapturable(MlopsError):
    """A value that the cell uses cannot travel to a rank."""

    code = "uncapturable"
    status = 422


class NotFound(MlopsError):
    """Nothing has that name or id."""

    code = "not_found"
    status = 404


class Conflict(MlopsError):
    """It is there already, or is not in a state that allows this."""

    code = "conflict"
    status = 409


class Unsupported(MlopsError):
    """This platform, system or version cannot do it."""

    code = "unsupported"
    status = 501


class Unavailable(MlopsError):
    """The home, the disk or a keeper does not answer."""

    code = "unavailable"
    status = 503


class Broken(MlopsError):
    """A folder holds what cannot be read."""

    code = "broken"
    status = 500


class RunFailed(MlopsError):
    """A run that was waited for has failed."""

    code = "run_failed"
    status = 424

    def __init__(self, message: str, run_id: str) -> None:
        super().__init__(message)
        self.run_id = run_id


class SweepFailed(MlopsError):
    """A sweep that was waited for has failed."""

    code = "sweep_failed"
    status = 424

    def __init__(self, message: str, sweep_id: str) -> None:
        super().__init__(message)
        self.sweep_id = sweep_id


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known word closest to ``word``, else an empty string."""
    # Imported when an error is made: a keeper reads this file in its first milliseconds.
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
