"""What ``%runs``, ``%sweeps``, ``%models`` and ``%endpoints`` share: verbs, and how a line finds its verb."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from jupyter_mlops.domain.errors import InvalidInput, InvalidOption, nearest
from jupyter_mlops.domain.runs import State
from jupyter_mlops.services import checks
from jupyter_mlops.services.held import Held
from jupyter_mlops.services.origin import current_shell
from jupyter_mlops_magics.lines import read_line

SHOWN = 20

Thing = TypeVar("Thing", bound="Annotated")
Kept = TypeVar("Kept", bound=Held[Any, Any, Any, Any])


class Annotated(Protocol):
    """What people write about, whatever it is."""

    note: str

    @property
    def id(self) -> str:
        """What tells it from all others."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by."""

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None: ...


class Lines(ABC, Generic[Thing]):
    """The verbs of one line.

    Args:
        namespace: The notebook's variables.
        options: The line's options.
    """

    called: ClassVar[str]
    """How the magic is written: ``%runs``."""

    noun: ClassVar[str]
    verbs: ClassVar[Mapping[str, Callable[[Any, list[str]], Any]]]
    belong: ClassVar[Mapping[str, set[str]]]
    """Which options a verb takes."""

    def __init__(self, namespace: dict[str, Any], options: dict[str, Any]) -> None:
        self.namespace = namespace
        self.options = options

    @abstractmethod
    def meant(self, word: str) -> Thing:
        """Return what ``word`` means."""

    @abstractmethod
    def list(self, words: _Words) -> Sequence[Thing]:
        """Return what meets the conditions in ``words``."""

    @abstractmethod
    def archive_one(self, thing: Thing, *, archived: bool) -> None:
        """Take it off the list, or put it back."""

    def show(self, words: _Words) -> Thing:
        """Return one, whose card the notebook shows."""
        return self.one("show", words)

    def note(self, words: _Words) -> None:
        """Set the note of one."""
        if not words:
            raise InvalidInput(f"Say which {self.noun}, then the note: {self.called} note digits best so far.")
        thing = self.meant(words[0])
        thing.note = " ".join(words[1:])
        print(f"{thing.id}: {thing.note or 'the note is gone'}")

    def tag(self, words: _Words) -> None:
        """Set the tags of one."""
        if not words:
            raise InvalidInput(f"Say which {self.noun}, then its tags: {self.called} tag digits baseline paper.")
        thing = self.meant(words[0])
        thing.tags = tuple(words[1:])
        print(f"{thing.id}: {', '.join(thing.tags) or 'no tags'}")

    def archive(self, words: _Words) -> None:
        """Take some off the list without deleting anything."""
        for thing in self.some("archive", words):
            self.archive_one(thing, archived=True)
            back = f"{self.called} unarchive {thing.id} brings it back"
            print(f"{thing.id} is archived; {self.called} --all lists it, {back}.")

    def unarchive(self, words: _Words) -> None:
        """Put archived ones back on the list."""
        for thing in self.some("unarchive", words):
            self.archive_one(thing, archived=False)
            print(f"{thing.id} is listed again.")

    def one(self, verb: str, words: _Words) -> Thing:
        """Return the one that ``words`` mean."""
        if len(words) != 1:
            raise InvalidInput(f"{self.called} {verb} takes one {self.noun}: {self.called} {verb} digits.")
        return self.meant(words[0])

    def some(self, verb: str, words: _Words, *, nothing: bool = False) -> _Found:
        """Return those that ``words`` mean; all are found before anything happens to one of them."""
        if not words and not nothing:
            raise InvalidInput(f"Say which {self.noun}: {self.called} {verb} digits.")
        return list(dict.fromkeys(self.meant(word) for word in words))

    def limit(self) -> int:
        """Return how many are listed."""
        return checks.whole("limit", self.options.get("limit", SHOWN), least=1)


class Verbs(Lines[Kept]):
    """The verbs of one line for what is kept by a process of its own."""

    @abstractmethod
    def stop_one(self, kept: Kept) -> State:
        """Stop it, and return its state."""

    @abstractmethod
    def close_one(self, kept: Kept) -> None:
        """Write that it has ended, which goes on nowhere."""

    def stop(self, words: _Words) -> None:
        """Stop some."""
        for kept in self.some("stop", words):
            was_over = kept.state.is_finished
            print(f"{kept.id} {'was already' if was_over else 'is now'} {self.stop_one(kept)}.")

    def close(self, words: _Words) -> None:
        """Write that what another machine kept has ended."""
        for kept in self.some("close", words):
            self.close_one(kept)
            print(f"{kept.id} is closed.")


_Words = list[str]
_Found = list[Any]

ANNOTATED: dict[str, Callable[[Any, list[str]], Any]] = {
    "list": lambda verbs, words: verbs.list(words),
    "show": Lines.show,
    "note": Lines.note,
    "tag": Lines.tag,
    "archive": Lines.archive,
    "unarchive": Lines.unarchive,
}

COMMON = ANNOTATED | {"stop": Verbs.stop, "close": Verbs.close}


def manage(kind: type[Lines[Any]], magic: Any, line: str) -> Any:
    """Do what ``line`` says and return what the notebook is to show, if anything."""
    shell: Any = current_shell()
    words, options = read_line(magic, kind.called, line)
    verb, rest = (words[0], words[1:]) if words and words[0] in kind.verbs else ("list", words)
    _check_belong(kind, verb, options)
    found = kind.verbs[verb](kind(shell.user_ns, options), rest)
    if verb == "list" and rest is words and not found:
        _check_verb(kind, words)
    return found


def _check_belong(kind: type[Lines[Any]], verb: str, options: dict[str, Any]) -> None:
    for option in options:
        if option not in kind.belong.get(verb, ()):
            owner = next(owner for owner, own in kind.belong.items() if option in own)
            raise InvalidOption(f"--{option} belongs to {kind.called} {owner}, not to {kind.called} {verb}.")


def _check_verb(kind: type[Lines[Any]], words: list[str]) -> None:
    """Refuse a line that was taken for conditions and found nothing, where a misspelled verb may have been meant."""
    meant = nearest(words[0], kind.verbs) if len(words) > 1 else ""
    if meant:
        raise InvalidInput(f"{kind.called} has no {words[0]!r}, and no {kind.noun} has that name{meant}")
