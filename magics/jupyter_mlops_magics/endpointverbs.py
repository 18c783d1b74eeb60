"""What ``%endpoints`` does: list endpoints, show them, move their traffic, scale, stop, start, delete, annotate."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.services import checks
from jupyter_mlops.services.deletion import delete_after_asking
from jupyter_mlops.services.endpoint import Endpoint
from jupyter_mlops.services.endpointlist import EndpointList
from jupyter_mlops.services.scoreboard import Scoreboard
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics import managing


class EndpointVerbs(managing.Lines[Endpoint]):
    """The verbs of ``%endpoints`` for one line."""

    called, noun = "%endpoints", "endpoint"
    belong = {
        "list": {"sort", "limit", "all"},
        "delete": {"yes"},
        "rollback": {"to"},
        "scale": {"revision"},
        "logs": {"source"},
    }

    def __init__(self, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(namespace, options)
        self.endpoints = connect().endpoints

    def meant(self, word: str) -> Endpoint:
        value = self.namespace.get(word)
        return value if isinstance(value, Endpoint) else self.endpoints.get(word)

    def list(self, words: _Words) -> EndpointList:
        return self.endpoints.list(
            " ".join(words),
            sort=self.options.get("sort", "created"),
            limit=self.limit(),
            archived=None if self.options.get("all", False) else False,
        )

    def archive_one(self, thing: Endpoint, *, archived: bool) -> None:
        self.endpoints.archive(thing, archived=archived)

    def promote(self, words: _Words) -> Endpoint:
        """Make the canary the stable revision."""
        return self.one("promote", words).promote()

    def rollback(self, words: _Words) -> Endpoint:
        """Drop the canary, or go back to what was stable before."""
        return self.one("rollback", words).rollback(self.options.get("to"))

    def canary(self, words: _Words) -> Endpoint:
        """Change what the canary gets."""
        endpoint, percent = self._with_value("canary", words, "50")
        return endpoint.canary(percent)

    def scale(self, words: _Words) -> Endpoint:
        """Change how many replicas there are."""
        endpoint, replicas = self._with_value("scale", words, "1..4")
        return endpoint.scale(replicas, self.options.get("revision"))

    def port(self, words: _Words) -> Endpoint:
        """Open or close a loopback port."""
        endpoint, port = self._with_value("port", words, "8080")
        return endpoint.port(checks.whole("port", port, least=0))

    def replay(self, words: _Words) -> Scoreboard:
        """Replay the held-out rows on stable and canary."""
        return self.one("replay", words).scoreboard()

    def logs(self, words: _Words) -> None:
        """Print the end of a log."""
        print(self.one("logs", words).logs(self.options.get("source", "router")))

    def stop(self, words: _Words) -> None:
        """Take endpoints down."""
        for endpoint in self.some("stop", words):
            print(f"{endpoint.name} is {endpoint.stop().state}; %endpoints start {endpoint.name} brings it up again.")

    def start(self, words: _Words) -> Endpoint:
        """Bring one up again as it was."""
        return self.one("start", words).start()

    def delete(self, words: _Words) -> None:
        """Delete endpoints with their revisions, after one question."""
        found = self.some("delete", words)
        print(delete_after_asking(self.endpoints, found, input, yes=self.options.get("yes", False)))

    def _with_value(self, verb: str, words: _Words, example: str) -> tuple[Endpoint, str]:
        if len(words) != 2:
            raise InvalidInput(f"Say which endpoint, then the value: %endpoints {verb} digits {example}.")
        return self.meant(words[0]), words[1]


_Words = list[str]

VERBS = EndpointVerbs.verbs = managing.ANNOTATED | {
    name: getattr(EndpointVerbs, name)
    for name in ("promote", "rollback", "canary", "scale", "port", "replay", "logs", "stop", "start", "delete")
}


def manage(magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    return managing.manage(EndpointVerbs, magic, line)
