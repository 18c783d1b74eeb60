from __future__ import annotations

import ast

import pytest

from jupyter_mlops.capture.names import names_used


def firm(cell: str) -> set[str]:
    return {name for name, read in names_used(ast.parse(cell)).reads.items() if read.firm}


def soft(cell: str) -> set[str]:
    return {name for name, read in names_used(ast.parse(cell)).reads.items() if not read.firm}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("print(x)", {"print", "x"}),
        ("x = 1\nx + 1", set()),
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("del x\nx = 1", {"x"}),
        ("a[0] = 1", {"a"}),
        ("a.b = c", {"a", "c"}),
        ("a.b.c += 1", {"a"}),
        ("import numpy as np\nnp.ones(n)", {"n"}),
        ("from a import b as c\nc(b)", {"b"}),
        ("import a.b\na.c", set()),
        ("[i * k for i in rows if i in keep]", {"rows", "k", "keep"}),
        ("{k: v for k, v in pairs}", {"pairs"}),
        ("[y for x in xs for y in x]", {"xs"}),
        ("[x for x in x]", {"x"}),
        ("any((hit := row) for row in rows)\nhit", {"any", "rows"}),
        ("f = lambda a, b=c: a + d\nf(1)", {"c", "d"}),
        ("def f(a: T = b) -> U:\n    return a + g\nf(1)", {"T", "b", "U", "g"}),
        ("def f():\n    x = 1\n    def g():\n        return x + y\n    return g\nf()", {"y"}),
        ("def f():\n    global n\n    n = 1\nf()", {"n"}),
        ("def f():\n    n: int = 1\n    return n\nf()", set()),
        ("def f():\n    return f()\nf()", set()),
        ("class A(Base, metaclass=M):\n    x = y\n    z = x\n    def go(self): return x\nA()", {"Base", "M", "y", "x"}),
        ("class A:\n    def go(self): return super().go() + __class__.n\nA()", {"super"}),
        ("@deco\ndef f(): return g\n", {"deco", "g"}),
        ("try:\n    import a\nexcept ImportError as e:\n    a = e\na", {"ImportError"}),
        ("with open(p) as f:\n    f.read()", {"open", "p"}),
        ("match v:\n    case {'a': a, **rest}: a, rest\n    case [b, *c]: b, c\n    case P(q) as d: q, d", {"v", "P"}),
        ("async def f():\n    async for i in s: await i\nawait f()", {"s"}),
        ("print(f'{x!r:>{w}}')", {"print", "x", "w"}),
        ("df.query('age > @limit')", {"df", "limit"}),
        ("eval('a + b')", {"eval", "a", "b"}),
        ("(a, *b), c = d", {"d"}),
        ("for i, (j, k) in p:\n    i, j, k", {"p"}),
        ("x: int\nx", {"int", "x"}),
        ("while go:\n    pass", {"go"}),
        ("assert a, b", {"a", "b"}),
        ("def f(*args, **kw): return args, kw\nf()", set()),
    ],
)
def test_a_cell_needs_what_it_reads_before_making_it(cell: str, names: set[str]) -> None:
    assert firm(cell) == names
    assert soft(cell) == set()


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("if c:\n    x = 1\nx", {"x"}),
        ("if c:\n    x = 1\nelse:\n    x = 2\nx", set()),
        ("if c:\n    x = 1\nelse:\n    raise E\nx", set()),
        ("for i in r:\n    last = i\nlast, i", {"last", "i"}),
        ("while c:\n    x = 1\nx", {"x"}),
        ("try:\n    x = f()\nexcept E:\n    pass\nx", {"x"}),
        ("try:\n    x = f()\nexcept E:\n    raise\nx", set()),
    ],
)
def test_a_name_that_only_some_paths_make_is_wanted_softly(cell: str, names: set[str]) -> None:
    assert soft(cell) == names


def test_a_function_of_the_cell_needs_its_names_where_it_is_first_mentioned() -> None:
    assert "model" not in names_used(ast.parse("def step():\n    return model\nmodel = 1\nstep()")).reads
    assert "model" in firm("def step():\n    return model\nstep()\nmodel = 1")


def test_a_function_that_is_decorated_may_be_called_at_once() -> None:
    assert "model" in firm("@run\ndef step():\n    return model\nmodel = 1")


def test_a_read_tells_what_the_cell_has_made_by_then() -> None:
    reads = names_used(ast.parse("lr = 1\ntrain()\nepochs = 2")).reads
    assert reads["train"].made == {"lr"}


def test_dotted_names_and_imports_are_kept_as_written() -> None:
    uses = names_used(ast.parse("import a.b, c\nfrom d.e import f\ndef g():\n    import h\nx.y.z()"))
    assert ("x", "y", "z") in uses.chains
    assert uses.imports == {"a.b", "c", "d.e", "d.e.f", "h"}


def test_a_star_import_hides_what_the_cell_makes() -> None:
    assert names_used(ast.parse("from math import *")).is_opaque
