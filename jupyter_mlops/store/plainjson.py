"""JSON of plain values, without what ``json`` imports: ``re`` and ``enum`` alone cost a keeper 9 ms of every start.

It is the same C code that ``json`` uses; where an interpreter does not have it, ``json`` is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    from _json import encode_basestring_ascii, make_scanner
except ImportError:
    from json import JSONDecoder
    from json.encoder import py_encode_basestring_ascii as encode_basestring_ascii

    _scan = JSONDecoder().scan_once  # type: ignore[attr-defined]  # set in __init__
else:

    class _Rules:
        strict = True
        object_hook = None
        object_pairs_hook = None
        parse_float = float
        parse_int = int
        parse_constant = float

    _scan = make_scanner(_Rules)  # type: ignore[arg-type]  # any object with these attributes

_WORDS = {None: "null", True: "true", False: "false"}


def loads(data: bytes) -> Any:
    """Return the value that ``data``, JSON in UTF-8, holds.

    Raises:
        ValueError: it is no JSON.
    """
    text = data.decode().strip(" \t\r\n")
    try:
        value, end = _scan(text, 0)
    except StopIteration as error:
        raise ValueError("no JSON") from error
    if end != len(text):
        raise ValueError("something stands behind the JSON")
    return value


def dumps(value: Any) -> str:
    """Return ``value``, of dicts, lists, strings, finite numbers, booleans and None, as compact JSON."""
    if isinstance(value, str):
        return str(encode_basestring_ascii(value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(str(key))}:{dumps(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dumps, value)) + "]"
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return repr(value)
