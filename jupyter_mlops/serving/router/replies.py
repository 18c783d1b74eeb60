"""HTTP/1.1 as the router writes it: heads, and answers of its own."""

from __future__ import annotations

import json
from typing import Any

STATUS_LINES = {
    status: f"HTTP/1.1 {status} {reason}\r\n".encode()
    for status, reason in {
        200: "OK",
        201: "Created",
        202: "Accepted",
        204: "No Content",
        304: "Not Modified",
        307: "Temporary Redirect",
        400: "Bad Request",
        401: "Unauthorized",
        404: "Not Found",
        405: "Method Not Allowed",
        408: "Request Timeout",
        409: "Conflict",
        413: "Content Too Large",
        415: "Unsupported Media Type",
        422: "Unprocessable Content",
        429: "Too Many Requests",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error",
        501: "Not Implemented",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }.items()
}

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOSE = b"connection: close\r\n"
KEEP_ALIVE = b"connection: keep-alive\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def status_line(status: int) -> bytes:
    """Return the first line of an answer."""
    return STATUS_LINES.get(status) or b"HTTP/1.1 %d Status\r\n" % status


def chunk(body: bytes) -> bytes:
    """Return a part of a body as chunked encoding has it; nothing for an empty one, which would end the answer."""
    return b"%x\r\n%b\r\n" % (len(body), body) if body else b""


class Reply:
    """An answer that the router gives itself."""

    __slots__ = ("body", "kind", "more", "status")

    def __init__(self, status: int, body: bytes, kind: bytes = b"application/json", more: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.kind = kind
        self.more = more

    def encoded(self, *, keep_alive: bool, head_only: bool = False, old: bool = False) -> bytes:
        """Return it as it is sent; ``old`` is for a client of HTTP/1.0."""
        connection = (KEEP_ALIVE if old else b"") if keep_alive else CLOSE
        head = b"%bcontent-type: %b\r\ncontent-length: %d\r\n%b%b\r\n" % (
            status_line(self.status),
            self.kind,
            len(self.body),
            self.more,
            connection,
        )
        return head if head_only else head + self.body


def error(status: int, sentence: str, more: bytes = b"") -> Reply:
    """Return an error as every answer of an endpoint has it: one sentence."""
    return Reply(status, json.dumps({"error": sentence}).encode(), more=more)


def described(value: Any) -> Reply:
    """Return JSON."""
    return Reply(200, json.dumps(value).encode())
