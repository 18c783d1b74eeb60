"""The Jupyter server's extension: routes, threads and events, opened with the server and closed with it."""

from __future__ import annotations

from typing import Any

from jupyter_server.extension.application import ExtensionApp

from jupyter_mlops.server.base import WORKERS
from jupyter_mlops.server.events import SCHEMA, SCHEMA_ID, Events
from jupyter_mlops.server.routes import handlers
from jupyter_mlops.server.workers import Workers
from jupyter_mlops.workspace import open_workspace


class MlopsServer(ExtensionApp):
    """Serves the user's home to the browser. The home is opened by the first question, not by the server's start."""

    name = "jupyter_mlops"
    load_other_extensions = True

    workers: Workers
    events: Events

    def initialize_settings(self) -> None:
        """Make what the routes share, and begin to tell what changes."""
        server: Any = self.serverapp
        self.workers = Workers(open_workspace)
        self.settings[WORKERS] = self.workers
        logger = server.event_logger
        if SCHEMA_ID not in logger.schemas:
            logger.register_event_schema(SCHEMA)
        self.events = Events(self.workers, lambda data: logger.emit(schema_id=SCHEMA_ID, data=data), self.log)
        server.io_loop.add_callback(self.events.start)

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(handlers())

    async def stop_extension(self) -> None:
        """Let go of the home; runs go on."""
        await self.events.stop()
        self.workers.close()
