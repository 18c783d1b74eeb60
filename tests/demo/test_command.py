"""``jupyter mlops demo``."""

from __future__ import annotations

import os
import re
import sys

import pytest

from jupyter_mlops.demo import command as demo
from jupyter_mlops.domain.errors import Unavailable


@pytest.mark.timeout(300)
def test_headless_it_prints_tables_of_what_it_made(command):
    done = command("jupyter", "mlops", "demo", "--execute")

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"succeeded", done.stdout, re.IGNORECASE)) >= 3
    assert "digits" in done.stdout
    assert "halves" in done.stdout
    assert re.search(r"Succeeded +digits \w+ +accuracy 0\.\d+ +\S+ +10/10", done.stdout)


def test_the_notebook_is_put_into_the_folder(tmp_path):
    notebook = demo.place(tmp_path / "new" / "folder")

    assert notebook.name == "digits.ipynb"
    assert '"%load_ext jupyter_mlops"' in notebook.read_text()


def test_an_edited_notebook_is_left_as_it_is(tmp_path):
    notebook = demo.place(tmp_path)
    notebook.write_text("edited")

    assert demo.place(tmp_path).read_text() == "edited"


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match="name another folder with --folder"):
        demo.place(tmp_path / "file" / "folder")


def test_what_is_not_ours_goes_to_jupyterlab(tmp_path):
    command = demo.lab_command(tmp_path / "digits.ipynb", no_browser=True, rest=["--port", "8899"])

    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--no-browser" in command
    assert command[-2:] == ["--port", "8899"]
    assert ("--allow-root" in command) == (os.geteuid() == 0)


def test_executing_has_no_use_for_options_of_jupyterlab(capsys):
    assert demo.main(["--execute", "--port", "8899"]) == 2
    assert "has no use for --port" in capsys.readouterr().err
