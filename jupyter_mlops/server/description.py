"""The OpenAPI document, as a route."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from jupyter_mlops.server.base import MlopsHandler, answers


class DescriptionHandler(MlopsHandler):
    """What all routes take and give."""

    @web.authenticated
    @authorized
    @answers(dict[str, Any])
    async def get(self) -> None:
        """Return this document."""
        # Made when somebody asks: the document is made from the table that holds this handler.
        from jupyter_mlops.server.openapi import document

        self.reply(document())
