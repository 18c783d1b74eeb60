"""Secrets among the values that travel: told by where they are, never by what they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jupyter_mlops.domain.secrets import is_secret_name, is_secret_value

_DEEPEST = 3
_MOST = 1000
# A token of data ("<s>") is shorter than one that opens doors.
_SHORTEST = 8


def secrets_in(name: str, value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the places within the variable ``name`` that look like secrets: ``config["api_key"]``."""
    if isinstance(value, str | bytes):
        if _is_secret(name, value):
            yield name
    elif depth < _DEEPEST:
        for place, label, inner in _inside(name, value):
            if isinstance(inner, str | bytes) and len(inner) >= _SHORTEST and is_secret_name(label):
                yield place
            else:
                yield from secrets_in(place, inner, depth + 1)


def _is_secret(name: str, value: str | bytes) -> bool:
    text = value if isinstance(value, str) else value[:65536].decode(errors="replace")
    return (len(text) >= _SHORTEST and name.isidentifier() and is_secret_name(name)) or is_secret_value(text)


def _inside(name: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{name}[{key!r}]", str(key), inner) for key, inner in islice(value.items(), _MOST))
    elif isinstance(value, list | tuple):
        yield from ((f"{name}[{index}]", "", inner) for index, inner in enumerate(islice(value, _MOST)))
    elif not isinstance(value, type) and type(value).__module__ == "__main__":
        own = getattr(value, "__dict__", {})
        yield from ((f"{name}.{label}", label, inner) for label, inner in islice(own.items(), _MOST))
