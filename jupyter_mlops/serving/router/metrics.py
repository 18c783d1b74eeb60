"""What a router has seen, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .watch import BUCKETS, Seen

if TYPE_CHECKING:
    from .router import Router

KIND = b"text/plain; version=0.0.4; charset=utf-8"

_COUNTERS: list[tuple[str, str, Callable[[Seen], int]]] = [
    ("mlops_requests_total", "Requests that asked for a prediction.", lambda seen: seen.requests),
    ("mlops_errors_total", "Requests answered with 5xx, or not at all.", lambda seen: seen.errors),
    ("mlops_refused_total", "Requests answered with 4xx.", lambda seen: seen.refused),
]


def exposition(router: Router) -> bytes:
    """Return all metrics of a router."""
    return "".join(f"{line}\n" for line in _lines(router)).encode()


def _lines(router: Router) -> Iterator[str]:
    watch = router.watch
    labels = {number: _labels(router, number) for number in {*watch.revisions, *router.routes.revisions}}
    for name, text, value in _COUNTERS:
        yield from _head(name, "counter", text)
        for number, seen in watch.revisions.items():
            yield f"{name}{{{labels[number]}}} {value(seen)}"
    yield from _head("mlops_requests_in_flight", "gauge", "Requests that are being answered, or wait for a replica.")
    for number, flight in router.flight_of_revisions().items():
        if number in labels:
            yield f"mlops_requests_in_flight{{{labels[number]}}} {flight}"
    yield from _head("mlops_replicas_up", "gauge", "Replicas that can be reached.")
    for number, revision in router.routes.revisions.items():
        up = sum(not replica.broken for replica in revision.replicas)
        yield f"mlops_replicas_up{{{labels[number]}}} {up}"
    yield from _histogram(watch.revisions, labels)
    yield from _head("mlops_router_resent_total", "counter", "Requests that were sent to another replica.")
    yield f"mlops_router_resent_total {router.resent}"
    yield from _head("mlops_router_seconds_total", "counter", "Time of requests that was the router's own.")
    yield f"mlops_router_seconds_total {watch.own[1]:.6f}"


def _histogram(revisions: dict[int, Seen], labels: dict[int, str]) -> Iterator[str]:
    name = "mlops_request_duration_seconds"
    yield from _head(name, "histogram", "From the whole request to its whole answer.")
    for number, seen in revisions.items():
        below = 0
        for bound, count in zip([*BUCKETS, None], seen.buckets, strict=True):
            below += count
            le = "+Inf" if bound is None else f"{bound / 1000:g}"
            yield f'{name}_bucket{{{labels[number]},le="{le}"}} {below}'
        yield f"{name}_sum{{{labels[number]}}} {seen.seconds:.6f}"
        yield f"{name}_count{{{labels[number]}}} {seen.requests}"


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _labels(router: Router, number: int) -> str:
    revision = router.routes.revisions.get(number)
    words = {"endpoint": router.config.endpoint, "revision": str(number)}
    if revision is not None:
        words |= {"model": revision.model, "version": str(revision.version)}
    return ",".join(f'{name}="{_escaped(word)}"' for name, word in words.items())


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
