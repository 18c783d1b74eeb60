"""Servers of one model, each a process of its own: mlserver, KServe's and MLflow's, a replica of ours, and a router."""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers import free_port
from jupyter_mlops.serving import start

ENVIRONMENTS = Path(__file__).parent.parent / ".bench"
PACKAGES = {
    "mlserver": ["mlserver==1.7.1", "mlserver-sklearn==1.7.1"],
    "kserve": ["kserve", "scikit-learn"],
    "mlflow-server": ["mlflow"],
}
ROW = [5.1, 3.5, 1.4, 0.2]
TOKEN = "bench"
_START_SECONDS = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")

_KSERVE = """
import pickle, sys
import numpy
from kserve import InferOutput, InferResponse, Model, ModelServer

class Iris(Model):
    def __init__(self):
        super().__init__("iris")
        self.model = pickle.load(open(sys.argv.pop(), "rb"))
        self.ready = True

    async def predict(self, payload, headers=None, response_headers=None):
        found = self.model.predict(payload.inputs[0].as_numpy())
        output = InferOutput(name="predict", shape=list(found.shape), datatype="INT64")
        output.set_data_from_numpy(found, binary_data=False)
        return InferResponse(model_name="iris", infer_outputs=[output], response_id=payload.id)

ModelServer(enable_grpc=False, workers=1).start([Iris()])
"""


class ModelServer:
    """A server that answers.

    Attributes:
        name: As the table calls it.
        address: ``socket`` or ``port``, as ``bench.load`` wants it.
        request: What it is asked, with head.
        pids: Of its processes.
    """

    def __init__(self, name: str, address: dict[str, Any], request: str, pids: list[int]) -> None:
        self.name = name
        self.address = address
        self.request = request
        self.pids = pids

    def load(self, clients: int, **more: Any) -> dict[str, Any]:
        """Ask with so many clients; ``seconds`` or ``requests`` says how long. Adds the processor time of a request."""
        used = self.cpu_seconds()
        told = self.address | {"request": self.request, "clients": clients} | more
        command = [sys.executable, str(Path(__file__).with_name("load.py")), json.dumps(told)]
        found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        found["cpu"] = 1e6 * (self.cpu_seconds() - used) / found["answers"]
        return found

    def cpu_seconds(self) -> float:
        """Return the processor time that all its processes have used so far."""
        return sum(cpu_seconds(pid) for pid in self.pids)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def pss(pid: int) -> float:
    """Return a process's share of memory in MB of 2**20 bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def post(path: str, body: Any, token: str = "") -> str:
    """Return a request as it is sent."""
    text = json.dumps(body)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"{head}{bearer}Content-Length: {len(text)}\r\n\r\n{text}"


V2 = {"id": "1", "inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": ROW}]}


def make_model(folder: Path) -> Path:
    """Train a model, and return the folder of its version."""
    import mlflow.sklearn
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    x, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(x, y)
    version = folder / "version"
    mlflow.sklearn.save_model(
        model, version / "model", serialization_format="pickle", pip_requirements=["scikit-learn"], signature=None
    )
    with (folder / "model.pkl").open("wb") as file:
        pickle.dump(model, file)
    return version


@contextmanager
def mlserver(folder: Path) -> Iterator[ModelServer | None]:
    """Start mlserver without workers beside it, which is its fastest way for a small model."""
    place = folder / "mlserver"
    place.mkdir()
    port = free_port()
    settings = {"host": "127.0.0.1", "http_port": port, "grpc_port": free_port(), "metrics_port": free_port()}
    (place / "settings.json").write_text(json.dumps(settings | {"parallel_workers": 0, "debug": False}))
    model = {"name": "iris", "implementation": "mlserver_sklearn.SKLearnModel"}
    (place / "model-settings.json").write_text(
        json.dumps(model | {"parameters": {"uri": str(folder / "model.pkl"), "version": "v1"}})
    )
    program = str(ENVIRONMENTS / "mlserver" / "bin" / "mlserver")
    with _peer("mlserver", "mlserver", [program, "start", str(place)], port=port, path=V2_PATH, body=V2) as server:
        yield server


@contextmanager
def kserve(folder: Path) -> Iterator[ModelServer | None]:
    """Start KServe's server with a model that does what its server for scikit-learn does."""
    program = folder / "kserve_iris.py"
    program.write_text(_KSERVE)
    port = free_port()
    words = [str(program), f"--http_port={port}", "--enable_grpc=false", str(folder / "model.pkl")]
    with _peer("kserve", "kserve ModelServer", words, port=port, path=V2_PATH, body=V2) as server:
        yield server


@contextmanager
def mlflow(folder: Path) -> Iterator[ModelServer | None]:
    """Start MLflow's server of models, which has a protocol of its own."""
    port = free_port()
    words = ["-m", "mlflow", "models", "serve", "-m", str(folder / "version" / "model"), "--env-manager=local"]
    words += ["--host=127.0.0.1", f"--port={port}", "--workers=1"]
    with _peer(
        "mlflow-server", "mlflow models serve", words, port=port, path="/invocations", body={"inputs": [ROW]}
    ) as server:
        yield server


