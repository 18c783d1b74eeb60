"""What holds the project together: its pages, its metadata and its commands."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from jupyter_mlops import cli
from jupyter_mlops._version import __version__
from jupyter_mlops_magics import endpointverbs, home, modelverbs, sweepverbs, verbs
from jupyter_mlops_magics.compare import compare
from jupyter_mlops_magics.endpoints import deploy, endpoints
from jupyter_mlops_magics.lines import option_names, parser_of
from jupyter_mlops_magics.mlops import mlops
from jupyter_mlops_magics.models import models, register
from jupyter_mlops_magics.runs import runs, train
from jupyter_mlops_magics.sweeps import sweeps, tune_cell, tune_run

ROOT = Path(__file__).parent.parent
_DOCUMENTED = (train, tune_cell, tune_run, runs, sweeps, compare, register, models, deploy, endpoints, mlops)
MAGICS = {option for magic in _DOCUMENTED for option in option_names(parser_of(magic))}
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_or_a_heading_leads_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for target in (first or second for first, second in targets):
        if not target.startswith(("http://", "https://")):
            name, _, heading = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            assert file.is_file(), target
            assert not heading or heading in headings(file), target


def test_every_page_of_the_guide_can_be_found_from_the_first_page():
    first = (ROOT / "README.md").read_text()

    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in first] == []


def test_every_option_and_every_verb_stands_in_the_guide():
    text = guide()
    written = {f"%runs {verb}" for verb in verbs.VERBS} | {f"%mlops {verb}" for verb in home.VERBS}
    written |= {f"%sweeps {verb}" for verb in sweepverbs.VERBS} | {f"%models {verb}" for verb in modelverbs.VERBS}
    written |= {f"%endpoints {verb}" for verb in endpointverbs.VERBS}

    assert [option for option in sorted(MAGICS) if option not in text] == []
    assert [verb for verb in sorted(written) if verb not in text and not verb.endswith(" list")] == []


def test_every_option_that_the_guide_names_exists():
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", guide()))
    # The first is named as one that is refused; those of the demo are JupyterLab's or its own, the last is curl's.
    others = {"--worker", "--execute", "--help", "--unix-socket"}

    assert named - others - MAGICS - set(option_names(cli._parser())) == set()


def test_the_first_page_gives_the_two_commands():
    first = (ROOT / "README.md").read_text()

    assert "make demo" in first
    assert ".venv/bin/jupyter mlops demo --execute" in first


def test_every_target_says_what_it_is_for():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):(.*)$", makefile, re.MULTILINE)

    assert {name for name, _ in targets} >= {
        "install", "demo", "browser", "check", "test", "test-faults", "test-binder", "bench", "watch", "clean",
        "screenshots",
    }  # fmt: skip
    assert [name for name, rest in targets if "## " not in rest] == []


def test_every_target_is_one_whatever_files_there_are():
    makefile = (ROOT / "Makefile").read_text()
    declared = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()

    assert set(declared) == set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_continuous_integration_runs_what_the_first_page_says():
    first = (ROOT / "README.md").read_text()
    run = re.findall(r"^make .*$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)

    assert run == ["make browser", "make mpi", "make check", "make test"]
    assert [command for command in run if f"$ {command}" not in first] == []


def test_the_extension_has_the_version_of_the_package():
    assert json.loads((ROOT / "labextension" / "package.json").read_text())["version"] == __version__


def test_the_version_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def guide() -> str:
    """Return the text of the first page and of all that is below it."""
    return "\n".join(page.read_text() for page in PAGES if page.name not in ("CHANGELOG.md", "architecture.md"))


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}
