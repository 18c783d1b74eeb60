"""Bodies of requests and answers, packed or not."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from .refusals import Refused

Receive = Callable[[], Awaitable[dict[str, Any]]]

SMALL = 1024
"""An answer shorter than this is not packed: it would be no faster."""

_WINDOW = {b"gzip": 31, b"deflate": 15}


class Gone(Exception):
    """The client has hung up."""


async def read(receive: Receive, limit: int) -> bytes | bytearray:
    """Return a request's whole body; refuse one that is larger than the limit."""
    message = await receive()
    body: bytes | bytearray = message.get("body", b"")
    if message.get("more_body"):
        body = bytearray(body)
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
            if len(body) > limit:
                break
    if message["type"] == "http.disconnect":
        raise Gone
    if len(body) > limit:
        raise Refused(
            f"The request is larger than {limit:,} bytes; send the rows in parts.", 413, [(b"connection", b"close")]
        )
    return body


def unpacked(body: bytes | bytearray, encoding: bytes, limit: int) -> bytes | bytearray:
    """Return a body as it was before the client packed it."""
    for each in reversed(encoding.lower().split(b",")):
        name = each.strip()
        if name in {b"", b"identity"}:
            continue
        if name not in _WINDOW:
            raise Refused(
                f"Content-Encoding {name.decode('latin-1')!r} is not known; send gzip, deflate or neither.", 415
            )
        body = _inflated(body, _WINDOW[name], limit)
    return body


def packing(accepted: bytes) -> bytes:
    """Return how an answer may be packed, by what a client accepts; empty if not at all."""
    weights = {}
    for each in accepted.lower().split(b","):
        name, _, rest = each.partition(b";")
        weights[name.strip()] = _weight(rest)
    for name in _WINDOW:
        if weights.get(name, 0.0) > 0:
            return name
    return b"gzip" if weights.get(b"*", 0.0) > 0 else b""


def packed(body: bytes, how: bytes) -> bytes:
    """Return a body packed as ``packing`` says."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _WINDOW[how])
    return packer.compress(body) + packer.flush()


def _weight(told: bytes) -> float:
    name, _, value = told.strip().partition(b"=")
    if name.strip() != b"q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _inflated(body: bytes | bytearray, window: int, limit: int) -> bytes:
    # 32 more would find out whether it is gzip or zlib; some clients call deflate what has no header at all.
    for bits in (window, -15) if window == 15 else (window,):
        unpacker = zlib.decompressobj(bits)
        try:
            whole = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(whole) > limit:
            raise Refused(f"The request is larger than {limit:,} bytes; send the rows in parts.", 413)
        if not unpacker.eof:
            raise Refused("The request is cut off: what it was packed with does not end.")
        return whole
    raise Refused("The request is not packed as its Content-Encoding says.")