@contextmanager
def replica(folder: Path, name: str = "r1-0", revision: int = 1, version: int = 1) -> Iterator[ModelServer]:
    """Start a replica of ours alone."""
    path = folder / f"{name}.sock"
    fields = [{"name": "x", "type": "FP64", "shape": [4]}]
    told = {
        "folder": str(folder / "version"),
        "flavor": "sklearn",
        "model": "iris",
        "version": version,
        "endpoint": "iris",
        "revision": revision,
        "replica": 0,
        "socket": str(path),
        "methods": ["predict", "predict_proba"],
        "classes": ["0", "1", "2"],
        "signature": {"kind": "tensor", "inputs": fields, "outputs": [{"name": "predict", "type": "INT64"}]},
        "profile": None,
        "cpus": 1,
        "path": [],
    }
    address = {"socket": str(path)}
    with _ours("replica", folder / f"{name}.json", told) as process:
        await_answer(address, post(V2_PATH, V2), process)
        yield ModelServer("replica alone", address, post(V2_PATH, V2), [process.pid])


class Router:
    """A router that runs, and its keeper's side.

    Attributes:
        pid: Its process.
    """

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self._folder = folder
        self._port = port
        end = time.monotonic() + _START_SECONDS
        self._control = socket.socket(socket.AF_UNIX)
        while self._control.connect_ex(str(folder / "c.sock")):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("The router did not start.")
            time.sleep(0.01)
        self._answers = self._control.makefile("rb")

    def tell(self, do: str, **more: Any) -> dict[str, Any]:
        """Ask as the keeper does."""
        self._control.sendall(json.dumps({"id": 1, "do": do, **more}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._answers.readline())
        if not answer["ok"]:
            raise SystemExit(answer["why"])
        return answer

    def route(self, stable: int, canary: int = 0, percent: int = 0, **replicas: list[str]) -> None:
        """Set routes; ``r1=["r1-0"]`` are the names of a revision's replicas."""
        revisions = {
            name[1:]: {
                "replicas": [str(self._folder / f"{replica}.sock") for replica in names],
                "model": "iris",
                "version": int(name[1:]),
                "resend": True,
            }
            for name, names in replicas.items()
        }
        self.tell("routes", routes={"revisions": revisions, "stable": stable, "canary": canary, "percent": percent})

    def drained(self, name: str) -> None:
        """Return when a replica owes nothing."""
        path = str(self._folder / f"{name}.sock")
        while self.tell("flight")["replicas"].get(path):
            time.sleep(0.002)

    def server(self, pids: list[int], *, port: bool = False) -> ModelServer:
        """Return what stands before replicas of these processes."""
        if port:
            request = post(V2_PATH, V2, TOKEN)
            return ModelServer("behind the router, port", {"port": self._port}, request, [self.pid, *pids])
        address = {"socket": str(self._folder / "e.sock")}
        return ModelServer("behind the router, socket", address, post(V2_PATH, V2), [self.pid, *pids])


@contextmanager
def router(folder: Path) -> Iterator[Router]:
    """Start a router."""
    port = free_port()
    told = {
        "endpoint": "iris",
        "folder": str(folder),
        "socket": str(folder / "e.sock"),
        "control": str(folder / "c.sock"),
        "revive": [],
        "port": port,
        "token": TOKEN,
    }
    with _ours("router", folder / "router.json", told) as process:
        yield Router(folder, port, process)


def await_answer(address: dict[str, Any], request: str, process: subprocess.Popen[bytes]) -> None:
    """Return when a request is answered with 200."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX if "socket" in address else socket.AF_INET) as asking:
                asking.settimeout(30)
                asking.connect(address.get("socket") or ("127.0.0.1", address["port"]))
                asking.sendall(request.encode())
                if asking.recv(1 << 16).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"No answer came from {address}.")


Opener = Callable[[Path], Any]
PEERS: list[Opener] = [mlserver, kserve, mlflow]
V2_PATH = "/v2/models/iris/infer"


@contextmanager
def _ours(role: str, config: Path, told: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    config.write_text(json.dumps(told))
    env = os.environ | {"JUPYTER_MLOPS_ENDPOINT": str(config.parent)}
    command = [sys.executable, start.__file__, role, str(config)]
    with config.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _peer(
    environment: str, name: str, words: list[str], *, port: int, path: str, body: Any
) -> Iterator[ModelServer | None]:
    python = ENVIRONMENTS / environment / "bin" / "python"
    try:
        if not python.exists():
            print(f"Making an environment for {name} (once) …", flush=True)
            venv.create(python.parent.parent, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES[environment]], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name} is left out: {error}")
        yield None
        return
    env = os.environ | {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [str(python), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=env
    )
    try:
        address = {"port": port}
        await_answer(address, post(path, body), process)
        yield ModelServer(name, address, post(path, body), _tree(process.pid))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _tree(int(child)))]
