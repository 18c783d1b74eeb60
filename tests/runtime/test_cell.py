import pytest

from jupyter_mlops.runtime import cell


def test_the_start_is_said_right_before_the_first_line(run):
    ended = run("print('first')")
    assert ended.code == 0
    assert ended.log.index('{"cell":"started"') < ended.log.index("first")
    assert ended.only("cell") == ["started"]


def test_a_cell_is_main(run):
    ended = run("import sys\nassert __name__ == '__main__'\nassert sys.modules['__main__'].__dict__ is globals()")
    assert ended.code == 0


def test_a_cell_awaits_at_its_top_level(run):
    ended = run("import asyncio\nvalue = await asyncio.sleep(0, 'slept')\nprint(value)\nawait asyncio.sleep(0, 'last')")
    assert "slept" in ended.text
    assert ended.shown[-1]["data"]["text/plain"] == "'last'"


def test_async_for_and_async_with_work_at_the_top_level(run):
    ended = run(
        "async def count():\n    yield 1\n    yield 2\nasync for number in count():\n    print('got', number)\n"
    )
    assert "got 2" in ended.text


def test_a_cell_that_only_starts_a_loop_of_its_own_is_run_without_one(run):
    assert "done" in run("import asyncio\nasync def main():\n    print('done')\nasyncio.run(main())").text


def test_future_statements_hold_for_the_whole_cell_and_ours_do_not(run):
    with_future = "from __future__ import annotations\ndef f(x: Unknown): ...\nf.__annotations__['x']"
    assert run(with_future).shown[0]["data"]["text/plain"] == "'Unknown'"
    ended = run("def f(x: Unknown): ...")
    assert ended.error["type"] == "NameError"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", ["2"]),
        ("1 + 1;", []),
        ("1 + 1 ;  # quiet", []),
        ("(1 +\n 1)  # not; quiet", ["2"]),
        ("(1 +\n 1\n);", []),
        ("'ä;'", ["'ä;'"]),
        ("None", []),
        ("1\n2", ["2"]),
        ("x = 1", []),
        ("if True:\n    5", []),
    ],
)
def test_the_value_of_the_last_expression_is_shown(run, source, shown):
    assert [item["data"]["text/plain"] for item in run(source).shown] == shown


def test_an_empty_cell_compiles():
    tree = cell.parse("# only a comment\n", "cell")
    assert len(cell.compile_tree(tree, "# only a comment\n", "cell")) == 1


def test_the_source_of_functions_and_classes_of_the_cell_is_found(run):
    ended = run(
        "import inspect\ndef f():\n    return 'here'\nclass Net:\n    def forward(self):\n        return 1\n"
        "print(inspect.getsource(f))\nprint(inspect.getsource(Net))\n"
    )
    assert "return 'here'" in ended.text
    assert "class Net:\n    def forward" in ended.text


def test_local_modules_come_first(rank):
    it = rank("import helper\nprint(helper.WHO)", {"sources": True})
    sources = it.folder / "bundle" / "sources"
    sources.mkdir()
    (sources / "helper.py").write_text("WHO = 'captured'")
    (it.folder / "helper.py").write_text("WHO = 'from the working directory'")
    assert "captured" in it.end(it.start()).text


def test_the_working_directory_is_importable_as_in_a_notebook(rank):
    it = rank("import neighbour")
    (it.folder / "neighbour.py").write_text("print('hello')")
    assert "hello" in it.end(it.start()).text


def test_only_what_somebody_may_want_back_is_named(run):
    ended = run(
        "import math\nfrom math import pi\nepochs = 5\n_hidden = 1.5\n"
        "def f(): ...\nclass Net: ...\nfor i, row in enumerate([1, 2]):\n    total = i + row\n"
        "model = Net()\nhistory = [1, 2]\nwith open('/dev/null') as _file:\n    pass"
    )
    assert ended.made == {"total": "int", "model": "Net", "history": "list"}


def test_only_rank_0_names_what_the_cell_made(run):
    assert run("x = [1]", env={"JUPYTER_MLOPS_RANK": "1"}).only("made") == []


def test_a_forked_child_that_runs_to_the_end_says_nothing_of_it(run):
    ended = run("import os\nx = [1]\nchild = os.fork()\nif child:\n    os.waitpid(child, 0)")
    assert len(ended.only("made")) == 1


def test_a_kept_name_comes_back(run):
    ended = run("model = {'a': 1}\nother = [1]", {"keep": ["model", "missing"], "classes": {}})
    (made,) = ended.only("made")
    assert [item["name"] for item in made] == ["model", "missing", "other"]
    assert made[0]["size"] > 0
    assert made[1]["why"]
    assert (ended.folder / "values" / "1" / "model.pickle").exists()
