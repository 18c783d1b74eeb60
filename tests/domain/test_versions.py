from __future__ import annotations

import pytest

from jupyter_mlops.domain.versions import misfit


@pytest.mark.parametrize("kernel", ["1.2.0", "1.2.9", "1.2"])
def test_versions_with_the_same_first_two_numbers_fit(kernel):
    assert misfit(kernel, "1.2.3", "python") == ""


def test_the_older_side_is_the_one_to_mend():
    assert misfit("1.1.0", "1.2.0", "/srv/bin/python") == (
        "The kernel has jupyter-mlops 1.1.0 and the Jupyter server has 1.2.0; "
        "run `%pip install jupyter-mlops==1.2.0` in the notebook, then restart its kernel."
    )
    assert misfit("2.0.0", "1.9.0", "/srv/bin/python") == (
        "The kernel has jupyter-mlops 2.0.0 and the Jupyter server has 1.9.0; "
        "run `/srv/bin/python -m pip install jupyter-mlops==2.0.0` in a terminal, then restart the Jupyter server."
    )


@pytest.mark.parametrize("odd", ["", "x", "1", "1.x", "\n"])
def test_any_text_is_compared(odd):
    assert "\n\n" not in misfit(odd, "1.2.3", "python")
