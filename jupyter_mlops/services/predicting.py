"""Rows to an endpoint and its answers back: Open Inference Protocol V2 over the endpoint's Unix socket."""

from __future__ import annotations

import http.client
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from jupyter_mlops.domain.errors import Conflict, InvalidInput, Unavailable
from jupyter_mlops.domain.signatures import Signature
from jupyter_mlops.platforms.deployer import Address
from jupyter_mlops.services.interrupts import interrupted

PATIENCE_SECONDS = 30.0
"""How long is waited for an endpoint that should be up and does not answer."""
_ANSWER_SECONDS = 120.0
_AGAIN_SECONDS = 0.05
_SMALL = 256
"""So many values of a request are sent as JSON at most."""
_LENGTH = "Inference-Header-Content-Length"
_NAMES = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}
_KINDS = {name: kind for kind, name in _NAMES.items()}


class Predictor:
    """Asks one endpoint. Safe to use from several threads at once.

    Args:
        name: The endpoint's.
        address: Returns how it is reached now.
        settle: Sees to it that it has a keeper; raises where it is not up.
    """

    def __init__(self, name: str, address: Callable[[], Address], settle: Callable[[], None]) -> None:
        self._name = name
        self._address = address
        self._settle = settle
        self._kept = threading.local()

    def ask(
        self, rows: Any, methods: Sequence[str], revision: int = 0, signature: Signature | None = None
    ) -> dict[str, Any]:
        """Return what is answered, as arrays, by the name of the output.

        Raises:
            InvalidInput: the endpoint refuses the rows; the sentence is its own.
            Conflict: the revision has no replicas.
            Unavailable: nothing answers, or the model failed.
        """
        columns = columns_of(rows, signature)
        types = {} if signature is None else {field.name: field.type for field in signature.inputs}
        if _is_small(columns):
            # In JSON, so that people can read what is remembered of requests.
            body = json.dumps({"inputs": _in_json(columns, types), "outputs": [{"name": method} for method in methods]})
            found = decoded(*self.send({"Content-Type": "application/json"}, body.encode(), revision))
            if found is not None:
                return found
        head, tail = encoded(columns, methods, types)
        headers = {"Content-Type": "application/octet-stream", _LENGTH: str(len(head))}
        found = decoded(*self.send(headers, head + tail, revision))
        if found is None:
            raise Unavailable(f"{self._name} has answered with numbers that cannot be read.")
        return found

    def send(self, headers: dict[str, str], body: bytes, revision: int = 0) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body of what is answered to a request that is encoded already; raises as ``ask`` does."""
        if revision:
            headers = {**headers, "X-Mlops-Revision": str(revision)}
        try:
            status, answered, data = self._sent(headers, body)
        except KeyboardInterrupt:
            # What comes back later is no answer to the next question.
            self._forget()
            raise interrupted(f"Nobody waits for the answer of {self._name} any more.") from None
        if status != 200:
            raise _refused(self._name, status, data)
        return answered, data

    def close(self) -> None:
        """Let go of this thread's connection. Idempotent."""
        self._forget()

    def _sent(self, headers: dict[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        until = time.monotonic() + PATIENCE_SECONDS
        is_first = True
        while True:
            try:
                return self._exchange(headers, body)
            except (OSError, http.client.HTTPException) as error:
                self._forget()
                if time.monotonic() > until:
                    raise Unavailable(
                        f"{self._name} does not answer ({error}); %endpoints show {self._name} tells how it stands."
                    ) from error
            # A connection that was kept for long may be stale: once more at once. Then it may be starting.
            if not is_first:
                self._settle()
                time.sleep(_AGAIN_SECONDS)
            is_first = False

    def _exchange(self, headers: dict[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        address = self._address()
        connection = self._connection(address)
        path = f"/v2/models/{self._name}/infer"
        connection.request("POST", path, body, {**address.headers, **headers})
        response = connection.getresponse()
        return response.status, response.headers, response.read()  # type: ignore[return-value]  # a message is a mapping

    def _connection(self, address: Address) -> http.client.HTTPConnection:
        kept: tuple[Address, int, http.client.HTTPConnection] | None = getattr(self._kept, "connection", None)
        if kept is not None and kept[:2] == (address, os.getpid()):
            return kept[2]
        connection = connect_to(address)
        self._kept.connection = (address, os.getpid(), connection)
        return connection

    def _forget(self) -> None:
        kept = getattr(self._kept, "connection", None)
        self._kept.connection = None
        if kept is not None:
            kept[2].close()


def connect_to(address: Address, timeout: float = _ANSWER_SECONDS) -> http.client.HTTPConnection:
    """Return a connection to an endpoint, which is made with its first request."""
    if address.socket:
        return _UnixConnection(address.socket, timeout)
    host = address.url.partition("://")[2].partition("/")[0]
    kind = http.client.HTTPSConnection if address.url.startswith("https") else http.client.HTTPConnection
    return kind(host, timeout=timeout)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def __del__(self) -> None:
        # Whoever asks keeps his connection, and may be forgotten with it.
        self.close()


def encoded(
    columns: Sequence[tuple[str, Any]], methods: Sequence[str], types: Mapping[str, str] = MappingProxyType({})
) -> tuple[bytes, bytes]:
    """Return a request's JSON, and the binary tensors behind it.

    Args:
        columns: Names and arrays.
        methods: What is asked of the model.
        types: Of the columns, as the model has them: what one is whose values are all missing.
    """
    inputs, binary = [], []
    for name, array in columns:
        told, data = _tensor(name, array, types.get(name, ""))
        inputs.append(told)
        binary.append(data)
    outputs = [{"name": method, "parameters": {"binary_data": True}} for method in methods]
    return json.dumps({"inputs": inputs, "outputs": outputs}).encode(), b"".join(binary)


def decoded(headers: Mapping[str, str], body: bytes) -> dict[str, Any] | None:
    """Return the outputs of an answer as arrays, by their names; None where JSON could not hold a number."""
    import numpy

    length = int(headers.get(_LENGTH) or len(body))
    answer, at, found = json.loads(body[:length]), length, {}
    for output in answer["outputs"]:
        kind, size = output["datatype"], output.get("parameters", {}).get("binary_data_size")
        if size is not None:
            array = _array(kind, body[at : at + size])
            at += size
        elif kind in _KINDS and None in output["data"]:
            # Missing or infinite: the binary form tells.
            return None
        else:
            array = numpy.array(output["data"], dtype=_KINDS.get(kind, "object"))
        found[output["name"]] = array.reshape(output["shape"])
    return found


def columns_of(rows: Any, signature: Signature | None) -> list[tuple[str, Any]]:
    """Return what is sent: a column each for a table, else one tensor."""
    import numpy

    if hasattr(rows, "to_pandas"):
        rows = rows.to_pandas()
    if hasattr(rows, "to_frame") and not hasattr(rows, "columns"):
        rows = rows.to_frame().T.infer_objects()
    if hasattr(rows, "columns") and hasattr(rows, "iloc"):
        return [(str(name), rows.iloc[:, at].to_numpy()) for at, name in enumerate(rows.columns)]
    if isinstance(rows, Mapping):
        return _of_dict(rows)
    if isinstance(rows, list | tuple) and rows and isinstance(rows[0], Mapping):
        names = dict.fromkeys(name for row in rows for name in row)
        return [(str(name), _listed([row.get(name) for row in rows])) for name in names]
    if hasattr(rows, "toarray"):
        rows = rows.toarray()
    elif hasattr(rows, "detach"):
        rows = rows.detach().cpu().numpy()
    if not isinstance(rows, numpy.ndarray | list | tuple):
        raise InvalidInput(
            f"{type(rows).__name__} cannot be sent; give a DataFrame, an array, a list of rows, or a dict of columns."
        )
    array = _listed(rows)
    # One row of a model whose rows are vectors, written without its own brackets.
    wide = _width(signature)
    if array.ndim == 1 and wide > 1 and len(array) == wide:
        array = array.reshape(1, -1)
    return [("input", array)]


def _is_small(columns: Sequence[tuple[str, Any]]) -> bool:
    import numpy

    return sum(array.size for _, array in columns) <= _SMALL and all(
        array.dtype.kind != "f" or numpy.isfinite(array).all() for _, array in columns
    )


def _in_json(columns: Sequence[tuple[str, Any]], types: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for name, array in columns:
        told, binary = _tensor(name, array, types.get(name, ""))
        if binary:
            told["data"] = array.reshape(-1).tolist()
            del told["parameters"]
        found.append(told)
    return found


def _of_dict(rows: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    columns = {str(name): value for name, value in rows.items()}
    is_one = not any(hasattr(value, "__len__") and not isinstance(value, str | bytes) for value in columns.values())
    return [(name, _listed([value] if is_one else value)) for name, value in columns.items()]


def _width(signature: Signature | None) -> int:
    if signature is None:
        return 0
    if signature.kind == "table":
        return len(signature.inputs)
    return signature.inputs[0].shape[0] if len(signature.inputs) == 1 and len(signature.inputs[0].shape) == 1 else 0


def _listed(values: Any) -> Any:
    import numpy

    try:
        array = numpy.asarray(values)
    except ValueError as error:
        raise InvalidInput("The rows are not equally long; give each as many values.") from error
    if array.dtype.kind in "US":
        # Where texts and numbers stand beside each other, NumPy makes texts of all.
        array = numpy.asarray(values, dtype=object)
    return array


def _tensor(name: str, array: Any, wanted: str = "") -> tuple[dict[str, Any], bytes]:
    import numpy

    array = numpy.asarray(array)
    if wanted == "BYTES" and array.dtype.kind == "f" and numpy.isnan(array).all():
        # Texts that are all missing.
        array = numpy.full(array.shape, None, dtype=object)
    kind = _NAMES.get(array.dtype.name)
    if kind is not None:
        data = numpy.ascontiguousarray(array).tobytes()
        told = {
            "name": name,
            "datatype": kind,
            "shape": list(array.shape),
            "parameters": {"binary_data_size": len(data)},
        }
        return told, data
    values = [plain(value) for value in array.reshape(-1).tolist()]
    numbers = [value for value in values if value is not None]
    are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in numbers)
    if (numbers and are_numbers) or (not numbers and wanted not in ("", "BYTES")):
        return {"name": name, "datatype": "FP64", "shape": list(array.shape), "data": values}, b""
    return {"name": name, "datatype": "BYTES", "shape": list(array.shape), "data": values}, b""


def plain(value: Any) -> Any:
    """Return a value as JSON has it; a missing one is None."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None  # noqa: PLR0124
    return value if isinstance(value, int | str) else str(value)


def _array(kind: str, data: bytes) -> Any:
    import numpy

    if kind != "BYTES":
        return numpy.frombuffer(data, dtype=_KINDS[kind]).copy()
    found, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 4 : at + 4 + size].decode())
        at += 4 + size
    return numpy.array(found, dtype=object)


def _refused(name: str, status: int, body: bytes) -> Exception:
    try:
        said = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        said = body[:300].decode("utf-8", "replace")
    if status in (404, 409):
        return Conflict(said)
    if 400 <= status < 500:
        return InvalidInput(said)
    return Unavailable(f"{name}: {said}")
