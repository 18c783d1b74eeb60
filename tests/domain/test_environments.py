from __future__ import annotations

import pytest

from jupyter_mlops.domain.environments import split_environment


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN",
        "OPENAI_API_KEY",
        "DB_PASSWORD",
        "PGPASSWORD",
        "CLIENT_SECRET",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "AWS_SESSION_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "JUPYTERHUB_API_TOKEN",
        "MYSQL_PWD",
    ],
)
def test_variables_with_suspicious_names_are_withheld(name: str) -> None:
    assert split_environment({name: "x"}) == ({}, [name])


@pytest.mark.parametrize(
    "value",
    [
        "postgres://me:hunter2@db/x",
        "ghp_" + "a" * 36,
        "AKIA" + "A" * 16,
        "hf_" + "a" * 30,
    ],
)
def test_variables_with_suspicious_values_are_withheld(value: str) -> None:
    assert split_environment({"PLAIN": value}) == ({}, ["PLAIN"])


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "MPLBACKEND",
        "AWS_REGION",
        "AWS_PROFILE",
        "JUPYTER_MLOPS_HOME",
        "SSH_AUTH_SOCK",
        "KEYBOARD",
        "LANG",
    ],
)
def test_plain_variables_are_kept(name: str) -> None:
    assert split_environment({name: "https://example.org/a:b@c"}) == ({name: "https://example.org/a:b@c"}, [])


@pytest.mark.parametrize(
    "name",
    ["JUPYTER_MLOPS_RUN", "JUPYTER_MLOPS_RUN_DIR", "JUPYTER_MLOPS_ATTEMPT", "RANK", "LOCAL_WORLD_SIZE"],
)
def test_marks_of_other_runs_are_dropped(name: str) -> None:
    assert split_environment({name: "1"}) == ({}, [])


@pytest.mark.parametrize(
    "name",
    ["_", "SHLVL", "OLDPWD", "PWD", "PS1", "BASH_FUNC_module%%", "JPY_PARENT_PID"],
)
def test_noise_of_shells_is_dropped(name: str) -> None:
    assert split_environment({name: "1"}) == ({}, [])
