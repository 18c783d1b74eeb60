"""A request as it came, without what is about its connection only."""

from __future__ import annotations


class Request:
    """A request, whole or still coming.

    Attributes:
        method: As it is sent on; a HEAD is sent as GET, for the answer to it says where it ends.
        lines: Its headers, each with its line's end.
        body: In the pieces in which it came.
        size: Bytes of its body so far.
        length: Bytes of its body in all, as its head says; None if it says nothing.
        old: Whether its client speaks HTTP/1.0.
        pinned: The revision that must answer; 0 if any may.
        replay: Whether it is a replay, which counts nowhere.
        packed: What its body is packed or framed with; empty if its text can be shown.
    """

    __slots__ = (
        "body",
        "chunked",
        "expects",
        "head_only",
        "hops",
        "keep_alive",
        "length",
        "lines",
        "method",
        "old",
        "packed",
        "pinned",
        "replay",
        "size",
        "target",
        "token",
    )

    def __init__(self) -> None:
        self.method = b""
        self.target = b""
        self.lines: list[bytes] = []
        self.body: list[bytes] = []
        self.size = 0
        self.length: int | None = None
        self.chunked = False
        self.expects = False
        self.head_only = False
        self.hops: list[bytes] = []
        self.keep_alive = True
        self.old = False
        self.packed = ""
        self.pinned = 0
        self.replay = False
        self.token = b""

    def header(self, name: bytes, value: bytes) -> None:
        """Take a header.

        Raises:
            ValueError: it makes no sense; one sentence.
        """
        name = name.lower()
        if name not in _OURS:
            self.lines.append(b"%b: %b\r\n" % (name, value))
            return
        if name == b"content-length":
            self.length = int(value)
        elif name == b"transfer-encoding":
            self.chunked = True
        elif name == b"expect":
            self.expects = value.lower() == b"100-continue"
        elif name == b"authorization":
            self.token = value
        elif name == b"connection":
            self.hops += [hop.strip().lower() for hop in value.split(b",")]
        elif name == b"x-mlops-revision":
            self.pinned = _revision(value)
        elif name == b"x-mlops-replay":
            self.replay = value.strip() not in {b"", b"0"}
        elif name in _PACKED:
            self.packed = "binary" if name == b"inference-header-content-length" else value.decode("latin-1")
            self.lines.append(b"%b: %b\r\n" % (name, value))

    def complete(self) -> None:
        """Leave out the headers that its head says are about its connection."""
        for hop in self.hops:
            if hop not in {b"close", b"keep-alive"}:
                self.lines = [line for line in self.lines if not line.startswith(hop + b":")]

    def encoded(self) -> list[bytes]:
        """Return it as it is sent to a replica."""
        length = b"content-length: %d\r\n\r\n" % self.size if self.size or self.method == b"POST" else b"\r\n"
        return [b"".join((self.method, b" ", self.target, b" HTTP/1.1\r\n", *self.lines, length)), *self.body]


_PACKED = {b"content-encoding", b"inference-header-content-length"}
# What the router reads itself; what is not in `_PACKED` is not sent on.
_OURS = _PACKED | {
    b"authorization",
    b"connection",
    b"content-length",
    b"expect",
    b"keep-alive",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"x-mlops-replay",
    b"x-mlops-revision",
}


def _revision(value: bytes) -> int:
    text = value.strip()
    if not text.isdigit() or len(text) > 9 or not int(text):
        raise ValueError("X-Mlops-Revision takes the number of a revision.")
    return int(text)
