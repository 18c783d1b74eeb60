"""What a replica knows of its requests and of itself, as Prometheus reads it (text format 0.0.4)."""

from __future__ import annotations

import os
import time
from bisect import bisect_left

from .config import Config

BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]
"""Upper bounds of the histogram, in seconds."""

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class Measures:
    """Counts since the process started."""

    def __init__(self, config: Config) -> None:
        self.requests: dict[tuple[str, int], int] = {}
        self.seconds = 0.0
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.in_flight = 0
        told = {
            "endpoint": config.endpoint,
            "model": config.model,
            "version": str(config.version),
            "revision": str(config.revision),
            "replica": str(config.replica),
        }
        self._labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in told.items())
        self._started = time.time()

    def add(self, protocol: str, status: int, seconds: float) -> None:
        """Take note of an answer to a request for a prediction."""
        key = (protocol, status)
        self.requests[key] = self.requests.get(key, 0) + 1
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1

    def count(self, least: int, most: int) -> int:
        """Return how many requests had a status between two."""
        return sum(count for (_, status), count in self.requests.items() if least <= status <= most)

    def text(self, rows: int) -> str:
        """Return everything, a line each."""
        lines = _head("mlops_requests_total", "counter", "Requests for a prediction, by protocol and status.")
        for (protocol, status), count in sorted(self.requests.items()):
            lines.append(f'mlops_requests_total{{{self._labels},protocol="{protocol}",code="{status}"}} {count}')
        lines += _head("mlops_request_seconds", "histogram", "Time from a whole request to its answer.")
        total = 0
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], self.buckets, strict=True):
            total += count
            lines.append(f'mlops_request_seconds_bucket{{{self._labels},le="{bound}"}} {total}')
        lines.append(f"mlops_request_seconds_sum{{{self._labels}}} {self.seconds:.6f}")
        lines.append(f"mlops_request_seconds_count{{{self._labels}}} {total}")
        for name, kind, told, value in [
            ("mlops_rows_total", "counter", "Rows that were predicted.", f"{rows}"),
            ("mlops_requests_in_flight", "gauge", "Requests that are being answered.", f"{self.in_flight}"),
            *_process(self._started),
        ]:
            lines += _head(name, kind, told)
            lines.append(f"{name}{{{self._labels}}} {value}")
        return "\n".join(lines) + "\n"


def _process(started: float) -> list[tuple[str, str, str, str]]:
    spent = os.times()
    cpu, start = spent.user + spent.system, started
    found = [
        ("process_cpu_seconds_total", "counter", "Time that the process has computed.", f"{cpu:.2f}"),
        ("process_start_time_seconds", "gauge", "When it started, since the epoch.", f"{start:.3f}"),
    ]
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        found.append(("process_resident_memory_bytes", "gauge", "Memory that it holds.", f"{resident}"))
        found.append(("process_open_fds", "gauge", "Files that it has open.", f"{len(os.listdir('/proc/self/fd'))}"))
    except OSError:
        pass
    return found


def _head(name: str, kind: str, told: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
