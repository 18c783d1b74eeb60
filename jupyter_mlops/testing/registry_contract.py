"""The promises of ``platforms.registry.Registry``, some tests each. A platform subclasses ``RegistryContract``.

Versions here hold a few small files that nobody unpickles. Nothing is asked that needs numbers without gaps.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.errors import Broken, InvalidName, NotFound
from jupyter_mlops.domain.models import CHAMPION, VersionFile, VersionSpec, digest_of
from jupyter_mlops.platforms.registry import REMEMBERED, Registry
from jupyter_mlops.store.home import Home

CONTENT = {"model/MLmodel": b"flavors: {}\n", "model/model.pkl": bytes(range(256)) * 40, "example.json": b"[[1.0]]"}


def make_draft(home: Home, content: dict[str, bytes] = CONTENT) -> tuple[Path, list[VersionFile]]:
    """Return a draft with files, and their checksums."""
    draft = home.draft()
    for path, data in content.items():
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).write_bytes(data)
    return draft, [VersionFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in content.items()]


def make_version(model: str = "digits", **values: Any) -> VersionSpec:
    """Return what a version is, but for its number."""
    return VersionSpec(**{"model": model, "version": 0, "created": time.time(), "flavor": "sklearn", **values})


def register(home: Home, registry: Registry, model: str = "digits", who: str = "ada", **values: Any) -> int:
    """Register a version and return its number."""
    draft, files = make_draft(home)
    return registry.add(draft, make_version(model, **values), files, who).version


class RegistryContract:
    """Subclasses fill in what raises, and offer a fixture ``home`` that yields an empty ``Home``."""

    def make_registry(self, home: Home) -> Registry:
        """Return a registry; a second one of the same home stands for another process."""
        raise NotImplementedError

    def damage(self, registry: Registry, model: str, version: int, path: str, data: bytes | None) -> None:
        """Let a stored file hold ``data``, or be gone, behind the registry's back."""
        raise NotImplementedError

    @pytest.fixture
    def registry(self, home: Home) -> Registry:
        return self.make_registry(home)

    # 1. Numbers

    def test_the_first_version_is_number_one_and_the_next_is_higher(self, home: Home, registry: Registry) -> None:
        first, second = register(home, registry), register(home, registry)

        assert first == 1 < second
        assert registry.versions("digits") == [first, second]

    def test_each_model_counts_for_itself(self, home: Home, registry: Registry) -> None:
        register(home, registry)

        assert register(home, registry, "iris") == 1
        assert registry.models() == ["digits", "iris"]

    def test_a_deleted_number_is_not_given_again(self, home: Home, registry: Registry) -> None:
        register(home, registry)
        last = register(home, registry)
        registry.delete("digits", last, "ada")

        assert register(home, registry) > last

    def test_a_model_whose_versions_are_all_gone_goes_on_counting(self, home: Home, registry: Registry) -> None:
        last = register(home, registry)
        registry.delete("digits", last, "ada")

        assert registry.models() == ["digits"]
        assert registry.versions("digits") == []
        assert register(home, registry) > last

    def test_who_registers_at_the_same_time_gets_different_numbers(self, home: Home, registry: Registry) -> None:
        given = at_once([lambda: register(home, self.make_registry(home)) for _ in range(8)])

        assert len(set(given)) == 8
        assert registry.versions("digits") == sorted(given)

    # 2. Whole or not at all

    def test_a_version_is_there_with_all_its_files(self, home: Home, registry: Registry) -> None:
        version = register(home, registry)

        folder = registry.folder("digits", version)
        assert {path: (folder / path).read_bytes() for path in CONTENT} == CONTENT
        told = {file.path: file for file in registry.files("digits", version)}
        assert all(told[path].digest == hashlib.sha256(data).hexdigest() for path, data in CONTENT.items())

    def test_another_process_sees_what_was_registered(self, home: Home, registry: Registry) -> None:
        version = register(home, registry, type="sklearn.svm.SVC")

        assert self.make_registry(home).read("digits", version) == registry.read("digits", version)

    def test_the_spec_comes_back_with_number_size_and_digest(self, home: Home, registry: Registry) -> None:
        draft, files = make_draft(home)
        spec = make_version(type="sklearn.svm.SVC", metrics={"accuracy": 0.98}, params={"lr": 0.1}, run_name="digits")

        added = registry.add(draft, spec, files, "ada")

        assert added == registry.read("digits", added.version)
        assert (added.type, added.metrics, added.params) == ("sklearn.svm.SVC", {"accuracy": 0.98}, {"lr": 0.1})
        assert added.size == sum(map(len, CONTENT.values()))
        assert added.digest == digest_of(files)
        assert not draft.exists()

    @pytest.mark.parametrize(
        ("path", "data", "said"),
        [
            ("model/model.pkl", b"other", "model/model.pkl has another size"),
            ("model/model.pkl", bytes(256 * 40), "model/model.pkl has changed"),
            ("model/MLmodel", None, "model/MLmodel is missing"),
            ("model/more.bin", b"more", "model/more.bin was added"),
        ],
    )
    def test_a_draft_that_is_not_what_it_should_be_is_refused(
        self, home: Home, registry: Registry, path: str, data: bytes | None, said: str
    ) -> None:
        kept = register(home, registry)
        draft, files = make_draft(home)
        change(draft / path, data)

        with pytest.raises(Broken, match=said):
            registry.add(draft, make_version(), files, "ada")
        assert registry.versions("digits") == [kept]

    def test_a_link_in_a_draft_is_refused(self, home: Home, registry: Registry, tmp_path: Path) -> None:
        draft, files = make_draft(home)
        (tmp_path / "secret").write_text("secret")
        (draft / "model" / "link").symlink_to(tmp_path / "secret")

        with pytest.raises(Broken, match="no plain file"):
            registry.add(draft, make_version(), files, "ada")
        assert registry.models() == []

    @pytest.mark.parametrize("name", ["", "../digits", "two words", ".hidden", "9digits", "a" * 101])
    def test_a_model_whose_name_is_no_label_is_refused(self, home: Home, registry: Registry, name: str) -> None:
        draft, files = make_draft(home)

        with pytest.raises(InvalidName):
            registry.add(draft, make_version(name), files, "ada")
        assert registry.models() == []

    def test_a_deleted_version_is_gone(self, home: Home, registry: Registry) -> None:
        first, second = register(home, registry), register(home, registry)

        assert registry.delete("digits", first, "ada") >= 0

        assert registry.versions("digits") == [second]
        for ask in (registry.read, registry.folder, registry.verify, registry.files):
            with pytest.raises(NotFound, match=f"nearest is digits:{second}"):
                ask("digits", first)
        with pytest.raises(NotFound):
            registry.delete("digits", first, "ada")

    # 3. Never changed

    def test_a_version_that_nobody_touched_is_sound(self, home: Home, registry: Registry) -> None:
        registry.verify("digits", register(home, registry))

    @pytest.mark.parametrize(
        ("path", "data"),
        [
            ("model/model.pkl", bytes(range(255)) + b"\0" + CONTENT["model/model.pkl"][256:]),
            ("model/model.pkl", b"short"),
            ("model/MLmodel", None),
            ("model/more.bin", b"more"),
            ("more.bin", b""),
        ],
    )
    def test_a_byte_that_changed_is_found_and_its_file_named(
        self, home: Home, registry: Registry, path: str, data: bytes | None
    ) -> None:
        version, other = register(home, registry), register(home, registry)
        self.damage(registry, "digits", version, path, data)

        with pytest.raises(Broken, match=rf"digits:{version} .*{path}"):
            registry.verify("digits", version)
        registry.verify("digits", other)

    # 4. Aliases

    def test_an_alias_points_at_a_version(self, home: Home, registry: Registry) -> None:
        first, second = register(home, registry), register(home, registry)
        registry.point("digits", CHAMPION, first, "ada")
        registry.point("digits", "next", second, "ada")

        assert (
            registry.aliases("digits")
            == self.make_registry(home).aliases("digits")
            == {
                CHAMPION: first,
                "next": second,
            }
        )

    def test_an_alias_moves_and_its_history_says_who_and_when(self, home: Home, registry: Registry) -> None:
        first, second = register(home, registry), register(home, registry)
        before = time.time()
        registry.point("digits", CHAMPION, first, "ada")
        registry.point("digits", CHAMPION, second, "bob")

        history = registry.history("digits")

        assert registry.aliases("digits") == {CHAMPION: second}
        assert [(move.alias, move.before, move.version, move.who) for move in history] == [
            (CHAMPION, 0, first, "ada"),
            (CHAMPION, first, second, "bob"),
        ]
        assert before - 1 <= history[0].time <= history[1].time <= time.time() + 1

    def test_pointing_where_it_points_already_changes_nothing(self, home: Home, registry: Registry) -> None:
        version = register(home, registry)
        registry.point("digits", CHAMPION, version, "ada")
        registry.point("digits", CHAMPION, version, "bob")

        assert len(registry.history("digits")) == 1

    def test_an_alias_is_taken_away(self, home: Home, registry: Registry) -> None:
        version = register(home, registry)
        registry.point("digits", CHAMPION, version, "ada")
        registry.point("digits", CHAMPION, 0, "bob")

        assert registry.aliases("digits") == {}
        assert registry.history("digits")[-1].version == 0
        assert registry.history("digits")[-1].before == version

    def test_a_deleted_version_takes_its_aliases_along(self, home: Home, registry: Registry) -> None:
        first, second = register(home, registry), register(home, registry)
        registry.point("digits", CHAMPION, second, "ada")
        registry.point("digits", "old", first, "ada")

        registry.delete("digits", second, "bob")

        assert registry.aliases("digits") == {"old": first}
        last = registry.history("digits")[-1]
        assert (last.alias, last.before, last.version, last.who) == (CHAMPION, second, 0, "bob")

    def test_who_reads_while_an_alias_moves_always_sees_it_point_somewhere(
        self, home: Home, registry: Registry
    ) -> None:
        first = register(home, registry)
        registry.point("digits", CHAMPION, first, "ada")
        is_over = threading.Event()

        def move() -> int:
            before = first
            try:
                for _ in range(20):
                    new = register(home, registry)
                    registry.point("digits", CHAMPION, new, "ada")
                    # What the alias has left is deleted at once: no reader may find it pointing there.
                    registry.delete("digits", before, "ada")
                    before = new
            finally:
                is_over.set()
            return before

        def look() -> int:
            other, looks = self.make_registry(home), 0
            while not is_over.is_set() or not looks:
                aliases, looks = other.aliases("digits"), looks + 1
                assert aliases.keys() == {CHAMPION}, aliases
            return looks

        at_once([move, look])

    def test_who_moves_one_alias_undoes_no_move_of_another(self, home: Home, registry: Registry) -> None:
        versions = [register(home, registry) for _ in range(3)]

        def moves(alias: str) -> Callable[[], int]:
            def move() -> int:
                own = self.make_registry(home)
                for version in versions * 3:
                    own.point("digits", alias, version, alias)
                return 0

            return move

        names = [CHAMPION, "next", "old", "shadow"]
        at_once([moves(name) for name in names])

        assert registry.aliases("digits") == dict.fromkeys(names, versions[-1])
        assert len(registry.history("digits")) == 4 * 9

    def test_enough_of_the_history_is_remembered(self, home: Home, registry: Registry) -> None:
        versions = [register(home, registry) for _ in range(2)]
        for turn in range(REMEMBERED):
            registry.point("digits", CHAMPION, versions[turn % 2], "ada")

        assert len(registry.history("digits")) == REMEMBERED

    # 5. What is refused

    @pytest.mark.parametrize("alias", ["", "9", "latest", "Latest", "two words", "a@b", "../x", "x" * 101])
    def test_an_alias_with_a_bad_name_is_refused(self, home: Home, registry: Registry, alias: str) -> None:
        version = register(home, registry)

        with pytest.raises(InvalidName):
            registry.point("digits", alias, version, "ada")
        assert registry.aliases("digits") == {}
        assert registry.history("digits") == []

    def test_an_alias_cannot_point_at_a_version_that_is_not_there(self, home: Home, registry: Registry) -> None:
        version = register(home, registry)

        for number in (version + 3, -1):
            with pytest.raises(NotFound, match=f"nearest is digits:{version}"):
                registry.point("digits", CHAMPION, number, "ada")
        assert registry.aliases("digits") == {}

    def test_an_alias_that_is_not_there_cannot_be_taken_away(self, home: Home, registry: Registry) -> None:
        registry.point("digits", CHAMPION, register(home, registry), "ada")

        with pytest.raises(NotFound, match="did you mean 'champion'"):
            registry.point("digits", "champoin", 0, "ada")
        assert CHAMPION in registry.aliases("digits")

    def test_a_model_that_is_not_there_is_not_found_and_the_nearest_named(self, home: Home, registry: Registry) -> None:
        register(home, registry)

        asks: list[Callable[[str], object]] = [
            registry.versions,
            registry.aliases,
            registry.history,
            registry.forget,
            lambda model: registry.read(model, 1),
            lambda model: registry.verify(model, 1),
            lambda model: registry.folder(model, 1),
            lambda model: registry.point(model, CHAMPION, 1, "ada"),
            lambda model: registry.delete(model, 1, "ada"),
        ]
        for ask in asks:
            with pytest.raises(NotFound, match="did you mean 'digits'"):
                ask("digts")
            with pytest.raises(NotFound):
                ask("../models/digits")
        assert registry.models() == ["digits"]

    def test_a_version_that_is_not_there_is_not_found_and_the_nearest_named(
        self, home: Home, registry: Registry
    ) -> None:
        first, second = register(home, registry), register(home, registry)

        for number in (second + 6, 0, -3):
            nearest = second if number > 0 else first
            with pytest.raises(NotFound, match=f"digits has no version {number}; the nearest is digits:{nearest}"):
                registry.read("digits", number)

    def test_a_forgotten_model_is_gone_and_its_name_begins_without_a_past(self, home: Home, registry: Registry) -> None:
        last = [register(home, registry) for _ in range(2)][-1]
        registry.point("digits", CHAMPION, last, "ada")

        registry.forget("digits")

        assert registry.models() == []
        with pytest.raises(NotFound):
            registry.versions("digits")
        again = register(home, registry)
        assert again == 1 or again > last
        assert registry.versions("digits") == [again]
        assert registry.aliases("digits") == {}
        assert registry.history("digits") == []


def change(path: Path, data: bytes | None) -> None:
    """Let a file hold ``data``, or be gone."""
    path.unlink(missing_ok=True)
    if data is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def at_once(calls: list[Callable[[], int]]) -> list[int]:
    """Return what ``calls`` give, made by a thread each at the same time; what one raises is raised."""
    results: list[int] = []
    errors: list[BaseException] = []
    together = threading.Barrier(len(calls))

    def call(what: Callable[[], int]) -> None:
        try:
            together.wait()
            results.append(what())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=call, args=(what,)) for what in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
