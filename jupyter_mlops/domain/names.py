"""Names, the variables that carry them, and ids."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from datetime import datetime

from jupyter_mlops.domain.errors import InvalidName

LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
LONGEST = 100
_ID = re.compile(r"(?P<sweep>[A-Za-z][A-Za-z0-9_-]*-\d{8}-\d{6}-[a-z0-9]{4})(?:t(?P<trial>[1-9][0-9]*))?")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def check_label(name: str) -> str:
    """Return ``name`` if it is a label.

    Raises:
        InvalidName: it is not; the message offers the nearest label.
    """
    if LABEL.fullmatch(name) and len(name) <= LONGEST:
        return name
    if len(name) > LONGEST:
        raise InvalidName(f"The name has {len(name)} characters; at most {LONGEST} are allowed.")
    # Imported for an error only: a keeper reads this file in its first milliseconds.
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    offer = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-_")
    offer = re.sub(r"^[^A-Za-z]+", "", offer) or "run"
    raise InvalidName(
        f"{name!r} is not a name: it must start with a letter and hold only letters, digits, '-' and '_'; "
        f"try {offer!r}."
    )


def variable_for(name: str, ending: str = "") -> str:
    """Return the notebook variable that carries ``name``: ``digits-ddp`` is ``digits_ddp``.

    Args:
        name: A label.
        ending: The noun's ending, such as ``_sweep``; a run has none.

    Raises:
        InvalidName: the variable would be a Python keyword; the message offers a free name.
    """
    variable = name.replace("-", "_") + ending
    if keyword.iskeyword(variable):
        raise InvalidName(f"{variable!r} is a Python keyword and cannot be a variable; try {name + '-run'!r}.")
    return variable


def is_id(text: str) -> bool:
    """Say whether ``text`` has the form of an id."""
    return _ID.fullmatch(text) is not None


def trial_told_by(an_id: str) -> tuple[str, int | None]:
    """Return the sweep and the number that the id of a trial tells; an empty text and None of any other id."""
    found = _ID.fullmatch(an_id)
    return ("", None) if found is None or found["trial"] is None else (found["sweep"], int(found["trial"]))


def new_id(name: str, now: datetime, choose: Callable[[str], str]) -> str:
    """Return a readable id that sorts by time within a name: ``digits-20261124-063012-7f3k``.

    Args:
        name: A label.
        now: The time of submission, in UTC.
        choose: Picks one character of a string at random, such as ``random.SystemRandom().choice``.
    """
    tail = "".join(choose(_ALPHABET) for _ in range(4))
    return f"{name}-{now:%Y%m%d-%H%M%S}-{tail}"
