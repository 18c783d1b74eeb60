"""Check that what runs inside a rank is Python 3.8 and needs nothing but the standard library.

Linters judge the syntax by a table; here the code itself is asked: it is parsed as 3.8, and where a Python 3.8
is on the machine, that one compiles it.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "jupyter_mlops" / "runtime"
OWN = "jupyter_mlops.runtime"

# Standard library modules that 3.8 does not have.
NEWER = {"graphlib", "zoneinfo", "tomllib", "annotationlib", "compression", "concurrent.interpreters"}

# These are used where they are there, and imported inside a function that does without them.
# Elsewhere they would keep a cell from starting that has no use for them.
WELCOME = {
    "cloudpickle",
    "IPython",
    "matplotlib",
    "matplotlib_inline",
    "joblib",
    "numpy",
    "pandas",
    "pygments",
    "torch",
}


# Imported only where the library is there: it imports them itself, as a plug-in of its own, or what they
# are about is the library's.
PLUGINS = {"figures.py": {"matplotlib"}, "fingerprints": {"numpy"}, "tracking": {"mlflow"}}


def main() -> int:
    """Print what is wrong, and return the exit code."""
    files = sorted(RUNTIME.rglob("*.py"))
    problems = [problem for file in files for problem in problems_of(file)]
    problems += compile_with_old_python(files)
    print("\n".join(problems) or f"{len(files)} files of the runtime are Python 3.8 and standard library only")
    return 1 if problems else 0


def problems_of(file: Path) -> list[str]:
    """Return one line for each thing in ``file`` that a bare Python 3.8 does not have."""
    name = file.relative_to(ROOT)
    try:
        tree = ast.parse(file.read_text(), str(file), feature_version=(3, 8))
    except SyntaxError as error:
        return [f"{name}:{error.lineno}: not Python 3.8: {error.msg}"]
    top = {id(node) for node in imports_at_start(tree)}
    host = PLUGINS.get(file.name) or PLUGINS.get(file.parent.name, set())
    return [
        f"{name}:{line}: {module} is not in the standard library of Python 3.8"
        for node in ast.walk(tree)
        for line, module in modules_of(node)
        if module.partition(".")[0] not in host and not is_allowed(module, at_start=id(node) in top)
    ]


def imports_at_start(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the imports that run when the module is imported: those outside functions."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def modules_of(node: ast.AST) -> list[tuple[int, str]]:
    """Return line and module of each module that ``node`` imports."""
    if isinstance(node, ast.Import):
        return [(node.lineno, alias.name) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.lineno, node.module or ".")] if not node.level else []
    return []


def is_allowed(module: str, *, at_start: bool) -> bool:
    """Say whether ``module`` may be imported: always, or only where its absence is survived."""
    package = module.partition(".")[0]
    if package == "jupyter_mlops":
        return module == OWN or module.startswith(OWN + ".") or not at_start
    if package in NEWER or module in NEWER:
        return False
    return package in sys.stdlib_module_names or (package in WELCOME and not at_start)


def compile_with_old_python(files: list[Path]) -> list[str]:
    """Return what a Python 3.8 says about ``files``; nothing where there is none."""
    python = old_python()
    if python is None:
        return []
    program = "import sys\nfor name in sys.argv[1:]: compile(open(name, encoding='utf-8').read(), name, 'exec')"
    done = subprocess.run([python, "-c", program, *map(str, files)], capture_output=True, text=True, check=False)
    return [done.stderr.strip()] if done.returncode else []


def old_python() -> str | None:
    """Return a Python 3.8 that really runs, on the path or among pyenv's, or None."""
    candidates = [shutil.which("python3.8"), *map(str, Path.home().glob(".pyenv/versions/3.8.*/bin/python"))]
    for candidate in filter(None, candidates):
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


if __name__ == "__main__":
    sys.exit(main())
