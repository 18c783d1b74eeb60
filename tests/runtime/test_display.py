import base64
import json

import pytest


def test_what_is_displayed_is_a_bundle_of_its_own(run):
    ended = run(
        "from jupyter_mlops.runtime.display import display\n"
        "class Card:\n    def _repr_html_(self):\n        return '<b>card</b>'\n"
        "    def __repr__(self):\n        return 'card'\n"
        "display(Card(), 2)"
    )
    first, second = ended.shown
    assert first["data"] == {"text/plain": "card", "text/html": "<b>card</b>"}
    assert second["data"] == {"text/plain": "2"}
    assert first["id"] is None


def test_a_value_that_cannot_be_shown_does_not_fail_the_cell(run):
    ended = run("class Odd:\n    def __repr__(self):\n        raise RuntimeError('no words')\nOdd()")
    assert ended.code == 0
    assert "__repr__ of a Odd failed: RuntimeError: no words" in ended.text
    assert "Odd object at" in ended.shown[0]["data"]["text/plain"]


def test_ipythons_functions_show_there_too(run):
    ended = run(
        "from IPython.display import HTML, Image, Markdown, clear_output, display\n"
        "display('away')\nclear_output()\ndisplay(HTML('<i>x</i>'))\ndisplay(Markdown('*x*'))\n"
        "display({'text/plain': 'raw'}, raw=True)\n"
        "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 30, format='png'))\n"
        "import IPython.core.display_functions as f\nf.publish_display_data({'text/plain': 'published'})"
    )
    assert [sorted(item["data"]) for item in ended.shown] == [
        ["text/html", "text/plain"],
        ["text/markdown", "text/plain"],
        ["text/plain"],
        ["image/png", "text/plain"],
        ["text/plain"],
    ]
    assert ended.text == ""


def test_a_place_holds_what_was_shown_last(run):
    ended = run(
        "from IPython.display import display, update_display\n"
        "handle = display('one', display_id=True)\ndisplay('between')\nhandle.update('two')\n"
        "display('a', display_id='named')\nupdate_display('b', display_id='named');"
    )
    assert [item["data"]["text/plain"] for item in ended.shown] == ["'two'", "'between'", "'b'"]
    assert ended.shown[2]["id"] == "named"


def test_waiting_to_clear_keeps_the_old_until_the_new_is_there(run):
    ended = run(
        "from IPython.display import clear_output, display\n"
        "for i in range(300):\n    clear_output(wait=True)\n    display(i)"
    )
    assert [item["data"]["text/plain"] for item in ended.shown] == ["299"]
    assert ended.only("note") == []


def test_objects_that_show_themselves_do(run):
    ended = run(
        "from IPython.display import display\n"
        "class Own:\n    def _ipython_display_(self):\n        display('mine')\nOwn()"
    )
    assert [item["data"]["text/plain"] for item in ended.shown] == ["'mine'"]


def test_a_broken_representation_spoils_nothing(run):
    ended = run(
        "class Bad:\n    def _repr_html_(self):\n        raise RuntimeError('no')\n"
        "    __repr__ = lambda s: 'bad'\nBad()"
    )
    assert ended.code == 0
    assert ended.shown[0]["data"] == {"text/plain": "bad"}


def test_tables_and_classes_are_shown(run):
    ended = run(
        "import pandas\nfrom IPython.display import display\ndisplay(pandas.DataFrame)\npandas.DataFrame({'a': [1]})"
    )
    assert "text/html" not in ended.shown[0]["data"]
    assert "<table" in ended.shown[1]["data"]["text/html"]


def test_long_containers_are_broken_into_lines(run):
    ended = run("{i: 'x' * 20 for i in range(10)}")
    assert ended.shown[0]["data"]["text/plain"].count("\n") >= 9


def test_too_many_things_are_cut_with_one_note(run):
    ended = run("from IPython.display import display\nfor i in range(210):\n    display(i)")
    assert len(ended.shown) == 200
    assert ended.only("note") == ["Only the first 200 things that the cell showed are kept."]


