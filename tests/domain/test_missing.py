"""Modules that were not found, and what has them."""

from __future__ import annotations

import pytest

from jupyter_mlops.domain.missing import install_line, module_of, package_of, remedy


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("No module named 'torch'", "torch"),
        ("No module named 'google.protobuf'", "google.protobuf"),
        ("ModuleNotFoundError: No module named 'cv2'; 'cv2' is not a package", "cv2"),
        ("python has no module 'yaml'", "yaml"),
        ("cannot import name 'Trainer' from 'transformers'", ""),
        ("", ""),
    ],
)
def test_the_module_is_read_from_the_error(text: str, module: str) -> None:
    assert module_of(text) == module


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("sklearn.svm", "scikit-learn"),
        ("torch.nn", "torch"),
        ("google.protobuf", "protobuf"),
        ("PIL.Image", "pillow"),
        ("polars", "polars"),
    ],
)
def test_modules_have_packages(module: str, package: str) -> None:
    assert package_of(module) == package


def test_the_remedy_names_interpreter_and_package() -> None:
    assert install_line("/opt/py/bin/python", "sklearn") == "/opt/py/bin/python -m pip install scikit-learn"
    assert remedy("/opt/py/bin/python", "sklearn").endswith(": /opt/py/bin/python -m pip install scikit-learn")


def test_a_module_of_the_user_is_not_installed() -> None:
    assert remedy("/py", "helpers.nets", "/home/ada/src") == (
        "a module 'helpers' lies in /home/ada/src: import it at the head of the cell, and it travels along"
    )


def test_mxnet_has_an_environment_of_its_own() -> None:
    assert "--python PATH" in remedy("/py", "mxnet.gluon")
