"""What ``%models`` does: list models, show them and their versions, move aliases, verify, export, delete, annotate."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidInput
from jupyter_mlops.services.deletion import delete_after_asking
from jupyter_mlops.services.model import Model
from jupyter_mlops.services.modellist import ModelList
from jupyter_mlops.services.version import Version
from jupyter_mlops.workspace import connect
from jupyter_mlops_magics import managing


class ModelVerbs(managing.Lines[Any]):
    """The verbs of ``%models`` for one line."""

    called, noun = "%models", "model"
    belong = {"list": {"sort", "limit", "all"}, "delete": {"yes"}, "export": {"to", "server"}}

    def __init__(self, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        super().__init__(namespace, options)
        self.models = connect().models

    def meant(self, word: str) -> Model | Version:
        """Return the model, or the version, that ``word`` means."""
        value = self.namespace.get(word)
        if isinstance(value, Model | Version):
            return value
        return self.models.version(word) if ":" in word or "@" in word else self.models.get(word)

    def list(self, words: _Words) -> ModelList:
        """Return the models that meet the conditions."""
        return self.models.list(
            " ".join(words),
            sort=self.options.get("sort", "updated"),
            limit=self.limit(),
            archived=None if self.options.get("all", False) else False,
        )

    def alias(self, words: _Words) -> None:
        """Let an alias point at a version."""
        version, alias = self._with_alias("alias", words)
        version = version if isinstance(version, Version) else self.models.version(version.name)
        before = self.models.get(version.model).aliases.get(alias, 0)
        version.alias(alias)
        moved = f" instead of {version.model}:{before}" if before not in (0, version.number) else ""
        print(f"@{alias} points at {version.name}{moved}.")

    def unalias(self, words: _Words) -> None:
        """Remove an alias."""
        meant, alias = self._with_alias("unalias", words)
        model = meant.model if isinstance(meant, Version) else meant.name
        self.models.unalias(model, alias)
        print(f"{model} has no @{alias} any more.")

    def verify(self, words: _Words) -> None:
        """Hold every byte of a version against its checksums."""
        version = self._version("verify", words)
        version.verify()
        print(f"Every byte of {version.name} is what was registered.")

    def export(self, words: _Words) -> None:
        """Write a folder that a server takes as it is."""
        if not self.options.get("to"):
            raise InvalidInput("Say where: %models export digits:3 --to out --server mlflow.")
        version = self._version("export", words)
        print(f"{version.name} is in {version.export(self.options['to'], self.options.get('server', ''))}.")

    def archive_one(self, thing: Model | Version, *, archived: bool) -> None:
        if isinstance(thing, Version):
            raise InvalidInput(f"Models are archived, not versions: %models archive {thing.model}.")
        self.models.archive(thing, archived=archived)

    def delete(self, words: _Words) -> None:
        """Delete models or versions, after one question."""
        found = self.some("delete", words)
        print(delete_after_asking(self.models, found, input, yes=self.options.get("yes", False)))

    def _with_alias(self, verb: str, words: _Words) -> tuple[Model | Version, str]:
        if len(words) != 2:
            example = "digits:3 champion" if verb == "alias" else "digits champion"
            raise InvalidInput(f"Say which model and which alias: %models {verb} {example}.")
        return self.meant(words[0]), words[1].removeprefix("@")

    def _version(self, verb: str, words: _Words) -> Version:
        meant = self.one(verb, words)
        return meant if isinstance(meant, Version) else self.models.version(meant.name)


_Words = list[str]

VERBS = ModelVerbs.verbs = managing.ANNOTATED | {
    "alias": ModelVerbs.alias,
    "unalias": ModelVerbs.unalias,
    "verify": ModelVerbs.verify,
    "export": ModelVerbs.export,
    "delete": ModelVerbs.delete,
}


def manage(magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    return managing.manage(ModelVerbs, magic, line)
