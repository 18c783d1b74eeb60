"""The home, and what this server is."""

from __future__ import annotations

import sys

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops._version import __version__
from jupyter_mlops.domain.homes import HomeSummary
from jupyter_mlops.domain.versions import misfit
from jupyter_mlops.server.base import MlopsHandler, answers
from jupyter_mlops.server.replies import Version, VersionQuery
from jupyter_mlops.workspace import Workspace


class HomeHandler(MlopsHandler):
    """The home."""

    @web.authenticated
    @authorized
    @answers(HomeSummary)
    async def get(self) -> None:
        """Return where the home is, what it holds and what is set. Measuring takes a moment."""
        self.reply(await self.workers.act(lambda workspace: workspace.summary()))


class VersionHandler(MlopsHandler):
    """What this server is."""

    @web.authenticated
    @authorized
    @answers(Version, query=VersionQuery)
    async def get(self) -> None:
        """Return this server's version and home, and one sentence if the kernel's do not fit."""
        query = self.question(VersionQuery)
        self.reply(await self.workers.read(lambda workspace: _version(workspace, query)))


def _version(workspace: Workspace, query: VersionQuery) -> Version:
    home = workspace.home
    sentence = misfit(query.kernel, __version__, sys.executable) if query.kernel else ""
    if not sentence and query.home and query.home != home.id:
        sentence = (
            f"The kernel keeps its runs in another home than the one that the Jupyter server shows, {home.path}; run "
            f"`%env JUPYTER_MLOPS_HOME={home.path}` before `%load_ext jupyter_mlops` in a new kernel, or start the "
            "Jupyter server with JUPYTER_MLOPS_HOME set to the kernel's home, which `%mlops` names."
        )
    return Version(__version__, home.id, str(home.path), sentence)