def test_too_large_a_thing_is_left_out_with_one_note(run):
    ended = run("from IPython.display import HTML, display\nfor i in range(2):\n    display(HTML('x' * (21 << 20)))")
    assert ended.shown == []
    assert len(ended.only("note")) == 1


def test_files_are_whole_and_private(run):
    ended = run("1")
    folder = ended.folder / "display" / "1" / "0"
    assert [path.name for path in folder.iterdir()] == ["000001.json"]
    assert (folder / "000001.json").stat().st_mode & 0o777 == 0o600


def test_workers_show_beside_the_cell(run):
    ended = run(
        "import multiprocessing\nfrom IPython.display import display\n"
        "def work(i):\n    display(i)\n"
        "with multiprocessing.get_context('fork').Pool(4) as pool:\n    pool.map(work, range(40), 1)\n"
    )
    assert sorted(int(item["data"]["text/plain"]) for item in ended.shown) == list(range(40))


@pytest.mark.parametrize("backend", [{}, {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}])
def test_figures_are_shown_in_order_and_once(run, backend):
    ended = run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint(len(plt.get_fignums()))\n"
        "fig, ax = plt.subplots()\nax.plot([2, 1])\nfig",
        env=backend,
    )
    assert ended.text == "0\n"
    assert len(ended.shown) == 2
    data = base64.b64decode(ended.shown[0]["data"]["image/png"])
    assert data.startswith(b"\x89PNG")
    assert ended.shown[0]["metadata"]["image/png"]["width"] > 100


def test_figures_left_open_are_shown_at_the_end_and_after_a_failure(run):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.figure()\nplt.plot([2, 1]);\n"
    assert len(run(plot).shown) == 2
    assert len(run(plot + "1/0").shown) == 2
    assert len(run(plot + "import sys; sys.exit(2)").shown) == 2


def test_a_figure_that_changed_after_it_was_shown_is_shown_again(run):
    ended = run(
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\ndisplay = None\nfig.show()\nax.plot([1, 2]);"
    )
    assert len(ended.shown) == 2


def test_a_backend_of_the_users_choice_stays(run):
    assert run("import matplotlib\nprint(matplotlib.get_backend())", env={"MPLBACKEND": "svg"}).text == "svg\n"
    text = run(
        "import matplotlib\nmatplotlib.use('pdf')\nimport matplotlib.pyplot\nprint(matplotlib.get_backend())"
    ).text
    assert text == "pdf\n"


def test_a_backend_that_needs_a_kernel_is_replaced(run):
    cell = (
        "import matplotlib\nmatplotlib.use('module://matplotlib_inline.backend_inline')\n"
        "import matplotlib.pyplot as plt\nplt.plot([1]);"
    )
    assert len(run(cell).shown) == 1


def test_outside_a_run_plain_text_is_printed(capsys, monkeypatch):
    monkeypatch.delenv("JUPYTER_MLOPS_RUN_DIR", raising=False)
    from jupyter_mlops.runtime.display import display

    display([1])
    assert json.loads(capsys.readouterr().out) == [1]


def test_display_needs_no_import_as_in_a_notebook(run):
    assert [item["data"]["text/plain"] for item in run("display(1)").shown] == ["1"]


def test_programs_that_the_cell_starts_do_not_get_our_backend(run):
    ended = run("import matplotlib.pyplot, os\nprint(os.environ.get('MPLBACKEND'))")
    assert ended.text == "None\n"


def test_a_folder_that_takes_nothing_does_not_end_the_cell(run):
    cell = "import os\nopen(os.path.join(os.environ['JUPYTER_MLOPS_RUN_DIR'], 'display'), 'w').close()\n"
    ended = run(cell + "display(1)\ndisplay(2)")
    assert ended.code == 0
    assert len(ended.only("note")) == 1
