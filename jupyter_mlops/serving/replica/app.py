"""The application: one question each, an answer in JSON, whatever goes wrong one sentence."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import orjson

from . import docs, metadata, openapi, v1, v2
from .batches import Batches
from .bodies import SMALL, Gone, packed, packing, read, unpacked
from .config import Config
from .counting import Counts
from .measures import CONTENT_TYPE, Measures
from .model import Model
from .refusals import ModelFailed, Refused, nearest
from .rows import Rows

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Parsed = tuple[Rows, list[str], Any]
"""Rows, what is asked for by its name, and what the protocol needs for the answer."""

LARGE = 64 * 1024
"""Bytes of a body that is read and answered beside the loop."""

_JSON = (b"content-type", b"application/json")
_BINARY = (b"content-type", b"application/octet-stream")
_RELEASE = "2"
_INFER, _PREDICT = "v2", "v1"


class Answer:
    """What is sent."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes, headers: Headers | None = None, status: int = 200) -> None:
        self.body = body
        self.headers = headers or [_JSON]
        self.status = status


class App:
    """Answers for one version of a model.

    Attributes:
        requests: Those that are being answered, which the server keeps.
    """

    def __init__(self, config: Config, predictor: Any) -> None:
        self._config = config
        self._model = Model(predictor, config)
        self.measures = Measures(config)
        self.counts = Counts(config.profile, self._model.taker)
        # One thread: a model is called by one at a time, as its author may have assumed.
        self._beside = ThreadPoolExecutor(1, "predict")
        self._is_busy = 0
        self.requests: set[asyncio.Task[None]] = set()
        self._batches = Batches(self._model, self.requests)
        self._fails_said = 0.0
        self._infers: dict[str, dict[str, Any]] = {}
        self._predicts: set[str] = set()
        self._routes = self._all_routes()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        began = 0.0
        protocol = ""
        headers = {}
        try:
            headers = dict(scope["headers"])
            told = self._infers.get(path)
            if told is not None and method == "POST":
                protocol, began = _INFER, time.perf_counter()
            elif path in self._predicts and method == "POST":
                protocol, began = _PREDICT, time.perf_counter()
            if protocol:
                self.measures.in_flight += 1
                body = await read(receive, self._config.limit)
                began = time.perf_counter()
                answer = await self._prediction(body, headers, told)
            else:
                answer = await self._other(path, method, receive)
        except Gone:
            return
        except Refused as refused:
            answer = refusal(str(refused), refused.status, refused.headers)
        except ModelFailed as failed:
            self._say(failed)
            answer = refusal(str(failed), failed.status)
        except MemoryError:
            answer = refusal("The request needs more memory than there is; send the rows in parts.", 413)
        finally:
            if protocol:
                self.measures.in_flight -= 1
        if protocol:
            self.measures.add(protocol, answer.status, time.perf_counter() - began)
        await _sent(answer, headers.get(b"accept-encoding", b""), method, send)

    async def _prediction(self, body: bytes | bytearray, headers: dict[bytes, bytes], told: Any) -> Answer:
        if len(body) > LARGE or b"content-encoding" in headers or self._is_busy:
            return await self._in_thread(lambda: self._finished(self._parsed(body, headers, told), headers, told))
        parsed = self._parsed(body, headers, told)
        rows, asked, _ = parsed
        if not self._model.is_quick(rows.count):
            return await self._in_thread(lambda: self._finished(parsed, headers, told))
        if self._batches.takes(rows, asked):
            return self._encoded(parsed, await self._batches.labels(rows), headers, told)
        return self._finished(parsed, headers, told)

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        self._is_busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._beside, work)
        finally:
            self._is_busy -= 1

    def _parsed(self, body: bytes | bytearray, headers: dict[bytes, bytes], told: Any) -> Parsed:
        encoding = headers.get(b"content-encoding")
        if encoding:
            body = unpacked(body, encoding, self._config.limit)
        if told is None:
            return v1.parse(body, self._model)
        request = v2.parse(body, headers.get(v2.HEADER_LENGTH))
        return self._model.taker.tensors(request.inputs), list(request.outputs), request

    def _finished(self, parsed: Parsed, headers: dict[bytes, bytes], told: Any) -> Answer:
        return self._encoded(parsed, self._model.call(parsed[0], parsed[1]), headers, told)

    def _encoded(self, parsed: Parsed, outputs: list[v2.Tensor], headers: dict[bytes, bytes], told: Any) -> Answer:
        rows, _, asked = parsed
        if b"x-mlops-replay" not in headers:
            self.counts.add(rows)
        if told is None:
            return Answer(v1.encode(outputs, asked))
        body, length = v2.encode(asked, outputs, told)
        if length is None:
            return Answer(body)
        return Answer(body, [_BINARY, (v2.HEADER_LENGTH, str(length).encode())])

    async def _other(self, path: str, method: str, receive: Any) -> Answer:
        """Answer what is no prediction."""
        if path.endswith("/") and len(path) > 1:
            path = path.rstrip("/")
        answers = self._routes.get(path)
        if path in self._infers or path in self._predicts:
            answers = {"POST": lambda: Answer(b"")}
        if answers is None:
            raise Refused(self._unknown(path), 404)
        if method == "HEAD" and "GET" in answers:
            method = "GET"
        if method not in answers:
            allowed = ", ".join(answers)
            raise Refused(f"{path} is asked by {allowed}, not by {method}.", 405, [(b"allow", allowed.encode())])
        if method == "POST":
            await read(receive, self._config.limit)
        return answers[method]()

    def _all_routes(self) -> dict[str, dict[str, Callable[[], Answer]]]:
        config, model = self._config, self._model
        routes: dict[str, dict[str, Callable[[], Answer]]] = {}

        def get(path: str, answer: Callable[[], Any]) -> None:
            routes.setdefault(path, {})["GET"] = lambda: _json(answer())

        get("/v2", lambda: metadata.server(_RELEASE))
        get("/v2/health/live", lambda: {"live": True})
        get("/v2/health/ready", lambda: {"ready": True})
        get("/v1/models", lambda: {"models": config.names})
        get("/mlops/stats", self.counts.told)
        for name in config.names:
            about = partial(metadata.model, name, config, model)
            for root in (f"/v1/models/{name}", f"/v1/models/{name}/versions/{config.version}"):
                get(root, partial(_v1_status, name, config))
                self._predicts.add(f"{root}:predict")
            for root in (f"/v2/models/{name}", f"/v2/models/{name}/versions/{config.version}"):
                get(root, about)
                get(f"{root}/ready", partial(dict, name=name, ready=True))
                get(f"{root}/config", partial(metadata.configuration, name, config, model))
                get(f"{root}/stats", partial(self._statistics, name))
                self._infers[f"{root}/infer"] = {"model_name": name, "model_version": str(config.version)}
            for verb in ("load", "unload"):
                routes[f"/v2/repository/models/{name}/{verb}"] = {"POST": partial(_not_here, verb)}
        name = config.names[0]
        get("/v2/models/stats", lambda: self._statistics(name))
        routes["/v2/repository/index"] = {"POST": lambda: _json(metadata.index(name, config))}
        routes["/metrics"] = {"GET": lambda: Answer(self._metrics(), [(b"content-type", CONTENT_TYPE)])}
        get("/openapi.json", lambda: openapi.document(config, model))
        routes["/docs"] = {"GET": lambda: Answer(docs.page(config, model), docs.HEADERS)}
        routes["/"] = {"GET": lambda: Answer(b"", [(b"location", b"docs")], 307)}
        return routes

    def _statistics(self, name: str) -> dict[str, Any]:
        return metadata.statistics(name, self._config, self.measures, self.counts.rows)

    def _metrics(self) -> bytes:
        return self.measures.text(self.counts.rows).encode()

    def _unknown(self, path: str) -> str:
        names = self._config.names
        parts = path.split("/")
        if len(parts) > 3 and parts[1] in ("v1", "v2") and parts[2] == "models":
            name = parts[3].removesuffix(":predict")
            if name not in names:
                return f"There is no model {name!r} here; this is {names[0]!r}."
            version = parts[5].removesuffix(":predict") if len(parts) > 5 and parts[4] == "versions" else ""
            if version and version != str(self._config.version):
                return f"There is no version {version!r} of {name!r} here; this is {self._config.version}."
        known = [*self._routes, *self._infers, *self._predicts]
        return f"There is nothing at {path[:200]!r}{nearest(path[:200], known)}"

    def _say(self, failed: ModelFailed) -> None:
        """Write to the log where the model failed, once a second at most."""
        now = time.monotonic()
        if failed.__cause__ is not None and now - self._fails_said > 1:
            self._fails_said = now
            traceback.print_exception(failed.__cause__, file=sys.stderr)
            sys.stderr.flush()

    def close(self) -> None:
        """Let what is being predicted end."""
        self._beside.shutdown(wait=False)


def refusal(sentence: str, status: int, headers: Headers | None = None) -> Answer:
    """Return the answer that says in one sentence why there is none."""
    body = orjson.dumps({"error": sentence.encode("utf-8", "replace").decode()})
    return Answer(body, [_JSON, *(headers or [])], status)


async def _sent(answer: Answer, accepted: bytes, method: str, send: Send) -> None:
    body, headers = answer.body, answer.headers
    if accepted and len(body) >= SMALL and (how := packing(accepted)):
        body = packed(body, how)
        headers = [*headers, (b"content-encoding", how), (b"vary", b"accept-encoding")]
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _json(told: Any) -> Answer:
    return Answer(orjson.dumps(told))


def _v1_status(name: str, config: Config) -> dict[str, Any]:
    """Return what KServe's and TensorFlow Serving's clients look for."""
    status = {"version": str(config.version), "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    return {"name": name, "ready": True, "model_version_status": [status]}


def _not_here(verb: str) -> Answer:
    return refusal(f"Models are not {verb}ed here; deploy another version instead.", 400)
