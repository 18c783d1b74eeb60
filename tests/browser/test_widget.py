"""Where the labextension is switched off and widgets are there, a widget shows the live card while its kernel lives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.axe import check_accessible
from tests.browser.cells import LOAD, Gate, held
from tests.browser.lab import Lab
from tests.browser.server import Server


def test_a_widget_shows_the_live_card(make_lab: Callable[..., Lab], make_server: Callable[..., Server], tmp_path: Path):
    server = make_server(disabled=True)
    lab = make_lab(server).open()
    assert not lab.page.evaluate("() => window.jupyterapp.hasPlugin('jupyter-mlops:card')")
    gate = Gate(tmp_path / "gate")
    notebook = lab.open_notebook(server.notebook("widget.ipynb", LOAD, held("by-widget", gate)))
    notebook.run_to_end(0)
    notebook.run(1)
    card = notebook.card(1)
    card.says("Running")
    check_accessible(card.article)
    gate.open()
    card.says("Succeeded")
