"""What a request may be answered with instead of a prediction: a status and one sentence."""

from __future__ import annotations

from collections.abc import Iterable


class Refused(Exception):
    """The request makes no sense as it is; the sentence says what is wrong with it."""

    def __init__(self, message: str, status: int = 400, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or []


class ModelFailed(Exception):
    """The model itself could not do it, or gave what cannot be sent."""

    status = 500


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known word closest to ``word``, else a full stop."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else "."


def some(words: Iterable[str], most: int = 8) -> str:
    """Return the words as a sentence lists them, at most so many."""
    listed = list(words)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {more} more" if more > 0 else "")


def shown(value: object, most: int = 40) -> str:
    """Return a value as a sentence shows it: on one line, and not long."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"
