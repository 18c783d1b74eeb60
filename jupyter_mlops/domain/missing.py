"""Modules that a process has not found: what is to be installed, and into what."""

from __future__ import annotations

import re

ERROR = "ModuleNotFoundError"
"""The exception that tells of it."""
_MISSING = re.compile(r"No module named ['\"]([\w.]+)['\"]|has no module ['\"]([\w.]+)['\"]")
_PACKAGES = {
    "Crypto": "pycryptodome",
    "Levenshtein": "python-Levenshtein",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "git": "GitPython",
    "google.protobuf": "protobuf",
    "google.cloud.storage": "google-cloud-storage",
    "hydra": "hydra-core",
    "igraph": "python-igraph",
    "jwt": "PyJWT",
    "mpl_toolkits": "matplotlib",
    "paddle": "paddlepaddle",
    "pkg_resources": "setuptools",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "tf_keras": "tf-keras",
    "umap": "umap-learn",
    "yaml": "pyyaml",
}
"""Modules that are installed under another name."""


def module_of(text: str) -> str:
    """Return the module that was not found, as the error names it; empty if the text tells of none."""
    found = _MISSING.search(text)
    return (found[1] or found[2]) if found else ""


def package_of(module: str) -> str:
    """Return the package that has a module."""
    top = module.partition(".")[0]
    return _PACKAGES.get(module) or _PACKAGES.get(top) or top


def install_line(python: str, module: str) -> str:
    """Return the command that installs what is missing into the interpreter ``python``."""
    return f"{python} -m pip install {package_of(module)}"


def remedy(python: str, module: str, place: str = "") -> str:
    """Return what to do, as the end of a sentence.

    Args:
        python: The interpreter that has not found the module.
        module: The module.
        place: The folder beside the notebook in which a module of that name lies; empty if none does.
    """
    if place:
        top = module.partition(".")[0]
        return f"a module {top!r} lies in {place}: import it at the head of the cell, and it travels along"
    if module.partition(".")[0] == "mxnet":
        return "give the cell an interpreter that has it: --python PATH; it needs numpy before 1.24, so one of its own"
    return f"install it into the interpreter of the run: {install_line(python, module)}"
