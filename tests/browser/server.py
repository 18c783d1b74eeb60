"""A real JupyterLab: a process with a home, a folder and settings of its own, below an address as a hub gives."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import nbformat

from jupyter_mlops.workspace import Workspace, open_workspace

TOKEN = "a token of tests"
# A hub escapes user names in addresses, but not every character of them.
BASE_URL = "/user/ada%20lovelace@x/"
LABEXTENSION = "jupyter-mlops"
WIDGETS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
START_SECONDS = 40
_STARTS_LAB = "from jupyterlab.labapp import main; main()"

# All that a kernel would add when it starts, so that opening the notebook changes nothing.
_METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    },
}


class Server:
    """JupyterLab. It can be killed, and be started again at the same address."""

    def __init__(self, *, base_url: str = BASE_URL, labextension: bool = True, disabled: bool = False) -> None:
        """Prepare it.

        Args:
            base_url: The path below which it answers.
            labextension: Whether ours is installed.
            disabled: Whether ours is installed, and switched off.
        """
        # Short, since a kernel's sockets have a limit.
        self.root = Path(tempfile.mkdtemp(prefix="mlops-lab-")).resolve()
        self.folder = self.root / "notebooks"
        self.home = self.root / "home"
        self.settings = self.root / "settings"
        for folder in (self.folder, self.home, self.settings, self.root / "config"):
            folder.mkdir(mode=0o700)
        self._base_url = base_url
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._workspace: Workspace | None = None
        self._configure(labextension, disabled)

    @property
    def address(self) -> str:
        """Where it answers; it ends with a slash."""
        return f"http://127.0.0.1:{self._port}{self._base_url}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it said."""
        return (self.root / "server.log").read_text(errors="replace")

    @property
    def workspace(self) -> Workspace:
        """The home, as a kernel sees it."""
        if self._workspace is None:
            self._workspace = open_workspace(self.home)
        return self._workspace

    def start(self) -> Server:
        """Return when it answers."""
        with open(self.root / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _STARTS_LAB],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, f"JupyterLab did not start:\n{self.log}"
            assert time.monotonic() < end, f"JupyterLab did not answer within {START_SECONDS} s:\n{self.log}"
            time.sleep(0.05)
        return self

    def kill(self) -> None:
        """End it with everything it started but its runs, without a word."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End it, its kernels and its runs, and remove what it wrote."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()
        for run in self.workspace.runs.list("state != succeeded", archived=None):
            if not run.folder.row().broken and not run.folder.is_elsewhere():
                run.stop()
        self.workspace.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def set(self, plugin: str, **values: Any) -> None:
        """Let a user's settings of a plugin be ``values``: ``set("@jupyterlab/apputils-extension:themes", ...)``."""
        package, _, name = plugin.partition(":")
        path = self.settings / package / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def notebook(self, name: str, *cells: str | nbformat.NotebookNode) -> Path:
        """Write a notebook of code cells and return its path; a text is a cell that has not been run."""
        written = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=written, metadata=_METADATA), path)
        return path

    def trust(self, path: Path) -> None:
        """Let a notebook be trusted, as if its user had run every cell of it."""
        command = [sys.executable, "-m", "jupyter", "trust", str(path)]
        subprocess.run(command, env=self.environment(), check=True, capture_output=True)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))}
        return kept | {
            "HOME": str(self.root),
            "JUPYTER_MLOPS_HOME": str(self.home),
            "JUPYTER_CONFIG_DIR": str(self.root / "config"),
            "JUPYTER_RUNTIME_DIR": str(self.root / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.root / "workspaces"),
            "IPYTHONDIR": str(self.root / "ipython"),
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def _configure(self, labextension: bool, disabled: bool) -> None:
        config: dict[str, dict[str, Any]] = {
            "ServerApp": {
                "allow_root": True,
                "open_browser": False,
                "port": self._port,
                "port_retries": 0,
                "base_url": self._base_url,
                "root_dir": str(self.folder),
                "quit_button": False,
                "jpserver_extensions": {"jupyter_mlops": True},
            },
            "IdentityProvider": {"token": TOKEN},
            # Tests reach for commands where a person would have clicked through menus that are not theirs.
            "LabApp": {"expose_app_in_browser": True, "news_url": None},
        }
        if not labextension:
            config["LabApp"]["labextensions_path"] = [str(self._other_labextensions())]
        (self.root / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
        # Where ours is not, static cards are looked at: widgets, which would take over, are not there either.
        absent = () if labextension else WIDGETS
        locked = {"disabledExtensions": dict.fromkeys((LABEXTENSION,) if disabled else absent, True)}
        (self.root / "config" / "labconfig").mkdir()
        (self.root / "config" / "labconfig" / "page_config.json").write_text(json.dumps(locked))
        self.set("@jupyterlab/apputils-extension:notification", checkForUpdates=False, fetchNews="false")

    def _other_labextensions(self) -> Path:
        """Return a folder that holds what this environment has, but not ours."""
        folder = self.root / "labextensions"
        folder.mkdir()
        for other in (Path(sys.prefix) / "share" / "jupyter" / "labextensions").iterdir():
            if other.name != LABEXTENSION:
                (folder / other.name).symlink_to(other)
        return folder

    def _answers(self) -> bool:
        request = urllib.request.Request(f"{self.address}api/status", headers={"Authorization": f"token {TOKEN}"})
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port
